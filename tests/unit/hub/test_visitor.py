"""Which tokens of a Hub open the service."""

from __future__ import annotations

import pytest

from promptyflow_server.hub.settings import HubSettings
from promptyflow_server.hub.visitor import Visitor
from promptyflow_server.shared.errors import Forbidden

HUB = HubSettings("http://127.0.0.1:8081/hub/api")
ACCESS = "access:services!service=promptyflow"


def visitor(*scopes: str, name: str = "bob", kind: str = "user", **more) -> Visitor:
    return Visitor.of({"name": name, "kind": kind, "groups": [], "scopes": [*scopes], **more})


@pytest.mark.parametrize(
    "scopes",
    [
        [ACCESS],
        ["access:services"],
        [ACCESS, "access:servers!server=bob/"],
        [ACCESS, "access:servers!server=bob/named"],
        [ACCESS, "access:servers!user=bob", "access:servers!server=alice/"],
        [ACCESS, "access:servers"],
    ],
)
def test_a_token_of_a_person_with_the_scope_opens_it(scopes):
    visitor(*scopes).admit(HUB)


@pytest.mark.parametrize(
    ("kind", "scopes"),
    [
        ("hub_scope", []),
        ("hub_scope", ["self", "access:services!service=other", f"{ACCESS}2"]),
        ("hub_other_server", [ACCESS, "access:servers!server=alice/"]),
        ("hub_other_server", [ACCESS, "access:servers!user=bobby"]),
        ("hub_other_server", [ACCESS, "access:servers!server=bobby/"]),
        ("hub_other_server", [ACCESS, "access:servers!group=staff"]),
    ],
)
def test_other_tokens_of_a_person_are_refused(kind, scopes):
    with pytest.raises(Forbidden) as caught:
        visitor(*scopes).admit(HUB)
    assert caught.value.details["kind"] == kind


def test_a_service_is_no_person():
    with pytest.raises(Forbidden) as caught:
        visitor(ACCESS, kind="service").admit(HUB)
    assert caught.value.details["kind"] == "hub_not_a_person"


@pytest.mark.parametrize("model", [{}, {"name": 1, "kind": "user", "scopes": []}, {"name": "a"}])
def test_an_answer_that_is_none_is_not_read(model):
    with pytest.raises((KeyError, TypeError)):
        Visitor.of(model)


def test_who_the_authenticator_says_it_is_goes_before_the_name():
    told = visitor(ACCESS, user_info={"iss": "https://accounts.google.com", "sub": "117"})
    assert told.subject == "sub/https://accounts.google.com/117"
    assert visitor(ACCESS).subject == "bob"
    assert visitor(ACCESS, user_info={"sub": ""}).subject == "bob"
