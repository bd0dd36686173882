"""The transport: retries, waiting, addresses, proxies, and a key that is seen nowhere."""

from __future__ import annotations

import asyncio
import socket
import time
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import httpcore
import pytest
from fault_server import CUT, DONE, WAIT, chunk, sse

from promptyflow_server.providers.base import Access, Delta, Secret
from promptyflow_server.providers.openai_chat import OpenAIChat
from promptyflow_server.providers.pace import _PacedStream
from promptyflow_server.providers.transport import Transport
from promptyflow_server.settings import ProviderSettings
from promptyflow_server.shared.errors import (
    ProviderError,
    ProviderTimeout,
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
