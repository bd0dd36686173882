"""A prompt for each row: resumed, limited, and every failure a value."""

from __future__ import annotations

import os
import signal
import time
from typing import NamedTuple

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from endless_provider import running_endless_provider
from jupyter_process import running_jupyter
from pydantic import BaseModel

from promptyflow_lab import PromptyFlow
from promptyflow_lab.client import errors
from promptyflow_lab.client.sending import sending

ROWS = [{"word": word, "n": n} for n, word in enumerate(["cat", "dog", "cow"])]


@pytest.fixture
def prompt(project):
    item = project.add_block("Docs").add_item("Rule", "Be brief.")
    return project.add_prompt("Ask", "{{context}}\nWhat says a {{word}}?").select(item)


@pytest.fixture
def animals(provider):
    for word, says in (("cat", "miaow"), ("dog", "woof"), ("cow", "moo")):
        provider.answer(f"says a {word}", says, usage={"prompt_tokens": 20, "completion_tokens": 2})
    return provider


def quietly(prompt, rows, **options):
    return prompt.map(rows, "m", progress=False, **options)


@pytest.mark.parametrize("kind", [pd.DataFrame, pl.DataFrame, pa.Table.from_pylist])
def test_answers_join_the_table_that_was_given(prompt, animals, kind):
    answers = quietly(prompt, kind(ROWS))
    assert [answer.text for answer in answers] == ["miaow", "woof", "moo"]
    joined = answers.to_frame()
    assert type(joined) is type(kind(ROWS))
    told = pl.DataFrame(joined)
    assert told["answer"].to_list() == ["miaow", "woof", "moo"]
    assert told["answer_tokens_out"].to_list() == [2, 2, 2]
    assert told["word"].to_list() == ["cat", "dog", "cow"]
    assert told["answer_error"].to_list() == [None] * 3
    assert len(animals.requests()) == 3


def test_answers_join_by_place_whatever_the_index_says(prompt, animals):
    frame = pd.DataFrame(ROWS, index=[7, 7, 1])
    joined = quietly(prompt, frame).to_frame("said")
    assert list(joined.index) == [7, 7, 1]
    assert list(joined["said"]) == ["miaow", "woof", "moo"]
    assert len(animals.requests()) == 3


def test_each_row_is_sent_as_it_would_be_compiled(prompt, animals):
    answers = quietly(prompt, ROWS)
    for answer in answers:
        text = prompt.compile(word=answer.row["word"]).text
        assert answer.run.messages == [{"role": "user", "content": text}]
    assert len(animals.requests()) == 3


def test_what_was_answered_is_not_sent_again(prompt, animals):
    first = quietly(prompt, ROWS[:2])
    assert prompt.estimate(ROWS, "m").to_send == 1
    second = quietly(prompt, [*ROWS, ROWS[0]])
    assert len(animals.requests()) == 4
    assert [answer.text for answer in second] == ["miaow", "woof", "moo", "miaow"]
    assert [each.run.id for each in second[:2]] == [each.run.id for each in first]
    quietly(prompt, ROWS, again=True)
    assert len(animals.requests()) == 7


def test_another_question_is_no_answer(prompt, animals):
    quietly(prompt, ROWS[:1])
    quietly(prompt, ROWS[:1], temperature=0.5)
    quietly(prompt, ROWS[:1], system="Speak up.")
    prompt.map(ROWS[:1], "another", progress=False)
    prompt.template += " Loudly."
    quietly(prompt, ROWS[:1])
    assert len(animals.requests()) == 5
    assert quietly(prompt, ROWS[:1], system=None)[0].text == "miaow"
    assert len(animals.requests()) == 5


def test_a_date_in_the_template_does_not_hide_the_answers(prompt, animals):
    prompt.template = "{{date}} " + prompt.template
    quietly(prompt, ROWS)
    quietly(prompt, ROWS)
    assert len(animals.requests()) == 3


def test_a_failure_is_a_value_and_only_it_is_sent_again(prompt, animals):
    animals.reset()
    animals.answer("says a cat", "miaow")
    animals.refuse("says a dog", 400, "no dogs")
    answers = quietly(prompt, ROWS[:2])
    assert [answer.status for answer in answers] == ["done", "failed"]
    assert answers.failed[0].error.code == "PROVIDER_ERROR"
    assert "no dogs" in answers.to_frame()["answer_error"][1]
    assert "1 done, 1 failed" in repr(answers)
    animals.reset()
    animals.answer("says a dog", "woof")
    assert [answer.text for answer in quietly(prompt, ROWS[:2])] == ["miaow", "woof"]
    assert len(animals.requests()) == 1


def test_a_key_that_is_refused_stops_the_batch_at_once(prompt, animals):
    animals.reset()
    animals.refuse("says a", 401, "bad key")
    answers = quietly(prompt, ROWS * 10, concurrency=2)
    assert {answer.error.kind for answer in answers} == {"authentication"}
    assert len(animals.requests()) < 10


def test_a_column_that_is_missing_is_told_before_anything_is_sent(prompt, animals):
    with pytest.raises(ValueError, match="needs word; the columns are n"):
        quietly(prompt, [{"n": 1}])
    assert animals.requests() == []


def test_missing_cells_are_empty(prompt, provider):
    provider.answer("What says a ?", "nothing")
    values = pd.array(["", pd.NA], dtype="string")
    assert [a.text for a in quietly(prompt, pd.DataFrame({"word": values}))] == ["nothing"] * 2


def test_a_ceiling_needs_a_price_and_is_kept(prompt, animals):
    with pytest.raises(errors.CostLimit, match="prices="):
        quietly(prompt, ROWS, max_cost=1.0)
    priced = {"prices": (1000.0, 1000.0), "max_tokens": 2}
    assert prompt.estimate(ROWS, "m", **priced).cost == pytest.approx(0.17, abs=0.05)
    answers = quietly(prompt, ROWS, max_cost=0.07, concurrency=1, **priced)
    assert [answer.status for answer in answers] == ["done", "failed", "failed"]
    assert answers[1].error.code == "COST_LIMIT"
    assert answers.cost == pytest.approx(0.022)
    assert len(animals.requests()) == 1


def test_the_provider_asking_to_wait_is_waited_for(prompt, provider):
    for turn in range(3):  # the server itself tries three times
        provider.refuse("says a cat", 429, "slow down", sequenceIndex=turn, retryAfter=0)
    provider.answer("says a cat", "miaow")
    assert quietly(prompt, ROWS[:1])[0].text == "miaow"


def test_nobody_waits_for_an_hour(prompt, provider):
    provider.refuse("says a", 429, "the day's quota is used up", retryAfter=3600)
    answers = quietly(prompt, ["cat", "dog"] * 10)
    assert {answer.error.kind for answer in answers} == {"rate_limit"}
    assert len(provider.requests()) < 20


def test_a_provider_that_is_not_there_is_not_asked_for_each_row(pf, prompt, monkeypatch):
    for name, value in (("_PAUSE", 0.01), ("_RETRIES", 1), ("_IN_VAIN", 3)):
        monkeypatch.setattr(f"promptyflow_lab.batch.carrying.{name}", value)
    pf.set_key("openai-compatible", base_url="http://127.0.0.1:1/v1")
    answers = quietly(prompt, ["cat"] * 60, concurrency=4)
    assert {answer.error.kind for answer in answers} == {"network"}
    assert len(pf.runs(prompt=prompt)) < 30  # of 120
    pf.delete_key("openai-compatible")


def test_our_own_limit_is_waited_for(tmp_path, shared_data, prompt, animals, monkeypatch):
    """Two a minute: the third comes when the server says so."""
    waits = []
    monkeypatch.setattr(
        "promptyflow_lab.batch.gate.Gate.close_for", lambda _, seconds: waits.append(seconds)
    )
    monkeypatch.setattr("promptyflow_lab.batch.gate.Gate.pass_through", lambda gate: gate.wait(0.2))
    few = {"PROMPTYFLOW_RATE_LIMIT_SENDS": "2"}
    with (
        running_jupyter(tmp_path, app="server", data=shared_data, environment=few) as limited,
        PromptyFlow(f"{limited.url}promptyflow", limited.token) as slow,
    ):
        own = slow.project("Paper").prompt("Ask")
        session = own.document.session
        original = session.events

        def events(request):
            if len(waits) >= 3:  # the minute is over
                return prompt.document.session.events(request)
            return original(request)

        session.events = events
        answers = quietly(own, ROWS, concurrency=3)
    assert [answer.text for answer in answers] == ["miaow", "woof", "moo"]
    assert all(0 < seconds <= 60 for seconds in waits)
    assert len(animals.requests()) == 3


@pytest.mark.slow
def test_a_kernel_killed_at_row_500_loses_nothing(jupyter, pf, prompt, animals):
    animals.reset()
    animals.answer("says a", "said", latency=1)
    code = (
        "from promptyflow_lab import PromptyFlow\n"
        "prompt = PromptyFlow().project('Paper').prompt('Ask')\n"
        "rows = [{'word': f'beast {n}'} for n in range(1000)]\n"
        "answers = prompt.map(rows, 'm'); print(answers)"
    )
    with jupyter.kernel() as kernel:
        pid = int(kernel.run("import os; print(os.getpid())").text)
        kernel.start(code)
        wait_for(lambda: len(animals.requests()) >= 500)
        os.kill(pid, signal.SIGKILL)
    wait_for(lambda: not pf.runs(prompt=prompt, status="running"))
    before = len(animals.requests())
    assert 500 <= before < 520
    with jupyter.kernel() as restarted:
        result = restarted.run(code)
    assert f"1,000 rows, {before} answered before: {1000 - before} to send" in result.text
    assert result.text.endswith("<Batch 1,000 rows: 1,000 done>\n")
    assert len(animals.requests()) == 1000
    assert len(pf.runs(prompt=prompt, limit=None)) == 1000


def test_a_run_that_still_goes_on_is_joined(pf, prompt, provider):
    provider.answer("says a cat", "m" * 400, latency=10, chunkSize=10)
    session = pf._session
    request = prompt_request(prompt)
    with session.events(request) as events:
        next(events)
    assert quietly(prompt, ROWS[:1])[0].text == "m" * 400
    assert len(provider.requests()) == 1


def test_interrupting_a_batch_stops_what_is_under_way(jupyter, pf, prompt):
    with running_endless_provider() as endless, jupyter.kernel() as kernel:
        pf.set_key("openai-compatible", base_url=endless.base_url)
        kernel.run("from promptyflow_lab import PromptyFlow")
        cell = kernel.start(
            "PromptyFlow().project('Paper').prompt('Ask')"
            ".map([{'word': str(n)} for n in range(50)], 'endless', concurrency=3)"
        )
        wait_for(lambda: len(pf.runs(prompt=prompt, status="running")) == 3)
        kernel.interrupt()
        result = kernel.finish(cell)
        assert result.error.startswith("KeyboardInterrupt")
        assert "50 rows: 50 to send, about" in result.text
        wait_for(lambda: not pf.runs(prompt=prompt, status="running"))
        assert [run.status for run in pf.runs(prompt=prompt)] == ["cancelled"] * 3
    pf.delete_key("openai-compatible")


IMPATIENT = """
import os, signal
from promptyflow_lab import PromptyFlow
pf = PromptyFlow()
prompt = pf.project('Paper').prompt('Ask')
send, pressed = pf._session.send, []
def impatient(request):
    if request.path.endswith('/cancel') and not pressed:
        pressed.append(request)
        os.kill(os.getpid(), signal.SIGINT)
    return send(request)
pf._session.send = impatient
"""


@pytest.mark.parametrize(
    ("cell", "at_a_time"),
    [
        ("prompt.send('m', word='cat')", 1),
        ("prompt.compare(['one', 'two', 'three'], word='cat')", 3),
        ("prompt.map(['cat'] * 9, 'm', concurrency=3)", 3),
    ],
    ids=["send", "compare", "map"],
)
def test_stop_pressed_twice_stops_all_the_same(jupyter, pf, prompt, cell, at_a_time):
    with running_endless_provider() as endless, jupyter.kernel() as kernel:
        pf.set_key("openai-compatible", base_url=endless.base_url)
        assert kernel.run(IMPATIENT).error == ""
        running = kernel.start(cell)
        wait_for(lambda: len(pf.runs(prompt=prompt, status="running")) == at_a_time)
        kernel.interrupt()
        assert kernel.finish(running).error.startswith("KeyboardInterrupt")
        assert kernel.run("print(len(pressed))").text == "1\n"
        wait_for(lambda: not pf.runs(prompt=prompt, status="running"))
        assert [run.status for run in pf.runs(prompt=prompt)] == ["cancelled"] * at_a_time
    pf.delete_key("openai-compatible")


def test_models_are_compared_side_by_side(project, prompt, provider):
    provider.answer("says a cat", "**miaow**", match={"model": "one"})
    provider.refuse("says a cat", 400, "no cats")
    compared = project.compare(prompt, ["one", "two"], variables={"word": "cat"})
    assert list(compared) == ["one", "two"]
    assert compared["one"].text == "**miaow**"
    assert isinstance(compared["two"], errors.ProviderError)
    shown = compared._repr_mimebundle_()
    assert "<strong>miaow</strong>" in shown["text/html"]
    assert "no cats" in shown["text/plain"]
    assert list(compared.to_frame()["status"]) == ["done", "failed"]


def test_one_name_is_not_taken_for_a_list_of_letters(prompt, project, provider):
    with pytest.raises(TypeError, match=r"\['model'\]"):
        prompt.compare("model", word="cat")
    with pytest.raises(TypeError, match=r"\['notes.md'\]"):
        project.block("Docs").add_all("notes.md")
    assert provider.requests() == []


def prompt_request(prompt):
    return sending(prompt.document, prompt.id, "m", "openai-compatible", {"word": "cat"})


def wait_for(look, seconds=90.0):
    deadline = time.monotonic() + seconds
    while not (seen := look()):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    return seen


class Animal(BaseModel):
    name: str
    legs: int
    sounds: list[str]
    status: str = "wild"  # the table has a column of that name of its own


def test_fields_of_a_schema_become_columns(prompt, provider):
    provider.answer("says a cat", '{"name": "Tom", "legs": 4, "sounds": ["miaow", "purr"]}')
    provider.answer("says a dog", "woof")
    answers = quietly(prompt, pd.DataFrame(ROWS[:2]), schema=Animal)
    animal = Animal(name="Tom", legs=4, sounds=["miaow", "purr"])
    assert answers.values == [animal, None]  # noqa: PD011 - no pandas here
    joined = answers.to_frame("said")
    assert list(joined["said_name"].isna()) == [False, True]
    assert joined["said_legs"][0] == 4
    assert list(joined["said_status"]) == ["done", "done"]
    assert joined["said_sounds"][0] == '["miaow", "purr"]'
    assert joined["said_error"][1].startswith("INVALID_ANSWER")


@pytest.mark.parametrize(
    "rows",
    [
        pd.Series(["cat", "dog"], index=[7, 7], name="beast"),
        pl.Series(["cat", "dog"]),
        ["cat", "dog"],
        [{"word": "cat"}, {"word": "dog"}],
    ],
)
def test_a_column_can_be_the_only_variable(prompt, animals, rows):
    answers = quietly(prompt, rows)
    assert answers.texts == ["miaow", "woof"]
    assert list(answers.to_frame()["word"]) == ["cat", "dog"]
    assert len(animals.requests()) == 2


class Named(NamedTuple):
    word: str
    n: int


@pytest.mark.parametrize(
    "rows",
    [
        (word for word in ("cat", "dog")),
        np.array(["cat", "dog"]),
        pl.LazyFrame({"word": ["cat", "dog"]}),
        [Named("cat", 1), Named("dog", 2)],
        pd.DataFrame({"word": ["cat", "dog"]}).itertuples(),
    ],
    ids=["generator", "array", "lazy", "named tuples", "itertuples"],
)
def test_whatever_can_be_iterated_is_rows(prompt, animals, rows):
    assert quietly(prompt, rows).texts == ["miaow", "woof"]
    assert len(animals.requests()) == 2


@pytest.mark.usefixtures("provider")
def test_no_rows_are_no_error_and_what_is_no_table_is_told(prompt):
    assert list(quietly(prompt, [])) == []
    assert len(quietly(prompt, pd.DataFrame({"word": []})).to_frame()) == 0
    with pytest.raises(TypeError, match="not dict"):
        quietly(prompt, {"word": ["cat"]})


def test_a_column_that_is_called_context_does_not_go_unheard(project, provider):
    prompt = project.add_prompt("Answer", "{{question}} by {{context}}")
    with pytest.raises(ValueError, match="call the column and the variable otherwise"):
        quietly(prompt, pd.DataFrame({"question": ["Why?"], "context": ["A book."]}))
    assert provider.requests() == []


class Judgement(BaseModel):
    good: bool


@pytest.mark.parametrize("kind", [pd.DataFrame, pl.DataFrame, pa.Table.from_pylist, list])
def test_truths_and_numbers_stay_what_they_are_where_some_are_missing(prompt, provider, kind):
    provider.answer("says a cat", '{"good": true}')
    provider.answer("says a dog", "woof")
    joined = quietly(prompt, kind(ROWS[:2]), schema=Judgement).to_frame()
    assert pl.DataFrame(joined)["answer_good"].to_list() == [True, None]
    assert pl.DataFrame(joined)["answer_cost"].sum() == 0


def test_a_value_can_be_the_same_for_all_rows(prompt, animals):
    prompt.template = "In {{tongue}}, what says a {{word}}? Does it says a {{word}}?"
    answers = quietly(prompt, ROWS, variables={"tongue": "Swiss", "unknown": "x"})
    assert answers.texts == ["miaow", "woof", "moo"]
    assert answers[0].run.messages[0]["content"].startswith("In Swiss, what says a cat?")
    assert len(animals.requests()) == 3
    with pytest.raises(TypeError, match="variables="):
        quietly(prompt, ROWS, tongue="Swiss")
    with pytest.raises(TypeError, match="not just one variable, not str"):
        quietly(prompt, ["cat"])


def test_an_estimate_is_readable(prompt, animals):
    told = repr(prompt.estimate(ROWS, "m", prices=(1.0, 1.0), max_tokens=2))
    assert told.startswith("<Estimate 3 rows: 3 to send, about ")
    assert animals.requests() == []


def test_a_prompt_compares_models_with_values_as_it_is_sent_with(project, prompt, provider):
    provider.answer("says a cat", "miaow")
    for compared in (
        prompt.compare(["one", "two"], word="cat", temperature=0.5),
        project.compare("Ask", models=["one", "two"], word="cat", temperature=0.5),
    ):
        assert [run.text for run in compared.runs] == ["miaow"] * 2
    assert {each["body"]["temperature"] for each in provider.requests()} == {0.5}
