"""Many rows in one statement: arrays that the database unfolds into a table of values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import ARRAY, bindparam, column, func

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sqlalchemy import TableValuedAlias
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


def arrays_of(
    name: str, columns: Iterable[str], rows: Iterable[tuple[Any, ...]]
) -> dict[str, list[Any]]:
    """Return the parameters of `values_table` for rows."""
    names = [f"{name}_{column_name}" for column_name in columns]
    turned = [list(values) for values in zip(*rows, strict=True)] or [[] for _ in names]
    return dict(zip(names, turned, strict=True))
