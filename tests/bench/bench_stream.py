"""Many answers streamed at once through one server: how late, how dear, and is anything lost?

Run ``python tests/bench/bench_stream.py [--streams 200] [--rate 50] [--seconds 10]``. Provider,
server and readers are processes of their own; each event carries the time at which the provider
sent it. At the end, what our server adds to one short request, beside the same with bare httpx.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import httpx

MODELS = b'{"object": "list", "data": [{"id": "m"}]}'


def chunk(text: str, finish: str | None = None) -> bytes:
    choice = {"index": 0, "delta": {"content": text}, "finish_reason": finish}
    return f"data: {json.dumps({'choices': [choice]})}\n\n".encode()


def framed(data: bytes) -> bytes:
    return f"{len(data):x}\r\n".encode() + data + b"\r\n"


async def provide(rate: float, seconds: float) -> None:
    """Answer like OpenAI: as many events as asked for, or a short answer to ``short``."""

    async def serve(reader, writer):
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
                length = head.partition("content-length: ")[2].partition("\r\n")[0]
                body = await reader.readexactly(int(length or 0))
                if head.startswith("get"):
                    writer.write(
                        b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n"
                        b"content-length: %d\r\n\r\n%s" % (len(MODELS), MODELS)
                    )
                    continue
                writer.write(
                    b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n"
                    b"transfer-encoding: chunked\r\n\r\n"
                )
                count = 1 if b"short" in body else int(rate * seconds)
                began = time.monotonic()
                for number in range(count):
                    await asyncio.sleep(max(0, began + number / rate - time.monotonic()))
                    if writer.is_closing():  # whoever asked is gone
                        return
                    writer.write(framed(chunk(f"{number}@{time.monotonic():.6f} ")))
                end = chunk("", "stop") + b"data: [DONE]\n\n"
                writer.write(framed(end) + b"0\r\n\r\n")
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0, backlog=1000)
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await server.serve_forever()


async def serve(folder: str) -> None:
    """Serve the application; at the end of stdin tell what it cost."""
    from tornado.httpserver import HTTPServer
    from tornado.netutil import bind_sockets

    from promptyflow_server.application import PromptyflowServer
    from promptyflow_server.http.call import Principal
    from promptyflow_server.http.service_host import make_web_application
    from promptyflow_server.settings import RateLimitSettings, Settings

    unlimited = RateLimitSettings(requests=1_000_000, sends=1_000_000)
    server = PromptyflowServer(Settings(data_dir=Path(folder), rate_limits=unlimited))
    services = (await server.dispatcher()).services
    user = await services.identities.resolve(Principal("bench", "ann", "ann", "access-token"))
    token = await services.access_tokens.create(user.id, "bench", None)
    http = HTTPServer(make_web_application(server))
    sockets = bind_sockets(0, "127.0.0.1", backlog=1000)
    http.add_sockets(sockets)
    sys.stdout.write(f"{sockets[0].getsockname()[1]} {token}\n")
    sys.stdout.flush()
    while line := await asyncio.to_thread(sys.stdin.readline):
        del line
        used = resource.getrusage(resource.RUSAGE_SELF)
        status = Path("/proc/self/status").read_text(encoding="ascii")  # noqa: ASYNC240 - no disk
        now = int(status.partition("VmRSS:")[2].split()[0])
        sys.stdout.write(f"{used.ru_utime + used.ru_stime} {now} {used.ru_maxrss}\n")
        sys.stdout.flush()
    http.stop()
    await http.close_all_connections()
    await server.close()


async def read_one(port: int, token: str, events: int) -> list[float]:
    """Read a whole answer; return how late each event was."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    body = json.dumps(
        {
            "provider": "openai-compatible",
            "model": "m",
            "stream": True,
            "messages": [{"role": "user", "content": "long"}],
        }
    )
    writer.write(
        f"POST /ai/send HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n"
        f"Content-Length: {len(body)}\r\n\r\n{body}".encode()
    )
    late: list[float] = []
    name = ""
    status = await reader.readline()
    assert b" 200 " in status, (status, await reader.read(2000))
    while line := await reader.readline():
        if line.startswith(b"event: "):
            name = line[7:].strip().decode()
        elif line.startswith(b"data: "):
            if name == "delta":
                now = time.monotonic()
                for part in json.loads(line[6:])["text"].split():
                    number, _, sent = part.partition("@")
                    assert int(number) == len(late), "lost or out of order"
                    late.append(now - float(sent))
            elif name in {"done", "error"}:
                assert name == "done", line
                break
    writer.close()
    assert len(late) == events, f"{len(late)} of {events} events arrived"
    return late


async def measure(options: argparse.Namespace, port: int, token: str, provider: int, cost) -> None:
    events = int(options.rate * options.seconds)
    headers = {"Authorization": f"Bearer {token}"}
    base_url = f"http://127.0.0.1:{provider}/v1"
    async with httpx.AsyncClient(timeout=60, headers=headers, trust_env=False) as client:
        api = f"http://127.0.0.1:{port}"
        path = f"{api}/api/user/api-keys/openai-compatible"
        (await client.post(path, json={"baseUrl": base_url})).raise_for_status()
        cpu, before, _ = cost()
        began = time.monotonic()
        found = await asyncio.gather(
            *(read_one(port, token, events) for _ in range(options.streams))
        )
        wall = time.monotonic() - began
        cpu_after, after, peak = cost()
        late = sorted(value * 1000 for one in found for value in one)
        told = {
            "events": len(late),
            "late p50 ms": late[len(late) // 2],
            "late p95 ms": late[int(len(late) * 0.95)],
            "late p99 ms": late[int(len(late) * 0.99)],
            "late max ms": late[-1],
            "CPU for each event µs": (cpu_after - cpu) / len(late) * 1e6,
            "CPU of the server %": (cpu_after - cpu) / wall * 100,
            "memory before MB": before / 1024,
            "memory after MB": after / 1024,
            "memory peak MB": peak / 1024,
        }
        message = {"model": "m", "messages": [{"role": "user", "content": "short"}]}
        ours = {**message, "provider": "openai-compatible"}
        bare = [await once(client, f"{base_url}/chat/completions", message) for _ in range(60)]
        through = [await once(client, f"{api}/ai/send", ours) for _ in range(60)]
        told["short request, bare httpx, median ms"] = statistics.median(bare)
        told["short request, through us, median ms"] = statistics.median(through)
    for name, value in told.items():
        sys.stdout.write(f"{name:40}{value:12.1f}\n")


async def once(client: httpx.AsyncClient, url: str, body) -> float:
    began = time.perf_counter()
    (await client.post(url, json=body)).raise_for_status()
    return (time.perf_counter() - began) * 1000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--streams", type=int, default=200)
    parser.add_argument("--rate", type=float, default=50)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--role", choices=["provide", "serve"])
    parser.add_argument("--folder")
    options = parser.parse_args()
    if options.role == "provide":
        asyncio.run(provide(options.rate, options.seconds))
        return
    if options.role == "serve":
        asyncio.run(serve(options.folder))
        return
    with tempfile.TemporaryDirectory() as folder:
        again = [sys.executable, __file__, "--rate", str(options.rate)]
        again += ["--seconds", str(options.seconds), "--folder", folder, "--role"]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        provider = subprocess.Popen([*again, "provide"], **pipes)
        server = subprocess.Popen([*again, "serve"], **pipes)

        def cost() -> list[float]:
            server.stdin.write("\n")
            server.stdin.flush()
            return [float(word) for word in server.stdout.readline().split()]

        try:
            provider_port = int(provider.stdout.readline())
            port, token = server.stdout.readline().split()
            asyncio.run(measure(options, int(port), token, provider_port, cost))
        finally:
            provider.terminate()
            provider.communicate()
            server.communicate()


if __name__ == "__main__":
    main()
