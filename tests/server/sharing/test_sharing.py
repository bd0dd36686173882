"""Sharing: who may do what with whose project, from when on, and who learns of it."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack, aclosing

import pytest
from people import Refused
from sqlalchemy import text

from promptyflow_server.http.call import Principal
from promptyflow_server.http.exchange import Request

ITEM = {"id": 1, "title": "One", "content": "first text"}
PROMPT = {
    "id": 1,
    "title": "Ask",
    "template": "Look: {{context}}",
    "wrapInTags": False,
    "selectedContext": [{"blockId": 1, "itemId": 1, "order": 1}],
}
CONTEXT = {
    "contextBlocks": [{"id": 1, "title": "Docs", "items": [ITEM]}],
    "promptBlocks": [PROMPT],
}
RENAME = {"op": "update", "blockId": 1, "itemId": 1, "title": "Two"}


async def refused(asking, status: int, kind: str | None = None) -> Refused:
    with pytest.raises(Refused) as caught:
        await asking
    assert caught.value.status == status, caught.value
    if kind is not None:
        assert caught.value.details.get("kind") == kind
    return caught.value


def names(page):
    return [project["name"] for project in page["items"]]


async def test_a_viewer_reads_compiles_and_copies_and_changes_nothing(ann, bob):
    await bob.get("/api/user")
    theirs = await ann.make(CONTEXT, "Report")
    seen = theirs.seen_by(bob)
    await refused(seen.get(), 404)
    await theirs.share(user=bob.name)

    whole = await seen.get()
    assert (whole["role"], whole["owner"]["name"]) == ("view", ann.name)
    assert "owner" not in await theirs.get()
    assert (await seen.node(1, 1))["content"] == "first text"
    assert (await seen.compile(1))["compiled"] == "Look: first text"
    assert (await bob.get(f"{seen.path}/search?q=first"))["total"] == 1
    assert (await bob.get(f"{seen.path}/context-blocks/stats"))["totalChars"] == 10
    assert (await bob.get(f"{seen.path}/history"))["items"][0]["author"]["name"] == ann.name
    assert (await bob.send("GET", f"{seen.path}/export")).status == 200

    await refused(seen.context(RENAME), 403, "read_only")
    await refused(seen.prompts({"op": "update", "promptBlockId": 1, "title": "X"}), 403)
    await refused(bob.patch(seen.path, {"name": "Mine"}), 403, "read_only")
    await refused(bob.post(f"{seen.path}/history/1/restore"), 403, "read_only")
    await refused(bob.delete(seen.path), 403, "owner_only")
    await refused(bob.get(f"{seen.path}/shares"), 403, "owner_only")
    await refused(seen.share(user=ann.name), 403, "owner_only")
    error = await refused(bob.patch(seen.path, {"name": "X"}, accept_language="ru"), 403)
    assert error.message == "Этот проект открыт вам только для чтения."

    copy = await bob.post(f"{seen.path}/duplicate")
    assert (copy["role"], "owner" in copy) == ("owner", False)
    mine = await bob.get(f"/api/projects/{copy['id']}")
    assert mine["data"]["contextBlocks"][0]["items"][0]["content"] == "first text"


async def test_an_editor_changes_it_and_history_tells_who(ann, bob):
    await bob.get("/api/user")
    theirs = await ann.make(CONTEXT)
    await theirs.share(user=bob.name, role="edit")
    seen = theirs.seen_by(bob)
    await seen.context(RENAME)
    await theirs.context({"op": "update", "blockId": 1, "title": "Papers"})
    history = (await bob.get(f"{seen.path}/history"))["items"]
    assert [entry["author"]["name"] for entry in history[:2]] == [ann.name, bob.name]
    assert history[1]["changes"][0]["title"] == "Two"
    await bob.post(f"{seen.path}/history/2/undo")
    assert (await theirs.data())["contextBlocks"][0]["items"][0]["title"] == "One"
    renamed = await bob.patch(seen.path, {"name": "Ours"})
    assert (renamed["role"], renamed["owner"]["name"]) == ("edit", ann.name)
    await refused(bob.delete(seen.path), 403, "owner_only")
    await refused(seen.share(user=ann.name), 403, "owner_only")


async def test_a_share_holds_at_once_and_ends_at_once(ann, bob):
    await bob.get("/api/user")
    theirs = await ann.make(CONTEXT)
    seen = theirs.seen_by(bob)
    share = await theirs.share(user=bob.name)
    await refused(seen.context(RENAME), 403)
    path = f"{theirs.path}/shares/{share['id']}"
    assert (await ann.patch(path, {"role": "edit"}))["role"] == "edit"
    await seen.context(RENAME)
    await ann.delete(path)
    await refused(seen.get(), 404)
    await refused(seen.context(RENAME), 404)
    await refused(ann.delete(path), 404)
    assert names(await bob.get("/api/shares")) == []


async def test_a_write_that_waited_for_the_lock_sees_that_its_right_is_gone(ann, bob, dispatcher):
    """It is asked for behind the lock, not before it."""
    await bob.get("/api/user")
    theirs = await ann.make(CONTEXT)
    await theirs.share(user=bob.name, role="edit")
    async with dispatcher.services.database.transaction() as connection:
        await connection.execute(
            text("SELECT 1 FROM projects WHERE id = :id FOR UPDATE"), {"id": theirs.id}
        )
        write = asyncio.create_task(theirs.seen_by(bob).context(RENAME))
        waiting = text(
            "SELECT count(*) FROM pg_locks l JOIN pg_stat_activity a USING (pid)"
            " WHERE NOT l.granted AND a.datname = current_database()"
        )
        async with asyncio.timeout(20):
            while not (await connection.execute(waiting)).scalar():  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        await connection.execute(
            text("DELETE FROM shares WHERE project_id = :id"), {"id": theirs.id}
        )
    await refused(write, 404)


async def test_shared_projects_stand_in_the_list_and_in_a_list_of_their_own(ann, bob):
    await bob.get("/api/user")
    mine = await bob.make(name="Mine")
    shared = await ann.make(name="Shared")
    await ann.make(name="Secret")
    await shared.share(user=bob.name)
    listed = await bob.get("/api/projects")
    assert [(p["name"], p["role"]) for p in listed["items"]] == [
        ("Shared", "view"),
        ("Mine", "owner"),
    ]
    assert listed["items"][0]["owner"]["name"] == ann.name
    await bob.patch(mine.path, {"name": "Mine again"})
    first = await bob.get("/api/projects?limit=1")
    second = await bob.get(f"/api/projects?limit=1&cursor={first['nextCursor']}")
    assert names(first) + names(second) == ["Mine again", "Shared"]
    assert second["nextCursor"] is None
    assert names(await bob.get("/api/projects?q=shar")) == ["Shared"]
    assert names(await bob.get("/api/shares")) == ["Shared"]
    assert names(await ann.get("/api/shares")) == []


async def test_a_group_is_shared_with_as_the_hub_tells_it_now(ann, person):
    theirs = await ann.make(CONTEXT)
    await theirs.share(group="students")
    inside, outside = person("carol", "students", "staff"), person("dave", "staff")
    assert (await theirs.seen_by(inside).get())["role"] == "view"
    await refused(theirs.seen_by(outside).get(), 404)
    await theirs.share(group="staff", role="edit")
    assert (await theirs.seen_by(inside).get())["role"] == "edit"  # the better of two
    inside.groups = frozenset()
    await refused(theirs.seen_by(inside).get(), 404)
    shares = (await ann.get(f"{theirs.path}/shares"))["items"]
    assert [(share["group"], share["role"]) for share in shares] == [
        ("students", "view"),
        ("staff", "edit"),
    ]


async def test_a_group_of_another_hub_is_another_group(ann, dispatcher):
    theirs = await ann.make()
    await theirs.share(group="students")
    request = Request("GET", f"/api/projects/{theirs.id}", {}, {}, b"", "test")
    stranger = Principal("hub:elsewhere", "eve", "eve", "hub", groups=frozenset({"students"}))
    assert (await dispatcher.answer(request, stranger)).status == 404


async def test_sharing_again_changes_the_role_and_adds_nobody(ann, bob):
    await bob.get("/api/user")
    theirs = await ann.make()
    body = {"user": bob.name, "role": "view"}
    first = await ann.send("POST", f"{theirs.path}/shares", body)
    again = await ann.send("POST", f"{theirs.path}/shares", {**body, "role": "edit"})
    assert (first.status, again.status) == (201, 200)
    assert first.headers["Location"] == f"{theirs.path}/shares/{first.body['id']}"
    assert again.body == {**first.body, "role": "edit"}
    assert (await ann.get(f"{theirs.path}/shares"))["items"] == [again.body]


@pytest.mark.parametrize("whom", [{}, {"user": "x", "group": "y"}, {"group": "  "}, {"user": "me"}])
async def test_whom_to_share_with_must_be_said_and_be_somebody_else(ann, whom):
    theirs = await ann.make()
    whom = {name: ann.name if value == "me" else value for name, value in whom.items()}
    assert (await refused(theirs.share(**whom), 400)).code == "VALIDATION_ERROR"


async def test_people_are_found_by_their_whole_name_only_and_not_by_guessing(ann, bob):
    await bob.get("/api/user")
    theirs = await ann.make()
    for part in (bob.name[1:], bob.name + "x", "%", bob.name.upper(), "_" * len(bob.name)):
        error = await refused(theirs.share(user=part), 400)
        assert set(error.details["errors"]) == {"user"}
    for _ in range(5):
        await refused(theirs.share(user="nobody"), 400)
    error = await refused(theirs.share(user=bob.name), 429)
    assert error.details["retryAfter"] > 0


async def test_the_name_that_somebody_gave_themselves_does_not_catch_shares(ann, bob):
    await bob.patch("/api/user", {"name": "Director"})
    theirs = await ann.make()
    await refused(theirs.share(user="Director"), 400)


async def test_nobody_learns_of_people_through_a_project_that_is_not_theirs(ann, bob):
    await bob.get("/api/user")
    theirs = await ann.make()
    for name in (ann.name, "nobody at all"):
        await refused(theirs.seen_by(bob).share(user=name), 404)


async def test_a_server_of_one_owner_says_that_there_is_nobody_to_share_with(dispatcher, person):
    owner = Principal("local", "owner", "owner", "jupyter")

    async def ask(method, path, body=b"", language="en"):
        headers = {"accept-language": language}
        return await dispatcher.answer(Request(method, path, {}, headers, body, "t"), owner)

    made = await ask("POST", "/api/projects", b'{"name": "Mine"}')
    path = made.headers["Location"] + "/shares"
    refusal = await ask("POST", path, b'{"user": "bob", "role": "view"}', "ru")
    assert refusal.status == 403
    assert "делиться не с кем" in refusal.body.decode()
    assert (await ask("GET", "/api/shares")).status == 200
    assert b'"canShare":false' in (await ask("GET", "/api/user")).body
    assert (await person("ann").get("/api/user"))["canShare"] is True


async def test_open_streams_tell_everybody_who_sees_it_and_stop_at_once(ann, bob, person):
    await bob.get("/api/user")
    theirs = await ann.make(CONTEXT)
    carol, eve = person("carol", "students"), person("eve")

    async def stream(who):
        return (await who.send("GET", "/api/events")).body

    streams = [await stream(who) for who in (ann, bob, carol, eve)]
    async with AsyncExitStack() as stack:
        own, bobs, carols, eves = [
            await stack.enter_async_context(aclosing(one)) for one in streams
        ]
        for one in (own, bobs, carols, eves):
            assert (await anext(one)).name == "ready"
        share = await theirs.share(user=bob.name, role="edit")
        await theirs.share(group="students")
        for one in (bobs, carols):
            event = await told(one)
            assert (event.name, event.data) == ("access", {"id": theirs.id})
        assert (await told(bobs)).name == "access"  # of the second share
        await theirs.seen_by(bob).context(RENAME)
        for one in (own, bobs, carols):
            event = await told(one, "project")
            assert event.data == {"id": theirs.id, "version": 2}
        await ann.delete(f"{theirs.path}/shares/{share['id']}")
        assert (await told(bobs)).name == "access"
        await theirs.context({"op": "update", "blockId": 1, "title": "Papers"})
        assert (await told(carols, "project")).data["version"] == 3
        await ann.delete(theirs.path)
        assert (await told(carols, "projectDeleted")).data == {"id": theirs.id}
        # Neither of them is told of what they cannot see: the next thing is their own.
        for who, one in ((bob, bobs), (eve, eves)):
            own_project = await who.make()
            event = await told(one)
            assert (event.name, event.data["id"]) == ("project", own_project.id)


async def told(stream, name: str | None = None):
    """Return the next event, or the next one of a name."""
    async with asyncio.timeout(20):
        async for event in stream:
            if name in {None, event.name}:
                return event
    raise AssertionError("the stream has ended")
