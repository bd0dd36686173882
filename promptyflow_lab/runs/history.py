"""What was sent to models: read page by page as it is needed, and as a table."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal, overload

from promptyflow_lab.client.listing import Listing, Pages
from promptyflow_lab.client.run import Run, run_row
from promptyflow_lab.client.show import count

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from typing import SupportsIndex

    from promptyflow_lab.client.core import Request
    from promptyflow_lab.client.session import Session

    from .plotting import Plot

By = Literal["model", "provider", "status", "day"]
_SHOWN = 50


class Runs(Sequence[Run]):
    """Runs, the newest first.

    Going through them reads a page of the list when it is needed; ``async for`` does so without
    holding up the event loop. ``len()``, tables and pictures read all.

    Examples
    --------
    >>> runs = pf.runs(project=paper)  # doctest: +SKIP
    >>> runs.cost(by="model")  # doctest: +SKIP
    {'large-model': 0.42, 'small-model': 0.03}
    >>> runs.to_frame().groupby("model").seconds.median()  # doctest: +SKIP
    """

    def __init__(self, session: Session, request: Request, limit: int | None = None) -> None:
        self._session = session
        self._pages = Pages(request, limit)
        self._read: list[Run] = []

    def __iter__(self) -> Iterator[Run]:
        place = 0
        while self._reach(place):
            yield self._read[place]
            place += 1

    async def __aiter__(self) -> AsyncIterator[Run]:
        place = 0
        async with self._session.awaiting() as transport:
            while True:
                while place < len(self._read):
                    yield self._read[place]
                    place += 1
                request = self._pages.next
                if request is None:
                    return
                self._take(await transport.send(request))

    def __len__(self) -> int:
        return len(self._all())

    def __bool__(self) -> bool:
        return self._reach(0)

    @overload
    def __getitem__(self, wanted: SupportsIndex | str) -> Run: ...
    @overload
    def __getitem__(self, wanted: slice) -> list[Run]: ...
    def __getitem__(self, wanted: SupportsIndex | str | slice) -> Run | list[Run]:
        if isinstance(wanted, int) and wanted >= 0:
            self._reach(wanted)
            return self._read[wanted]
        return self._listing()[wanted]

    def cost(self, by: By | None = None) -> Any:  # noqa: ANN401 - a number, or numbers by name
        """Return US dollars, of all or by model, provider, status or day.

        A run whose price nobody knows counts nothing; where nobody knows any, it is None.
        """
        known: defaultdict[str, list[float]] = defaultdict(list)
        for run in self:
            if run.cost is not None:
                known["" if by is None else attribute(run, by)].append(run.cost)
        if by is not None:
            return {name: sum(costs) for name, costs in sorted(known.items())}
        return sum(known[""]) if known else None

    def to_frame(self, library: Literal["pandas", "polars"] = "pandas") -> Any:  # noqa: ANN401
        """Return a row for each run, as a DataFrame."""
        rows = [_record(run) for run in self]
        columns = {name: [row[name] for row in rows] for name in _COLUMNS}
        if library == "polars":
            import polars as pl

            return pl.DataFrame(columns, strict=False).with_columns(
                pl.col("started").cast(pl.Datetime("us", "UTC"))
            )
        import pandas as pd

        frame = pd.DataFrame(columns)
        frame["started"] = pd.to_datetime(frame["started"], utc=True)
        return frame

    def plot(self) -> Plot:
        """Return a picture of tokens, cost and seconds by model and day.

        It shows itself as the last line of a cell; ``savefig(path)`` writes it, ``figure`` is
        matplotlib's.
        """
        from .plotting import Plot

        return Plot(self)

    def _reach(self, place: int) -> bool:
        while len(self._read) <= place:
            request = self._pages.next
            if request is None:
                return False
            self._take(self._session.send(request))
        return True

    def _take(self, page: dict[str, Any]) -> None:
        self._read += [Run(self._session, data) for data in self._pages.take(page)]

    def _all(self) -> list[Run]:
        while self._reach(len(self._read)):
            pass
        return self._read

    def _listing(self) -> Listing[Run]:
        return Listing(self._all(), "run", run_row)

    def __repr__(self) -> str:
        return repr(self._read) if not self._reach(_SHOWN) else f"<Runs, more than {_SHOWN}>"

    def _repr_html_(self) -> str:
        more = self._reach(_SHOWN)
        caption = f"the newest {_SHOWN} runs" if more else count(len(self._read), "run")
        return Listing(self._read[:_SHOWN], "run", run_row).html(caption)


def attribute(run: Run, by: By) -> str:
    """Return what a run is counted under."""
    return run.started_at[:10] if by == "day" else str(getattr(run, by))


_COLUMNS = (
    "run",
    "started",
    "provider",
    "model",
    "status",
    "prompt",
    "tokens_in",
    "tokens_out",
    "cost",
    "seconds",
    "error",
)


def _record(run: Run) -> dict[str, object]:
    from datetime import datetime

    usage = run.usage
    return {
        "run": run.id,
        "started": datetime.fromisoformat(run.started_at),
        "provider": run.provider,
        "model": run.model,
        "status": run.status,
        "prompt": run.prompt_title,
        "tokens_in": usage.get("inputTokens"),
        "tokens_out": usage.get("outputTokens"),
        "cost": run.cost,
        "seconds": run.duration,
        "error": (run.error or {}).get("error"),
    }
