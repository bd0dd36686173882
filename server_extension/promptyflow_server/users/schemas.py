"""What the endpoints of a person and of their keys take and give."""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import Field

from promptyflow_server.http.models import ErrorReply, WireModel


class UserLimits(WireModel):
    """How much a person may keep; None: as much as they like."""

    project_chars: int
    block_chars: int
    template_chars: int
    prompt_chars: int
    projects: int | None


class UserUse(WireModel):
    """How much a person keeps."""

    projects: int
    chars: int
    largest_project_chars: int
    templates: int
    runs: int


class UserProfile(WireModel):
    """A person."""

    id: UUID
    name: str
    email: str | None
    picture: str | None
    language: Literal["en", "ru"] | None = Field(description="null: as the browser says")
    theme: Literal["light", "dark", "system"]
    identified_by: str
    can_share: bool = Field(description="false on a server that belongs to one person")
    groups: list[str] = Field(description="of the Hub; a project can be shared with any group")
    limits: UserLimits
    used: UserUse


class UpdateUser(WireModel):
    """What a person changes about themselves; what is left out stays."""

    name: str | None = Field(default=None, min_length=1, max_length=200)
    language: Literal["en", "ru"] | None = None
    theme: Literal["light", "dark", "system"] | None = None


class SaveApiKey(WireModel):
    """A key for a provider, and where it is if that is not its usual address."""

    api_key: str | None = Field(
        default=None, max_length=4096, description="left out: the stored one; empty: none"
    )
    base_url: str | None = Field(default=None, max_length=2000)


class ApiKey(WireModel):
    """What is told of a stored key: never the key."""

    provider: str
    status: Literal["active", "error", "unverified"]
    last4: str | None
    base_url: str | None
    last_tested_at: datetime | None
    source: Literal["user", "admin"] = "user"


class SavedApiKey(ApiKey):
    """A stored key, and how its test went."""

    models: int | None = None
    error: ErrorReply | None = None
