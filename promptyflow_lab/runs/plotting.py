"""A picture of runs: tokens, cost and seconds, by model and day."""

from __future__ import annotations

from collections import defaultdict
from io import BytesIO
from statistics import median
from typing import TYPE_CHECKING, Any

from promptyflow_lab.client.show import count

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from promptyflow_lab.client.run import Run

    Series = dict[str, dict[str, float]]


class Plot:
    """A figure that shows itself.

    It is drawn without pyplot: nothing of the notebook's own figures is touched.

    Attributes
    ----------
    figure : matplotlib.figure.Figure
        To be changed at will.
    """

    def __init__(self, runs: Iterable[Run]) -> None:
        try:
            from matplotlib.figure import Figure
        except ImportError:
            raise ImportError("a picture needs matplotlib: pip install matplotlib") from None
        found = list(runs)
        self._runs = count(len(found), "run")
        self.figure: Any = Figure(figsize=(10, 3), layout="constrained")
        axes = self.figure.subplots(1, 3)
        _bars(axes[0], "tokens", _by_day(found, _tokens, sum))
        _bars(axes[1], "US dollars", _by_day(found, lambda run: run.cost, sum))
        _lines(axes[2], "seconds (median)", _by_day(found, lambda run: run.duration, median))
        if found:
            axes[0].legend(frameon=False)

    def savefig(self, path: Any, **options: Any) -> None:  # noqa: ANN401 - as matplotlib's
        """Write the picture; options as of matplotlib's own."""
        self.figure.savefig(path, **options)

    def __repr__(self) -> str:
        return f"<Plot of {self._runs}>"

    def _repr_png_(self) -> bytes:
        written = BytesIO()
        self.figure.savefig(written, format="png", dpi=100)
        return written.getvalue()


def _tokens(run: Run) -> float | None:
    usage = run.usage
    known = [usage[name] for name in ("inputTokens", "outputTokens") if usage.get(name) is not None]
    return float(sum(known)) if known else None


def _by_day(
    runs: list[Run],
    measure: Callable[[Run], float | None],
    gather: Callable[[list[float]], float],
) -> Series:
    """Return for each model what was measured on each day."""
    values: defaultdict[str, defaultdict[str, list[float]]]
    values = defaultdict(lambda: defaultdict(list))
    for run in sorted(runs, key=lambda run: run.started_at):
        value = measure(run)
        if value is not None:
            values[run.model][run.started_at[:10]].append(value)
    return {
        model: {day: gather(found) for day, found in days.items()}
        for model, days in sorted(values.items())
    }


def _days(series: Series) -> list[str]:
    return sorted({day for days in series.values() for day in days})


def _bars(axes: Any, title: str, series: Series) -> None:  # noqa: ANN401 - matplotlib's
    days = _days(series)
    floor = [0.0] * len(days)
    for model, values in series.items():
        heights = [values.get(day, 0.0) for day in days]
        axes.bar(days, heights, bottom=floor, label=model)
        floor = [low + height for low, height in zip(floor, heights, strict=True)]
    _finish(axes, title, days)


def _lines(axes: Any, title: str, series: Series) -> None:  # noqa: ANN401 - matplotlib's
    days = _days(series)
    for model, values in series.items():
        places = [days.index(day) for day in values]
        axes.plot(places, list(values.values()), marker="o", label=model)
    axes.set_xticks(range(len(days)), days)
    _finish(axes, title, days)


def _finish(axes: Any, title: str, days: list[str]) -> None:  # noqa: ANN401 - matplotlib's
    axes.set_title(title if days else f"{title}: not known")
    axes.tick_params(axis="x", rotation=45)
    axes.set_ylim(bottom=0)
