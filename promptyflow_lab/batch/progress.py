"""How a batch is getting on: an estimate, then a bar, in a notebook or a terminal."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

from promptyflow_lab.client.errors import PromptyFlowError
from promptyflow_lab.client.show import money

if TYPE_CHECKING:
    from types import TracebackType
    from typing import Self

    from promptyflow_lab.client.run import Run

    from .planning import Plan


class Progress:
    """A bar of tqdm; nothing where there is no tqdm, or nothing shall be shown."""

    def __init__(self, plan: Plan, *, shown: bool) -> None:
        self._failed = 0
        self._bar: Any = None
        if not shown:
            return
        print(plan.estimate)  # noqa: T201 - what was asked for
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # that ipywidgets is missing: text will do
                from tqdm.auto import tqdm
        except ImportError:
            return
        self._bar = tqdm(total=len(plan.tasks), unit="row")

    def one_more(self, outcome: Run | PromptyFlowError, spent: float) -> None:
        """Count a row."""
        if self._bar is None:
            return
        told: dict[str, object] = {}
        if isinstance(outcome, PromptyFlowError):
            self._failed += 1
        if self._failed:
            told["failed"] = self._failed
        if spent:
            told["cost"] = money(spent)
        if told:
            self._bar.set_postfix(told, refresh=False)
        self._bar.update()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._bar is not None:
            self._bar.close()
