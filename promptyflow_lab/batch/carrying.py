"""Sending side by side: rate limits are waited for, failures are values, Stop stops everything."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from typing import TYPE_CHECKING, Any, Final

from promptyflow_lab.client.answers import Answering, apart, follow, stop_all
from promptyflow_lab.client.core import get, segment
from promptyflow_lab.client.errors import (
    NoApiKey,
    NotConnected,
    PromptyFlowError,
    ProviderError,
    RateLimited,
)
from promptyflow_lab.client.run import Run
from promptyflow_lab.client.show import Nowhere

from .gate import Gate, Stopped
from .progress import Progress
from .purse import Purse
from .result import Answer, Batch

if TYPE_CHECKING:
    from concurrent.futures import Future

    from promptyflow_lab.client.session import Session

    from .planning import Plan, Task

    Outcome = Run | PromptyFlowError

_RETRIES: Final = 4
_PAUSE: Final = 2.0
_LONGEST_PAUSE: Final = 300.0
"""Seconds: who is told to come back in an hour gets an error, and runs the cell again then."""
_HOPELESS: Final = frozenset({"authentication", "permission", "billing", "model_not_found"})
"""What every other row would meet, too."""
_IN_VAIN: Final = 10
"""So many rows in succession that reached nobody: the others would not either."""


def carry_out(plan: Plan, *, concurrency: int, max_cost: float | None, progress: bool) -> Batch:
    """Send what has no answer yet; return the answers of all rows.

    Raises
    ------
    CostLimit
        There is a limit, but nobody knows the price of the model.
    """
    purse = Purse(plan, max_cost)
    return _carry(plan, purse, _Courier(plan, purse), concurrency, progress=progress)


async def carry_out_async(
    plan: Plan, *, concurrency: int, max_cost: float | None, progress: bool
) -> Batch:
    """Do the same without holding up the event loop; cancelled, it stops what is under way."""
    purse = Purse(plan, max_cost)
    courier = await asyncio.to_thread(_Courier, plan, purse)
    work = asyncio.to_thread(_carry, plan, purse, courier, concurrency, progress=progress)
    carrying = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(carrying)
    except asyncio.CancelledError:
        await asyncio.to_thread(courier.stop)
        await asyncio.wait({carrying})
        raise


def _carry(
    plan: Plan, purse: Purse, courier: _Courier, concurrency: int, *, progress: bool
) -> Batch:
    if concurrency < 1:
        raise ValueError("concurrency is 1 or more")
    bar = Progress(plan, shown=progress)
    outcomes: dict[int, Outcome] = {}
    with bar, ThreadPoolExecutor(concurrency, "promptyflow") as pool:
        waiting = {pool.submit(courier.bring, task): task for task in plan.tasks}
        try:
            while waiting:
                done, _ = wait(waiting, return_when=FIRST_COMPLETED)
                for future in done:
                    task = waiting.pop(future)
                    outcomes[task.place] = outcome = _of(future)
                    bar.one_more(outcome, purse.spent)
        except BaseException:  # an interrupt, above all
            apart(courier.stop)
            pool.shutdown(cancel_futures=True)
            raise
    answers = [Answer(plan.table.rows[n], outcomes[n]) for n in range(len(plan.tasks))]
    return Batch(answers, plan)


def _of(future: Future[Outcome]) -> Outcome:
    return future.result()


class _Courier:
    """Brings the answer of one row at a time, in as many threads as call it."""

    def __init__(self, plan: Plan, purse: Purse) -> None:
        self._plan = plan
        self._purse = purse
        self._gate = Gate()
        self._lock = threading.Lock()
        self._under_way: set[Answering] = set()
        self._hopeless: PromptyFlowError | None = None
        self._in_vain = 0
        self._session: Session = plan.session
        self._session.send(get("api/user/api-keys"))  # so that all threads share its connections

    def stop(self) -> None:
        """Send nothing more, and stop what is under way."""
        self._gate.stop()
        with self._lock:
            under_way = list(self._under_way)
        stop_all(self._session, under_way)

    def bring(self, task: Task) -> Outcome:
        """Return a row's answer, or what went wrong."""
        try:
            return self._found(task) or self._sent(task)
        except PromptyFlowError as error:
            return error
        except Stopped:
            return self._hopeless or PromptyFlowError("It was stopped before it was sent.")

    def _found(self, task: Task) -> Run | None:
        """Return the answer that is there, if it is one to the same question."""
        if task.found is None:
            return None
        self._gate.pass_through()
        told = self._session.send(get(f"ai/runs/{segment(task.found['id'])}"))
        if _system(told) != (self._plan.options.get("system") or ""):
            return None
        if told["status"] == "running":  # of a kernel that has died
            answering = Answering.of_run(told["id"])
            self._follow(answering)
            told |= answering.data
        return Run(self._session, told, schema=self._schema)

    def _sent(self, task: Task) -> Run:
        for attempt in range(_RETRIES + 1):
            try:
                return self._once(task)
            except ProviderError as error:
                pause = float(error.details.get("retryAfter") or _PAUSE * 2**attempt)
                if not error.retryable or attempt == _RETRIES or pause > _LONGEST_PAUSE:
                    self._look_for_hope(error, pause)
                    raise
                self._give_way(error, pause)
            except (NoApiKey, NotConnected) as error:
                self._look_for_hope(error)
                raise
        raise AssertionError("the last attempt has returned or raised")

    def _once(self, task: Task) -> Run:
        """Send a row as soon as our server takes it."""
        self._purse.reserve(task)
        try:
            while True:
                self._gate.pass_through()
                answering = Answering(self._plan.request(task), Nowhere())
                try:
                    self._follow(answering)
                except RateLimited as error:  # nothing was done
                    self._gate.close_for(error.retry_after or _PAUSE)
                    continue
                self._in_vain = 0
                run = Run(self._session, answering.data, schema=self._schema)
                self._purse.pay(run)
                return run
        finally:
            self._purse.release(task)

    def _follow(self, answering: Answering) -> None:
        with self._lock:
            self._under_way.add(answering)
        try:
            if self._gate.is_stopped:
                raise Stopped
            follow(self._session, answering)
        finally:
            with self._lock:
                self._under_way.discard(answering)

    def _give_way(self, error: ProviderError, pause: float) -> None:
        """Wait as long as the provider wants; with a rate limit, everybody waits."""
        if error.kind == "rate_limit":
            self._gate.close_for(pause)
        else:
            self._gate.wait(pause)

    def _look_for_hope(self, error: PromptyFlowError, pause: float = 0) -> None:
        """Stop where every other row would meet the same."""
        kind = error.kind if isinstance(error, ProviderError) else None
        if kind == "network" or isinstance(error, NotConnected):
            self._in_vain += 1
            hopeless = self._in_vain >= _IN_VAIN
        else:
            hopeless = kind is None or kind in _HOPELESS or pause > _LONGEST_PAUSE
        if hopeless:
            self._hopeless = error
            self._gate.stop()

    @property
    def _schema(self) -> Any:  # noqa: ANN401 - a JSON schema, or a model of pydantic
        return self._plan.options.get("schema")


def _system(told: dict[str, Any]) -> str:
    messages = told.get("messages") or []
    return "".join(each["content"] for each in messages if each["role"] == "system")
