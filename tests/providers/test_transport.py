"""The transport: retries, waiting, addresses, proxies, and a key that is seen nowhere."""

from __future__ import annotations

import asyncio
import ipaddress
import logging
import socket
import time
import traceback
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import httpcore
import pytest
from fault_server import CUT, DONE, WAIT, chunk, event, sse

from promptyflow_server.providers.address import (
    GuardedBackend,
    Reach,
    RefusedAddress,
    check_base_url,
    is_allowed,
)
from promptyflow_server.providers.base import Access, Delta, Secret
from promptyflow_server.providers.errors import scrubbed
from promptyflow_server.providers.openai_chat import OpenAIChat
from promptyflow_server.providers.pace import _PacedStream
from promptyflow_server.providers.transport import Transport
from promptyflow_server.settings import ProviderSettings
from promptyflow_server.shared.errors import (
    ProviderError,
    ProviderTimeout,
    ValidationError,
)

KEY = "pf-planted-Key_0123456789.abcdefg"
HELLO = sse(chunk("Hello", finish="stop"), DONE)
BUSY = {"error": {"message": "busy", "code": "rate_limit_exceeded"}}


async def refused(ask, **more):
    with pytest.raises(ProviderError) as caught:
        await ask(**more)
    return caught.value.details


@pytest.mark.parametrize("status", [408, 409, 429, 500, 502, 503, 529])
async def test_what_may_pass_is_sent_again(faults, ask, status):
    faults.reply(status=status, json={"error": {"message": "later"}}, headers={"retry-after": "0"})
    faults.reply(HELLO)
    assert Delta("Hello") in await ask()
    assert len(faults.requests) == 2


@pytest.mark.parametrize("status", [400, 401, 402, 403, 404, 413, 422])
async def test_what_will_not_pass_is_sent_once(faults, ask, status):
    faults.reply(status=status, json={"error": {"message": "no"}})
    details = await refused(ask)
    assert details["status"] == status
    assert details["retryable"] is False
    assert len(faults.requests) == 1


@pytest.mark.parametrize(
    "error",
    [
        {"message": "quota", "type": "insufficient_quota", "code": "insufficient_quota"},
        {"message": "credit", "code": "credit_balance_exhausted"},
    ],
)
async def test_money_is_never_a_reason_to_send_again(faults, ask, error):
    faults.reply(status=429, json={"error": error}, headers={"x-should-retry": "true"})
    assert (await refused(ask))["kind"] == "billing"
    assert len(faults.requests) == 1


async def test_attempts_end(faults, ask):
    faults.reply(status=503, json={"error": {"message": "no"}}, headers={"retry-after": "0"})
    assert (await refused(ask))["kind"] == "overloaded"
    assert len(faults.requests) == 3


@pytest.mark.parametrize("header", [{"retry-after-ms": "300"}, {"retry-after": "0.3"}])
async def test_the_wait_that_the_provider_asks_for_is_kept(faults, ask, header):
    faults.reply(status=429, json=BUSY, headers=header)
    faults.reply(HELLO)
    start = time.monotonic()
    await ask()
    assert 0.3 <= time.monotonic() - start < 1.5


async def test_a_wait_too_long_is_told_instead_of_made(faults, ask):
    faults.reply(status=429, json=BUSY, headers={"retry-after": "120"})
    details = await refused(ask)
    assert (details["kind"], details["retryAfter"]) == ("rate_limit", 120)
    assert len(faults.requests) == 1


async def test_a_date_to_come_back_at_is_understood(faults, ask):
    later = format_datetime(datetime.now(UTC) + timedelta(minutes=5), usegmt=True)
    faults.reply(status=429, json=BUSY, headers={"retry-after": later})
    assert 290 <= (await refused(ask))["retryAfter"] <= 301


async def test_a_provider_that_says_do_not_retry_is_believed(faults, ask):
    faults.reply(status=500, json={"error": {"message": "x"}}, headers={"x-should-retry": "false"})
    await refused(ask)
    assert len(faults.requests) == 1


async def test_a_connection_that_breaks_before_the_answer_is_tried_again(ask, access):
    attempts = 0

    async def serve(reader, writer):
        nonlocal attempts
        attempts += 1
        await reader.readuntil(b"\r\n\r\n")
        writer.transport.abort()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    async with server:
        assert (await refused(ask, access=replace(access, base_url=url)))["kind"] == "network"
    assert attempts == 3


async def test_a_server_that_is_not_there_is_told_as_that(ask, access, unused_port):
    access = replace(access, base_url=f"http://127.0.0.1:{unused_port}/v1")
    details = await refused(ask, access=access)
    assert (details["kind"], details["status"]) == ("network", None)


async def test_a_name_that_does_not_exist_is_told_as_that(ask, access):
    access = replace(access, base_url="http://nowhere.invalid/v1")
    assert (await refused(ask, access=access))["kind"] == "network"


async def test_a_host_that_swallows_packets_is_a_timeout(ask, access, transport):
    transport._settings = replace(transport._settings, connect_seconds=0.3)
    with socket.socket() as full:  # a queue of connections that nobody accepts
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        port = full.getsockname()[1]
        fillers = [socket.socket() for _ in range(4)]
        for filler in fillers:
            filler.settimeout(0)
            filler.connect_ex(("127.0.0.1", port))
        with pytest.raises(ProviderTimeout) as caught:
            await ask(access=replace(access, base_url=f"http://127.0.0.1:{port}"))
        for filler in fillers:
            filler.close()
    assert caught.value.details["kind"] == "connect"


async def test_no_cookie_is_kept_for_the_next_person(faults, ask):
    faults.reply(HELLO, headers={"set-cookie": "session=ann; Path=/"})
    await ask()
    await ask()
    assert "cookie" not in faults.requests[1].headers


async def test_connections_are_used_again_after_a_whole_answer(faults, chat, access):
    faults.reply(json={"object": "list", "data": []})
    await chat.list_models(access)
    await chat.list_models(access)
    client = await chat._transport._connections.client(access.base_url, access)
    assert len(client._transport._pool.connections) == 1
    assert len({port for _, port in faults.peers}) == 1


async def test_connections_are_used_again_after_a_whole_stream(faults, ask):
    faults.reply(HELLO)
    await ask()
    await ask()
    assert len(faults.peers) == 1


async def test_a_provider_that_keeps_the_line_open_after_the_end_holds_up_nobody(faults, ask):
    faults.reply(HELLO, WAIT)
    start = time.monotonic()
    assert Delta("Hello") in await ask()
    assert time.monotonic() - start < 0.9


async def test_a_line_that_breaks_after_the_end_is_no_failure(faults, ask):
    faults.reply(HELLO, CUT)
    assert Delta("Hello") in await ask()


ANYWHERE = Reach(private=True)
PUBLIC_ONLY = Reach(private=False)
PRIVATE = ["127.0.0.1", "127.8.8.8", "10.0.0.1", "192.168.1.1", "172.16.0.1", "::1", "fd00::1"]
NEVER = [
    "169.254.169.254",
    "0.0.0.0",  # noqa: S104 - an address to refuse
    "::",
    "224.0.0.1",
    "fe80::1",
    "ff02::1",
    "::ffff:169.254.169.254",
    "64:ff9b::a9fe:a9fe",
    "2002:a9fe:a9fe::1",
]
PUBLIC = ["1.1.1.1", "2606:4700:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"]
MAPPED_PRIVATE = ["::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::1"]


@pytest.mark.parametrize("address", PRIVATE + MAPPED_PRIVATE)
def test_private_networks_are_for_local_servers_only(address):
    assert is_allowed(ipaddress.ip_address(address), private=True)
    assert not is_allowed(ipaddress.ip_address(address), private=False)


@pytest.mark.parametrize("address", NEVER)
def test_metadata_and_the_like_are_for_nobody(address):
    assert not is_allowed(ipaddress.ip_address(address), private=True)
    assert not is_allowed(ipaddress.ip_address(address), private=False)


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_are_for_all(address):
    assert is_allowed(ipaddress.ip_address(address), private=False)


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "127.1",
        "2130706433",
        "0x7f000001",
        "0177.0.0.1",
        "0",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "localhost",
        "LOCALHOST",
        "localhost.",
    ],
)
async def test_a_shared_server_reaches_no_spelling_of_its_own_machine(faults, host, question):
    transport = Transport(ProviderSettings(trust_env=False), local=False)
    access = Access(f"http://{host}:{faults.port}", Secret("k"), own_address=True)
    with pytest.raises(ProviderError) as caught:
        await anext(OpenAIChat(transport).stream(question(), access))
    await transport.close()
    assert caught.value.details["kind"] in {"address", "network"}
    assert faults.requests == []


async def test_one_private_address_among_public_ones_is_enough_to_refuse(monkeypatch):
    loop = asyncio.get_running_loop()

    async def resolve(_host, port, **_):
        addresses = ["1.1.1.1", "127.0.0.1"]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (a, port)) for a in addresses]

    monkeypatch.setattr(loop, "getaddrinfo", resolve)
    with pytest.raises(RefusedAddress):
        await GuardedBackend(PUBLIC_ONLY).connect_tcp("mixed.example", 443)


async def test_the_address_that_was_checked_is_the_one_connected_to(monkeypatch):
    """A name that resolves to something else the second time gains nothing."""
    loop = asyncio.get_running_loop()
    asked = []

    async def resolve(host, port, **_):
        asked.append(host)
        address = "1.1.1.1" if len(asked) == 1 else "127.0.0.1"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    connected = []

    async def connect(_backend, host, *_):
        connected.append(host)
        raise httpcore.ConnectError

    monkeypatch.setattr(loop, "getaddrinfo", resolve)
    monkeypatch.setattr(httpcore.AnyIOBackend, "connect_tcp", connect)
    with pytest.raises(httpcore.ConnectError):
        await GuardedBackend(PUBLIC_ONLY).connect_tcp("rebinding.example", 443)
    assert (asked, connected) == (["rebinding.example"], ["1.1.1.1"])


@pytest.mark.parametrize(
    "url",
    [
        "ftp://example.com",
        "file:///etc/passwd",
        "example.com",
        "http://",
        "http://exa mple.com",
        "http://example.com\\@evil.example",
        "http://example.com:99999",
        "http://example.com:0",
        "http://[::1",
        "https://user:secret@example.com",
        "https://example.com/v1?key=1",
        "https://example.com/v1#x",
        "https://example.com/" + "a" * 2000,
    ],
)
def test_a_base_url_is_an_address_and_nothing_more(url):
    with pytest.raises(ValidationError):
        check_base_url(url, ANYWHERE)


def test_a_base_url_is_kept_in_one_form():
    assert check_base_url(" HTTPS://Example.COM/V1/ ", PUBLIC_ONLY) == "https://example.com/V1"
    with pytest.raises(ValidationError):
        check_base_url("http://example.com", PUBLIC_ONLY)


async def test_the_proxy_of_the_environment_is_used(faults, question, monkeypatch):
    monkeypatch.setenv("http_proxy", faults.url)
    monkeypatch.setenv("no_proxy", "direct.example")
    transport = Transport(ProviderSettings(trust_env=True), local=True)
    faults.reply(HELLO)
    access = Access("http://api.example/v1", Secret("k"), own_address=True)
    chunks = [chunk async for chunk in OpenAIChat(transport).stream(question(), access)]
    await transport.close()
    assert Delta("Hello") in chunks
    assert faults.requests[0].path == "http://api.example/v1/chat/completions"


async def test_a_shared_server_reaches_given_addresses_without_its_proxy(
    faults, question, monkeypatch
):
    """Behind a proxy the address could not be checked."""
    monkeypatch.setenv("http_proxy", faults.url)
    monkeypatch.setenv("https_proxy", faults.url)
    transport = Transport(ProviderSettings(trust_env=True), local=False)
    access = Access("https://localhost/v1", Secret("k"), own_address=True)
    with pytest.raises(ProviderError) as caught:
        await anext(OpenAIChat(transport).stream(question(), access))
    await transport.close()
    assert caught.value.details["kind"] == "address"
    assert faults.requests == []


@pytest.mark.parametrize(
    "said",
    [
        "no",
        f"Incorrect API key provided: {KEY}. You can find",
        f"Authorization: Bearer {KEY}",
        f"{KEY} {KEY}",
    ],
)
async def test_a_planted_key_is_seen_nowhere(faults, ask, access, caplog, said):
    """Not in what we raise, not in a traceback, not in the log at DEBUG, echoed or not.

    Where no provider echoes it, it is in no variable of ours either.
    """
    caplog.set_level(logging.DEBUG)
    for name in ("httpx", "httpcore"):
        logging.getLogger(name).setLevel(logging.WARNING)  # as the transport has set it
    faults.reply(status=401, json={"error": {"message": said}}, headers={"x-request-id": said})
    faults.reply(sse(chunk("x"), event({"error": {"message": said}})))
    faults.reply(sse(chunk("x")), CUT)
    faults.reply(b"", status=302, headers={"location": f"http://x/{said}"})
    faults.reply(json={"error": said})
    seen = []
    for _ in range(5):
        with pytest.raises(ProviderError) as caught:
            await ask()
        error = caught.value
        seen += [_ours(error, variables=said == "no"), str(error), repr(error)]
        assert error.__context__ is None
        assert error.__cause__ is None
    assert len(seen) == 15
    seen += [caplog.text, repr(access), str(access), repr(access.key), f"{access.key}"]
    assert [text for text in seen if KEY in text] == []


def _ours(error: BaseException, *, variables: bool) -> str:
    """Return the traceback of our frames: the test's own know the key."""
    frames = traceback.StackSummary.extract(
        traceback.walk_tb(error.__traceback__), capture_locals=variables
    )
    ours = [frame for frame in frames if "promptyflow_server" in frame.filename]
    assert ours
    assert not variables or "Outgoing(method=" in str([frame.locals for frame in ours])
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


@pytest.fixture
def unused_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


async def test_many_answers_are_read_in_larger_gulps_and_lose_nothing(faults, transport, ask):
    pieces = [part for number in range(20) for part in (chunk(f"{number} "), 0.01)]
    faults.reply(*pieces, sse(chunk(finish="stop"), DONE))
    few = await ask()
    with ExitStack() as stack:
        for _ in range(100):
            stack.enter_context(transport._pace.one_more())
        many = await ask()
    assert transport._pace.rest == 0
    counts, texts = [], []
    for chunks in (few, many):
        said = [c.text for c in chunks if isinstance(c, Delta)]
        counts.append(len(said))
        texts.append("".join(said))
    assert texts[0] == texts[1] == "".join(f"{number} " for number in range(20))
    assert counts[0] >= 18


async def test_a_large_gulp_is_one_network_read(transport):
    reads = []

    class Line(httpcore.AsyncNetworkStream):
        async def read(self, *_):
            reads.append(time.monotonic())
            return b"x"

    paced = _PacedStream(Line(), transport._pace)
    await paced.read(1)
    with ExitStack() as stack:
        for _ in range(100):
            stack.enter_context(transport._pace.one_more())
        began = time.monotonic()
        await paced.read(1)
    assert 0.04 <= reads[1] - began <= 0.5
