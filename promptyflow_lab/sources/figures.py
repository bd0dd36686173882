"""Figures as text: what is drawn, not how it looks."""

from __future__ import annotations

import json
import sys
from typing import Any, Final

from .budget import fitting, one_line, shortened

_SHOWN: Final = 8


def is_figure(value: object) -> bool:
    """Whether a value is a figure of matplotlib, plotly or Altair, asked without importing them."""
    if isinstance(value, type):
        return False
    module = type(value).__module__.partition(".")[0]
    if module not in sys.modules:
        return False
    if module in {"matplotlib", "seaborn"}:
        return hasattr(value, "get_axes") or hasattr(value, "get_xlabel")
    return module in {"plotly", "altair"} and hasattr(value, "to_dict")


def figure_text(figure: Any, name: str, tokens: int) -> str:  # noqa: ANN401 - of many libraries
    """Return what a figure shows.

    Parameters
    ----------
    figure
        A figure or the axes of matplotlib, a figure of plotly, a chart of Altair.
    name
        What it is called.
    tokens
        At most about so many.
    """
    if hasattr(figure, "to_dict") and not hasattr(figure, "get_axes"):
        told = json.dumps(_abbreviated(figure.to_dict()), ensure_ascii=False, default=_short)
        return shortened(f"{name}: {type(figure).__name__}\n{told}", tokens)
    axes = figure.get_axes() if hasattr(figure, "get_axes") else [figure]
    title = getattr(figure, "get_suptitle", str)()
    lines = [f"{name}: figure{f' {title!r}' if title else ''}"]
    for number, each in enumerate(axes, 1):
        lines += _axes(each, number)
    return "\n".join(fitting(lines, tokens))


def _axes(axes: Any, number: int) -> list[str]:  # noqa: ANN401 - matplotlib's
    title = axes.get_title()
    lines = [f"Plot {number}{f': {title}' if title else ''}"]
    for side in "xy":
        label, scale = getattr(axes, f"get_{side}label")(), getattr(axes, f"get_{side}scale")()
        low, high = getattr(axes, f"get_{side}lim")()
        told = f"- {side}: {label or 'no label'}, {low:.6g} … {high:.6g}"
        lines.append(told if scale == "linear" else f"{told}, {scale}")
        ticks = [tick.get_text() for tick in getattr(axes, f"get_{side}ticklabels")()]
        if any(tick and not _is_number(tick) for tick in ticks):
            lines.append(f"  {side} ticks: {one_line(', '.join(ticks))}")
    lines += [
        f"- line {_label(line)}: {_points(line.get_xdata(), line.get_ydata())}"
        for line in axes.get_lines()
    ]
    for drawn in axes.collections:
        offsets: Any = getattr(drawn, "get_offsets", list)()
        if len(offsets):
            points = _points([x for x, _ in offsets], [y for _, y in offsets])
            lines.append(f"- points {_label(drawn)}: {points}")
    for container in axes.containers:
        heights = [bar.get_height() for bar in container if hasattr(bar, "get_height")]
        if heights:
            lines.append(f"- bars {_label(container)}: {_values(heights)}")
    lines += [f"- image, {picture.get_array().shape}" for picture in axes.get_images()]
    lines += [f"- text: {one_line(text.get_text())}" for text in axes.texts]
    return lines


def _label(drawn: Any) -> str:  # noqa: ANN401 - matplotlib's
    label = str(drawn.get_label())
    return "" if label.startswith("_") else repr(label)


def _points(x: Any, y: Any) -> str:  # noqa: ANN401 - arrays
    return f"{len(x):,} points, x {_values(x)}, y {_values(y)}"


def _values(values: Any) -> str:  # noqa: ANN401 - an array
    """Return some values from the whole length, and where they lie."""
    found = list(values)
    if not found:
        return "none"
    step = max(1, -(-len(found) // _SHOWN))
    shown = ", ".join(_short(value) for value in found[::step])
    if len(found) <= _SHOWN:
        return shown
    try:
        return f"{_short(min(found))} … {_short(max(found))} ({shown}, …)"
    except TypeError:
        return f"{shown}, …"


def _short(value: object) -> str:
    return f"{value:.6g}" if isinstance(value, float) else one_line(value, 40)


def _is_number(text: str) -> bool:
    try:
        float(text.replace("\N{MINUS SIGN}", "-").replace(",", ""))
    except ValueError:
        return False
    return True


def _abbreviated(value: Any) -> Any:  # noqa: ANN401 - JSON
    """Return a description without its long lists of values, and without its looks."""
    if hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, dict):
        dropped = {"template", "config", "$schema", "bdata"}
        return {k: _abbreviated(v) for k, v in value.items() if k not in dropped}
    if isinstance(value, list | tuple):
        plain = [v for v in value if not isinstance(v, dict | list)]
        if len(value) > _SHOWN and len(plain) == len(value):
            return f"{len(value):,} values: {_values(value)}"
        shown = [_abbreviated(each) for each in value[:_SHOWN]]
        return shown if len(value) <= _SHOWN else [*shown, f"… {len(value) - _SHOWN:,} more"]
    return value
