"""Tables of any library as rows, and answers joined with them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from promptyflow_lab.client.sending import as_value
from promptyflow_lab.sources.frames import is_frame, is_missing

if TYPE_CHECKING:
    from collections.abc import Sequence

    Row = dict[str, Any]


class Table:
    """What was given, read once.

    Parameters
    ----------
    given
        A DataFrame of pandas or polars, an Arrow table, or rows as dicts; a Series, or values.
    only_name
        What values are called that have no name: the one variable of the template.
    """

    def __init__(self, given: Any, only_name: str | None = None) -> None:  # noqa: ANN401
        self._frame: Any = None
        if isinstance(given, str):
            raise TypeError("rows are a DataFrame, a Series or a list, not a text")
        if type(given).__name__ == "Series":
            given = _framed(given, only_name)
        if isinstance(given, list | tuple):
            self.rows: list[Row] = [_row(row, only_name) for row in given]
            self.columns = list(dict.fromkeys(name for row in self.rows for name in row))
            return
        import narwhals as nw

        self._frame = nw.from_native(given, eager_only=True)
        self.columns = list(self._frame.columns)
        self.rows = list(self._frame.iter_rows(named=True))

    def joined(self, columns: Mapping[str, Sequence[object]]) -> Any:  # noqa: ANN401 - as given
        """Return what was given with these columns behind it, of the same library.

        Rows that were given as dicts become a DataFrame of pandas, or stay dicts where there is
        no pandas.
        """
        if self._frame is None:
            named = ({name: values[n] for name, values in columns.items()} for n in self._places())
            rows = [{**row, **more} for row, more in zip(self.rows, named, strict=True)]
            try:
                import pandas as pd
            except ImportError:
                return rows
            return pd.DataFrame(rows)
        import narwhals as nw

        frame = self._frame
        backend = frame.implementation
        index = nw.maybe_get_index(frame)
        for name, values in columns.items():
            plain = _plain(values)
            series = nw.new_series(name, plain, _type(plain), backend=backend)
            if index is not None:  # pandas would match by labels what belongs to places
                series = nw.maybe_set_index(series, index=index)
            frame = frame.with_columns(series)
        return frame.to_native()

    def _places(self) -> range:
        return range(len(self.rows))


def _framed(series: Any, only_name: str | None) -> Any:  # noqa: ANN401 - of many libraries
    """Return a Series as a table; where the template has one variable, that is its name."""
    return series.to_frame(only_name or series.name or "value")


def _row(row: Any, only_name: str | None) -> Row:  # noqa: ANN401 - what stands in a list
    if isinstance(row, Mapping):
        return dict(row)
    if only_name is None:
        raise TypeError(
            f"rows are dicts where the template has not just one variable, not {type(row).__name__}"
        )
    return {only_name: row}


def _plain(values: Sequence[object]) -> list[object]:
    """Return values of one kind as they are; what is no plain value, or not of one, as JSON."""
    kinds = {type(value) for value in values if value is not None}
    if kinds <= {str} or kinds <= {int, float} or (kinds == {bool} and None not in values):
        return list(values)
    return [
        v if v is None or isinstance(v, str) else json.dumps(v, ensure_ascii=False) for v in values
    ]


def _type(values: Sequence[object]) -> Any:  # noqa: ANN401 - a type of narwhals
    import narwhals as nw

    kinds = {type(value) for value in values if value is not None}
    if kinds <= {str}:
        return nw.String
    if kinds == {bool} and None not in values:
        return nw.Boolean
    # A frame of pandas has no whole numbers that can be missing, in each of its versions.
    return nw.Int64 if kinds == {int} and None not in values else nw.Float64


def as_text(name: str, value: object) -> str:
    """Return a cell as the value of a variable; nothing where there is none."""
    if is_frame(value):
        return as_value(name, value)
    return "" if is_missing(value) else str(value)
