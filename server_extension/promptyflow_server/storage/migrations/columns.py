"""The kinds of columns that migrations write.

Not those of today's tables: what is written here never changes, since old steps are made of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB, TSVECTOR
from sqlalchemy.dialects.postgresql import UUID as PG_UUID

if TYPE_CHECKING:
    from sqlalchemy.types import TypeEngine

PROJECT = ("owner_id", "project_id")
NODE = (*PROJECT, "block_id", "item_id", "sub_item_id")


def _column(
    name: str, kind: TypeEngine[Any], default: str | None = None, *, null: bool = False
) -> sa.Column[Any]:
    server_default = None if default is None else sa.text(default)
    return sa.Column(name, kind, nullable=null, server_default=server_default)


def uuid(name: str, *, null: bool = False) -> sa.Column[Any]:
    """Return a UUID."""
    return _column(name, PG_UUID(as_uuid=True), null=null)


def words(name: str, default: str | None = None, *, null: bool = False) -> sa.Column[Any]:
    """Return a text."""
    return _column(name, sa.Text(), None if default is None else f"'{default}'", null=null)


def number(name: str, default: int | None = None) -> sa.Column[Any]:
    """Return a whole number."""
    return _column(name, sa.Integer(), None if default is None else str(default))


def big(name: str, default: int | None = None, *, null: bool = False) -> sa.Column[Any]:
    """Return a whole number of 64 bits."""
    return _column(name, sa.BigInteger(), None if default is None else str(default), null=null)


def flag(name: str, default: str) -> sa.Column[Any]:
    """Return a yes or no."""
    return _column(name, sa.Boolean(), default)


def time(name: str, *, null: bool = False) -> sa.Column[Any]:
    """Return a moment; one that must be there is now by default."""
    return _column(name, sa.DateTime(timezone=True), None if null else "now()", null=null)


def json(name: str, *, null: bool = False) -> sa.Column[Any]:
    """Return a JSON document; one that must be there is an empty object by default."""
    return _column(name, JSONB(), None if null else "'{}'::jsonb", null=null)


def blob(name: str, *, null: bool = False) -> sa.Column[Any]:
    """Return bytes."""
    return _column(name, sa.LargeBinary(), null=null)


def position(name: str) -> sa.Column[Any]:
    """Return a text that is ordered byte by byte."""
    return _column(name, sa.Text(collation="C"))


def terms(name: str, expression: str) -> sa.Column[Any]:
    """Return words to search for, computed from other columns."""
    return sa.Column(name, TSVECTOR, sa.Computed(expression, persisted=True))


def node_key() -> list[sa.Column[Any]]:
    """Return what names a node."""
    ids = [big(name) for name in ("block_id", "item_id", "sub_item_id")]
    return [*(uuid(name) for name in PROJECT), *ids]


def to(target: str, *columns: str, name: str | None = None) -> sa.ForeignKeyConstraint:
    """Return a tie to another table's columns: this row goes when that one goes."""
    return sa.ForeignKeyConstraint(columns, target.split(), name=name, ondelete="CASCADE")


def to_project() -> sa.ForeignKeyConstraint:
    """Return the tie to a project."""
    return to("projects.owner_id projects.id", *PROJECT)
