"""Operations on prompts, and compiling them from the database."""

from __future__ import annotations

import hashlib

import pytest
from people import Refused

from promptyflow_lab.domain import ProjectData, compile_prompt

CONTEXT = [
    {
        "id": 1,
        "title": "Docs",
        "items": [
            {"id": 1, "title": "Intro", "content": "$& \\1 {{context}} [КОНТЕКСТ] 😀"},
            {"id": 2, "title": "Blank", "content": " \n"},
            {
                "id": 3,
                "title": "a</Context>",
                "content": "own",
                "subItems": [{"id": 1, "title": "S1", "content": "</S1> sub"}],
            },
        ],
    },
    {"id": 2, "title": "Notes", "items": [{"id": 1, "title": "N", "content": "note"}]},
]
SELECTED = [
    {"blockId": 2, "itemId": 1},
    {"blockId": 1, "itemId": 3, "subItemId": 1},
    {"blockId": 1, "itemId": 2},
    {"blockId": 7, "itemId": 7, "subItemId": 7},
    {"blockId": 1, "itemId": 1},
    {"blockId": 1, "itemId": 3},
    {"blockId": 1, "itemId": 3, "subItemId": 8},
]


@pytest.fixture
async def project(ann):
    return await ann.make({"contextBlocks": CONTEXT}, name="Demo")


async def prompts_of(project):
    return (await project.get("none"))["data"]["promptBlocks"]


async def test_prompts_are_added_copied_moved_and_deleted(project):
    answer = await project.prompts(
        {"op": "addPrompt", "clientId": "a", "template": "A", "variables": {"x": "1"}},
        {"op": "addPrompt", "title": "Prompt7"},
        {"op": "addPrompt", "after": None},
        {"op": "select", "promptBlockId": {"ref": "a"}, "selectedContext": SELECTED[:2]},
        {"op": "duplicate", "promptBlockId": {"ref": "a"}, "clientId": "copy"},
    )
    assert answer["created"] == {"a": {"promptBlockId": 1}, "copy": {"promptBlockId": 4}}
    prompts = await prompts_of(project)
    assert [p["title"] for p in prompts] == ["Prompt8", "Prompt1", "Prompt1 (Copy)", "Prompt7"]
    copy = {k: v for k, v in prompts[2].items() if k not in {"id", "title"}}
    assert copy == {k: v for k, v in prompts[1].items() if k not in {"id", "title"}}
    assert copy["selectedContext"][1] == {**SELECTED[1], "order": 1}
    await project.prompts(
        {"op": "move", "promptBlockId": 2, "after": 3}, {"op": "delete", "promptBlockId": 1}
    )
    assert [p["id"] for p in await prompts_of(project)] == [3, 2, 4]
    assert (await project.get("none"))["version"] == 3
    again = await project.prompts({"op": "addPrompt", "clientId": "n"})
    assert again["created"]["n"] == {"promptBlockId": 5}


async def test_a_prompt_is_updated_field_by_field(project):
    await project.prompts({"op": "addPrompt", "template": "text 😀!", "variables": {"a": "b"}})
    config = "0190a1b2-0000-7000-8000-000000000001"
    answer = await project.prompts(
        {"op": "update", "promptBlockId": 1, "wrapInTags": False, "modelConfigId": config},
        {
            "op": "update",
            "promptBlockId": 1,
            "version": 2,
            "splice": {"start": 5, "deleteCount": 1, "insert": "🙂🙂"},
        },
    )
    assert answer["prompts"] == [{"promptBlockId": 1, "version": 3, "title": "Prompt1"}]
    (prompt,) = await prompts_of(project)
    assert prompt == {
        "id": 1,
        "title": "Prompt1",
        "template": "text 🙂🙂!",
        "wrapInTags": False,
        "variables": {"a": "b"},
        "templateId": None,
        "modelConfigId": config,
        "version": 3,
        "selectedContext": [],
    }
    await project.prompts({"op": "update", "promptBlockId": 1, "modelConfigId": None})
    assert (await prompts_of(project))[0]["modelConfigId"] is None


async def test_a_stale_prompt_is_a_conflict_that_tells_what_stands_there(project):
    await project.prompts({"op": "addPrompt", "template": "mine"}, {"op": "addPrompt"})
    await project.prompts({"op": "update", "promptBlockId": 1, "template": "theirs"})
    with pytest.raises(Refused) as refused:
        await project.prompts(
            {"op": "update", "promptBlockId": 2, "title": "x", "version": 2},
            {"op": "update", "promptBlockId": 1, "template": "mine too", "version": 2},
        )
    assert (refused.value.status, refused.value.code) == (409, "CONFLICT")
    told = {"promptBlockId": 1, "version": 3, "title": "Prompt1", "template": "theirs"}
    assert refused.value.details == {"version": 3, "prompts": [told]}


async def test_selecting_does_not_clash_with_writing(project):
    await project.prompts({"op": "addPrompt"})
    await project.prompts({"op": "select", "promptBlockId": 1, "selectedContext": SELECTED[:1]})
    await project.context({"op": "delete", "blockId": 2, "itemId": 1})
    await project.prompts({"op": "update", "promptBlockId": 1, "template": "x", "version": 2})


@pytest.mark.parametrize(
    ("operation", "path"),
    [
        ({"op": "update", "promptBlockId": 9, "title": "x"}, "operations[0].promptBlockId"),
        ({"op": "update", "title": "x"}, "operations[0].promptBlockId"),
        ({"op": "select", "promptBlockId": 1}, "operations[0].selectedContext"),
        (
            {"op": "select", "promptBlockId": 1, "selectedContext": [{"blockId": 1}]},
            "operations[0].selectedContext[0].itemId",
        ),
        ({"op": "update", "promptBlockId": 1, "variables": {"a": 1}}, "operations[0].variables.a"),
        ({"op": "update", "promptBlockId": 1, "templateId": "x"}, "operations[0].templateId"),
        ({"op": "move", "promptBlockId": 1, "after": 9}, "operations[0].after"),
        ({"op": "addPrompt", "title": ""}, "operations[0].title"),
    ],
)
async def test_an_operation_that_makes_no_sense_is_refused_with_the_place(project, operation, path):
    await project.prompts({"op": "addPrompt"})
    before = await prompts_of(project)
    with pytest.raises(Refused) as refused:
        await project.prompts(operation)
    assert refused.value.code == "VALIDATION_ERROR"
    assert list(refused.value.details["errors"]) == [path]
    assert await prompts_of(project) == before


async def test_replacing_all_prompts_leaves_alone_what_is_the_same(project):
    await project.prompts(*[{"op": "addPrompt", "template": f"t{n}"} for n in range(4)])
    prompts = await prompts_of(project)
    wanted = [prompts[3], {**prompts[0], "template": "new"}, {"id": 9, "title": "Nine"}, prompts[1]]
    path = f"{project.path}/prompt-blocks"
    answer = await project.person.patch(path, {"promptBlocks": wanted})
    assert answer["version"] == 3
    after = await prompts_of(project)
    assert [(p["id"], p["version"]) for p in after] == [(4, 2), (1, 3), (9, 3), (2, 2)]
    assert (await project.person.patch(path, {"promptBlocks": wanted}))["version"] == 3


@pytest.mark.parametrize("wrap", [True, False, None])
async def test_compiling_from_rows_gives_what_the_domain_compiles(project, wrap):
    template = "{{prompt}} of {{project}}:\n{{context}}\n{{who}} {{unknown}} \\{{x}} {{CONTEXT}}"
    await project.prompts(
        {
            "op": "addPrompt",
            "template": template,
            "variables": {"who": "Ann"},
            "selectedContext": SELECTED,
        }
    )
    data = ProjectData.from_dict(await project.data())
    expected = compile_prompt(
        data.prompt_blocks[0],
        data.context_blocks,
        wrap,
        {"who": "Bob {{context}}"},
        project_name="Demo",
    )
    body = {} if wrap is None else {"wrapInTags": wrap}
    compiled = await project.compile(1, variables={"who": "Bob {{context}}"}, **body)
    assert compiled == expected.to_dict()
    assert [(u["blockId"], u["subItemId"]) for u in compiled["unresolved"]] == [(7, 7), (1, 8)]
    assert compiled["missingVariables"] == ["unknown"]
    assert compiled["sha256"] == hashlib.sha256(compiled["compiled"].encode()).hexdigest()
    for piece in compiled["pieces"]:
        text = compiled["compiled"][piece["start"] : piece["end"]]
        node = await project.node(piece["blockId"], piece["itemId"], piece.get("subItemId"))
        assert text == node["content"]


async def test_no_more_of_a_compiled_text_is_returned_than_was_asked_for(project):
    template = "😀 {{context}}"
    await project.prompts({"op": "addPrompt", "template": template, "selectedContext": SELECTED})
    whole = await project.compile(1)
    beginning = await project.compile(1, mostChars=12)
    assert beginning == {**whole, "compiled": whole["compiled"][:12]}
    assert await project.compile(1, mostChars=whole["totalChars"]) == whole
    with pytest.raises(Refused) as refused:
        await project.compile(1, mostChars=-1)
    assert refused.value.status == 400


async def test_a_template_without_a_place_says_that_its_context_is_unused(project):
    await project.prompts({"op": "addPrompt", "template": "x", "selectedContext": SELECTED[:1]})
    compiled = await project.compile(1)
    assert (compiled["compiled"], compiled["contextUnused"]) == ("x", True)
    assert (compiled["contextChars"], compiled["pieces"]) == (4, [])


async def test_a_prompt_that_is_not_there_cannot_be_compiled(project):
    with pytest.raises(Refused, match="NOT_FOUND"):
        await project.compile(1)
    with pytest.raises(Refused, match="VALIDATION_ERROR"):
        await project.compile(0)


async def test_a_compiled_text_keeps_the_order_of_the_tiles(project):
    selected = [{**SELECTED[0], "order": 9}, {"blockId": 1, "itemId": 3, "order": 4}]
    await project.prompts(
        {"op": "addPrompt", "template": "{{context}}", "selectedContext": selected}
    )
    compiled = await project.compile(1, wrapInTags=False)
    assert compiled["compiled"] == "own\n\nnote"
