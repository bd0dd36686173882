"""What follows from each outcome of a request, without a network."""

from __future__ import annotations

import json

import pytest

from promptyflow_lab.client import errors
from promptyflow_lab.client.core import (
    ATTEMPTS,
    Answer,
    Failure,
    Request,
    exchange,
    get,
    read_json,
    write,
)
from promptyflow_server.shared.errors import STATUS

ROOT = "http://server/promptyflow"
HTML = b"<html><body>Bad gateway</body></html>"


def drive(request, *outcomes):
    """Play the outcomes; return the waits before each attempt and the answer."""
    steps = exchange(request, ROOT)
    waits = [next(steps).wait]
    for outcome in outcomes:
        try:
            waits.append(steps.send(outcome).wait)
        except StopIteration as stop:
            return waits, stop.value
    raise AssertionError("the exchange wants more attempts than were played")


def told(status, code, **details):
    body = {"error": code, "message": f"about {code}", "details": details}
    head = {"x-request-id": "r1"}
    if status == 429:
        head["retry-after"] = "3600"
    return Answer(status, head, json.dumps(body).encode())


def test_a_success_is_kept():
    answer = Answer(200, {}, b'{"a": 1}')
    waits, kept = drive(get("x"), answer)
    assert waits == [0.0]
    assert read_json(kept, ROOT) == {"a": 1}


def test_a_deletion_has_nothing_to_read():
    assert read_json(Answer(204), ROOT) is None


@pytest.mark.parametrize(("code", "status"), STATUS.items())
def test_each_code_of_the_server_has_an_exception_of_its_own(code, status):
    with pytest.raises(errors.PromptyFlowError) as caught:
        drive(Request("POST", "x", repeatable=False), told(status, code))
    error = caught.value
    assert type(error) is not errors.PromptyFlowError
    assert (error.code, error.message, error.status) == (code, f"about {code}", status)
    assert error.request_id == "r1"


def test_a_code_of_a_newer_server_is_told_as_it_is():
    with pytest.raises(errors.PromptyFlowError, match="QUOTA: about QUOTA"):
        drive(get("x"), told(402, "QUOTA"))


def test_both_numbers_of_a_limit_are_at_hand():
    with pytest.raises(errors.PayloadTooLarge) as caught:
        drive(get("x"), told(413, "PAYLOAD_TOO_LARGE", what="block", limit=5, actual=6))
    assert (caught.value.what, caught.value.limit, caught.value.actual) == ("block", 5, 6)


@pytest.mark.parametrize("outcome", [Failure("refused", sent=False), Failure("reset", sent=True)])
def test_what_can_be_repeated_is_repeated_after_a_lost_connection(outcome):
    waits, _ = drive(get("x"), outcome, outcome, Answer(200))
    assert 0 < waits[1] < waits[2]


def test_a_write_carries_a_key_and_so_can_be_repeated():
    request = write("POST", "x", {})
    assert request.headers["Idempotency-Key"]
    assert request.headers != write("POST", "x", {}).headers
    drive(request, Failure("reset", sent=True), Answer(201))


def test_what_cannot_be_repeated_is_not_sent_twice():
    once = Request("POST", "x", repeatable=False)
    with pytest.raises(errors.NotConnected, match="reset"):
        drive(once, Failure("reset", sent=True))
    drive(once, Failure("refused", sent=False), Answer(200))  # it never got there


def test_attempts_end():
    with pytest.raises(errors.NotConnected):
        drive(get("x"), *[Failure("refused", sent=False)] * ATTEMPTS)


def test_a_rate_limit_is_waited_for():
    limited = Answer(429, {"retry-after": "7"}, b"{}")
    waits, _ = drive(Request("POST", "x", repeatable=False), limited, Answer(200))
    assert waits[1] == 7


def test_a_rate_limit_of_an_hour_is_told_at_once():
    with pytest.raises(errors.RateLimited) as caught:
        drive(get("x"), told(429, "RATE_LIMITED"))
    assert caught.value.code == "RATE_LIMITED"


@pytest.mark.parametrize("status", [502, 503, 504])
def test_a_page_of_a_proxy_is_survived_and_told_in_plain_words(status):
    page = Answer(status, {"content-type": "text/html"}, HTML)
    drive(get("x"), page, Answer(200))
    with pytest.raises(errors.Unavailable, match=str(status)) as caught:
        drive(get("x"), *[page] * ATTEMPTS)
    assert "<html>" not in str(caught.value)


def test_a_database_that_is_starting_is_waited_for_but_a_providers_error_is_told():
    drive(get("x"), told(503, "UNAVAILABLE"), Answer(200))
    with pytest.raises(errors.ProviderError) as caught:
        drive(get("x"), told(502, "PROVIDER_ERROR", provider="p", kind="auth", retryable=False))
    assert (caught.value.provider, caught.value.kind) == ("p", "auth")


def test_a_redirect_to_the_sign_in_page_means_that_the_token_is_not_valid():
    with pytest.raises(errors.Unauthenticated, match="token"):
        drive(get("x"), Answer(302, {"location": "/login?next=%2Fpromptyflow"}))


@pytest.mark.parametrize("status", [404, 200])
def test_another_program_at_that_address_is_recognised(status):
    page = Answer(status, {"content-type": "text/html; charset=utf-8"}, HTML)
    with pytest.raises(errors.UnexpectedAnswer, match=r"text/html.*promptyflow"):
        read_json(drive(get("x"), page)[1], ROOT)


@pytest.mark.parametrize("body", [b"[]", b'"error"', b'{"error": 5}', b"\xff\xfe", b""])
def test_strange_bodies_of_errors_are_survived(body):
    with pytest.raises(errors.Forbidden):
        drive(get("x"), Answer(403, {}, body))
