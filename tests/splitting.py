"""Requests of a test that splits texts by the API, and what came of them."""

from __future__ import annotations

import pytest
from people import Refused

TEXT = "# One\n\nIt begins. It goes on.\n\n# Two\n\nIt ends."
ITEM = {"blockId": 1, "itemId": 1}
SUB_ITEM = {**ITEM, "subItemId": 1}
HEADINGS = {"method": "heading"}
SENTENCES = {"method": "sentence"}
ANY_NOTES = ("Notes", "notes")


def data(content=TEXT, selected=(), sub_items=()):
    """Return a block of a book, with what follows it, and a prompt."""
    book = {"id": 1, "title": "Book", "content": content, "subItems": list(sub_items)}
    items = [book, {"id": 2, "title": "Notes", "content": "notes"}]
    chosen = [{"blockId": 1, "order": n, **ids} for n, ids in enumerate(selected, start=1)]
    prompt = {"id": 1, "title": "P", "template": "{{context}}", "selectedContext": chosen}
    return {
        "contextBlocks": [{"id": 1, "title": "Library", "items": items}],
        "promptBlocks": [{**prompt, "wrapInTags": False}],
    }


async def split(project, **body):
    ids = {} if "itemId" in body else ITEM
    return await project.person.post(path_of(project), {**ids, **body})


def path_of(project):
    return f"{project.path}/context-blocks/split"


async def preview(project, **body):
    return await split(project, preview=True, **body)


async def refused(project, **body):
    with pytest.raises(Refused) as error:
        await split(project, **body)
    return error.value


async def undo(project, version):
    return await project.person.post(f"{project.path}/history/{version}/undo")


async def items(project):
    return (await project.data())["contextBlocks"][0]["items"]


async def texts(project):
    """Return every title and content, in order, sub-items indented."""
    shown = []
    for item in await items(project):
        shown.append((item["title"], item["content"]))
        shown += [("  " + sub["title"], sub["content"]) for sub in item["subItems"]]
    return shown


def joined(text, parts):
    return "".join(text[part["start"] : part["end"]] for part in parts)


def settled(data):
    """Leave out versions, which never go back."""
    if isinstance(data, dict):
        return {name: settled(value) for name, value in data.items() if name != "version"}
    return [settled(entry) for entry in data] if isinstance(data, list) else data
