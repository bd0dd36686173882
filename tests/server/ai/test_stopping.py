"""Stop, for every provider: its socket is closed, what had come is kept, and nothing is made up."""

from __future__ import annotations

import asyncio
import time

import pytest
from fault_server import WAIT
from provider_words import KINDS, begun, reply

MODELS = {"data": [{"id": "m"}], "models": [{"id": "m"}], "has_more": False}


@pytest.mark.parametrize("kind", KINDS)
async def test_stop_closes_the_providers_socket_within_a_second(ann, faults, kind):
    faults.forget()
    faults.reply(json=MODELS)
    address = faults.url + KINDS[kind].path
    given = {"baseUrl": address, "apiKey": "the-key"}
    stored = await ann("POST", f"/api/user/api-keys/{kind}", given)
    assert stored.status == 200, stored.body
    faults.forget()
    reply(faults, kind, begun(kind, "half"), WAIT)
    answer = await ann.send(provider=kind, model=KINDS[kind].model, maxTokens=50)
    events = []
    async for one in answer.events:
        events.append(one)
        if one.name == "delta":
            break
    asked = time.monotonic()
    stopped = await ann("POST", f"/ai/runs/{events[0].data['runId']}/cancel")
    await asyncio.wait_for(faults.hung_up.wait(), 1)
    assert faults.hung_up_at - asked < 1
    run = stopped.body
    assert (run["status"], run["response"], run["error"]) == ("cancelled", "half", None)
    assert (run["cost"], run["costSource"]) == (None, "unknown")
    # Of what was written nobody knows; the input is known to be billed where the provider told.
    usage = run["usage"] or {}
    told = (usage.get("inputTokens"), usage.get("cachedTokens"), usage.get("outputTokens"))
    assert told == ((8, 3, None) if kind == "anthropic" else (None, None, None))
    await answer.events.aclose()
