"""People, the doors they come by, what they share, and what is remembered of their requests."""

from __future__ import annotations

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Index,
    Integer,
    PrimaryKeyConstraint,
    Table,
    Text,
)
from sqlalchemy.dialects.postgresql import ARRAY

from .columns import blob, flag, metadata, number, of_owner, of_project, time, uuid, words

users = Table(
    "users",
    metadata,
    uuid("id", primary_key=True),
    words("name"),
    words("email", nullable=True),
    words("picture", nullable=True),
    words("language", nullable=True),  # null: follow the browser
    words("theme", "system"),
    number("token_epoch", 0),  # one more = every access token signed before is void
    flag("disabled", default=False),
    time("created_at"),
    time("last_login_at"),
    CheckConstraint("language IN ('en', 'ru')", name="language"),
    CheckConstraint("theme IN ('light', 'dark', 'system')", name="theme"),
)

identities = Table(
    "identities",
    metadata,
    words("issuer"),
    words("subject"),
    uuid("user_id"),
    # A Hub name that was deleted and made again is another person: the Hub's creation time tells.
    words("hub_created", nullable=True),
    time("created_at"),
    words("name", ""),  # as the issuer calls the person now; the subject may be a number
    PrimaryKeyConstraint("issuer", "subject"),
    ForeignKeyConstraint(["user_id"], ["users.id"], ondelete="CASCADE"),
    Index(None, "user_id"),
    Index("ix_identities_name", "issuer", "name"),
    Index("ix_identities_created", "issuer", "hub_created"),
)

shares = Table(  # a project with a person or with a group of the Hub
    "shares",
    metadata,
    uuid("owner_id"),
    uuid("project_id"),
    uuid("id"),
    uuid("user_id", nullable=True),
    words("group_name", nullable=True),
    words("role"),
    time("created_at"),
    uuid("grantee"),  # the person's id, or the id that stands for the group
    PrimaryKeyConstraint("owner_id", "project_id", "id"),
    of_project(),
    ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_shares_user", ondelete="CASCADE"),
    CheckConstraint("(user_id IS NULL) <> (group_name IS NULL)", name="grantee"),
    CheckConstraint("role IN ('view', 'edit')", name="role"),
    Index("ix_shares_user", "user_id"),
    Index("ix_shares_grantee", "grantee", "project_id"),
    Index("uq_shares_grantee", "owner_id", "project_id", "grantee", unique=True),
)

refresh_tokens = Table(  # of the standalone service; only hashes are kept
    "refresh_tokens",
    metadata,
    blob("token_hash"),
    uuid("user_id"),
    uuid("family_id"),
    time("created_at"),
    time("expires_at"),
    time("family_expires_at"),
    time("used_at", nullable=True),
    time("revoked_at", nullable=True),
    PrimaryKeyConstraint("token_hash"),
    ForeignKeyConstraint(["user_id"], ["users.id"], ondelete="CASCADE"),
    Index(None, "family_id"),
    Index("ix_refresh_tokens_user", "user_id"),
)

access_tokens = Table(  # personal access tokens; only hashes are kept
    "access_tokens",
    metadata,
    blob("token_hash"),
    uuid("user_id"),
    uuid("id"),
    words("name"),
    Column("scopes", ARRAY(Text), nullable=False),
    time("created_at"),
    time("expires_at", nullable=True),
    time("last_used_at", nullable=True),
    PrimaryKeyConstraint("token_hash"),
    ForeignKeyConstraint(["user_id"], ["users.id"], ondelete="CASCADE"),
    Index("ix_access_tokens_user", "user_id"),
)

sign_in_attempts = Table(  # people who have left for the provider and are not back yet
    "sign_in_attempts",
    metadata,
    blob("state_hash"),
    blob("browser_hash"),  # of a cookie: nobody comes back in another browser
    words("nonce"),
    words("verifier"),
    words("redirect", nullable=True),  # a program on the person's machine; null: our own page
    words("challenge", nullable=True),
    words("client_state", nullable=True),
    time("expires_at"),
    PrimaryKeyConstraint("state_hash"),
    Index(None, "expires_at"),
)

sign_in_codes = Table(  # people who are back and have not fetched their tokens yet
    "sign_in_codes",
    metadata,
    blob("code_hash"),
    uuid("user_id"),
    blob("browser_hash"),
    words("challenge", nullable=True),
    time("expires_at"),
    PrimaryKeyConstraint("code_hash"),
    ForeignKeyConstraint(["user_id"], ["users.id"], ondelete="CASCADE"),
    Index("ix_sign_in_codes_user", "user_id"),
    Index(None, "expires_at"),
)

audit = Table(  # who, what, when, how identified; never a text
    "audit",
    metadata,
    uuid("id", primary_key=True),
    uuid("user_id", nullable=True),  # no foreign key: the trail outlives the account
    time("at"),
    words("action"),
    words("target", nullable=True),
    words("identified_by"),
    words("request_id"),
    Index("ix_audit_user", "user_id", "at"),
)

idempotency_keys = Table(
    "idempotency_keys",
    metadata,
    of_owner(),
    words("key"),
    blob("fingerprint"),  # of method, path and body: a key used for something else is refused
    Column("status", Integer, nullable=False),
    words("location", nullable=True),
    blob("response"),
    number("version", 0),  # the ETag that went with the answer; 0: none
    time("created_at"),
    PrimaryKeyConstraint("owner_id", "key"),
    Index(None, "created_at"),
)
