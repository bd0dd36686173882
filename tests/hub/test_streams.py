"""Answers that arrive bit by bit, through the proxy, a person's own server and the service."""

from __future__ import annotations

import json
import signal
import time
from contextlib import contextmanager

import httpx
import pytest
from hub_process import ServiceOfHub, together, until

WORDS = "".join(f"word {number:02}. " for number in range(40))


@contextmanager
def asking(root: str, token: str):
    headers = {"Authorization": f"token {token}"}
    with httpx.Client(base_url=root, headers=headers, timeout=60) as client:
        yield client


@pytest.fixture(scope="module")
def ways(hub, alice):
    """The roots of the service: past the proxy, through it, by alice's own server."""
    return {"direct": hub.direct, "proxy": hub.service, "server": f"{alice.url}promptyflow"}


@pytest.fixture(scope="module", autouse=True)
def provider(hub, alice, emulator_process):
    """An AI provider of alice's."""
    body = {"baseUrl": emulator_process.base_url}
    with asking(hub.direct, alice.token) as client:
        saved = client.post("/api/user/api-keys/openai-compatible", json=body)
        assert saved.status_code == 200, saved.text
        assert saved.json()["status"] == "active", saved.text


@contextmanager
def sending(client, prompt: str):
    """Send a prompt; yield the answer's lines as they come, with the seconds since it began."""
    body = {
        "provider": "openai-compatible",
        "model": "gpt-4o",
        "messages": [{"role": "user", "content": prompt}],
        "stream": True,
    }
    began = time.monotonic()
    with client.stream("POST", "/ai/send", json=body) as answer:
        if answer.status_code != 200:
            raise AssertionError(answer.read())
        assert answer.headers["Content-Type"].startswith("text/event-stream")
        assert answer.headers["X-Accel-Buffering"] == "no"
        yield ((time.monotonic() - began, line) for line in answer.iter_lines())


def events(lines):
    name = ""
    for at, line in lines:
        if line.startswith("event: "):
            name = line.removeprefix("event: ")
        elif line.startswith("data: "):
            yield at, name, json.loads(line.removeprefix("data: "))


@pytest.mark.parametrize("way", ["direct", "proxy", "server"])
def test_an_answer_arrives_while_it_is_written(way, ways, alice, emulator):
    emulator.answer("slowly", WORDS, latency=100, chunkSize=20)
    with asking(ways[way], alice.token) as client, sending(client, "Answer slowly") as lines:
        seen = list(events(lines))
    deltas = [(at, data["text"]) for at, name, data in seen if name == "delta"]
    assert "".join(text for _, text in deltas) == WORDS
    assert seen[-1][1] == "done"
    written = 0.1 * len(WORDS) / 20
    assert deltas[-1][0] - deltas[0][0] > written / 2, "not all at once at the end"
    assert len({round(at, 1) for at, _ in deltas}) >= 8


def test_whoever_leaves_is_not_read_for_any_longer(services, ways, alice):
    def ended() -> int:
        return sum(one.log.count('"path": "/services/promptyflow/api/events"') for one in services)

    for way in ("server", "proxy"):
        before = ended()
        with asking(ways[way], alice.token) as client, client.stream("GET", "/api/events") as feed:
            lines = feed.iter_lines()  # kept: the stream is left with it
            assert any("ready" in line for line in lines)
            assert ended() == before
        began = time.monotonic()
        until(lambda before=before: ended() > before, "the service to see it", timeout=10)
        assert time.monotonic() - began < 5, "not only when the next sign of life is due"


@pytest.mark.slow
def test_a_silent_stream_shows_signs_of_life_by_every_way(ways, alice):
    """No proxy cuts what is never silent for longer than 15 seconds."""
    with asking(ways["server"], alice.token) as client, client.stream("GET", "/api/events") as feed:
        began = time.monotonic()
        for line in feed.iter_lines():
            if line == ": ping":
                break
        assert 10 < time.monotonic() - began < 25


def test_a_stream_that_breaks_off_ends_at_once_and_without_its_last_event(
    ways, services, alice, emulator
):
    """The Hub's proxy keeps from its clients that a connection was cut, but not that it ended."""
    emulator.answer("break", WORDS, latency=300, chunkSize=10)
    seen = []
    killed = 0.0
    try:
        with (
            asking(ways["server"], alice.token) as client,
            sending(client, "Answer, then break off") as lines,
        ):
            for _, name, _ in events(lines):
                seen.append(name)
                if seen.count("delta") == 2 and not killed:
                    for one in services:
                        one.stop(signal.SIGKILL)
                    killed = time.monotonic()
        assert time.monotonic() - killed < 5
    finally:
        together(ServiceOfHub.stop, services)
        together(ServiceOfHub.start, services)
    assert killed
    assert not {"done", "error"} & set(seen)


def test_what_was_sent_is_not_lost_when_its_reader_leaves(ways, alice, emulator):
    emulator.answer("leave", WORDS, latency=50, chunkSize=20)
    with asking(ways["server"], alice.token) as client:
        with sending(client, "I shall leave") as lines:
            run = next(data["runId"] for _, name, data in events(lines) if name == "start")

        def is_done() -> bool:
            return client.get(f"/ai/runs/{run}").json()["status"] == "done"

        until(is_done, "the run to end without a reader", timeout=20)
        assert client.get(f"/ai/runs/{run}").json()["response"] == WORDS


def test_large_texts_pass_whole_in_both_directions(ways, alice):
    text = "Строка длинного текста, a line of a long text.\n" * 60_000
    data = {
        "contextBlocks": [
            {"id": 1, "title": "B", "items": [{"id": 1, "title": "I", "content": text}]}
        ]
    }
    with asking(ways["server"], alice.token) as client:
        made = client.post("/api/projects", json={"name": "large", "data": data})
        assert made.status_code == 201, made.text
        place = f"/api/projects/{made.json()['id']}"
        assert made.headers["Location"] == f"/user/alice/promptyflow{place}"
        whole = client.get(f"{place}?contents=all")
        assert whole.json()["data"]["contextBlocks"][0]["items"][0]["content"] == text
        assert whole.headers["ETag"] == '"1"'
        stale = client.patch(place, json={"name": "other"}, headers={"If-Match": '"7"'})
        assert stale.status_code == 409
        exported = client.get("/api/user/export")
        assert exported.content[:2] == b"PK"
        assert client.delete(place).status_code == 204
