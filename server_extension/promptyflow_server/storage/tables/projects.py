"""Projects: their nodes, the nodes' texts, prompts, selections and history."""

from __future__ import annotations

from sqlalchemy import BigInteger, ForeignKeyConstraint, Index, PrimaryKeyConstraint, Table, text

from .columns import (
    flag,
    json_,
    metadata,
    number,
    of_owner,
    of_project,
    position,
    time,
    uuid,
    words,
)

projects = Table(
    "projects",
    metadata,
    of_owner(),
    uuid("id"),
    words("name"),
    number("version", 1, BigInteger),
    number("chars", 0, BigInteger),
    number("blocks", 0),
    number("items", 0),
    number("sub_items", 0),
    number("prompts", 0),
    # Ids are never used twice: a late edit of a deleted node must not hit its successor.
    number("next_block_id", 1, BigInteger),
    number("next_prompt_id", 1, BigInteger),
    time("created_at"),
    time("updated_at"),
    PrimaryKeyConstraint("owner_id", "id"),
    Index("ix_projects_recent", "owner_id", text("updated_at DESC"), text("id DESC")),
    postgresql_with={"fillfactor": 70},
)

NODE_KEY = ("owner_id", "project_id", "block_id", "item_id", "sub_item_id")

nodes = Table(
    "nodes",
    metadata,
    uuid("owner_id"),
    uuid("project_id"),
    number("block_id", kind=BigInteger),
    number("item_id", kind=BigInteger),
    number("sub_item_id", kind=BigInteger),
    words("title"),
    position(),
    number("version", 1, BigInteger),
    number("chars", 0),  # of its own content
    number("total", 0, BigInteger),  # as it counts: the children's sum where there are any
    number("children", 0),
    number("next_child_id", 1, BigInteger),
    json_("source"),
    PrimaryKeyConstraint(*NODE_KEY),
    of_project(),
    postgresql_with={"fillfactor": 80},
)

node_chunks = Table(
    "node_chunks",
    metadata,
    uuid("owner_id"),
    uuid("project_id"),
    number("block_id", kind=BigInteger),
    number("item_id", kind=BigInteger),
    number("sub_item_id", kind=BigInteger),
    position("seq"),
    number("chars"),
    words("text"),  # STORAGE EXTERNAL, see the migration
    PrimaryKeyConstraint(*NODE_KEY, "seq"),
    ForeignKeyConstraint(
        NODE_KEY,
        [f"nodes.{column}" for column in NODE_KEY],
        name="fk_node_chunks_node",
        onupdate="CASCADE",
        ondelete="CASCADE",
    ),
    postgresql_with={"fillfactor": 80, "toast_tuple_target": 256},
)

prompts = Table(
    "prompts",
    metadata,
    uuid("owner_id"),
    uuid("project_id"),
    number("prompt_id", kind=BigInteger),
    words("title"),
    words("template", ""),
    flag("wrap_in_tags", default=True),
    json_("variables", "{}"),
    uuid("template_id", nullable=True),
    uuid("config_id", nullable=True),
    position(),
    number("version", 1, BigInteger),
    PrimaryKeyConstraint("owner_id", "project_id", "prompt_id"),
    of_project(),
    # No foreign key: what is undone may name a template that is gone by then.
    Index(
        "ix_prompts_template",
        "owner_id",
        "template_id",
        postgresql_where=text("template_id IS NOT NULL"),
    ),
)

selections = Table(
    "selections",
    metadata,
    uuid("owner_id"),
    uuid("project_id"),
    number("prompt_id", kind=BigInteger),
    number("block_id", kind=BigInteger),
    number("item_id", kind=BigInteger),
    number("sub_item_id", kind=BigInteger),
    number("position"),
    PrimaryKeyConstraint(
        "owner_id", "project_id", "prompt_id", "block_id", "item_id", "sub_item_id"
    ),
    ForeignKeyConstraint(
        ["owner_id", "project_id", "prompt_id"],
        ["prompts.owner_id", "prompts.project_id", "prompts.prompt_id"],
        ondelete="CASCADE",
    ),
    Index("ix_selections_node", *NODE_KEY),
)

history = Table(
    "history",
    metadata,
    uuid("owner_id"),
    uuid("project_id"),
    number("version", kind=BigInteger),
    uuid("user_id"),
    time("at"),
    json_("what", "{}"),  # {"operations": [...], "inverse": [...]}
    PrimaryKeyConstraint("owner_id", "project_id", "version"),
    of_project(),
)
