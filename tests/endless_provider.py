"""An AI provider that answers for ever, and notes when its reader has gone."""

from __future__ import annotations

import json
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from collections.abc import Iterator

WORD = "word "


class _Answer(BaseHTTPRequestHandler):
    left: ClassVar[threading.Event]
    left_at: ClassVar[list[float]]

    def do_GET(self) -> None:
        """List the models."""
        self._head("application/json")
        self.wfile.write(b'{"object": "list", "data": [{"id": "endless", "object": "model"}]}')

    def do_POST(self) -> None:
        """Stream a word every 20 ms until nobody reads."""
        self.rfile.read(int(self.headers["Content-Length"]))
        self._head("text/event-stream")
        chunk = {"object": "chat.completion.chunk", "choices": [{"index": 0, "delta": {}}]}
        chunk["choices"][0]["delta"]["content"] = WORD
        line = f"data: {json.dumps(chunk)}\n\n".encode()
        try:
            while True:
                self.wfile.write(line)
                time.sleep(0.02)
        except OSError:
            self.left_at.append(time.monotonic())
            self.left.set()

    def _head(self, content_type: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", content_type)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class EndlessProvider:
    """Where it is, and when its reader left."""

    def __init__(self, port: int, answer: type[_Answer]) -> None:
        self.base_url = f"http://127.0.0.1:{port}/v1"
        self._answer = answer

    def left_at(self, seconds: float = 20.0) -> float:
        """Wait until the reader has gone; return the monotonic time."""
        assert self._answer.left.wait(seconds), "the provider's connection was not closed"
        return self._answer.left_at[0]


@contextmanager
def running_endless_provider() -> Iterator[EndlessProvider]:
    answer = type("Answer", (_Answer,), {"left": threading.Event(), "left_at": []})
    with ThreadingHTTPServer(("127.0.0.1", 0), answer) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield EndlessProvider(server.server_address[1], answer)
        server.shutdown()
        thread.join()
