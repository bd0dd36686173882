"""kill -9 of a real server in the middle of a run: the record says what had come, and no more."""

from __future__ import annotations

import asyncio
import time
from contextlib import asynccontextmanager

import httpx
from fault_server import WAIT, FaultServer, chunk
from jupyter_process import start_jupyter

COMPATIBLE = "openai-compatible"


@asynccontextmanager
async def jupyter(folder, data):
    process = await asyncio.to_thread(start_jupyter, folder, app="server", data=data)
    headers = {"Authorization": f"token {process.token}"}
    try:
        async with httpx.AsyncClient(
            base_url=f"{process.url}promptyflow", headers=headers, timeout=60, trust_env=False
        ) as client:
            yield process, client
    finally:
        await asyncio.to_thread(process.stop)


async def test_a_run_of_a_killed_server_is_interrupted_with_what_had_come(tmp_path):
    data = tmp_path / "data"
    async with FaultServer() as provider:
        provider.reply(json={"object": "list", "data": []})
        provider.reply(chunk(reasoning_content="hm"), chunk("half of "), 0.2, chunk("it"), WAIT)
        async with jupyter(tmp_path / "first", data) as (process, client):
            body = {"baseUrl": provider.url}
            saved = await client.post(f"/api/user/api-keys/{COMPATIBLE}", json=body)
            assert saved.json()["status"] == "active", saved.text
            body = {
                "provider": COMPATIBLE,
                "model": "m",
                "stream": True,
                "messages": [{"role": "user", "content": "hi"}],
            }
            async with client.stream("POST", "/ai/send", json=body) as answer:
                run_id = answer.headers["x-run-id"]
                async for line in answer.aiter_lines():
                    if line.startswith("data:") and '"it"' in line:
                        break
                arrived = time.monotonic()
                await asyncio.sleep(1)  # what came a second ago is written
                process.kill()
                await asyncio.wait_for(provider.hung_up.wait(), 1)
        assert time.monotonic() - arrived < 10
        async with jupyter(tmp_path / "second", data) as (_, client):
            run = (await client.get(f"/ai/runs/{run_id}")).json()
            assert (run["status"], run["response"]) == ("interrupted", "half of it")
            assert run["reasoning"] == "hm"
            assert run["error"]["details"]["kind"] == "stopped"
            told = (await client.get(f"/ai/runs/{run_id}/events")).text
            assert told.index("reasoning") < told.index("half of it") < told.index("event: error")
