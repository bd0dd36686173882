"""Tables of any library as rows, and answers joined with them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from promptyflow_lab.client.sending import as_value
from promptyflow_lab.sources.frames import is_frame, is_missing

if TYPE_CHECKING:
    from collections.abc import Container, Sequence

    Row = dict[str, Any]


class Table:
    """What was given, read once.

    Parameters
    ----------
    given
        A DataFrame of pandas or polars, an Arrow table, a Series; rows as dicts or named tuples,
        or values, in whatever can be iterated.
    only_name
        What values are called that have no name: the one variable of the template.
    """

    def __init__(self, given: Any, only_name: str | None = None) -> None:  # noqa: ANN401
        self._frame: Any = None
        if isinstance(given, str | bytes | Mapping):
            kind = type(given).__name__
            raise TypeError(f"rows are a DataFrame, a Series or a list, not {kind}")
        if type(given).__name__ == "Series":
            given = _framed(given, only_name)
        elif type(given).__name__ == "LazyFrame":
            given = given.collect()
        if isinstance(given, Iterable) and not hasattr(given, "columns"):
            self.rows: list[Row] = [_row(row, only_name) for row in given]
            self.columns = list(dict.fromkeys(name for row in self.rows for name in row))
            return
        import narwhals as nw

        self._frame = nw.from_native(given, eager_only=True)
        self.columns = list(self._frame.columns)
        self.rows = list(self._frame.iter_rows(named=True))

    def joined(self, columns: Mapping[str, Sequence[object]], numbers: Container[str] = ()) -> Any:  # noqa: ANN401 - as given
        """Return what was given with these columns behind it, of the same library.

        Rows that were given as dicts become a DataFrame of pandas, or stay dicts where there is
        no pandas.

        Parameters
        ----------
        numbers
            The columns that hold numbers, also where none is known.
        """
        frame = self._frame
        try:
            import narwhals as nw

            if frame is None:
                import pandas as pd

                frame = nw.from_native(pd.DataFrame(self.rows), eager_only=True)
        except ImportError:
            named = [
                dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)
            ]
            return [{**row, **more} for row, more in zip(self.rows, named, strict=True)]
        backend = frame.implementation
        index = nw.maybe_get_index(frame)
        for name, values in columns.items():
            plain = _plain(values)
            kind = _type(plain, is_number=name in numbers, is_pandas=backend.is_pandas_like())
            series = nw.new_series(name, plain, kind, backend=backend)
            if index is not None:  # pandas would match by labels what belongs to places
                series = nw.maybe_set_index(series, index=index)
            frame = frame.with_columns(series)
        return frame.to_native()


def _framed(series: Any, only_name: str | None) -> Any:  # noqa: ANN401 - of many libraries
    """Return a Series as a table; where the template has one variable, that is its name."""
    return series.to_frame(only_name or series.name or "value")


def _row(row: Any, only_name: str | None) -> Row:  # noqa: ANN401 - what stands in a list
    if isinstance(row, Mapping):
        return dict(row)
    if hasattr(row, "_asdict"):
        return dict(row._asdict())
    if only_name is None:
        raise TypeError(
            f"rows are dicts where the template has not just one variable, not {type(row).__name__}"
        )
    return {only_name: row}


def _plain(values: Sequence[object]) -> list[object]:
    """Return values of one kind as they are; what is no plain value, or not of one, as JSON."""
    kinds = {type(value) for value in values if value is not None}
    if kinds <= {str} or kinds <= {int, float} or kinds == {bool}:
        return list(values)
    return [
        v if v is None or isinstance(v, str) else json.dumps(v, ensure_ascii=False) for v in values
    ]


def _type(values: Sequence[object], *, is_number: bool, is_pandas: bool) -> Any:  # noqa: ANN401 - a type of narwhals
    import narwhals as nw

    kinds = {type(value) for value in values if value is not None}
    if kinds <= {str}:
        return nw.String if kinds or not is_number else nw.Float64
    # pandas has no truths and no whole numbers that can be missing, in each of its versions.
    if kinds == {bool}:
        return nw.Object if is_pandas and None in values else nw.Boolean
    return nw.Int64 if kinds == {int} and None not in values else nw.Float64


def as_text(name: str, value: object) -> str:
    """Return a cell as the value of a variable; nothing where there is none."""
    if is_frame(value):
        return as_value(name, value)
    return "" if is_missing(value) else str(value)
