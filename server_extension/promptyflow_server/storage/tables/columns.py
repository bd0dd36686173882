"""The kinds of columns that the tables are made of, and the metadata they belong to."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    DateTime,
    ForeignKey,
    ForeignKeyConstraint,
    Integer,
    LargeBinary,
    MetaData,
    Text,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB, UUID

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def uuid(name: str, *, nullable: bool = False, primary_key: bool = False) -> Column[Any]:
    """Return a UUID."""
    return Column(name, UUID(as_uuid=True), nullable=nullable, primary_key=primary_key)


def number(name: str, default: int | None = None, kind: type[Integer] = Integer) -> Column[Any]:
    """Return a whole number."""
    server_default = None if default is None else text(str(default))
    return Column(name, kind, nullable=False, server_default=server_default)


def words(name: str, default: str | None = None, *, nullable: bool = False) -> Column[Any]:
    """Return a text of any length; limits are the service's."""
    server_default = None if default is None else text(f"'{default}'")
    return Column(name, Text, nullable=nullable, server_default=server_default)


def time(name: str, *, nullable: bool = False) -> Column[Any]:
    """Return a moment; one that must be there is now by default."""
    server_default = None if nullable else func.now()
    return Column(name, DateTime(timezone=True), nullable=nullable, server_default=server_default)


def json_(name: str, default: str | None = None) -> Column[Any]:
    """Return a JSON document."""
    nullable = default is None
    server_default = None if nullable else text(f"'{default}'::jsonb")
    return Column(name, JSONB(none_as_null=True), nullable=nullable, server_default=server_default)


def flag(name: str, *, default: bool) -> Column[Any]:
    """Return a yes or no."""
    return Column(name, Boolean, nullable=False, server_default=text(str(default).lower()))


def position(name: str = "position") -> Column[Any]:
    """Return a fractional key: text compared byte by byte, so that a move writes one row."""
    return Column(name, Text(collation="C"), nullable=False)


def of_project() -> ForeignKeyConstraint:
    """Return the tie to a project: its rows go when it goes."""
    return ForeignKeyConstraint(
        ["owner_id", "project_id"], ["projects.owner_id", "projects.id"], ondelete="CASCADE"
    )


def of_owner() -> Column[Any]:
    """Return the owner, whose rows go when the account goes."""
    return Column(
        "owner_id",
        UUID(as_uuid=True),
        ForeignKey("users.id", ondelete="CASCADE"),
        nullable=False,
    )


def blob(name: str, *, nullable: bool = False) -> Column[Any]:
    """Return bytes."""
    return Column(name, LargeBinary, nullable=nullable)
