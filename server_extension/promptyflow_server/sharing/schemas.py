"""Shares on the wire."""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import Field

from promptyflow_server.http.models import Page, WireModel
from promptyflow_server.projects.schemas import Absent

SharedRole = Literal["view", "edit"]


class CreateShare(WireModel):
    """With whom a project is shared: a person or a group, and what they may do."""

    user: str | None = Field(
        default=None,
        min_length=1,
        max_length=320,
        description="E-mail address or sign-in name of one person, in full.",
    )
    group: str | None = Field(
        default=None, min_length=1, max_length=255, description="Name of a group of the Hub."
    )
    role: SharedRole


class UpdateShare(WireModel):
    """What they may do from now on."""

    role: SharedRole


class SharedWith(WireModel):
    """A person."""

    id: UUID
    name: str


class ShareOut(WireModel):
    """A share: `user` or `group`, and what they may do."""

    id: UUID
    user: SharedWith | None = Absent
    group: str | None = Absent
    role: SharedRole
    created_at: datetime


class SharePage(Page[ShareOut]):
    """With whom a project is shared, the oldest first; never more than one page."""
