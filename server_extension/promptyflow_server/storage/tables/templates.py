"""The template library and what its search is built on."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    Computed,
    ForeignKeyConstraint,
    Index,
    Integer,
    PrimaryKeyConstraint,
    Table,
    text,
)
from sqlalchemy.dialects.postgresql import TSVECTOR

from .columns import metadata, number, of_owner, time, uuid, words


def chars_of_content() -> Column[int]:
    """Return the number of code points: a list tells it without reading the texts."""
    return Column(
        "chars", Integer, Computed("char_length(content)", persisted=True), nullable=False
    )


templates = Table(
    "templates",
    metadata,
    of_owner(),
    uuid("id"),
    words("name"),
    words("content"),
    number("version", 1, BigInteger),
    time("created_at"),
    time("updated_at"),
    # Words of the name with the owner before each, and name and content stemmed in both languages.
    Column("name_lex", TSVECTOR, Computed("pf_owner_terms(owner_id, name)", persisted=True)),
    Column("tsv", TSVECTOR, Computed("pf_template_terms(owner_id, name, content)", persisted=True)),
    chars_of_content(),
    PrimaryKeyConstraint("owner_id", "id"),
    Index("ix_templates_recent", "owner_id", text("updated_at DESC"), text("id DESC")),
    Index("ix_templates_tsv", "tsv", postgresql_using="gin", postgresql_with={"fastupdate": "off"}),
    Index(
        "ix_templates_name_lex",
        "name_lex",
        postgresql_using="gin",
        postgresql_with={"fastupdate": "off"},
    ),
    postgresql_with={"toast_tuple_target": 256},
)


def of_template() -> ForeignKeyConstraint:
    """Return the tie to a template: its rows go when it goes."""
    return ForeignKeyConstraint(
        ["owner_id", "template_id"], ["templates.owner_id", "templates.id"], ondelete="CASCADE"
    )


template_versions = Table(
    "template_versions",
    metadata,
    uuid("owner_id"),
    uuid("template_id"),
    number("version", kind=BigInteger),
    words("name"),
    words("content"),
    time("created_at"),
    chars_of_content(),
    PrimaryKeyConstraint("owner_id", "template_id", "version"),
    of_template(),
)

template_usage = Table(  # apart, because a touched template would be indexed again
    "template_usage",
    metadata,
    uuid("owner_id"),
    uuid("template_id"),
    number("uses", 0),
    time("used_at"),
    PrimaryKeyConstraint("owner_id", "template_id"),
    of_template(),
)
