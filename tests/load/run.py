"""Many people at once on two service processes, one of which is killed in the middle.

    .venv/bin/python tests/load/run.py                        500 people, five minutes, one kill
    .venv/bin/python tests/load/run.py --knee                 more and more people
    .venv/bin/python tests/load/run.py --people 50 --seconds 20

Everything is started here, listens on loopback or sockets only, and is ended afterwards. The exit
code is 1 if anything failed that should not have.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from load.figures import Figures, memory_mb
from load.stage import PREFIX, Stage, library, running_stage
from load.user import Balance, User

KNEE = (250, 500, 750, 1000)
KNEE_SECONDS = 30.0
WORDS_A_SECOND, ANSWER_SECONDS = 20.0, 4.0
_SETTLING = 16
_DOWN_SECONDS = 10.0


@dataclass(frozen=True)
class Outcome:
    """What must be true afterwards, and what was measured."""

    figures: Figures
    lost: list[str]
    confirmed: int
    memory: list[list[float]]
    cpu: dict[str, float]

    @property
    def is_good(self) -> bool:
        most = max([0, *self.figures.retried.values(), *self.figures.sent_again.values()])
        return not self.figures.errors and not self.lost and most <= 1


async def settled(stage: Stage, number: int, pause: float) -> list[User]:
    """Return people who have something to work with."""
    balance = Balance(stage.ports, PREFIX)
    figures = Figures()
    users = [
        User(which, token, balance, figures, pause)
        for which, token in enumerate(await stage.tokens(number))
    ]
    templates, room = library(), asyncio.Semaphore(_SETTLING)

    async def settle(user: User) -> None:
        async with room:
            await user.settle(templates)

    await asyncio.gather(*map(settle, users))
    return users


async def work(
    stage: Stage, users: list[User], seconds: float, *, kills: bool, check: bool = True
) -> Outcome:
    """Let people work for a while; kill a process in the middle and start it again."""
    figures = Figures()
    for user in users:
        user.figures = figures
    over = asyncio.Event()
    balance = users[0].balance
    watching = asyncio.create_task(balance.watch())
    memory: list[list[float]] = []
    sampling = asyncio.create_task(_sample(stage, memory))
    before = stage.cpu()
    living = [asyncio.create_task(user.live(over)) for user in users]
    if kills:
        await asyncio.sleep(seconds / 2)
        after, measured = stage.cpu(), seconds / 2
        stage.kill(0)
        await asyncio.sleep(min(_DOWN_SECONDS, seconds / 4))
        await stage.start_again(0)
        await asyncio.sleep(max(0.0, figures.began + seconds - time.monotonic()))
    else:
        await asyncio.sleep(seconds)
        after, measured = stage.cpu(), seconds
    over.set()
    await asyncio.gather(*living)
    sampling.cancel()
    lost = []
    if check:
        for user in users:
            lost += await user.check()
    watching.cancel()
    await asyncio.gather(sampling, watching, return_exceptions=True)
    cpu = {name: (after[name] - before[name]) / measured * 100 for name in after}
    return Outcome(figures, lost, sum(len(user.confirmed) for user in users), memory, cpu)


async def _sample(stage: Stage, memory: list[list[float]]) -> None:
    while True:
        row = []
        for service in stage.services:
            is_running = service.process.poll() is None
            row.append(memory_mb(service.process.pid) if is_running else 0.0)
        memory.append(row)
        await asyncio.sleep(5)


def _told(outcome: Outcome) -> str:
    figures = outcome.figures
    saved, lost = f"{outcome.confirmed:,}", len(outcome.lost)
    lines = [
        figures.table(),
        f"errors {len(figures.errors)}; confirmed saves {saved}, lost or doubled {lost}",
        f"a request retried: {_told_people(figures.retried)}",
        f"a model asked again: {_told_people(figures.sent_again)}",
        "% of one processor: " + ", ".join(f"{n} {v:.0f}" for n, v in outcome.cpu.items()),
    ]
    for number, column in enumerate(zip(*outcome.memory, strict=True)):
        shown = [f"{value:.0f}" for value in column[:: max(1, len(column) // 10)]]
        lines.append(f"memory of service {number + 1}, MB: {' '.join(shown)}")
    return "\n".join([*lines, *figures.errors[:10]])


def _told_people(times: Counter[int]) -> str:
    return f"{len(times)} people, at most {max([0, *times.values()])} time(s) each"


async def run(options: argparse.Namespace, stage: Stage) -> bool:
    steps = KNEE if options.knee else (options.people,)
    seconds = KNEE_SECONDS if options.knee else options.seconds
    began = time.monotonic()
    users = await settled(stage, max(steps), options.pause)
    _say(f"{len(users)} people have settled in {time.monotonic() - began:.0f} s")
    is_good = True
    for number in steps:
        outcome = await work(stage, users[:number], seconds, kills=not options.knee)
        _say(f"\n{number} people, {seconds:.0f} s\n{_told(outcome)}")
        is_good = is_good and outcome.is_good
    return is_good


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--people", type=int, default=500)
    parser.add_argument("--seconds", type=float, default=300)
    parser.add_argument("--pause", type=float, default=5, help="between two things somebody does")
    parser.add_argument(
        "--knee", action="store_true", help=f"{KNEE} people, {KNEE_SECONDS:.0f} s each, no kill"
    )
    options = parser.parse_args()
    with running_stage(WORDS_A_SECOND, ANSWER_SECONDS, **_real_limits()) as stage:
        return 0 if asyncio.run(run(options, stage)) else 1


def _real_limits() -> dict[str, str]:
    """Return the rate limits of a service whose operator has set none."""
    return {"PROMPTYFLOW_RATE_LIMIT_REQUESTS": "100", "PROMPTYFLOW_RATE_LIMIT_SENDS": "20"}


if __name__ == "__main__":
    sys.exit(main())
