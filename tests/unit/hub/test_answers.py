"""What goes on from the service, and what is no answer of it: over real connections."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager

import pytest

from promptyflow_server.http.renames import Renames
from promptyflow_server.hub import answers
from promptyflow_server.hub.answers import answer_of
from promptyflow_server.hub.remote import Question, Remote
from promptyflow_server.shared.errors import Unauthenticated, Unavailable

TOKEN = "of-the-server-0123456789"
OURS = "Content-Type: application/json; charset=utf-8\r\nX-Request-Id: 1\r\n"
GET = Question("GET", "/api/user", {"Accept": "application/json"}, b"")
POST = Question("POST", "/api/projects", {}, b"{}")


@asynccontextmanager
async def remote(*scripts: bytes, pause: float = 0.0):
    """Yield a way to a service that says one thing after the other, and what it was asked."""
    asked: list[str] = []
    left = list(scripts)

    async def answer(reader, writer):
        try:
            while left:
                asked.append((await reader.readuntil(b"\r\n\r\n")).decode())
                for piece in left.pop(0).split(b"|"):
                    writer.write(piece)
                    await writer.drain()
                    await asyncio.sleep(pause)
                if not asked[-1].startswith("GET"):
                    break
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    way = Remote(f"http://127.0.0.1:{port}/services/promptyflow", TOKEN, "alice")
    try:
        yield way, asked
    finally:
        await way.close()
        server.close()
        await server.wait_closed()


def said(status: str, head: str = OURS, body: str = "{}") -> bytes:
    return f"HTTP/1.1 {status}\r\n{head}Content-Length: {len(body)}\r\n\r\n{body}".encode()


async def whole(way, question=GET):
    async with answer_of(way, question) as answer:
        if answer.chunks is None:
            return answer
        return b"".join([piece async for piece in answer.chunks])


async def test_an_answer_goes_on_with_what_is_meant_for_whoever_asked():
    head = f'{OURS}ETag: "3"\r\nLocation: /services/promptyflow/api/projects/1\r\n'
    head += "Set-Cookie: a=b\r\nServer: x\r\nContent-Security-Policy: none\r\nX-Other: y\r\n"
    async with remote(said("201 Created", head), said("200 OK")) as (way, asked):
        answer = await whole(way)
        assert answer.status == 201
        assert answer.headers == {
            "Content-Type": "application/json; charset=utf-8",
            "ETag": '"3"',
            "Location": "/api/projects/1",
            "X-Request-Id": "1",
        }
        await whole(way)
        first, second = asked
        assert f"authorization: token {TOKEN}" in first.lower()
        assert "cookie" not in second.lower()
        assert first.startswith("GET /services/promptyflow/api/user HTTP/1.1")


async def test_a_header_of_other_than_latin_letters_goes_on_as_it_came():
    told = {"Confirm-Delete": "Андрей".encode().decode("latin-1")}  # as hosts read it
    async with remote(said("200 OK")) as (way, asked):
        await whole(way, Question("DELETE", "/api/user", told, b""))
        assert "Confirm-Delete: Андрей\r\n" in asked[0]


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        (said("503 Service Unavailable", "Content-Type: text/html\r\n", "<html>"), "remote"),
        (said("502 Bad Gateway", f"{OURS}".replace("application/json", "text/html")), "remote"),
        (said("302 Found", "Location: /hub/login\r\n"), "remote_stranger"),
        (said("404 Not Found", "Content-Type: text/html\r\n"), "remote_stranger"),
        (said("200 OK", "Content-Type: text/html\r\n", "<html>"), "remote_stranger"),
        (said("200 OK", "Content-Type: application/json\r\n"), "remote_stranger"),
        (b"HTTP/1.1 200 OK\r\n" + OURS.encode() + b"Content-Length: 50\r\n\r\n{}", "remote"),
        (b"nonsense\r\n\r\n", "remote"),
    ],
)
async def test_what_is_no_answer_of_the_service_is_an_error_of_ours(script, reason):
    async with remote(script, *([script] if script.startswith(b"nonsense") else [])) as (way, _):
        with pytest.raises(Unavailable) as caught:
            await whole(way, POST if script.startswith(b"nonsense") else GET)
        assert caught.value.details == {"reason": reason}


async def test_a_server_that_the_hub_does_not_know_any_more_is_told_what_to_do():
    async with remote(said("401 Unauthorized")) as (way, _):
        with pytest.raises(Unauthenticated) as caught:
            await whole(way)
        assert caught.value.details == {"kind": "hub_server"}


async def test_nobody_there_is_told_at_once():
    async with remote() as (way, _):
        pass
    gone = Remote(way.url, TOKEN, "alice")
    with pytest.raises(Unavailable):
        await whole(gone)
    await gone.close()


async def test_a_connection_that_was_closed_unseen_is_no_error_for_what_only_reads():
    async with remote(b"", said("200 OK")) as (way, asked):
        # An empty script: the service hangs up instead of answering.
        with pytest.raises(Unavailable):
            await whole(way, POST)
        assert (await whole(way)).status == 200
        assert [one.partition(" ")[0] for one in asked] == ["POST", "GET"]


EVENTS = OURS.replace("application/json", "text/event-stream") + "Transfer-Encoding: chunked\r\n"


async def test_a_stream_that_falls_silent_ends(monkeypatch):
    monkeypatch.setattr(answers, "SILENCE_SECONDS", 0.3)
    script = f"HTTP/1.1 200 OK\r\n{EVENTS}\r\n6\r\n: ping\r\n|".encode()
    async with remote(script, pause=2.0) as (way, _):
        async with asyncio.timeout(1.5):
            assert await whole(way) == b": ping"


async def test_a_file_that_breaks_off_does_not_look_whole():
    head = OURS.replace("application/json", "application/zip") + "Transfer-Encoding: chunked\r\n"
    async with remote(f"HTTP/1.1 200 OK\r\n{head}\r\n2\r\nPK\r\n".encode()) as (way, _):
        question = Question("DELETE", "/api/user/export", {}, b"")
        with pytest.raises(Unavailable):
            await whole(way, question)


async def test_leaving_an_answer_hangs_up():
    left = asyncio.Event()

    async def answer(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(f"HTTP/1.1 200 OK\r\n{EVENTS}\r\n6\r\n: ping\r\n".encode())
        await reader.read()
        left.set()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    way = Remote(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/pf", TOKEN, "alice")
    async with answer_of(way, GET) as response:
        assert response.chunks is not None
        assert await anext(response.chunks) == b": ping"
        assert not left.is_set()
    async with asyncio.timeout(5):
        await left.wait()
    await way.close()
    server.close()
    await server.wait_closed()


async def test_a_renamed_file_is_told_to_the_service_in_the_owners_name(caplog):
    heard = {"action": "rename", "source_path": "a.md", "path": "b.md"}
    async with remote(said("200 OK"), said("503 Unavailable"), said("200 OK")) as (way, asked):
        renames = Renames(None, way)
        for told in ({"action": "save", "path": "a.md"}, heard, heard):
            await renames._heard(None, "", told)
        assert len(asked) == 2, "a file that is saved is nobody's news"
        assert asked[0].startswith("POST /services/promptyflow/api/sources/moved ")
        assert f"Authorization: token {TOKEN}" in asked[0]
        assert TOKEN not in caplog.text
    assert "not followed: 503" in caplog.text
