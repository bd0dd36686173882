"""DataFrames as context: what the columns are, statistics, a sample, within a number of tokens.

pandas, polars, Arrow and whatever else narwhals knows are read alike. A frame of any length costs
the same: above some number of cells the statistics are those of rows evenly taken, and say so. The
same frame always gives the same text.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from heapq import nsmallest
from math import isqrt
from typing import TYPE_CHECKING, Any, Final

from .budget import fitting, one_line
from .tokens import estimate_tokens

if TYPE_CHECKING:
    from collections.abc import Iterator

    import narwhals as nw

_FRAMES: Final = frozenset({"DataFrame", "Table", "Series"})
_MAKERS: Final = ("pandas", "polars", "pyarrow", "modin", "cudf")
_CELLS_LOOKED_AT: Final = 2_000_000
_SAMPLE_ROWS: Final = 20
_CELL: Final = 80
_SHARE_OF_COLUMNS: Final = 0.6
_SMALLEST: Final = 50
_DIGITS: Final = 6
_COMMON_VALUES: Final = 3
_SMALL_STEP: Final = 10


def is_frame(value: object) -> bool:
    """Whether a value is a DataFrame or a Series, asked without importing what makes them."""
    kinds = type(value).__mro__  # also of a class of somebody's own, as geopandas has one
    return any(
        kind.__name__ in _FRAMES and kind.__module__.partition(".")[0] in _MAKERS for kind in kinds
    )


def frame_text(frame: Any, name: str, tokens: int) -> str:  # noqa: ANN401 - of many libraries
    """Return what a frame holds.

    Parameters
    ----------
    frame
        A DataFrame or Series of pandas or polars, an Arrow table.
    name
        What it is called.
    tokens
        At most about so many.
    """
    maker = type(frame).__module__.partition(".")[0]
    kind = type(frame).__name__
    if kind == "Series":
        frame = frame.to_frame() if frame.name else frame.to_frame("value")
    rows, columns = frame.shape
    data = _looked_at(frame)
    size = f"{rows:,} rows" if kind == "Series" else f"{rows:,} rows × {columns:,} columns"
    head = f"{name}: {maker} {kind}, {size}"
    left = max(tokens, _SMALLEST) - estimate_tokens(head) - 30
    told = list(_columns(data, rows, left))
    text = [head, *told]
    left = tokens - estimate_tokens("\n".join(text)) - 20
    text += _sample(data, rows, left, shown=len(told))
    return "\n".join(fitting(text, max(tokens, _SMALLEST)))


def _looked_at(frame: Any) -> nw.DataFrame[Any]:  # noqa: ANN401 - of many libraries
    """Return all rows, of a long frame some evenly taken, with one name for each column."""
    import narwhals as nw

    rows, columns = frame.shape
    step = _step(rows, max(1, _CELLS_LOOKED_AT // max(1, columns)))
    if hasattr(frame, "iloc"):  # pandas and its like, whose columns may be called anything
        some = frame.iloc[::step] if step > 1 else frame
        index = some.index  # one that only counts says nothing
        if index.nlevels > 1 or index.name is not None or index.dtype.kind not in "iu":
            called = [_joined(name) or "index" for name in some.index.names]
            some = some.reset_index(names=called, allow_duplicates=True)
        names = _unique([_joined(name) for name in some.columns])
        frame, step = some.set_axis(names, axis=1), 1
    data: nw.DataFrame[Any] = nw.from_native(frame, eager_only=True)
    return data.gather_every(step) if step > 1 else data


def _joined(name: object) -> str:
    """Return what a column is called; of several levels, as groupby gives them, all."""
    if isinstance(name, tuple):
        return " ".join(str(part) for part in name if part != "")
    return "" if name is None else str(name)


def _unique(names: list[str]) -> list[str]:
    """Return names of which no two are the same."""
    seen: Counter[str] = Counter()
    found = []
    for name in names:
        found.append(f"{name}.{seen[name]}" if seen[name] else name)
        seen[name] += 1
    return found


def _columns(data: nw.DataFrame[Any], rows: int, tokens: int) -> Iterator[str]:
    """Yield a line for each column that has room."""
    names = data.columns
    partly = len(data) < rows
    yield "Columns:" if not partly else f"Columns, figures of {len(data):,} rows evenly taken:"
    room = int(tokens * _SHARE_OF_COLUMNS)
    lines = (_column(data[name]) for name in names)
    shown = fitting(lines, room)
    yield from shown
    rest = names[len(shown) :]
    if rest:
        yield f"… and {len(rest):,} more: {_listed(rest, tokens // 5)}"


def _listed(names: list[str], tokens: int) -> str:
    shown = fitting((one_line(name, _CELL) for name in names), tokens)
    return ", ".join(shown) + (", …" if len(shown) < len(names) else "")


def _column(column: nw.Series[Any]) -> str:
    told = [f"- {one_line(column.name, _CELL)}: {_kind(column)}"]
    missing = int(column.null_count())
    if missing:
        told.append(f"{missing:,} missing")
    present = column.drop_nulls()
    if len(present) == 0:
        return ", ".join([*told, "no values"])
    dtype = present.dtype
    if dtype.is_numeric():
        told.append(f"{_figure(present.min())} … {_figure(present.max())}")
        told.append(f"mean {_figure(present.mean())}")
    elif dtype.is_temporal():
        told.append(f"{present.min()} … {present.max()}")
    elif not dtype.is_nested():
        told += _categories(present)
    return ", ".join(told)


def _kind(column: nw.Series[Any]) -> str:
    """Return what a column holds, as people say it."""
    dtype: Any = column.dtype
    if type(dtype).__name__ == "Unknown":  # intervals, periods, complex numbers
        return str(getattr(column.to_native(), "dtype", dtype))
    if type(dtype).__name__ == "Datetime":
        return f"Datetime, {dtype.time_zone}" if dtype.time_zone else "Datetime"
    return str(dtype)


def _categories(column: nw.Series[Any]) -> list[str]:
    """Return how many values there are, and the commonest."""
    # Counting all of a million different texts takes long and tells nothing.
    few = column.gather_every(max(1, len(column) // 50_000))
    try:
        counted = Counter(few.to_list())
    except TypeError:  # objects that cannot be compared
        return []
    # Equally common ones stand in the order of the alphabet, so that the text stays the same.
    common = nsmallest(_COMMON_VALUES, ((-n, one_line(value, 40)) for value, n in counted.items()))
    about = "" if len(few) == len(column) else "at least "
    shown = ", ".join(repr(value) for _, value in common)
    return [f"{about}{len(counted):,} different, such as {shown}"]


def _sample(data: nw.DataFrame[Any], all_rows: int, tokens: int, shown: int) -> list[str]:
    """Return rows from the whole length, as CSV."""
    if len(data) == 0 or tokens <= 0:
        return []
    # As many columns as were told of; a row that has no room for all tells of the first.
    names = data.columns[: max(1, shown)]
    rows = _evenly(data, _SAMPLE_ROWS)
    lines = [_csv(names), *map(_csv, rows.select(names).rows())]
    head = f"Sample, {len(rows):,} of {all_rows:,} rows evenly taken:"
    if len(rows) == all_rows:
        head = "All rows:"
    found = fitting(lines, tokens - estimate_tokens(head))
    if len(found) < len(lines) and len(found) > 1:
        head = f"Sample, {len(found) - 1:,} of {all_rows:,} rows:"
    return [head, *found] if len(found) > 1 else []


def _evenly(data: nw.DataFrame[Any], rows: int) -> nw.DataFrame[Any]:
    step = _step(len(data), rows)
    return data.gather_every(step) if step > 1 else data


def _step(rows: int, wanted: int) -> int:
    """Return how far to go from row to row to take at most so many.

    A long step is a prime: every 24th row of hourly data would show the same hour of each day.
    """
    step = -(-rows // wanted)
    while step > _SMALL_STEP and any(step % n == 0 for n in range(2, isqrt(step) + 1)):
        step += 1
    return step


def _csv(values: Any) -> str:  # noqa: ANN401 - a row
    line = io.StringIO()
    # What is missing is not equal to itself, or has no truth (pandas' NA).
    cells = ("" if is_missing(value) else _cell(value) for value in values)
    csv.writer(line, lineterminator="").writerow(cells)
    return line.getvalue()


def is_missing(value: object) -> bool:
    """Whether a cell holds nothing: None, NaN, NaT, NA."""
    try:
        return value is None or bool(value != value)  # noqa: PLR0124 - so is NaN
    except (TypeError, ValueError):  # pandas' NA has no truth; an array has several
        return type(value).__name__ == "NAType"


def _cell(value: object) -> str:
    return _figure(value) if isinstance(value, float) else one_line(value, _CELL)


def _figure(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.{_DIGITS}g}"
    return one_line(value, _CELL)
