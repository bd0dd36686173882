"""A project is found through: context, prompts and answers, in both languages, by any input."""

from __future__ import annotations

import asyncio
import uuid

import pytest
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as how
from hypothesis import strategies as st
from people import Refused
from sqlalchemy import text


@pytest.fixture
async def project(ann):
    sub = {"id": 1, "title": "Ответы", "content": "Ёжик нашёл компьютеры и клубнику."}
    items = [
        {"id": 1, "title": "Studies", "content": "Several studies of happiness. " + "x " * 400},
        {"id": 2, "title": "Разное", "content": "Own text.", "subItems": [sub]},
        {
            "id": 3,
            "title": "Long",
            "content": "filler words here. " * 500
            + "The connections of computing machines were studied."
            + " more filler." * 500,
        },
    ]
    blocks = [
        {"id": 1, "title": "Research notes", "items": items},
        {"id": 2, "title": "Empty connection", "items": []},
    ]
    prompts = [{"id": 1, "title": "Summary", "template": "Sum up the study: {{context}} => JSON"}]
    return await ann.make({"contextBlocks": blocks, "promptBlocks": prompts})


async def search(project, q, **query):
    answer = await project.person.send("GET", f"{project.path}/search", query={"q": q, **query})
    return answer.body


async def titles(project, q):
    return [item["title"] for item in (await search(project, q))["items"]]


def text_of(fragments, *, hits=False):
    return "".join(f["text"] for f in fragments if f["hit"] or not hits)


@pytest.mark.parametrize(
    ("q", "found"),
    [
        ("study ", ["Studies", "Summary", "Long"]),
        ("happy ", ["Studies"]),
        ("happiness studies ", ["Studies"]),
        ("compute ", ["Long"]),
        ("connect ", ["Empty connection", "Long"]),
        ("connected computers ", ["Long"]),
        ("компьютерами ", ["Ответы"]),
        ("клубника ежик ", ["Ответы"]),
        ("ЁЖИКА ", ["Ответы"]),
        ("ответ", ["Ответы"]),
        ("клуб", ["Ответы"]),
        ("comp", ["Long"]),
        ("happi", ["Studies"]),
        ('"computing machines"', ["Long"]),
        ('"machines computing"', []),
        ('"connection of computers"', ["Long"]),
        ('"connection for computers"', []),
        ('"connections of computing"', ["Long"]),
        ("computing-machine ", ["Long"]),
        ("study -happiness ", ["Summary", "Long"]),
        ("happy or клубника ", ["Ответы", "Studies"]),
        ("the study ", ["Studies", "Summary", "Long"]),
        ("nothing ", []),
        ("research", ["Research notes"]),
        ("{{context}}", ["Summary"]),
    ],
)
async def test_words_are_found_in_every_form_and_order(project, q, found):
    assert await titles(project, q) == found


@pytest.mark.parametrize(("q", "found"), [("=>", ["Summary"]), ("the", ["Summary", "Long"])])
async def test_signs_and_fillers_alone_are_looked_for_as_they_stand(project, q, found):
    assert await titles(project, q) == found


async def test_a_hit_tells_where_it_is(project):
    (hit,) = (await search(project, "клубника "))["items"]
    assert (hit["kind"], hit["blockId"], hit["itemId"], hit["subItemId"]) == ("subItem", 1, 2, 1)
    assert hit["path"] == ["Research notes", "Разное"]
    assert (text_of(hit["snippet"], hits=True), hit["hits"]) == ("клубнику", 1)
    assert text_of(hit["snippet"]) == "Ёжик нашёл компьютеры и клубнику."
    assert hit["position"] == "Ёжик нашёл компьютеры и клубнику.".index("клубнику")


async def test_a_snippet_is_cut_out_of_a_long_text(project):
    (hit,) = (await search(project, "computer studied "))["items"]
    shown = text_of(hit["snippet"])
    assert shown.startswith("…")
    assert shown.endswith("…")
    assert len(shown) <= 245
    assert [f["text"] for f in hit["snippet"] if f["hit"]] == ["computing", "studied"]
    content = (await project.node(1, 3))["content"]
    assert content[hit["position"] :].startswith("computing")


async def test_titles_come_first_and_are_marked(project):
    first = (await search(project, "connection "))["items"][0]
    assert (first["kind"], text_of(first["markedTitle"], hits=True)) == ("block", "connection")
    assert (first["snippet"], first["position"]) == ([], None)


async def test_the_list_comes_in_parts(project):
    found, cursor = [], {}
    while cursor is not None:
        page = await search(project, "study ", limit=1, **cursor)
        assert page["total"] == 3
        found += [item["title"] for item in page["items"]]
        cursor = page["nextCursor"] and {"cursor": page["nextCursor"]}
    assert found == ["Studies", "Summary", "Long"]
    assert (await search(project, "study ", cursor=""))["total"] == 3
    with pytest.raises(Refused, match="VALIDATION_ERROR"):
        await search(project, "study", cursor="x")


async def answered(dispatcher, project, response, user=None):
    """Note an answer as a run leaves it."""
    async with dispatcher.services.database.transaction() as connection:
        owner = text("SELECT owner_id FROM projects WHERE id = :id")
        mine = (await connection.execute(owner, {"id": project.id})).scalar_one()
        await connection.execute(
            text(
                "INSERT INTO runs (owner_id, id, project_id, prompt_id, prompt_title, status,"
                " provider, model, response, instance_id)"
                " VALUES (:owner, :id, :project, 1, 'Summary', 'done', 'p', 'm', :response, :id)"
            ),
            {
                "owner": user or mine,
                "id": uuid.uuid4(),
                "project": project.id,
                "response": response,
            },
        )


async def test_answers_are_found_and_only_ones_own(project, person, dispatcher):
    await answered(dispatcher, project, "Модель ответила про синхрофазотроны.")
    bob = person("bob")
    theirs = uuid.UUID((await bob.get("/api/user"))["id"])
    await answered(dispatcher, project, "Чужой синхрофазотрон.", theirs)
    (hit,) = (await search(project, "синхрофазотрон "))["items"]
    assert (hit["kind"], hit["title"], hit["promptBlockId"]) == ("answer", "Summary", 1)
    assert text_of(hit["snippet"], hits=True) == "синхрофазотроны"
    assert uuid.UUID(hit["runId"])


async def test_the_project_of_somebody_else_is_not_found(project, person):
    with pytest.raises(Refused) as refused:
        await search(project.seen_by(person("bob")), "study")
    assert refused.value.status == 404


async def test_a_small_project_does_not_wait_for_large_ones(project, ann, dispatcher):
    items = [{"id": 1, "title": "I", "content": "words " * 60_000}]
    large = await ann.make({"contextBlocks": [{"id": 1, "title": "B", "items": items}]})
    room = dispatcher.services.project_search._room
    await room.acquire()
    await room.acquire()  # as two searches of large projects do
    waiting = asyncio.create_task(search(large, "words"))
    assert (await search(project, "contract"))["matched"] == "words"
    assert not waiting.done()
    room.release()
    assert (await waiting)["total"] == 1


async def test_what_was_changed_is_found_as_it_is_now(project):
    edit = {"op": "update", "blockId": 1, "itemId": 2, "content": "Пингвины"}
    await project.context(edit)
    assert await titles(project, "пингвин ") == ["Разное"]
    await project.context({**edit, "content": ""})
    assert await titles(project, "пингвин ") == []


@pytest.mark.parametrize(
    "q",
    [
        *(
            "'abc",
            "abc\\",
            ")(",
            "*",
            "",
            " ",
            "-",
            '"',
            "a" * 5_000,
            "😀",
            "or",
            "or or",
            "-study",
        ),
        *("a or", "% _", "study:*", "<b>", "İstanbul ", "\u0301", "!&|", "word " * 10_000, "x\ty"),
    ],
)
async def test_any_input_is_safe(project, q):
    answer = await search(project, q)
    assert answer["total"] >= len(answer["items"])


@how(
    deadline=None,
    max_examples=60,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    q=st.text(
        st.sampled_from("аёеж sйtudiy-\"'*()\\:&|!<>%_ 😀İß0\u0301\n")
        | st.characters(codec="utf-8"),
        max_size=40,
    )
)
async def test_any_random_input_is_safe_and_its_marks_are_true(project, q):
    if "\0" in q:
        return
    for hit in (await search(project, q))["items"]:
        assert text_of(hit["markedTitle"]) == hit["title"]
        assert hit["hits"] > 0
