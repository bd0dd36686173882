"""Many rows in one statement, and each found by its whole key whatever the planner believes.

Of a project that was filled a moment ago PostgreSQL has no statistics. It then takes a project for
one row, reads the whole of it and compares every row with every value: minutes instead of
milliseconds for a few thousand rows. What is read is therefore looked up row by row (`looked_up`),
and what is changed or deleted is named row by row (`executemany`), each by the index of the key.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import ARRAY, bindparam, column, func, true

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sqlalchemy import FromClause, Select, TableValuedAlias
    from sqlalchemy.types import TypeEngine


def values_table(name: str, columns: Mapping[str, TypeEngine[Any]]) -> TableValuedAlias:
    """Return a table of values; its parameters are arrays named as the columns are.

    Parameters
    ----------
    name
        What its parameters begin with.
    columns
        The columns with their types.
    """
    arrays = [
        bindparam(f"{name}_{column_name}", type_=ARRAY(kind))
        for column_name, kind in columns.items()
    ]
    described = [column(column_name, kind) for column_name, kind in columns.items()]
    return func.unnest(*arrays).table_valued(*described).render_derived()


def looked_up(values: FromClause, found: Select[Any]) -> tuple[FromClause, FromClause]:
    """Return a join that looks up for each of some values what a query finds of it.

    Parameters
    ----------
    values
        Where the values come from.
    found
        A query whose condition names columns of the values.

    Returns
    -------
    tuple
        The join to select from, and what was found.
    """
    # An offset keeps the planner from turning the look-ups into one join.
    lookup = found.correlate(values).offset(0).lateral()
    return values.join(lookup, true()), lookup


def arrays_of(
    name: str, columns: Iterable[str], rows: Iterable[tuple[Any, ...]]
) -> dict[str, list[Any]]:
    """Return the parameters of `values_table` for rows."""
    names = [f"{name}_{column_name}" for column_name in columns]
    turned = [list(values) for values in zip(*rows, strict=True)] or [[] for _ in names]
    return dict(zip(names, turned, strict=True))
