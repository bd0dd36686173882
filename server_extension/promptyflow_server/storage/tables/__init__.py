"""The tables of the whole product, as SQLAlchemy Core objects.

Every table that holds somebody's data begins its key with ``owner_id``: each statement names the
owner, row-level security needs no join, and an engine that shards by owner needs no rewrite.
In node keys ``item_id`` and ``sub_item_id`` are 0 where the node is a block or an item.
"""

from .ai import api_keys, model_configs, run_events, runs, spending, spending_before, token_factors
from .columns import metadata
from .projects import NODE_KEY, history, node_chunks, nodes, projects, prompts, selections
from .templates import template_usage, template_versions, templates
from .users import (
    access_tokens,
    audit,
    idempotency_keys,
    identities,
    refresh_tokens,
    shares,
    sign_in_attempts,
    sign_in_codes,
    users,
)

__all__ = [
    "NODE_KEY",
    "access_tokens",
    "api_keys",
    "audit",
    "history",
    "idempotency_keys",
    "identities",
    "metadata",
    "model_configs",
    "node_chunks",
    "nodes",
    "projects",
    "prompts",
    "refresh_tokens",
    "run_events",
    "runs",
    "selections",
    "shares",
    "sign_in_attempts",
    "sign_in_codes",
    "spending",
    "spending_before",
    "template_usage",
    "template_versions",
    "templates",
    "token_factors",
    "users",
]
