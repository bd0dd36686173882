"""A path leads to one handler, and what does not fit is told as 404 or 405."""

from __future__ import annotations

from uuid import UUID

import pytest

from promptyflow_server.http.call import Call
from promptyflow_server.http.models import Reply, WireModel
from promptyflow_server.http.openapi import openapi_document
from promptyflow_server.http.routing import Router, Routes
from promptyflow_server.shared.errors import MethodNotAllowed, NotFound

ID = "0190a1b2-0000-7000-8000-000000000001"


class Thing(WireModel):
    name_of: str


routes = Routes("Things")


@routes.get("/api/things/{thing_id:uuid}")
async def get_thing(call: Call, thing_id: UUID) -> Thing:
    """Show a thing."""


@routes.post("/api/things", status=201)
async def create_thing(call: Call, body: Thing) -> Reply[Thing]:
    """Make a thing."""


@routes.get("/api/things/{thing_id:uuid}/parts/{part:int}")
async def get_part(call: Call, thing_id: UUID, part: int) -> Thing:
    """Show a part."""


@routes.get("/api/things/{thing_id:uuid}/parts/all")
async def get_parts(call: Call, thing_id: UUID) -> Thing:
    """Show all parts."""


@pytest.fixture
def router() -> Router:
    return Router([routes])


def test_path_parameters_arrive_with_their_types(router: Router) -> None:
    endpoint, parameters = router.find("GET", f"/api/things/{ID}/parts/7")
    assert endpoint.handler is get_part
    assert parameters == {"thing_id": UUID(ID), "part": 7}


def test_a_fixed_name_is_not_taken_for_a_parameter(router: Router) -> None:
    assert router.find("GET", f"/api/things/{ID}/parts/all")[0].handler is get_parts


@pytest.mark.parametrize(
    "path",
    ["/api/things/7", "/api/things/../etc", f"/api/things/{ID}/", f"/api/things/{ID}/parts/0", "/"],
)
def test_an_unknown_path_is_not_found(router: Router, path: str) -> None:
    with pytest.raises(NotFound):
        router.find("GET", path)


def test_a_wrong_verb_says_which_are_right(router: Router) -> None:
    with pytest.raises(MethodNotAllowed) as caught:
        router.find("PUT", "/api/things")
    assert caught.value.details == {"allow": "POST"}


def test_the_openapi_document_describes_every_endpoint() -> None:
    document = openapi_document(routes.endpoints)
    operation = document["paths"]["/api/things"]["post"]
    assert operation["responses"]["201"]["content"]["application/json"]["schema"] == {
        "$ref": "#/components/schemas/Thing"
    }
    assert "nameOf" in document["components"]["schemas"]["Thing"]["properties"]
    part = document["paths"]["/api/things/{thing_id}/parts/{part}"]["get"]
    assert [p["name"] for p in part["parameters"]] == ["thing_id", "part"]
