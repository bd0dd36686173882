"""A file or folder that got another name: what was taken from it remembers the new one."""

from __future__ import annotations

import pytest
from sqlalchemy import text

MOVED = "/api/sources/moved"


def source(reference, kind="file"):
    return {
        "kind": kind,
        "reference": reference,
        "contentHash": "0" * 64,
        "capturedAt": "2026-11-28T12:00:00Z",
    }


async def project_with(person, *references):
    project = await person.make()
    await project.context(
        {"op": "addBlock", "title": "Docs"},
        *(
            {"op": "addItem", "blockId": 1, "content": "x", "source": source(reference)}
            for reference in references
        ),
    )
    return project


async def references(project):
    [block] = (await project.data())["contextBlocks"]
    return [item["source"]["reference"] for item in block["items"]]


@pytest.mark.parametrize(
    ("old", "new", "before", "after"),
    [
        (
            "a.md",
            "b c.md",
            ["a.md", "a.md?tokens=9", "a.mdx", "x/a.md", "/a.md"],
            ["b c.md", "b c.md?tokens=9", "a.mdx", "x/a.md", "/a.md"],
        ),
        (
            "notes",
            "deep/texts",
            ["notes/a.md", "notes/b/nb.ipynb#cell", "notes", "notes 2/a.md", "my/notes/a.md"],
            [
                "deep/texts/a.md",
                "deep/texts/b/nb.ipynb#cell",
                "deep/texts",
                "notes 2/a.md",
                "my/notes/a.md",
            ],
        ),
        ("50%#.md", "q?.md", ["50%25%23.md#x"], ["q%3F.md#x"]),
        ("nothing.md", "something.md", ["a.md"], ["a.md"]),
        ("a.md", "a.md", ["a.md"], ["a.md"]),
        ("", "b", ["a.md"], ["a.md"]),
    ],
)
async def test_addresses_follow_and_nothing_else_does(ann, old, new, before, after):
    project = await project_with(ann, *before)
    version = (await project.get())["version"]
    moved = await ann.post(MOVED, {"from": old, "to": new})
    assert await references(project) == after
    count = sum(b != a for b, a in zip(before, after, strict=True))
    assert moved == {"projects": int(count > 0), "sources": count}
    assert (await project.get())["version"] == version + (count > 0)


async def test_all_projects_of_a_person_follow_and_nobody_elses(ann, person):
    bob = person("bob")
    mine = [await project_with(ann, "a.md") for _ in range(2)]
    theirs = await project_with(bob, "a.md")
    await theirs.share(user=ann.name, role="edit")
    assert await ann.post(MOVED, {"from": "a.md", "to": "b.md"}) == {"projects": 2, "sources": 2}
    assert [await references(project) for project in mine] == [["b.md"], ["b.md"]]
    assert await references(theirs) == ["a.md"]
    statement = text("SELECT target FROM audit WHERE action = :action")
    async with ann.dispatcher.services.database.read() as connection:
        trail = (await connection.execute(statement, {"action": f"POST {MOVED}"})).scalars().all()
    assert {project.id for project in mine} <= set(trail), "a line for each"


async def test_following_is_a_change_that_can_be_undone(ann):
    project = await project_with(ann, "a.md")
    await ann.post(MOVED, {"from": "a.md", "to": "b.md"})
    version = (await project.get())["version"]
    await ann.post(f"{project.path}/history/{version}/undo")
    assert await references(project) == ["a.md"]
