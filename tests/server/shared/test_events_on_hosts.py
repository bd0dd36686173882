"""Changes as a client sees them: over HTTP, from real processes that share an embedded database."""

from __future__ import annotations

import json
import time
from contextlib import contextmanager

import httpx
import pytest
from jupyter_process import running_jupyter
from service_process import running_service


@contextmanager
def events_of(client: httpx.Client, **headers: str):
    """Yield the lines of a stream, with the answer's head checked."""
    with client.stream("GET", "/api/events", headers=headers) as response:
        assert response.status_code == 200
        assert response.headers["content-type"] == "text/event-stream; charset=utf-8"
        assert response.headers["cache-control"] == "no-store"
        yield response.iter_lines()


def next_event(lines) -> tuple[str, str, dict]:
    told = {}
    for line in lines:
        if not line and told:
            return told["id"], told["event"], json.loads(told["data"])
        if line and not line.startswith(":"):
            name, _, value = line.partition(": ")
            told[name] = value
    raise AssertionError("the stream has ended")


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    return tmp_path_factory.mktemp("data") / "promptyflow"


@pytest.fixture(scope="module")
def services(tmp_path_factory, data):
    """Two services on one embedded database."""
    logs = tmp_path_factory.mktemp("services")
    with (
        running_service(data, logs / "1.log") as one,
        running_service(data, logs / "2.log") as two,
    ):
        yield one, two


def test_a_change_made_at_another_server_arrives_within_a_second(services):
    one, two = services
    with one.http("ann") as here, two.http("ann") as there, two.http("bob") as somebody:
        with events_of(here) as lines:
            assert next_event(lines)[1:] == ("ready", {})
            somebody.post("/api/projects", json={"name": "not ann's"})
            began = time.monotonic()
            project = there.post("/api/projects", json={"name": "ann's"}).json()
            last, *event = next_event(lines)
            assert time.monotonic() - began < 1
            assert event == ["project", {"id": project["id"], "version": 1}]
        there.delete(f"/api/projects/{project['id']}")
        with events_of(here, **{"Last-Event-ID": last}) as lines:
            assert next_event(lines) == (last, "ready", {})
            assert next_event(lines)[1:] == ("projectDeleted", {"id": project["id"]})
        with events_of(there, **{"Last-Event-ID": last}) as lines:
            assert next_event(lines)[1] == "resync", "another process does not know the place"


def test_reading_along_does_not_keep_a_jupyter_server_alive(tmp_path):
    with running_jupyter(tmp_path, app="server") as jupyter, jupyter.http() as client:

        def last_activity() -> str:
            return client.get("api/status?no_track_activity=1").json()["last_activity"]

        root = httpx.URL(f"{jupyter.url}promptyflow")
        with httpx.Client(base_url=root, headers=client.headers, timeout=30) as reader:
            project = reader.post("/api/projects", json={"name": "x"}).json()
            before = last_activity()
            with events_of(reader) as lines:
                next_event(lines)
                assert last_activity() == before
            time.sleep(0.3)
            assert last_activity() == before
            reader.get(f"/api/projects/{project['id']}")
            assert last_activity() > before
