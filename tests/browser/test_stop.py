"""Stop in the panel ends the work at the provider, and keeps what had arrived."""

from __future__ import annotations

import json
import select
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from lab_browser import ready
from playwright.sync_api import expect

PROJECT = {
    "contextBlocks": [],
    "promptBlocks": [{"id": 1, "title": "Endless", "template": "Count for ever."}],
}


class SlowProvider(ThreadingHTTPServer):
    """Answers with one piece every tenth of a second, and notes when its client hangs up."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _SlowHandler)
        self.pieces = 0
        self.hung_up_at: float | None = None
        self.hung_up = threading.Event()

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/v1"


class _SlowHandler(BaseHTTPRequestHandler):
    server: SlowProvider

    def do_GET(self):
        models = {"object": "list", "data": [{"id": "slow", "object": "model"}]}
        self._begin("application/json")
        self.wfile.write(json.dumps(models).encode())

    def do_POST(self):
        self.rfile.read(int(self.headers["content-length"]))
        self._begin("text/event-stream")
        while not self._is_gone():
            self.server.pieces += 1
            delta = {"content": f"piece {self.server.pieces} "}
            chunk = {"choices": [{"index": 0, "delta": delta, "finish_reason": None}]}
            self.wfile.write(f"data: {json.dumps(chunk)}\n\n".encode())
        self.server.hung_up_at = time.monotonic()
        self.server.hung_up.set()

    def _is_gone(self):
        """Wait a tenth of a second; a client that hangs up makes its socket readable."""
        return bool(select.select([self.connection], [], [], 0.1)[0])

    def _begin(self, content_type):
        self.send_response(200)
        self.send_header("content-type", content_type)
        self.end_headers()

    def log_message(self, *_):
        pass


@contextmanager
def serving(server):
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def provider(api):
    with serving(SlowProvider()) as provider:
        api.connect(provider.base_url)
        yield provider


def test_stop_closes_the_providers_connection_within_a_second(person, page, panel, api, provider):
    project = api.make("Stopped", PROJECT)
    panel.at("pf-project-search").fill("Stopped")
    panel.open_project("Stopped")
    panel.tab("prompt")
    panel.choose_model("openai-compatible/slow")
    panel.at("pf-send").click()
    answer = panel.at("pf-answer-text")
    expect(answer).to_contain_text("piece 5 ")

    pressed = time.monotonic()
    panel.at("pf-stop").click()
    assert provider.hung_up.wait(10)
    assert provider.hung_up_at - pressed < 1
    panel.has_phase("cancelled")
    kept = answer.inner_text()
    assert kept.startswith("piece 1 piece 2 piece 3 piece 4 piece 5")
    person.picture(page, "stopped")

    (run,) = api.call("GET", f"ai/runs?projectId={project}")["items"]
    assert run["status"] == "cancelled"
    stored = api.call("GET", f"ai/runs/{run['id']}")["response"]
    assert stored.startswith(kept.strip())
    page.reload()
    ready(page)
    panel.has_phase("cancelled")
    expect(answer).to_contain_text(stored.strip())
    expect(panel.at("pf-send")).to_be_enabled()


def test_a_closed_page_does_not_stop_the_answer(page, panel, api, provider):
    api.make("Left alone", PROJECT)
    panel.at("pf-project-search").fill("Left alone")
    panel.open_project("Left alone")
    panel.tab("prompt")
    panel.choose_model("openai-compatible/slow")
    panel.at("pf-send").click()
    expect(panel.at("pf-answer-text")).to_contain_text("piece 3 ")
    page.reload()
    ready(page)
    panel.open()  # the layout may not have been saved yet
    seen = provider.pieces
    panel.tab("answer")
    panel.has_phase("streaming")
    expect(panel.at("pf-answer-text")).to_contain_text(f"piece {seen + 3} ")
    assert panel.at("pf-answer-text").inner_text().startswith("piece 1 piece 2 ")
    assert not provider.hung_up.is_set()
    panel.at("pf-stop").click()
    assert provider.hung_up.wait(10)
    panel.has_phase("cancelled")
