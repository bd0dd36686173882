"""Every route of the OpenAPI document, asked for what is somebody else's; none can be forgotten.

What a route names is made for ann, as the names of its parameters say; a route with a parameter
or a body that is not known here fails until it is taught.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import pytest
from people import Refused
from sqlalchemy import text

from promptyflow_server.http.openapi import openapi_document
from promptyflow_server.services import build_dispatcher
from promptyflow_server.settings import Settings
from promptyflow_server.shared.ids import new_id

if TYPE_CHECKING:
    from people import Person

ITEM = {"id": 1, "title": "i", "content": "text", "subItems": [{"id": 1, "title": "s"}]}
PROMPT = {"id": 1, "title": "p", "template": "{{context}}"}
DATA = {"contextBlocks": [{"id": 1, "title": "b", "items": [ITEM]}], "promptBlocks": [PROMPT]}

BODIES: dict[str, dict[str, Any]] = {
    "PatchContext": {"operations": [{"op": "addBlock"}]},
    "PatchPrompts": {"operations": [{"op": "addPrompt"}]},
    "SplitNode": {"blockId": 1, "itemId": 1, "method": "paragraph", "preview": True},
    "CompilePrompt": {"promptBlockId": 1},
    "UpdateProject": {"name": "n"},
    "CreateShare": {"group": "g", "role": "view"},
    "UpdateShare": {"role": "edit"},
    "UpdateTemplate": {"name": "n"},
    "UpdateConfig": {"name": "n"},
    "Send": {"provider": "ollama", "model": "m", "promptBlockId": 1},
    "CountTokens": {"model": "gpt-5", "promptBlockId": 1},
}
"""A valid body of each kind that a route with a foreign id takes."""

QUERIES = {"SearchProjectQuery": "q=text", "TokensQuery": "nodes=1.1"}
OPEN_TO_VIEWERS = {
    ("POST", "/api/projects/{project_id}/prompt-blocks/compile"),
    ("POST", "/api/projects/{project_id}/duplicate"),
    ("POST", "/api/projects/{project_id}/context-blocks/split"),  # a preview changes nothing
}
FOR_OWNERS = {("GET", "/api/projects/{project_id}/shares")}


def operations() -> list[tuple[str, str]]:
    """Return method and path of every operation of the document that names something."""
    endpoints = build_dispatcher(Settings(data_dir=Path("unused"))).router.endpoints
    document = openapi_document(endpoints)
    found = []
    for path, methods in document["paths"].items():
        for method, told in methods.items():
            parts = told.get("parameters", []), told.get("requestBody", {})
            if any(word in str(parts) for word in ("_id'", "projectId")) or _body_names(
                document, told
            ):
                found.append((method.upper(), path))
    return found


def _body_names(document: dict[str, Any], told: dict[str, Any]) -> bool:
    """Whether a body has a field for a project."""
    schema = told.get("requestBody", {}).get("content", {}).get("application/json", {})
    name = schema.get("schema", {}).get("$ref", "").rpartition("/")[2]
    fields = document["components"]["schemas"].get(name, {}).get("properties", {})
    return "projectId" in fields


@pytest.fixture
async def things(ann, bob, dispatcher) -> dict[str, Any]:
    """Return ids of ann's, by the name that parameters have for them."""
    await bob.get("/api/user")
    project = await ann.make(DATA)
    await project.context({"op": "addBlock"})
    share = await project.share(group="students")
    template = await ann.post("/api/templates", {"name": "t", "content": "c"})
    await ann.patch(f"/api/templates/{template['id']}", {"content": "d"})
    config = {"name": "c", "provider": "ollama", "model": "m"}
    made = await ann.post("/ai/configs", config)
    token = await ann.post("/auth/tokens", {"name": "t"})
    run_id = new_id()
    async with dispatcher.services.database.transaction() as connection:
        people = {row.name: row.id for row in await connection.execute(text("TABLE users"))}
        for person in (ann, bob):
            await connection.execute(
                text(
                    "INSERT INTO api_keys (owner_id, provider, id, base_url, status)"
                    " VALUES (:owner, 'ollama', :id, 'http://127.0.0.1:9', 'active')"
                ),
                {"owner": people[person.name], "id": uuid4()},
            )
        await connection.execute(
            text(
                "INSERT INTO runs (owner_id, id, project_id, status, provider, model, response,"
                " instance_id) VALUES (:owner, :id, :project, 'done', 'ollama', 'm', 'answer', :id)"
            ),
            {"owner": people[ann.name], "id": run_id, "project": UUID(project.id)},
        )
    return {
        "project_id": project.id,
        "share_id": share["id"],
        "template_id": template["id"],
        "config_id": made["id"],
        "token_id": token["id"],
        "run_id": str(run_id),
        **dict.fromkeys(("block", "item", "sub", "version"), 1),
    }


async def ask(person: Person, method: str, path: str, things: dict[str, Any]) -> Any:
    """Send what the document allows; return status, kind of refusal, and what was read."""
    endpoint = next(
        endpoint
        for endpoint in person.dispatcher.router.endpoints
        if (endpoint.method, endpoint.route) == (method, path)
    )
    body, raw, query = None, None, {}
    if endpoint.body is not None:
        body = dict(BODIES[endpoint.body.__name__])
        if "project_id" in endpoint.body.model_fields:
            body["projectId"] = things["project_id"]
    elif endpoint.raw_body:
        raw = b'{"title": "Block", "items": []}'
    if endpoint.query is not None:
        if "project_id" in endpoint.query.model_fields:
            query["projectId"] = things["project_id"]
        query |= dict(
            pair.split("=") for pair in QUERIES.get(endpoint.query.__name__, "").split("&") if pair
        )
    try:
        answer = await person.send(method, path.format(**things), body, raw=raw, query=query)
    except Refused as refused:
        return refused.status, refused.details.get("kind"), None
    if hasattr(answer.body, "aclose"):
        return await _first_of(answer.body)
    return answer.status, None, answer.body


async def _first_of(events: Any) -> Any:
    """Return how a stream begins: what is not there is told in its first event."""
    event = await anext(events)
    await events.aclose()
    return (
        (404 if event.name == "error" and event.data["error"] == "NOT_FOUND" else 200),
        None,
        None,
    )


@pytest.mark.parametrize(("method", "path"), operations())
async def test_what_is_somebody_elses_is_not_there(method, path, ann, bob, things):
    unknown = {
        name: str(uuid4()) if name.endswith("_id") else value for name, value in things.items()
    }
    foreign = await ask(bob, method, path, things)
    assert foreign == await ask(bob, method, path, unknown)
    if (method, path) == ("GET", "/ai/runs"):  # a list of one's own, whatever it is filtered by
        assert foreign == (200, None, {"items": [], "nextCursor": None})
    else:
        assert foreign[0] == 404
    # The same request finds it for its owner: it was not refused for anything else.
    status, *_ = await ask(ann, method, path, things)
    assert status not in {400, 403, 404, 405}


@pytest.mark.parametrize(
    ("method", "path"),
    [(method, path) for method, path in operations() if "{project_id}" in path],
)
async def test_who_may_view_a_project_reads_it_and_changes_nothing(method, path, bob, ann, things):
    before = await ann.get(f"/api/projects/{things['project_id']}")
    await ann.post(
        f"/api/projects/{things['project_id']}/shares", {"user": bob.name, "role": "view"}
    )
    status, kind, _ = await ask(bob, method, path, things)
    reads = method == "GET" and (method, path) not in FOR_OWNERS
    if reads or (method, path) in OPEN_TO_VIEWERS:
        assert status in {200, 201}
    else:
        assert (status, kind in {"read_only", "owner_only"}) == (403, True)
    after = await ann.get(f"/api/projects/{things['project_id']}")
    assert after == before


async def test_nobody_names_what_is_somebody_elses_inside_a_change_of_their_own(bob, things):
    mine = await bob.make()
    told = await mine.prompts(
        {"op": "addPrompt", "title": "p", "templateId": things["template_id"]},
    )
    assert told["prompts"][0].get("templateId") is None
