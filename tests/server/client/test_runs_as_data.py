"""Runs as data: lazily read, as a table and a picture, and in a capsule that can be checked."""

from __future__ import annotations

import json

import pandas as pd
import polars as pl
import pytest

from promptyflow_lab.runs import Capsule


@pytest.fixture
def prompt(project):
    docs = project.add_block("Docs")
    docs.add_item("Not selected", "secret plans")
    item = docs.add_item("Rule")
    part = item.add_sub_item("Part", "Be brief.")
    return project.add_prompt("Ask", "{{context}} {{what}} on {{date}}").select(part)


@pytest.fixture
def sent(prompt, provider):
    provider.answer("question", "**x**", usage={"prompt_tokens": 12, "completion_tokens": 3})
    provider.refuse("refuse me", 400, "no")
    return [prompt.send(m, show=False, what="question", temperature=0.5) for m in ("one", "two")]


def test_runs_are_read_as_far_as_they_are_needed(pf, prompt, sent):
    session = pf._session
    original, asked = session.send, []

    def counting(request):
        asked.append(request)
        query = {**request.query, "limit": "1"}
        return original(type(request)(request.method, request.path, query))

    session.send = counting
    runs = pf.runs(prompt=prompt)
    assert asked == []
    assert next(iter(runs)).id == sent[1].id
    assert len(asked) == 1
    assert [run.id for run in runs] == [sent[1].id, sent[0].id]
    assert runs[-1].model == "one"
    assert [run.model for run in runs[:1]] == ["two"]
    assert runs[sent[0].id].model == "one"


@pytest.mark.parametrize("library", ["pandas", "polars"])
def test_runs_become_a_table(pf, prompt, sent, library):
    frame = pf.runs(prompt=prompt).to_frame(library)
    assert isinstance(frame, {"pandas": pd.DataFrame, "polars": pl.DataFrame}[library])
    assert list(frame["run"]) == [sent[1].id, sent[0].id]
    assert list(frame["tokens_in"]) == [12, 12]
    assert list(frame["prompt"]) == ["Ask", "Ask"]
    assert frame["started"][0].tzinfo is not None
    assert frame["seconds"][0] > 0


def test_no_runs_are_a_table_too(pf, prompt):
    runs = pf.runs(prompt=prompt)
    assert not runs
    assert len(runs.to_frame()) == len(runs.to_frame("polars")) == 0
    assert runs.cost() is None
    assert runs.plot()._repr_png_().startswith(b"\x89PNG")


def test_costs_are_added_where_they_are_known(pf, prompt, sent):
    runs = pf.runs(prompt=prompt)
    assert runs.cost() is None  # nobody knows the price of these models
    for run, cost in zip(runs, (0.5, 0.25), strict=True):
        run._known["cost"] = cost
    assert runs.cost() == 0.75
    assert runs.cost(by="model") == {"one": 0.25, "two": 0.5}
    assert list(runs.cost(by="day")) == sorted({run.started_at[:10] for run in sent})


def test_a_picture_is_drawn_without_touching_those_of_the_notebook(pf, prompt, sent, tmp_path):
    assert sent
    plot = pf.runs(prompt=prompt).plot()
    tokens, cost, seconds = plot.figure.get_axes()
    assert [text.get_text() for text in tokens.get_legend().get_texts()] == ["one", "two"]
    assert tokens.patches[0].get_height() == 15
    assert cost.get_title() == "US dollars: not known"
    assert len(seconds.get_lines()) == 2
    plot.savefig(tmp_path / "runs.png")
    assert (tmp_path / "runs.png").read_bytes().startswith(b"\x89PNG")


def test_a_capsule_can_be_checked_and_replayed_without_a_server(sent, tmp_path, prompt):
    path = tmp_path / "run.json"
    sent[0].capsule(path)
    prompt.project.delete()
    capsule = Capsule.read(path)
    assert capsule.verify()
    assert [check.passed for check in capsule.verify()] == [True, True, True]
    told = json.loads(path.read_text(encoding="utf-8"))
    assert told["run"]["model"] == "one"
    assert told["parameters"]["temperature"] == 0.5
    assert told["usage"]["inputTokens"] == 12
    assert "secret plans" not in path.read_text(encoding="utf-8")
    assert "planted-key" not in path.read_text(encoding="utf-8")
    replay = capsule.replay()
    assert (replay.text, replay.model, replay.status) == ("**x**", "one", "done")
    assert "<strong>x</strong>" in replay._repr_mimebundle_()["text/html"]


@pytest.mark.parametrize(
    ("change", "broken"),
    [
        (lambda told: told.update(answer="forged"), 1),
        (lambda told: told["messages"][-1].update(content="forged"), 0),
        (lambda told: told["inputs"]["variables"].update(what="forged"), 2),
        (lambda told: told["inputs"].update(data={}), 2),
    ],
)
def test_a_capsule_that_was_changed_is_found_out(sent, tmp_path, change, broken):
    path = tmp_path / "run.json"
    sent[0].capsule(path)
    told = json.loads(path.read_text(encoding="utf-8"))
    change(told)
    path.write_text(json.dumps(told), encoding="utf-8")
    checked = Capsule.read(path).verify()
    assert not checked
    assert checked[broken].passed is False


def test_a_capsule_says_when_the_project_has_moved_on(sent, prompt):
    prompt.template = "something else"
    checked = sent[0].capsule().verify()
    assert [check.passed for check in checked] == [True, True, None]
    assert "? compiling again" in repr(checked)
    assert not checked


def test_a_capsule_can_be_sent_again(pf, sent, provider):
    again = sent[0].capsule().replay(pf, offline=False)
    first, _, third = (request["body"] for request in provider.requests())
    assert third["messages"] == first["messages"]
    assert third["temperature"] == 0.5
    assert (again.text, again.model) == ("**x**", "one")


def test_a_failed_run_has_a_capsule_too(pf, prompt, sent):
    assert sent
    with pytest.raises(Exception, match="no"):
        prompt.send("m", show=False, what="refuse me")
    run = pf.runs(prompt=prompt)[0]
    assert run.status == "failed"
    assert run.capsule().verify()
    assert pf.runs(prompt=prompt).to_frame()["error"][0] == "PROVIDER_ERROR"


def test_another_file_is_no_capsule(tmp_path):
    for content in ("{}", "[1]", "no json", '{"format": "promptyflow-capsule", "version": 9}'):
        (tmp_path / "x").write_text(content)
        with pytest.raises(ValueError, match="capsule"):
            Capsule.read(tmp_path / "x")


@pytest.mark.parametrize("part", ["run", "messages", "answer", "sha256"])
def test_a_capsule_with_a_broken_part_says_which(sent, part):
    whole = sent[0].capsule().content
    with pytest.raises(ValueError, match=rf"capsule is broken: {part}\."):
        Capsule(whole | {part: 5})
