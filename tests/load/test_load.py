"""People at work on two processes behind PgBouncer, one of which is killed: nothing is lost."""

from __future__ import annotations

import pytest
from load.run import settled, work
from load.stage import running_stage

PEOPLE, SECONDS, PAUSE = 24, 20.0, 1.0


@pytest.mark.slow
@pytest.mark.timeout(240)
async def test_a_killed_process_costs_a_retried_request_and_no_confirmed_write():
    with running_stage(rate=20, seconds=3) as stage:
        users = await settled(stage, PEOPLE, PAUSE)
        outcome = await work(stage, users, SECONDS, kills=True)
    figures = outcome.figures
    assert figures.errors == []
    assert outcome.lost == []
    assert outcome.confirmed > PEOPLE
    assert figures.retried, "nobody noticed anything: nothing was tried"
    assert set(figures.retried.values()) == {1}
    assert set(figures.sent_again.values()) <= {1}
    assert {kind.partition(":")[0] for kind in figures.times} == {
        "read",
        "save",
        "search",
        "stream",
    }
