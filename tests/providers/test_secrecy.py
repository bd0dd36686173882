"""A planted key goes through every adapter and every way to fail: its header alone holds it."""

from __future__ import annotations

import logging
import traceback

import pytest
from fault_server import CUT, WAIT
from provider_words import KINDS, access_to, begun, failing, reply, request_of

from promptyflow_server.providers.base import Parameters
from promptyflow_server.providers.errors import scrubbed
from promptyflow_server.providers.settings import ProviderSettings
from promptyflow_server.providers.transport import Transport
from promptyflow_server.shared.errors import AppError

KEY = "pf-planted-Key_0123456789.abcdefg"
ECHOES = [
    "no",
    f"Incorrect API key provided: {KEY}. You can find",
    f"Authorization: Bearer {KEY}",
    f"{KEY} {KEY}",
]


@pytest.fixture(params=KINDS)
def kind(request):
    return request.param


@pytest.fixture
async def provider(kind):
    settings = ProviderSettings(first_byte_seconds=0.2, trust_env=False)
    transport = Transport(settings, local=True)
    yield KINDS[kind].adapter(transport)
    await transport.close()


@pytest.fixture
def access(faults, kind):
    return access_to(faults.url, kind, KEY)


async def ask(provider, access):
    request = request_of(provider.id, parameters=Parameters(max_tokens=77))
    async for _ in provider.stream(request, access):
        pass


async def list_models(provider, access):
    await provider.list_models(access)


async def count(provider, access):
    await provider.count_tokens(request_of(provider.id), access)


def ways_to_fail(faults, kind, said):
    """Yield what is asked, after preparing how it fails."""
    told = {"x-request-id": said, "request-id": said}
    for status in (400, 401, 403, 404):
        faults.forget()
        faults.reply(status=status, json={"error": {"message": said}}, headers=told)
        yield ask
    faults.forget()
    faults.reply(status=400, json={"code": said, "error": said})
    yield ask
    faults.forget()
    faults.reply(b"", status=302, headers={"location": f"http://x/{said}"})
    yield ask
    faults.forget()
    faults.reply(json={"error": said})
    yield ask
    faults.forget()
    faults.reply(said.encode(), headers={"content-type": "text/html"})
    yield ask
    for parts in ([failing(kind, said)], [CUT], [WAIT], [b"data: " + said.encode() + b"\n\n"]):
        faults.forget()
        reply(faults, kind, begun(kind, "x"), *parts)
        yield ask
    faults.forget()
    faults.reply(status=401, json={"error": {"message": said}}, headers=told)
    yield list_models
    faults.forget()
    faults.reply(said.encode(), headers={"content-type": "text/html"})
    yield list_models
    if KINDS[kind].adapter.counts_tokens:
        faults.forget()
        faults.reply(status=401, json={"error": {"message": said}}, headers=told)
        yield count


@pytest.mark.parametrize("said", ECHOES, ids=range(len(ECHOES)))
async def test_a_planted_key_is_seen_nowhere(faults, provider, access, caplog, said):
    """Not in what we raise, not in a traceback, not in the log at DEBUG, echoed or not.

    Where no provider echoes it, it is in no variable of ours either.
    """
    caplog.set_level(logging.DEBUG)
    for name in ("httpx", "httpcore"):
        logging.getLogger(name).setLevel(logging.WARNING)  # as the transport has set it
    seen = []
    for way in ways_to_fail(faults, provider.id, said):
        with pytest.raises(AppError) as caught:
            await way(provider, access)
        error = caught.value
        seen += [_ours(error, variables=said == "no"), str(error), repr(error)]
        seen += [request.path for request in faults.requests]
        seen += [request.body.decode() for request in faults.requests]
        assert KEY in str(faults.requests[-1].headers)
        assert error.__context__ is None
        assert error.__cause__ is None
    assert len(seen) >= 14 * 5
    seen += [caplog.text, repr(access), str(access), repr(access.key), f"{access.key}"]
    assert [text for text in seen if KEY in text] == []


def _ours(error: BaseException, *, variables: bool) -> str:
    """Return the traceback of our frames: the test's own know the key."""
    frames = traceback.StackSummary.extract(
        traceback.walk_tb(error.__traceback__), capture_locals=variables
    )
    ours = [frame for frame in frames if "promptyflow_server" in frame.filename]
    assert ours
    return "".join(traceback.StackSummary.from_list(ours).format())


@pytest.mark.parametrize(
    "text",
    [
        "sk-proj-abcdefghijkl",
        "AIzaSyA1234567890",
        "xai-1234567890",
        "sk-1234****wxyz",
        "Bearer abc.def",
    ],
)
def test_what_looks_like_a_key_is_not_told(text):
    assert text not in scrubbed(f"the key {text} is wrong", None)


def test_what_a_provider_says_is_short_and_printable():
    assert scrubbed("a\x00b\x1b[31mc\n" + "x" * 5000, None).startswith("a b [31mc")
    assert len(scrubbed("x" * 5000, None)) == 600
