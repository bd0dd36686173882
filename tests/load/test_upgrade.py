"""An old and a new version work side by side while the schema changes under them: no error.

``UPGRADE_SECONDS`` sets for how long.
"""

from __future__ import annotations

import asyncio
import os
from typing import TYPE_CHECKING

import psycopg
import pytest
from load import versions
from load.figures import Figures
from load.stage import PREFIX, library, running_stage
from load.user import Balance, User

if TYPE_CHECKING:
    from pathlib import Path

SECONDS = float(os.environ.get("UPGRADE_SECONDS", "15"))
PEOPLE, PAUSE = 5, 0.3
BEFORE = versions.commit_before_the_newest_revision()


def old_and_new(which: str, folder: Path) -> tuple[Path | None, Path | None]:
    """Return the code of both; None for what is here."""
    if which == "the next version":
        return None, versions.code_of_next_version(folder)
    assert BEFORE is not None
    return versions.code_of(BEFORE, folder), None


@pytest.mark.slow
@pytest.mark.timeout(300 + SECONDS)
@pytest.mark.parametrize("which", ["the next version", *(["this version"] if BEFORE else [])])
async def test_old_and_new_work_side_by_side_while_the_schema_changes(which, tmp_path):
    old, new = old_and_new(which, tmp_path)
    with running_stage(rate=20, seconds=2, processes=0) as stage:
        first = await asyncio.to_thread(stage.start, 0, old)
        stage.services.append(first)
        balance, figures = Balance(stage.ports, PREFIX), Figures()
        # By the old version's own command: this one would bring the schema up to date.
        users = [
            User(
                number, await asyncio.to_thread(first.token, f"p{number}"), balance, figures, PAUSE
            )
            for number in range(PEOPLE)
        ]
        for user in users:
            await user.settle(library())
        over = asyncio.Event()
        watching = asyncio.create_task(balance.watch())
        living = [asyncio.create_task(user.live(over)) for user in users]
        await asyncio.sleep(3)
        before = _schema(stage.environment)
        stage.services.append(await asyncio.to_thread(stage.start, 0, new))  # migrates
        assert _schema(stage.environment) > before
        assert figures.errors == []
        balance.ports[:] = stage.ports
        await asyncio.sleep(SECONDS)
        assert first.process.poll() is None
        await asyncio.to_thread(first.stop)
        await asyncio.sleep(2)
        over.set()
        await asyncio.gather(*living)
        lost = [token for user in users for token in await user.check()]
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)
        logs = [service.log for service in stage.services]
    assert figures.errors == []
    assert lost == []
    assert all(len(user.confirmed) > 3 for user in users)
    assert all("PATCH /pf/api/projects" in log for log in logs), "both were at work"
    assert not any("Traceback" in log for log in logs)


def _schema(environment: dict[str, str]) -> str:
    url = environment["PROMPTYFLOW_DATABASE_DIRECT_URL"]
    with psycopg.connect(url) as connection:
        return connection.execute("SELECT version_num FROM alembic_version").fetchone()[0]
