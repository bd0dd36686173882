"""The trail: who changed what, and how they were known; written with the change or not at all."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime, timedelta

import pytest
from people import Refused
from sqlalchemy import text

from promptyflow_server.audit.repository import AuditRepository
from promptyflow_server.cli import main

BLOCK = {"op": "addBlock", "title": "a text that is nobody's business"}


async def lines(dispatcher, **asked):
    wanted = {"user": None, "target": None, "since": None, "limit": 100} | asked
    async with dispatcher.services.database.read() as connection:
        rows = await AuditRepository(connection).newest(**wanted)
    return [(row.action, row.target) for row in reversed(rows)]


async def test_each_change_leaves_a_line_with_ids_and_without_texts(dispatcher, ann, bob):
    me = (await ann.get("/api/user"))["id"]
    await bob.get("/api/user")
    project = await ann.make(name="a name that is nobody's business")
    await project.context(BLOCK)
    await project.get()
    share = await project.share(user=bob.name, role="edit")
    await project.seen_by(bob).context(BLOCK)
    template = await ann.post("/api/templates", {"name": "t", "content": "c"})
    config = {"name": "c", "provider": "ollama", "model": "m"}
    made = await ann.post("/ai/configs", config)
    await ann.delete(f"{project.path}/shares/{share['id']}")
    await ann.delete(project.path)
    path = "/api/projects/{project_id}"
    own = project.id
    assert await lines(dispatcher, user=me) == [
        ("POST /api/projects", own),
        (f"PATCH {path}/context-blocks", own),
        (f"POST {path}/shares", f"{own}/{share['id']}"),
        ("POST /api/templates", template["id"]),
        ("POST /ai/configs", made["id"]),
        (f"DELETE {path}/shares/{{share_id}}", f"{own}/{share['id']}"),
        (f"DELETE {path}", own),
    ]
    assert await lines(dispatcher, user=bob.name) == [(f"PATCH {path}/context-blocks", own)]
    assert len(await lines(dispatcher, target=own)) == 6
    async with dispatcher.services.database.read() as connection:
        written = (await connection.execute(text("SELECT audit::text FROM audit"))).scalars().all()
    mine = [row for row in written if me in row]
    assert "business" not in "".join(mine)
    assert all("jupyter" in row and "test" in row for row in mine)  # the id of the request


async def test_what_was_refused_or_only_read_leaves_none(dispatcher, ann, bob):
    project = await ann.make()
    who = (await bob.get("/api/user"))["id"]
    for asking in (project.seen_by(bob).context(BLOCK), bob.delete(project.path)):
        with pytest.raises(Refused):
            await asking
    await bob.get("/api/projects")
    mine = await bob.make()
    with pytest.raises(Refused):
        await mine.context(BLOCK, {"op": "delete", "blockId": 99})
    assert await lines(dispatcher, user=who) == [("POST /api/projects", mine.id)]


async def test_old_lines_are_forgotten(dispatcher, ann):
    await ann.make()
    repository = AuditRepository
    async with dispatcher.services.database.transaction() as connection:
        now = datetime.now(UTC)
        count = len(
            await repository(connection).newest(user=None, target=None, since=None, limit=10_000)
        )
        assert await repository(connection).forget(now - timedelta(hours=1)) == 0
        assert await repository(connection).forget(now + timedelta(seconds=1)) == count
        await connection.rollback()


async def test_an_operator_reads_it(ann, shared_database_url, tmp_path, capsys, monkeypatch):
    project = await ann.make()
    await project.context(BLOCK)
    monkeypatch.setenv("PROMPTYFLOW_DATABASE_URL", shared_database_url)
    options = ["--data-dir", str(tmp_path), "audit", "--user", ann.name, "--days", "1"]
    assert await asyncio.to_thread(main, [*options, "--limit", "1"]) == 0
    (line,) = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert (line["user"], line["target"], line["identifiedBy"]) == (ann.name, project.id, "jupyter")
    assert line["action"] == "PATCH /api/projects/{project_id}/context-blocks"
