"""What takes long can be awaited: the same core, and the event loop is not held up."""

from __future__ import annotations

import asyncio

import pytest
from endless_provider import running_endless_provider

from promptyflow_lab.client import errors

ROWS = [{"word": word} for word in ("cat", "dog", "cow")]


@pytest.fixture
def prompt(project):
    item = project.add_block("Docs").add_item("Rule", "Be brief.")
    return project.add_prompt("Ask", "{{context}}\nWhat says a {{word}}?").select(item)


async def beside(work):
    """Return what came of some work, and how often something else had its turn meanwhile."""
    task = asyncio.ensure_future(work)
    turns = 0
    while not task.done():
        await asyncio.sleep(0.01)
        turns += 1
    return await task, turns


async def test_projects_are_listed_found_and_compiled(pf, project, prompt, monkeypatch):
    monkeypatch.setattr("promptyflow_lab.client.listing._PAGE", 1)  # each on a page of its own
    other = pf.create_project("Other")
    assert await pf.aprojects() == [other, project]
    assert await pf.aprojects("Pap") == [project]
    for wanted in ("Paper", project.id):
        found = await pf.aproject(wanted)
        assert (found, found.name) == (project, "Paper")
    with pytest.raises(errors.NotFound):
        await pf.aproject("Papers")
    compiled = await prompt.acompile(word="cat")
    assert compiled == prompt.compile(word="cat")


async def test_runs_are_read_page_by_page(pf, prompt, provider, monkeypatch):
    provider.answer("says a", "miaow")
    sent = [await prompt.asend("m", word="cat") for _ in range(3)]
    monkeypatch.setattr("promptyflow_lab.client.listing._PAGE", 1)
    runs = pf.runs(prompt=prompt)
    seen = []
    async for run in runs:
        seen.append(run.id)
        if len(seen) == 2:
            break
    assert len(runs._read) == 2
    assert seen == [sent[2].id, sent[1].id]
    assert [run.id async for run in runs] == [run.id for run in reversed(sent)]
    assert [run.id for run in runs] == [run.id for run in reversed(sent)]
    assert len([run async for run in pf.runs(prompt=prompt, limit=2)]) == 2


async def test_models_are_compared(project, prompt, provider):
    provider.answer("says a cat", "miaow", match={"model": "one"}, latency=100)
    provider.refuse("says a cat", 400, "no cats")
    asked = project.acompare("Ask", ["one", "two"], variables={"word": "cat"})
    compared, turns = await beside(asked)
    assert compared["one"].text == "miaow"
    assert isinstance(compared["two"], errors.ProviderError)
    assert turns > 3
    nothing = await project.acompare(prompt, [], variables={"word": "cat"})
    assert list(nothing) == []


async def test_rows_are_sent_while_something_else_has_its_turn(prompt, provider):
    provider.answer("says a", "said", latency=100)
    answers, turns = await beside(prompt.amap(ROWS, "m", concurrency=2))
    assert [answer.text for answer in answers] == ["said"] * 3
    assert turns > 5
    assert len(provider.requests()) == 3


async def test_cancelling_a_batch_stops_what_is_under_way(pf, prompt):
    with running_endless_provider() as endless:
        pf.set_key("openai-compatible", base_url=endless.base_url)
        batch = asyncio.ensure_future(prompt.amap(ROWS * 10, "endless", concurrency=2))
        while len(await asyncio.to_thread(running, pf, prompt)) < 2:  # noqa: ASYNC110
            await asyncio.sleep(0.05)
        batch.cancel()
        with pytest.raises(asyncio.CancelledError):
            await batch
        while running(pf, prompt):  # noqa: ASYNC110 - the server has been told
            await asyncio.sleep(0.05)
        assert [run.status for run in pf.runs(prompt=prompt)] == ["cancelled"] * 2
    pf.delete_key("openai-compatible")


def running(pf, prompt):
    return list(pf.runs(prompt=prompt, status="running"))
