"""Whoever leaves can take everything along, and leaves nothing behind."""

from __future__ import annotations

import io
import json
import time
import uuid
import zipfile
from types import SimpleNamespace

import pytest
from interchange_forms import OURS
from people import Person, Refused
from sqlalchemy import text

from promptyflow_server.services import build_dispatcher
from promptyflow_server.storage.tables import metadata

KEY = "planted-key-0123456789abcdef"


async def statement(dispatcher, sql, **values):
    async with dispatcher.services.database.transaction() as connection:
        return await connection.execute(text(sql), values)


async def fill(dispatcher, person):
    """Give somebody one of each thing that an account can own."""
    made = (await person.post("/api/projects/import", OURS))["project"]
    await person.patch(f"/api/projects/{made['id']}", {"name": "Проект: 1/2"})
    template = await person.post("/api/templates", {"name": "Шаблон", "content": "раз"})
    await person.patch(f"/api/templates/{template['id']}", {"content": "два"})
    await person.post(f"/api/templates/{template['id']}/use")
    owner = uuid.UUID((await person.get("/api/user"))["id"])
    services = dispatcher.services
    await statement(
        dispatcher,
        "INSERT INTO api_keys (owner_id, provider, id, ciphertext, kid, last4)"
        " VALUES (:owner, 'openai', :id, :sealed, 'k1', 'cdef')",
        owner=owner,
        id=uuid.uuid4(),
        sealed=KEY.encode(),
    )
    await statement(
        dispatcher,
        "INSERT INTO model_configs (owner_id, id, name, provider, model)"
        " VALUES (:owner, :id, 'Careful', 'openai', 'm')",
        owner=owner,
        id=uuid.uuid4(),
    )
    await statement(
        dispatcher,
        "INSERT INTO runs (owner_id, id, project_id, status, provider, model, messages, response,"
        " instance_id) VALUES (:owner, :id, :project, 'done', 'p', 'm',"
        ' \'[{"role": "user", "content": "Вопрос"}]\', \'Ответ\', :id)',
        owner=owner,
        id=uuid.uuid4(),
        project=uuid.UUID(made["id"]),
    )
    await services.access_tokens.create(owner, "laptop", None)
    return owner


async def rows_of(dispatcher, owner):
    """Return in which tables something of a person is left."""
    left = []
    for table in metadata.sorted_tables:
        names = {"owner_id", "user_id"} & set(table.c.keys())
        if table.name == "users":
            names = {"id"}
        for name in names:
            count = f"SELECT count(*) FROM {table.name} WHERE {name} = :owner"  # noqa: S608
            found = await statement(dispatcher, count, owner=owner)
            if found.scalar_one():
                left.append(table.name)
    return sorted(set(left))


async def archive_of(person):
    answer = await person.send("GET", "/api/user/export")
    assert answer.headers["Content-Type"] == "application/zip"
    assert "promptyflow.zip" in answer.headers["Content-Disposition"]
    archive = zipfile.ZipFile(io.BytesIO(answer.content))
    assert archive.testzip() is None
    return {name: archive.read(name).decode() for name in archive.namelist()}


async def test_the_archive_holds_everything_and_no_key(dispatcher, ann, person):
    await fill(dispatcher, ann)
    await fill(dispatcher, person("bob"))
    files = await archive_of(ann)
    folders = {name.partition("/")[0] for name in files}
    assert folders == {
        *("about.json", "model-configurations.json", "providers.json", "templates.json"),
        *("projects", "templates", "template-versions", "runs"),
    }
    assert len(files) == 8, "of Bob there is nothing"
    (project,) = (name for name in files if name.startswith("projects/"))
    assert project.startswith("projects/Проект 1 2 ")
    told = json.loads(files[project])
    assert (told["format"], told["name"]) == ("promptyflow", "Проект: 1/2")
    texts = {name.partition("/")[0]: text for name, text in files.items() if name.endswith(".md")}
    assert texts == {"templates": "два", "template-versions": "раз"}
    (run,) = (json.loads(text) for name, text in files.items() if name.startswith("runs/"))
    assert (run["response"], run["messages"][0]["content"]) == ("Ответ", "Вопрос")
    assert json.loads(files["about.json"])["user"]["name"] == "ann"
    assert json.loads(files["providers.json"])[0]["provider"] == "openai"
    everything = "".join(files.values())
    assert KEY not in everything
    assert "cdef" not in everything.replace(KEY, "")


async def test_what_is_in_the_archive_can_be_imported(dispatcher, ann):
    await fill(dispatcher, ann)
    files = await archive_of(ann)
    (project,) = (text for name, text in files.items() if name.startswith("projects/"))
    made = await ann.send("POST", "/api/projects/import", raw=project.encode())
    assert made.body["recognised"] == "promptyflow"


async def test_an_empty_account_has_an_archive_too(ann):
    assert set(await archive_of(ann)) == {
        *("about.json", "model-configurations.json", "providers.json", "templates.json")
    }


async def test_an_account_goes_with_all_it_owns_and_leaves_a_line_in_the_audit(
    dispatcher, ann, person
):
    bob = person("bob")
    gone, stays = await fill(dispatcher, ann), await fill(dispatcher, bob)
    before = await rows_of(dispatcher, stays)
    assert {"projects", "templates", "runs", "api_keys", "history", "access_tokens"} <= set(before)
    answer = await ann.send("DELETE", "/api/user", confirm_delete="ann")
    assert (answer.status, answer.content) == (204, b"")
    assert await rows_of(dispatcher, gone) == ["audit"]
    assert await rows_of(dispatcher, stays) == before
    found = await statement(
        dispatcher, "SELECT action, target FROM audit WHERE user_id = :user", user=gone
    )
    assert "DELETE /api/user" in {row.action for row in found}
    again = await ann.get("/api/user")
    assert (uuid.UUID(again["id"]) != gone, again["used"]["projects"]) == (True, 0)


@pytest.mark.parametrize("confirmation", [None, "", "bob", "an", "%"])
async def test_nothing_goes_without_the_right_confirmation(dispatcher, ann, confirmation):
    owner = await fill(dispatcher, ann)
    before = await rows_of(dispatcher, owner)
    headers = {} if confirmation is None else {"confirm_delete": confirmation}
    with pytest.raises(Refused) as refused:
        await ann.send("DELETE", "/api/user", **headers)
    assert (refused.value.status, list(refused.value.details["errors"])) == (
        400,
        ["Confirm-Delete"],
    )
    assert await rows_of(dispatcher, owner) == before


@pytest.mark.parametrize(
    "confirmation",
    ["Анна Ли", "%D0%90%D0%BD%D0%BD%D0%B0%20%D0%9B%D0%B8", "Анна Ли".encode().decode("latin-1")],
)
async def test_a_name_in_other_letters_confirms_in_every_way_a_header_can_hold_it(
    person, confirmation
):
    anna = person("Анна Ли")
    await anna.make()
    await anna.send("DELETE", "/api/user", confirm_delete=confirmation)
    assert (await anna.get("/api/projects"))["items"] == []


async def test_the_profile_tells_limits_and_what_is_used_of_them(dispatcher, ann):
    await fill(dispatcher, ann)
    profile = await ann.get("/api/user")
    used = profile["used"]
    assert (used["projects"], used["templates"], used["runs"]) == (1, 1, 1)
    assert used["chars"] == used["largestProjectChars"] == 6
    assert profile["limits"]["projectChars"] == 10_000_000
    changed = await ann.patch("/api/user", {"language": "ru", "theme": "dark", "name": " Anna "})
    assert (changed["language"], changed["theme"], changed["name"]) == ("ru", "dark", "Anna")
    assert (await ann.patch("/api/user", {"language": None}))["language"] is None


async def test_another_process_soon_knows_that_an_account_is_gone(settings, ann, monkeypatch):
    other = build_dispatcher(settings)
    try:
        elsewhere = Person(other, "ann")
        before = (await elsewhere.get("/api/user"))["id"]
        await ann.send("DELETE", "/api/user", confirm_delete="ann")
        later = SimpleNamespace(monotonic=lambda: time.monotonic() + 11)
        monkeypatch.setattr("promptyflow_server.security.identity.time", later)
        assert (await elsewhere.get("/api/user"))["id"] != before
        assert await elsewhere.make()
    finally:
        await other.services.close()


async def test_an_account_that_was_deleted_at_another_server_is_not_there(servers):
    here, there = Person(await servers.start(), "ann"), Person(await servers.start(), "ann")
    await here.get("/api/user")
    await there.get("/api/user")
    await there.delete("/api/user", confirm_delete="ann")
    for path, body in (
        ("/api/projects", {"name": "x"}),
        ("/api/templates", {"name": "x", "content": "y"}),
    ):
        with pytest.raises(Refused) as caught:
            await here.post(path, body)
        assert caught.value.code == "NOT_FOUND", "for some seconds; then it is a first visit"
