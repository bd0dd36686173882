"""People, what they write, the tokens they come with and the traces they leave."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

from promptyflow_server.storage.migrations.columns import (
    NODE,
    PROJECT,
    big,
    blob,
    flag,
    json,
    node_key,
    number,
    position,
    time,
    to,
    to_project,
    uuid,
    words,
)

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Take the step."""
    _people()
    _projects()
    _tokens_and_traces()


def _people() -> None:
    op.create_table(
        "users",
        uuid("id"),
        words("name"),
        words("email", null=True),
        words("picture", null=True),
        words("language", null=True),
        words("theme", "system"),
        number("token_epoch", 0),
        flag("disabled", "false"),
        time("created_at"),
        time("last_login_at"),
        sa.PrimaryKeyConstraint("id"),
        sa.CheckConstraint("language IN ('en', 'ru')", name="language"),
        sa.CheckConstraint("theme IN ('light', 'dark', 'system')", name="theme"),
    )
    op.create_table(
        "identities",
        words("issuer"),
        words("subject"),
        uuid("user_id"),
        words("hub_created", null=True),
        time("created_at"),
        sa.PrimaryKeyConstraint("issuer", "subject"),
        to("users.id", "user_id"),
        sa.Index("ix_identities_user_id", "user_id"),
    )


def _projects() -> None:
    op.create_table(
        "projects",
        uuid("owner_id"),
        uuid("id"),
        words("name"),
        big("version", 1),
        big("chars", 0),
        number("blocks", 0),
        number("items", 0),
        number("sub_items", 0),
        number("prompts", 0),
        big("next_block_id", 1),
        big("next_prompt_id", 1),
        time("created_at"),
        time("updated_at"),
        sa.PrimaryKeyConstraint("owner_id", "id"),
        to("users.id", "owner_id"),
        sa.Index("ix_projects_recent", "owner_id", sa.text("updated_at DESC"), sa.text("id DESC")),
        postgresql_with={"fillfactor": 70},
    )
    op.create_table(
        "nodes",
        *node_key(),
        words("title"),
        position("position"),
        big("version", 1),
        number("chars", 0),
        big("total", 0),
        number("children", 0),
        big("next_child_id", 1),
        json("source", null=True),
        sa.PrimaryKeyConstraint(*NODE),
        to_project(),
        postgresql_with={"fillfactor": 80},
    )
    op.create_table(
        "node_chunks",
        *node_key(),
        position("seq"),
        number("chars"),
        words("text"),
        sa.PrimaryKeyConstraint(*NODE, "seq"),
        sa.ForeignKeyConstraint(
            NODE,
            [f"nodes.{column}" for column in NODE],
            name="fk_node_chunks_node",
            onupdate="CASCADE",
            ondelete="CASCADE",
        ),
        postgresql_with={"fillfactor": 80, "toast_tuple_target": 256},
    )
    op.create_table(
        "prompts",
        *(uuid(name) for name in PROJECT),
        big("prompt_id"),
        words("title"),
        words("template", ""),
        flag("wrap_in_tags", "true"),
        json("variables"),
        uuid("template_id", null=True),
        uuid("config_id", null=True),
        position("position"),
        big("version", 1),
        sa.PrimaryKeyConstraint(*PROJECT, "prompt_id"),
        to_project(),
    )
    op.create_table(
        "selections",
        *(uuid(name) for name in PROJECT),
        *(big(name) for name in ("prompt_id", "block_id", "item_id", "sub_item_id")),
        number("position"),
        sa.PrimaryKeyConstraint(*PROJECT, "prompt_id", "block_id", "item_id", "sub_item_id"),
        to("prompts.owner_id prompts.project_id prompts.prompt_id", *PROJECT, "prompt_id"),
        sa.Index("ix_selections_node", *NODE),
    )
    op.create_table(
        "history",
        *(uuid(name) for name in PROJECT),
        big("version"),
        uuid("user_id"),
        time("at"),
        json("what"),
        sa.PrimaryKeyConstraint(*PROJECT, "version"),
        to_project(),
    )
    op.create_table(
        "shares",
        *(uuid(name) for name in (*PROJECT, "id")),
        uuid("user_id", null=True),
        words("group_name", null=True),
        words("role"),
        time("created_at"),
        sa.PrimaryKeyConstraint(*PROJECT, "id"),
        to_project(),
        to("users.id", "user_id", name="fk_shares_user"),
        sa.CheckConstraint("(user_id IS NULL) <> (group_name IS NULL)", name="grantee"),
        sa.CheckConstraint("role IN ('view', 'edit')", name="role"),
        sa.Index("ix_shares_user", "user_id"),
        sa.Index("ix_shares_group", "group_name"),
        sa.Index("uq_shares_user", *PROJECT, "user_id", unique=True),
        sa.Index("uq_shares_group", *PROJECT, "group_name", unique=True),
    )
    # Texts are read and written whole: compressing them costs three times the time.
    op.execute("ALTER TABLE node_chunks ALTER COLUMN text SET STORAGE EXTERNAL")


def _tokens_and_traces() -> None:
    op.create_table(
        "refresh_tokens",
        blob("token_hash"),
        uuid("user_id"),
        uuid("family_id"),
        *(time(name) for name in ("created_at", "expires_at", "family_expires_at")),
        time("used_at", null=True),
        time("revoked_at", null=True),
        sa.PrimaryKeyConstraint("token_hash"),
        to("users.id", "user_id"),
        sa.Index("ix_refresh_tokens_family_id", "family_id"),
        sa.Index("ix_refresh_tokens_user", "user_id"),
    )
    op.create_table(
        "access_tokens",
        blob("token_hash"),
        uuid("user_id"),
        uuid("id"),
        words("name"),
        sa.Column("scopes", ARRAY(sa.Text), nullable=False),
        time("created_at"),
        time("expires_at", null=True),
        time("last_used_at", null=True),
        sa.PrimaryKeyConstraint("token_hash"),
        to("users.id", "user_id"),
        sa.Index("ix_access_tokens_user", "user_id"),
    )
    op.create_table(
        "audit",
        uuid("id"),
        uuid("user_id", null=True),
        time("at"),
        words("action"),
        words("target", null=True),
        words("identified_by"),
        words("request_id"),
        sa.PrimaryKeyConstraint("id"),
        sa.Index("ix_audit_user", "user_id", "at"),
    )
    op.create_table(
        "idempotency_keys",
        uuid("owner_id"),
        words("key"),
        blob("fingerprint"),
        number("status"),
        words("location", null=True),
        blob("response"),
        number("version", 0),
        time("created_at"),
        sa.PrimaryKeyConstraint("owner_id", "key"),
        to("users.id", "owner_id"),
        sa.Index("ix_idempotency_keys_created_at", "created_at"),
    )
