"""Providers' keys, model configurations and runs."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Index,
    Integer,
    Numeric,
    PrimaryKeyConstraint,
    Table,
    text,
)

from .columns import blob, flag, json_, metadata, number, of_owner, time, uuid, words

api_keys = Table(
    "api_keys",
    metadata,
    of_owner(),
    words("provider"),
    uuid("id"),  # a part of what the ciphertext is bound to
    blob("ciphertext", nullable=True),  # a local server may need no key
    words("kid", nullable=True),
    words("last4", nullable=True),
    words("base_url", nullable=True),
    words("status", "unverified"),
    time("last_tested_at", nullable=True),
    time("created_at"),
    time("updated_at"),
    PrimaryKeyConstraint("owner_id", "provider"),
    CheckConstraint("status IN ('active', 'error', 'unverified')", name="status"),
    CheckConstraint("(ciphertext IS NULL) = (kid IS NULL)", name="sealed"),
)

model_configs = Table(
    "model_configs",
    metadata,
    of_owner(),
    uuid("id"),
    words("name"),
    words("provider"),
    words("model"),
    json_("parameters", "{}"),
    flag("is_default", default=False),
    time("created_at"),
    time("updated_at"),
    PrimaryKeyConstraint("owner_id", "id"),
    Index(
        "uq_model_configs_default",
        "owner_id",
        unique=True,
        postgresql_where=text("is_default"),
    ),
)

runs = Table(
    "runs",
    metadata,
    of_owner(),
    uuid("id"),
    # No foreign keys: a run is a record and outlives the project and the prompt it came from.
    uuid("project_id", nullable=True),
    Column("prompt_id", BigInteger),
    words("prompt_title", nullable=True),
    words("status"),
    words("provider"),
    words("model"),
    json_("request", "{}"),  # parameters; the texts stand in `messages`
    json_("messages"),  # exactly what was sent; null where no texts are kept
    words("sha256", nullable=True),  # of the compiled prompt
    words("response", nullable=True),
    words("reasoning", nullable=True),
    json_("usage"),
    Column("cost", Numeric(18, 9)),  # US dollars
    words("cost_source", nullable=True),
    words("finish_reason", nullable=True),
    words("provider_request_id", nullable=True),
    json_("error"),
    uuid("instance_id"),  # of the server process it lives in
    time("started_at"),
    time("first_output_at", nullable=True),
    time("finished_at", nullable=True),
    PrimaryKeyConstraint("owner_id", "id"),
    CheckConstraint(
        "status IN ('running', 'done', 'cancelled', 'interrupted', 'blocked', 'failed')",
        name="status",
    ),
    Index("ix_runs_recent", "owner_id", text("started_at DESC"), text("id DESC")),
    Index("ix_runs_project", "owner_id", "project_id", text("started_at DESC")),
    Index("ix_runs_running", "instance_id", postgresql_where=text("status = 'running'")),
)

run_events = Table(  # what a stream has told so far, so that it can be told again
    "run_events",
    metadata,
    uuid("owner_id"),
    uuid("run_id"),
    Column("seq", Integer, nullable=False),
    words("kind"),
    json_("data", "{}"),
    PrimaryKeyConstraint("owner_id", "run_id", "seq"),
    ForeignKeyConstraint(["owner_id", "run_id"], ["runs.owner_id", "runs.id"], ondelete="CASCADE"),
)

spending = Table(  # what each run has cost; stays when the run is deleted, and holds no text
    "spending",
    metadata,
    of_owner(),
    uuid("run_id"),
    time("at"),
    words("provider"),
    words("model"),
    flag("admin_key", default=False),  # sent with the operator's key
    Column("cost", Numeric(18, 9), nullable=False, server_default=text("0")),
    number("tokens", 0, BigInteger),
    PrimaryKeyConstraint("owner_id", "run_id"),
    Index("ix_spending_month", "owner_id", "at"),
)

spending_before = Table(  # what those who deleted their account had spent in that month
    "spending_before",
    metadata,
    blob("identity"),  # a digest of the door they came by: of a person nothing else stays
    time("at"),
    flag("admin_key", default=False),
    Column("cost", Numeric(18, 9), nullable=False, server_default=text("0")),
    number("tokens", 0, BigInteger),
    PrimaryKeyConstraint("identity", "at", "admin_key"),
)

token_factors = Table(  # how many tokens a provider charges for those that we count
    "token_factors",
    metadata,
    of_owner(),
    words("provider"),
    words("family"),
    words("script"),
    number("counted", 0, BigInteger),
    number("charged", 0, BigInteger),
    time("updated_at"),
    PrimaryKeyConstraint("owner_id", "provider", "family", "script"),
)
