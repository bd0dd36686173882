"""A provider that writes for ever, slowly, and notices when its client hangs up."""

from __future__ import annotations

import json
import select
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


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
