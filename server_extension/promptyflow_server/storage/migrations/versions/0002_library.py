"""Templates and what their search is built on, providers and runs."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from promptyflow_server.storage.migrations.columns import (
    big,
    blob,
    flag,
    json,
    number,
    terms,
    time,
    to,
    uuid,
    words,
)

revision = "0002"
down_revision = "0001"

# Words of the name with the owner before each: an index of millions answers for one owner.
# Tags, paths and placeholders are words too: `<task>`, `and/or`, `user_input`, `{{name}}`.
OWNER_TERMS = """
CREATE FUNCTION pf_owner_terms(owner uuid, name text) RETURNS tsvector
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN (
    SELECT coalesce(
        array_to_tsvector(array_agg(DISTINCT replace(owner::text, '-', '') || '/' || lexeme)),
        ''::tsvector)
    FROM unnest(
        to_tsvector('pg_catalog.russian'::regconfig, translate(name, '<>/_{}', '      '))
        || to_tsvector('pg_catalog.simple'::regconfig, translate(name, '<>/_{}', '      '))))
"""

# The owner as a word, then name and content, stemmed in both languages.
_TERMS = """array_to_tsvector(ARRAY['~' || replace(owner::text, '-', '')])
        || setweight(
            to_tsvector('pg_catalog.russian'::regconfig, translate(name, '<>/_{}', '      ')),
            'A')
        || setweight(
            to_tsvector(
                'pg_catalog.russian'::regconfig,
                translate(left(content, %d), '<>/_{}', '      ')),
            'D')"""

# More than 1 MB of words cannot be stored, so the end of a very long text is not indexed. Where
# the cut must be depends on the script: 250,000 characters of some are more than that.
TEMPLATE_TERMS = f"""
CREATE FUNCTION pf_template_terms(owner uuid, name text, content text) RETURNS tsvector
LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    RETURN {_TERMS % 250_000};
EXCEPTION WHEN program_limit_exceeded THEN
    RETURN {_TERMS % 60_000};
END
$$
"""


def upgrade() -> None:
    """Take the step."""
    op.execute(OWNER_TERMS)
    op.execute(TEMPLATE_TERMS)
    _templates()
    _providers()
    _runs()


def _templates() -> None:
    op.create_table(
        "templates",
        uuid("owner_id"),
        uuid("id"),
        words("name"),
        words("content"),
        big("version", 1),
        time("created_at"),
        time("updated_at"),
        terms("name_lex", "pf_owner_terms(owner_id, name)"),
        terms("tsv", "pf_template_terms(owner_id, name, content)"),
        sa.PrimaryKeyConstraint("owner_id", "id"),
        to("users.id", "owner_id"),
        sa.Index("ix_templates_recent", "owner_id", sa.text("updated_at DESC"), sa.text("id DESC")),
        postgresql_with={"toast_tuple_target": 256},
    )
    op.execute("ALTER TABLE templates ALTER COLUMN tsv SET STORAGE EXTERNAL")
    for name in ("tsv", "name_lex"):
        op.create_index(
            f"ix_templates_{name}",
            "templates",
            [name],
            postgresql_using="gin",
            # A list of pending words saves a little now and costs 640 ms some day.
            postgresql_with={"fastupdate": "off"},
        )
    op.create_table(
        "template_versions",
        uuid("owner_id"),
        uuid("template_id"),
        big("version"),
        words("name"),
        words("content"),
        time("created_at"),
        sa.PrimaryKeyConstraint("owner_id", "template_id", "version"),
        to("templates.owner_id templates.id", "owner_id", "template_id"),
    )
    op.create_table(
        "template_usage",
        uuid("owner_id"),
        uuid("template_id"),
        number("uses", 0),
        time("used_at"),
        sa.PrimaryKeyConstraint("owner_id", "template_id"),
        to("templates.owner_id templates.id", "owner_id", "template_id"),
    )


def _providers() -> None:
    op.create_table(
        "api_keys",
        uuid("owner_id"),
        words("provider"),
        uuid("id"),
        blob("ciphertext", null=True),
        *(words(name, null=True) for name in ("kid", "last4", "base_url")),
        words("status", "unverified"),
        time("last_tested_at", null=True),
        time("created_at"),
        time("updated_at"),
        sa.PrimaryKeyConstraint("owner_id", "provider"),
        to("users.id", "owner_id"),
        sa.CheckConstraint("status IN ('active', 'error', 'unverified')", name="status"),
        sa.CheckConstraint("(ciphertext IS NULL) = (kid IS NULL)", name="sealed"),
    )
    op.create_table(
        "model_configs",
        uuid("owner_id"),
        uuid("id"),
        *(words(name) for name in ("name", "provider", "model")),
        json("parameters"),
        flag("is_default", "false"),
        time("created_at"),
        time("updated_at"),
        sa.PrimaryKeyConstraint("owner_id", "id"),
        to("users.id", "owner_id"),
        sa.Index(
            "uq_model_configs_default",
            "owner_id",
            unique=True,
            postgresql_where=sa.text("is_default"),
        ),
    )


def _runs() -> None:
    op.create_table(
        "runs",
        uuid("owner_id"),
        uuid("id"),
        uuid("project_id", null=True),
        big("prompt_id", null=True),
        words("prompt_title", null=True),
        *(words(name) for name in ("status", "provider", "model")),
        json("request"),
        json("messages", null=True),
        *(words(name, null=True) for name in ("sha256", "response", "reasoning")),
        json("usage", null=True),
        sa.Column("cost", sa.Numeric(18, 9)),
        *(words(name, null=True) for name in ("cost_source", "finish_reason")),
        words("provider_request_id", null=True),
        json("error", null=True),
        uuid("instance_id"),
        time("started_at"),
        time("first_output_at", null=True),
        time("finished_at", null=True),
        sa.PrimaryKeyConstraint("owner_id", "id"),
        to("users.id", "owner_id"),
        sa.CheckConstraint(
            "status IN ('running', 'done', 'cancelled', 'interrupted', 'blocked', 'failed')",
            name="status",
        ),
        sa.Index("ix_runs_recent", "owner_id", sa.text("started_at DESC"), sa.text("id DESC")),
        sa.Index("ix_runs_project", "owner_id", "project_id", sa.text("started_at DESC")),
        sa.Index("ix_runs_running", "instance_id", postgresql_where=sa.text("status = 'running'")),
    )
    op.create_table(
        "run_events",
        uuid("owner_id"),
        uuid("run_id"),
        number("seq"),
        words("kind"),
        json("data"),
        sa.PrimaryKeyConstraint("owner_id", "run_id", "seq"),
        to("runs.owner_id runs.id", "owner_id", "run_id"),
    )
