"""Endpoints of a person and of their providers' keys."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from promptyflow_server.http.call import Call
from promptyflow_server.http.errors import error_body
from promptyflow_server.http.models import Download, ErrorReply, Page
from promptyflow_server.http.routing import Routes
from promptyflow_server.users.schemas import (
    ApiKey,
    SaveApiKey,
    SavedApiKey,
    UpdateUser,
    UserProfile,
)

if TYPE_CHECKING:
    from sqlalchemy import Row

routes = Routes("user")


@routes.get("/api/user")
async def get_user(call: Call) -> UserProfile:
    """Read one's own profile, with the limits and what is used of them."""
    return await call.services.users.profile(call.user)


@routes.patch("/api/user")
async def update_user(call: Call, body: UpdateUser) -> UserProfile:
    """Change name, language or theme."""
    return await call.services.users.change(call.user, body)


@routes.delete("/api/user")
async def delete_user(call: Call) -> None:
    """Delete the account with everything it owns.

    The header `Confirm-Delete` must hold its e-mail or its name, percent-encoded where it has other
    than Latin letters.
    """
    await call.services.accounts.delete(call, call.headers.get("confirm-delete"))


@routes.get("/api/user/export")
async def export_user(call: Call) -> Download:
    """Return a zip of everything the user owns, keys excepted."""
    return await call.services.accounts.export(call.user)


@routes.get("/api/user/api-keys")
async def list_api_keys(call: Call) -> Page[ApiKey]:
    """List the providers that are set up, by oneself or by the operator; keys are never told."""
    keys = call.services.api_keys
    own = [ApiKey(**_told(row)) for row in await keys.all(call.user)]
    theirs = [name for name in keys.held() if name not in {key.provider for key in own}]
    return Page[ApiKey](items=[*own, *map(_held, theirs)])


@routes.post("/api/user/api-keys/{provider}")
async def save_api_key(call: Call, provider: str, body: SaveApiKey) -> SavedApiKey:
    """Test a key and store it sealed."""
    row, tested = await call.services.api_keys.save(
        call.user, provider, body.api_key, body.base_url
    )
    error = None if tested.error is None else ErrorReply(**error_body(tested.error, call.language))
    return SavedApiKey(**_told(row), models=tested.models, error=error)


@routes.delete("/api/user/api-keys/{provider}")
async def delete_api_key(call: Call, provider: str) -> None:
    """Delete a key."""
    await call.services.api_keys.remove(call.user, provider)


def _held(provider: str) -> ApiKey:
    return ApiKey(
        provider=provider,
        status="active",
        last4=None,
        base_url=None,
        last_tested_at=None,
        source="admin",
    )


def _told(row: Row[Any]) -> dict[str, Any]:
    return {
        "provider": row.provider,
        "status": row.status,
        "last4": row.last4,
        "base_url": row.base_url,
        "last_tested_at": row.last_tested_at,
    }
