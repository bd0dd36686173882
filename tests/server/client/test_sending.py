"""Sending a prompt: the answer streams, is kept, can be stopped, and survives a lost connection."""

from __future__ import annotations

import asyncio
import time
from datetime import date

import pytest
from endless_provider import running_endless_provider
from pydantic import BaseModel

from promptyflow_lab.client import errors
from promptyflow_lab.client.answers import Answering, follow
from promptyflow_lab.client.sending import sending
from promptyflow_lab.client.show import Nowhere

LONG = "word " * 400
SET_UP = """
from promptyflow_lab import PromptyFlow
prompt = PromptyFlow().project("Paper").prompt("Ask")
"""


@pytest.fixture
def prompt(project):
    item = project.add_block("Docs").add_item("Intro", "Elephants are grey.")
    return project.add_prompt("Ask", "{{what}}: {{context}}").select(item)


@pytest.fixture
def endless(pf):
    """A provider that never ends by itself, set up as the only one."""
    with running_endless_provider() as endless:
        pf.set_key("openai-compatible", base_url=endless.base_url)
        yield endless
        pf.delete_key("openai-compatible")


def test_an_answer_arrives_with_its_figures(pf, prompt, provider, capsys):
    provider.answer("question", "Grey 🐘.", usage={"prompt_tokens": 12, "completion_tokens": 3})
    run = prompt.send("a-model", what="question")
    assert (run.text, run.status, run.model) == ("Grey 🐘.", "done", "a-model")
    assert (run.usage["inputTokens"], run.usage["outputTokens"]) == (12, 3)
    assert run.duration > 0
    assert capsys.readouterr().out == "Grey 🐘.\n"
    sent = provider.requests()[-1]["body"]
    assert sent["messages"][-1]["content"] == prompt.compile(what="question").text
    assert pf.run(run.id).text == run.text


def test_parameters_are_sent_and_others_are_left_to_the_model(prompt, provider):
    provider.answer("question", "x")
    prompt.send("a-model", show=False, what="question", system="Be brief.", temperature=0.5)
    sent = provider.requests()[-1]["body"]
    assert sent["temperature"] == 0.5
    assert sent["messages"][0]["content"] == "Be brief."
    assert "top_p" not in sent


def test_a_name_without_a_value_is_warned_of_and_one_from_the_panel_is_not(prompt, provider, pf):
    provider.answer("Elephants", "x")
    with pytest.warns(UserWarning, match=r"without a value: \{\{what\}\}$") as told:
        run = prompt.send("a-model", show=False)
    assert [one.filename for one in told] == [__file__]
    assert provider.requests()[-1]["body"]["messages"][-1]["content"].startswith("{{what}}: ")
    with pytest.warns(UserWarning, match="what"):
        assert asyncio.run(prompt.asend("a-model")).text == run.text
    with pytest.warns(UserWarning, match="what"):
        prompt.compare(["a-model"])
    # Given a value elsewhere, it has one, though this object has not heard of it.
    pf.project(prompt.project.id).prompt("Ask").variables = {"what": "question"}
    assert prompt.send("a-model", show=False).text == "x"


def test_a_ceiling_that_cannot_be_kept_is_told_and_nothing_is_sent(prompt, provider):
    with pytest.raises(errors.CostLimit):
        prompt.send("a-model", show=False, what="question", max_cost=0.01)
    assert provider.requests() == []


def test_runs_are_listed_newest_first(pf, prompt, provider):
    provider.answer("question", "x")
    sent = [prompt.send(model, show=False, what="question") for model in ("one", "two")]
    runs = pf.runs(prompt=prompt)
    assert [run.id for run in pf.runs(project=prompt.project.name)] == [run.id for run in runs]
    with pytest.raises(errors.NotFound, match="nowhere"):
        pf.runs(project="nowhere")
    assert [run.id for run in runs] == [sent[1].id, sent[0].id]
    assert [run.model for run in pf.runs(prompt=prompt, model="one")] == ["one"]
    assert len(pf.runs(limit=1)) == 1
    assert runs[0].text == "x"
    sent[0].delete()
    assert [run.id for run in pf.runs(prompt=prompt)] == [sent[1].id]


def test_without_a_provider_it_says_what_to_do(prompt):
    with pytest.raises(errors.NoApiKey, match="set_key"):
        prompt.send("a-model", what="question")


def test_a_provider_that_refuses_is_told_and_the_run_is_kept(pf, prompt, provider):
    provider.refuse("question", 401, "bad key")
    with pytest.raises(errors.ProviderError) as caught:
        prompt.send("a-model", show=False, what="question")
    assert caught.value.provider == "openai-compatible"
    assert pf.run(caught.value.details["runId"]).status == "failed"


def test_a_key_is_never_told(pf, provider):
    answers = [pf.set_key("openai-compatible", "planted-key", base_url=provider.base_url)]
    answers += pf.keys()
    assert answers[0]["provider"] == "openai-compatible"
    assert "planted-key" not in str(answers)


@pytest.mark.usefixtures("prompt")
def test_an_answer_renders_as_markdown_in_a_cell_and_cannot_act(jupyter, provider):
    provider.answer(
        "question", "**bold** <script>alert(1)</script> " + LONG, latency=1, chunkSize=10
    )
    with jupyter.kernel() as kernel:
        result = kernel.run(f"{SET_UP}\nprompt.send('a-model', what='question')")
    assert result.error == ""
    answer, summary = result.data
    assert answer["text/plain"].startswith("**bold**")
    assert "<strong>bold</strong>" in answer["text/html"]
    assert "<script" not in answer["text/html"]
    assert summary["text/plain"].startswith("<Run a-model · done")
    assert "bold" not in summary["text/html"]


def test_interrupting_a_cell_stops_the_provider_and_keeps_what_came(jupyter, pf, prompt, endless):
    with jupyter.kernel() as kernel:
        kernel.run(SET_UP)
        cell = kernel.start("prompt.send('endless', what='question')")
        run = wait_for(lambda: next(iter(pf.runs(prompt=prompt, status="running")), None))
        wait_for(lambda: run.refresh().text)
        pressed = time.monotonic()
        kernel.interrupt()
        assert endless.left_at() - pressed < 1
        result = kernel.finish(cell)
    assert result.error.startswith("KeyboardInterrupt")
    run = run.refresh()
    assert run.status == "cancelled"
    assert run.text.startswith("word word ")
    assert run.text.startswith(result.data[0]["text/plain"])


def test_a_lost_connection_goes_on_behind_the_last_event(pf, prompt, provider):
    provider.answer("question", LONG, latency=5, chunkSize=10)
    session = pf._session
    original, requests = session.events, []

    def breaking(request):
        requests.append(request)
        return Breaking(original(request), after=5)

    session.events = breaking
    run = prompt_of(pf).send("a-model", show=False, what="question")
    assert run.text == LONG
    assert len(requests) > 2
    assert all("Last-Event-ID" in request.headers for request in requests[1:])
    assert len(pf.runs(prompt=prompt)) == 1


def test_a_connection_lost_before_the_first_event_does_not_pay_twice(pf, prompt, provider):
    provider.answer("question", "once")
    request = sending(
        prompt_of(pf)._document, prompt.id, "m", "openai-compatible", {"what": "question"}
    )
    session = pf._session
    original, breaks = session.events, [0]
    session.events = lambda each: Breaking(original(each), after=breaks.pop() if breaks else 10**6)
    answering = Answering(request, Nowhere())
    follow(session, answering)
    assert answering.data["response"] == "once"
    assert len(pf.runs(prompt=prompt)) == 1
    assert len(provider.requests()) == 1


def test_answers_can_be_awaited_side_by_side(prompt, provider):
    provider.answer("question", LONG, latency=5, chunkSize=50)

    async def three():
        return await asyncio.gather(*(prompt.asend("m", what="question") for _ in range(3)))

    runs = asyncio.run(three())
    assert [run.text for run in runs] == [LONG] * 3
    assert len({run.id for run in runs}) == 3


def test_cancelling_a_task_stops_the_provider(pf, prompt, endless):
    async def started_and_cancelled():
        task = asyncio.ensure_future(prompt.asend("endless", what="question"))
        while not any(run.refresh().text for run in pf.runs(prompt=prompt)):  # noqa: ASYNC110
            await asyncio.sleep(0.05)
        cancelled = time.monotonic()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        return cancelled

    cancelled = asyncio.run(started_and_cancelled())
    assert endless.left_at() - cancelled < 1
    (run,) = pf.runs(prompt=prompt)
    assert run.status == "cancelled"


def test_an_interrupt_before_the_first_event_stops_the_run_too(pf, prompt, endless):
    session = pf._session
    original, opened = session.events, []

    def interrupted(request):
        opened.append(request)
        return Interrupted(original(request)) if len(opened) == 1 else original(request)

    session.events = interrupted
    with pytest.raises(KeyboardInterrupt):
        prompt_of(pf).send("endless", show=False, what="question")
    endless.left_at(5)
    (run,) = pf.runs(prompt=prompt)
    assert run.status == "cancelled"
    assert opened[0].headers["Idempotency-Key"] == opened[1].headers["Idempotency-Key"]


def test_a_task_cancelled_before_the_first_event_stops_the_run_too(pf, prompt, endless):
    async def started_and_cancelled():
        task = asyncio.ensure_future(prompt.asend("endless", what="question"))
        while not pf.runs(prompt=prompt):  # noqa: ASYNC110
            await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(started_and_cancelled())
    endless.left_at(5)
    assert [run.status for run in pf.runs(prompt=prompt)] == ["cancelled"]


class City(BaseModel):
    name: str
    people: int


def test_a_schema_gives_validated_objects(pf, prompt, provider):
    provider.answer("question", '```json\n{"name": "Bern", "people": 146000}\n```')
    run = prompt.send("m", show=False, what="question", schema=City)
    assert run.value == City(name="Bern", people=146000)
    sent = provider.requests()[-1]["body"]["response_format"]
    assert sent["json_schema"]["schema"]["required"] == ["name", "people"]
    assert pf.run(run.id).value == {"name": "Bern", "people": 146000}


class Founded(BaseModel, strict=True):
    name: str
    on: date
    at: tuple[int, int]


def test_an_answer_is_read_as_json_is_with_words_around_it(prompt, provider, tmp_path):
    told = '{"name": "Bern", "on": "1191-01-01", "at": [47, 7]}'
    provider.answer("question", f"Here it is:\n\n```JSON\r\n{told}\r\n```\nAnything else?")
    run = prompt.send("m", show=False, what="question", schema=Founded)
    assert run.value == Founded(name="Bern", on=date(1191, 1, 1), at=(47, 7))
    assert run.capsule(tmp_path / "run.json").replay().value["name"] == "Bern"


@pytest.mark.parametrize("schema", [City, City.model_json_schema()])
@pytest.mark.parametrize("answer", ["Bern has many.", '{"name": "Bern", "people": "many"}'])
def test_an_answer_that_breaks_the_schema_is_told(prompt, provider, schema, answer):
    provider.answer("question", answer)
    run = prompt.send("m", show=False, what="question", schema=schema)
    with pytest.raises(errors.InvalidAnswer, match="not what the schema asked for") as caught:
        run.value  # noqa: B018 - reading it is what fails
    assert caught.value.details["runId"] == run.id
    assert run.text == answer


class Interrupted:
    """A stream of events that is interrupted before the first one is read."""

    def __init__(self, stream):
        self._stream = stream

    def __enter__(self):
        self._stream.__enter__()
        raise KeyboardInterrupt

    def __exit__(self, *error):
        return self._stream.__exit__(*error)


class Breaking:
    """A stream of events that breaks off after some of them."""

    def __init__(self, stream, after):
        self._stream, self._after = stream, after

    def __enter__(self):
        return self._some(self._stream.__enter__())

    def __exit__(self, *error):
        return self._stream.__exit__(*error)

    def _some(self, events):
        for number, event in enumerate(events):
            if number == self._after:
                raise errors.NotConnected("broken off")
            yield event


def prompt_of(pf):
    return pf.project("Paper").prompt("Ask")


def wait_for(look, seconds=20.0):
    deadline = time.monotonic() + seconds
    while not (seen := look()):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    return seen
