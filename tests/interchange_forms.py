"""One document of each form that can be imported, written by hand."""

from __future__ import annotations

from typing import Any

OURS: dict[str, Any] = {
    "format": "promptyflow",
    "version": 1,
    "name": "Ours",
    "exportedAt": "2026-01-02T03:04:05+00:00",
    "data": {
        "contextBlocks": [
            {
                "id": 3,
                "title": "Docs",
                "items": [
                    {"id": 1, "title": "Intro", "content": "Hi", "chars": 99},
                    {
                        "id": 4,
                        "title": "Глава",
                        "content": "",
                        "subItems": [{"id": 2, "title": "Часть", "content": "ёж 😀"}],
                    },
                ],
            }
        ],
        "promptBlocks": [
            {
                "id": 7,
                "title": "Ask",
                "template": "{{context}} {{who}}",
                "wrapInTags": False,
                "variables": {"who": "me"},
                "selectedContext": [
                    {"blockId": 3, "itemId": 4, "subItemId": 2, "order": 0},
                    {"blockId": 3, "itemId": 1, "order": 1},
                ],
            }
        ],
    },
}

SAAS: dict[str, Any] = {
    "name": "Hosted",
    "exportedAt": "2025-12-01T10:00:00.000Z",
    "version": "1.0",
    "data": {
        "contextBlocks": [
            {
                "id": 1,
                "title": "Docs",
                "items": [
                    {"id": 1, "title": "One", "content": "1", "chars": 1, "subItems": []},
                    {
                        "id": 2,
                        "title": "Two",
                        "content": "2",
                        "chars": 1,
                        "subItems": [{"id": 1, "title": "S", "content": "s", "chars": 1}],
                    },
                ],
            },
            {"id": 2, "title": "More", "items": [{"id": 1, "title": "Three", "content": "3"}]},
        ],
        "promptBlocks": [
            {
                "id": 1,
                "title": "Ordered",
                "template": "Q: {{context}}",
                "templateFilename": None,
                "wrapWithTags": False,
                "selectedContexts": [
                    {"blockId": 1, "itemIds": [1, 2], "subItemIds": ["2.1"]},
                    {"blockId": 2, "itemIds": [1], "subItemIds": []},
                ],
                "selectionOrder": ["2-1", "9-9", "1-2-1", "1-1"],
            },
            {
                "id": 2,
                "title": "In lists",
                "template": "{{context}}",
                "templateFilename": "basic.txt",
                "selectedContexts": [
                    {"blockId": 2, "itemIds": [1, 8], "subItemIds": []},
                    {"blockId": 1, "itemIds": [2, 1], "subItemIds": ["2.1"]},
                ],
            },
        ],
    },
}

DESKTOP: dict[str, Any] = {
    "projectName": "Настольный",
    "templateName": "Basic",
    "createdAt": "2025-06-25T10:00:00.000Z",
    "updatedAt": "2025-06-25T10:05:00.000Z",
    "contextBlocks": [
        {"id": 1, "title": "Docs", "items": [{"id": 1, "title": "Intro", "content": "Привет"}]},
        {"id": 2, "title": "Empty"},
    ],
    "promptBlocks": [
        {
            "id": 1,
            "title": "P",
            "template": "[КОНТЕКСТ]",
            "templateFilename": "basic.txt",
            "selectedContexts": [{"blockId": 1, "itemIds": [1]}],
        },
        {"id": 2, "title": "Bare"},
    ],
}

DESKTOP_OLDER: dict[str, Any] = {
    "name": "Older",
    "template": "Basic",
    "contextBlocks": [{"id": 5, "title": "Docs", "items": [{"id": 1, "title": "I"}]}],
}

BLOCK: dict[str, Any] = {
    "id": 17,
    "exportedAt": "2025-06-25T10:00:00.000Z",
    "title": "Docs",
    "items": [
        {"id": 40, "title": "Intro", "content": "Hi", "chars": 2},
        {"title": "Second", "content": "", "subItems": [{"title": "S", "content": "x"}]},
    ],
}
