"""What was exported can be imported, and comes out again byte by byte but for the time."""

from __future__ import annotations

import re
from dataclasses import replace

from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as how
from hypothesis import strategies as st

from promptyflow_lab.domain import (
    ContextBlock,
    ContextItem,
    ProjectData,
    PromptBlock,
    SelectedContext,
    Source,
    SubItem,
)
from promptyflow_lab.domain.interchange import export_document

IDS = st.integers(1, 2**53 - 1) | st.integers(1, 5)
CHARACTERS = st.characters(exclude_categories=["Cs"], exclude_characters="\0")
TITLES = st.text(CHARACTERS, min_size=1, max_size=20).filter(str.strip) | st.just("Ж" * 200)
TEXTS = st.text(CHARACTERS, max_size=60) | st.just("строка\r\n" * 20)
SOURCES = st.none() | st.builds(
    Source,
    st.sampled_from(["cell", "file", "dataframe", "variable", "text"]),
    TEXTS,
    st.just("sha256:1"),
    st.just("2026-01-02T03:04:05.678+03:00"),
)
SUB_ITEMS = st.builds(SubItem, IDS, TITLES, TEXTS, SOURCES)


def unlike(kind, most=4):
    return st.lists(kind, max_size=most, unique_by=lambda node: node.id)


ITEMS = st.builds(ContextItem, IDS, TITLES, TEXTS, unlike(SUB_ITEMS, 3), SOURCES)
BLOCKS = st.builds(ContextBlock, IDS, TITLES, unlike(ITEMS))
CHOSEN = st.builds(SelectedContext, IDS, IDS, st.none() | IDS, st.integers(0, 2**31 - 1))
PROMPTS = st.builds(
    PromptBlock,
    IDS,
    TITLES,
    TEXTS,
    st.booleans(),
    st.lists(CHOSEN, max_size=5, unique_by=lambda chosen: chosen.key),
    st.dictionaries(TITLES.map(str.strip), TEXTS, max_size=3),
    st.none() | st.uuids().map(str),
    st.none() | st.uuids().map(str),
)
PROJECTS = st.builds(ProjectData, unlike(BLOCKS), unlike(PROMPTS))


async def passed_through(ann, raw):
    """Import what these bytes hold and return what is exported then, without the time."""
    made = await ann.send("POST", "/api/projects/import", raw=raw)
    content = (await ann.send("GET", f"{made.headers['Location']}/export")).content
    return re.sub(rb'"exportedAt": "[^"]+"', b"", content, count=1), content


def titled(data: ProjectData) -> ProjectData:
    """Return the project with titles as they are kept, and without ties that lead nowhere."""

    def trimmed(node):
        return replace(node, title=node.title.strip())

    blocks = [
        replace(
            trimmed(block),
            items=[
                replace(trimmed(item), sub_items=[trimmed(sub) for sub in item.sub_items])
                for item in block.items
            ],
        )
        for block in data.context_blocks
    ]
    prompts = [
        replace(trimmed(prompt), selected_context=[], template_id=None, model_config_id=None)
        for prompt in data.prompt_blocks
    ]
    return ProjectData(blocks, prompts)


@how(
    deadline=None,
    max_examples=40,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # to make it smaller takes minutes
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=PROJECTS, name=TITLES)
async def test_export_import_export_is_the_same(ann, data, name):
    import json

    document = json.dumps(export_document(name, data, "now")).encode()
    first, content = await passed_through(ann, document)
    second, _ = await passed_through(ann, content)
    assert second == first
    told = ProjectData.from_dict(json.loads(content)["data"])
    assert titled(told) == titled(data)
    assert [{c.key for c in p.selected_context} for p in told.prompt_blocks] == [
        {c.key for c in p.selected_context} for p in data.prompt_blocks
    ]
