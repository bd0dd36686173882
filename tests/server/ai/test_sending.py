"""Sending: what goes out, what comes back, and a record of both."""

from __future__ import annotations

import asyncio
import time

import pytest
from fault_server import CUT, DONE, WAIT, chunk, sse, usage

from promptyflow_server.projects.prompts.repository import PromptRepository

HELLO = sse(chunk("Hel"), chunk("lo"), chunk(finish="stop"), usage(3, 2), DONE)


def names(events):
    return [event.name for event in events]


def text(events, name="delta"):
    return "".join(event.data["text"] for event in events if event.name == name)


async def test_an_answer_is_streamed_and_recorded(ready, faults):
    faults.reply(HELLO, headers={"x-request-id": "req-7"})
    answer = await ready.send("Привет")
    events = await answer.all()
    assert names(events) == ["start", "delta", "usage", "done"]
    assert text(events) == "Hello"
    done = events[-1].data
    assert (done["status"], done["finishReason"]) == ("done", "stop")
    assert done["usage"] == {"inputTokens": 3, "outputTokens": 2} == events[-2].data
    assert all(event.id for event in events)
    run = await ready.run(events[0].data["runId"])
    assert run["messages"] == [{"role": "user", "content": "Привет"}]
    assert (run["response"], run["status"]) == ("Hello", "done")
    assert (run["requestId"], run["provider"], run["model"]) == ("req-7", "openai-compatible", "m")
    assert run["durationMs"] >= 0
    assert run["startedAt"] <= run["firstOutputAt"] <= run["finishedAt"]


async def test_an_answer_comes_whole_where_no_stream_is_wanted(ready, faults):
    faults.reply(sse(chunk(reasoning_content="hm")), HELLO)
    answer = (await ready.send(stream=False)).body
    assert (answer["success"], answer["response"], answer["reasoning"]) == (True, "Hello", "hm")
    assert answer["usage"]["inputTokens"] == 3
    assert (await ready.run(answer["runId"]))["response"] == "Hello"


async def test_parameters_go_out_and_are_recorded(ready, faults):
    faults.reply(HELLO)
    parameters = {"temperature": 0.5, "maxTokens": 9, "topP": 0.9, "schema": {"type": "object"}}
    answer = await ready.send(stream=False, system="Be brief.", **parameters)
    sent = faults.requests[0].json
    assert (sent["temperature"], sent["max_tokens"], sent["top_p"]) == (0.5, 9, 0.9)
    assert sent["messages"][0] == {"role": "system", "content": "Be brief."}
    run = await ready.run(answer.body["runId"])
    assert run["parameters"] == parameters
    assert run["messages"][0]["role"] == "system"


async def test_a_prompt_is_sent_exactly_as_it_is_compiled(ready, faults):
    project = (await ready("POST", "/api/projects", {"name": "P"})).body["id"]
    path = f"/api/projects/{project}"
    content = "$& \\1 {{context}}"
    operations = [
        {"op": "addBlock", "title": "Docs"},
        {"op": "addItem", "blockId": 1, "title": "One", "content": content},
    ]
    made = await ready("PATCH", f"{path}/context-blocks", {"operations": operations})
    assert made.status == 200, made.body
    prompt = 1
    selected = [{"blockId": 1, "itemId": 1, "order": 1}]
    operations = [
        {"op": "addPrompt", "title": "Ask", "template": "{{who}}: {{context}}", "clientId": "p"},
        {"op": "select", "promptBlockId": prompt, "selectedContext": selected},
    ]
    made = await ready("PATCH", f"{path}/prompt-blocks", {"operations": operations})
    assert made.status == 200, made.body
    assert made.body["created"]["p"]["promptBlockId"] == prompt
    wanted = {"promptBlockId": prompt, "variables": {"who": "Ann"}}
    compiled = (await ready("POST", f"{path}/prompt-blocks/compile", wanted)).body
    faults.reply(HELLO)
    events = await (await ready.send(projectId=project, **wanted)).all()
    assert content in compiled["compiled"]
    assert events[0].data["sha256"] == compiled["sha256"]
    assert faults.requests[0].json["messages"] == [
        {"role": "user", "content": compiled["compiled"]}
    ]
    run = await ready.run(events[0].data["runId"])
    assert run["messages"][0]["content"] == compiled["compiled"]
    assert (run["projectId"], run["promptBlockId"]) == (project, prompt)
    assert (run["promptTitle"], run["sha256"]) == ("Ask", compiled["sha256"])
    found = await ready.get(f"/ai/runs?projectId={project}&promptBlockId={prompt}")
    assert [item["id"] for item in found["items"]] == [run["id"]]


async def test_a_context_is_read_once_and_again_when_it_was_changed(ready, faults, monkeypatch):
    project = (await ready("POST", "/api/projects", {"name": "P"})).body["id"]
    path = f"/api/projects/{project}"
    operations = [
        {"op": "addBlock", "title": "Docs"},
        *(
            {"op": "addItem", "blockId": 1, "title": "N", "content": text}
            for text in ("one", "two")
        ),
    ]
    await ready("PATCH", f"{path}/context-blocks", {"operations": operations})
    prompt = {"op": "addPrompt", "title": "Ask", "template": "{{n}}: {{context}}"}
    plain = {"op": "update", "promptBlockId": 1, "wrapInTags": False}
    await ready("PATCH", f"{path}/prompt-blocks", {"operations": [prompt, plain]})
    reads = []
    pieces = PromptRepository.pieces

    async def counted(self, prompt_id):
        reads.append(prompt_id)
        return await pieces(self, prompt_id)

    monkeypatch.setattr(PromptRepository, "pieces", counted)

    async def sent(n):
        faults.reply(HELLO)
        variables = {"n": str(n)}
        await (await ready.send(projectId=project, promptBlockId=1, variables=variables)).all()
        return faults.requests[-1].json["messages"][0]["content"]

    async def select(item):
        chosen = [{"blockId": 1, "itemId": item, "order": 1}]
        operation = {"op": "select", "promptBlockId": 1, "selectedContext": chosen}
        await ready("PATCH", f"{path}/prompt-blocks", {"operations": [operation]})

    await select(1)
    assert [await sent(n) for n in range(3)] == ["0: one", "1: one", "2: one"]
    assert len(reads) == 1
    await select(2)
    assert await sent(3) == "3: two"
    content = {"op": "update", "blockId": 1, "itemId": 2, "content": "new"}
    changed = await ready("PATCH", f"{path}/context-blocks", {"operations": [content]})
    assert changed.status == 200, changed.body
    assert [await sent(n) for n in (4, 5)] == ["4: new", "5: new"]
    assert len(reads) == 3
    assert (await ready("DELETE", path)).status == 204
    gone = await ready.send(projectId=project, promptBlockId=1)
    assert gone.status == 404, "what was kept of it is no way to it"


async def test_a_prompt_of_a_foreign_project_is_not_found(ready, bob, faults):
    project = (await bob("POST", "/api/projects", {"name": "P"})).body["id"]
    answer = await ready.send(projectId=project, promptBlockId=1)
    assert answer.status == 404
    assert faults.requests == []


@pytest.mark.parametrize(
    "body",
    [
        {"messages": None},
        {"messages": []},
        {"messages": [{"role": "robot", "content": "x"}]},
        {"projectId": "01a209eb-fccf-77d7-ae40-5dc2af3170b2"},
        {"promptBlockId": 1},
        {"temperature": 3},
        {"temperature": "0.5"},
        {"maxTokens": 0},
        {"timeout": 0},
        {"model": ""},
        {"provider": "nobody"},
        {"apiKey": "x"},
        {"baseUrl": "http://elsewhere"},
    ],
)
async def test_what_cannot_be_sent_is_refused_before_anything_is_sent(ready, faults, body):
    whole = {
        "provider": "openai-compatible",
        "model": "m",
        "messages": [{"role": "user", "content": "x"}],
        **body,
    }
    answer = await ready("POST", "/ai/send", whole)
    assert (answer.status, answer.body["error"]) == (400, "VALIDATION_ERROR")
    assert faults.requests == []
    assert (await ready.get("/ai/runs"))["items"] == []


async def test_a_refusal_of_the_provider_is_an_event_and_a_record(ready, faults):
    faults.reply(status=404, json={"error": {"message": "no m", "code": "model_not_found"}})
    events = await (await ready.send()).all()
    assert names(events) == ["start", "error"]
    assert events[-1].data["error"] == "PROVIDER_ERROR"
    assert events[-1].data["details"]["kind"] == "model_not_found"
    run = await ready.run(events[0].data["runId"])
    assert (run["status"], run["error"]["details"]["kind"]) == ("failed", "model_not_found")


async def test_a_refusal_is_told_in_the_language_of_whoever_reads_it(ready, person, faults):
    faults.reply(status=402, json={"error": {"message": "pay"}})
    answer = await ready.send(stream=False)
    assert (answer.status, answer.body["error"]) == (502, "PROVIDER_ERROR")
    assert "credit" in answer.body["message"]
    russian = person(ready.dispatcher, "ann", "ru")
    run = (await russian.get("/ai/runs"))["items"][0]
    assert "средств" in run["error"]["message"]


async def test_what_had_come_before_a_failure_is_kept(ready, faults):
    faults.reply(sse(chunk("half ")), CUT)
    events = await (await ready.send()).all()
    assert names(events) == ["start", "delta", "error"]
    run = await ready.run(events[0].data["runId"])
    assert (run["status"], run["response"]) == ("interrupted", "half ")


async def test_a_blocked_answer_is_no_success(ready, faults):
    faults.reply(sse(chunk(finish="content_filter"), DONE))
    answer = (await ready.send(stream=False)).body
    assert (answer["success"], answer["status"]) == (False, "blocked")


async def test_a_run_goes_on_when_its_reader_goes_away(ready, faults):
    faults.reply(sse(chunk("Hel")), 0.3, sse(chunk("lo", finish="stop"), DONE))
    answer = await ready.send()
    first = await anext(answer.events)
    await answer.events.aclose()
    run = await ready.run_when(first.data["runId"], "done")
    assert run["response"] == "Hello"
    assert faults.hung_up_at is None


async def test_cancel_closes_the_providers_socket_and_keeps_what_had_come(ready, faults):
    faults.reply(sse(chunk(reasoning_content="hm"), chunk("half")), WAIT)
    answer = await ready.send()
    events = []
    async for one in answer.events:
        events.append(one)
        if one.name == "delta":
            break
    run_id = events[0].data["runId"]
    asked = time.monotonic()
    stopped = await ready("POST", f"/ai/runs/{run_id}/cancel")
    await asyncio.wait_for(faults.hung_up.wait(), 1)
    assert faults.hung_up_at - asked < 1
    assert stopped.body["status"] == "cancelled"
    assert (stopped.body["response"], stopped.body["reasoning"]) == ("half", "hm")
    rest = [one async for one in answer.events]
    assert names(rest) == ["done"]
    assert rest[0].data["status"] == "cancelled"
    assert rest[0].data["cost"] is None


async def test_cancel_before_the_first_byte_closes_the_socket(ready, faults):
    faults.reply(WAIT)
    answer = await ready.send()
    run_id = (await anext(answer.events)).data["runId"]
    await faults.answering.wait()
    await ready("POST", f"/ai/runs/{run_id}/cancel")
    await asyncio.wait_for(faults.hung_up.wait(), 1)
    assert (await ready.run(run_id))["status"] == "cancelled"
    await answer.events.aclose()


async def test_cancel_while_waiting_to_try_again_ends_the_waiting(ready, faults):
    busy = {"error": {"message": "busy", "code": "rate_limit_exceeded"}}
    faults.reply(status=429, json=busy, headers={"retry-after": "20"})
    answer = await ready.send()
    run_id = (await anext(answer.events)).data["runId"]
    await faults.answering.wait()
    await asyncio.sleep(0.1)
    start = time.monotonic()
    await ready("POST", f"/ai/runs/{run_id}/cancel")
    assert time.monotonic() - start < 1
    assert (await ready.run(run_id))["status"] == "cancelled"
    await answer.events.aclose()


async def test_cancelling_what_has_ended_changes_nothing(ready, faults):
    faults.reply(HELLO)
    run_id = (await ready.send(stream=False)).body["runId"]
    answer = await ready("POST", f"/ai/runs/{run_id}/cancel")
    assert (answer.status, answer.body["status"]) == (200, "done")


async def test_the_same_request_sent_twice_is_one_run(ready, faults):
    faults.reply(HELLO)
    once = {"idempotency_key": "k1"}
    first = (await ready.send(stream=False, headers=once)).body
    again = (await ready.send(stream=False, headers=once)).body
    assert again["runId"] == first["runId"]
    assert again["response"] == "Hello"
    assert len(faults.requests) == 1
    assert (await ready.send("other", headers=once)).status == 400


async def test_a_long_russian_prompt_goes_out_as_utf8(ready, faults):
    faults.reply(HELLO)
    await ready.send("я" * 2_000_000, stream=False)
    assert 4_000_000 <= len(faults.requests[0].body) < 4_001_000


async def test_text_that_no_database_stores_does_no_harm(ready, faults):
    half = rb'data: {"choices": [{"delta": {"content": "a\u0000b\ud83d"}}]}' + b"\n\n"
    faults.reply(half, HELLO)
    answer = (await ready.send(stream=False)).body
    assert answer["response"] == "a\ufffdb\ufffdHello"


async def test_a_run_is_sent_again_to_the_letter(ready, bob, faults):
    for _ in range(2):
        faults.reply(HELLO)
    project = (await ready("POST", "/api/projects", {"name": "P"})).body["id"]
    path = f"/api/projects/{project}/prompt-blocks"
    add = {"op": "addPrompt", "template": "Say {{name}}", "variables": {"name": "hello"}}
    await ready("PATCH", path, {"operations": [add]})
    first = (await ready.send(stream=False, projectId=project, promptBlockId=1)).body
    changed = {"op": "update", "promptBlockId": 1, "template": "Something else"}
    await ready("PATCH", path, {"operations": [changed]})

    told = await ready("POST", f"{path}/compile", {"promptBlockId": 1, "template": "{{name}}!"})
    assert told.body["compiled"] == "hello!"

    again = (await ready.send(stream=False, repeat=first["runId"], model="other")).body
    assert faults.requests[1].json["messages"] == faults.requests[0].json["messages"]
    run = await ready.run(again["runId"])
    assert (run["model"], run["projectId"], run["promptBlockId"]) == ("other", project, 1)
    assert run["sha256"] == (await ready.run(first["runId"]))["sha256"]

    body = {"provider": "openai-compatible", "model": "m", "repeat": first["runId"]}
    await bob.set_up(faults.url)
    assert (await bob("POST", "/ai/send", body)).status == 404
    both = {**body, "messages": [{"role": "user", "content": "x"}]}
    assert (await ready("POST", "/ai/send", both)).status == 400
