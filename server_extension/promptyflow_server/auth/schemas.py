"""What the endpoints of sign-in take and give."""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from promptyflow_server.http.models import WireModel


class StartQuery(BaseModel):
    """How a sign-in begins: from a browser without anything, from a program with all three."""

    model_config = ConfigDict(extra="forbid")

    client_redirect: str | None = Field(
        default=None, max_length=500, description="http://127.0.0.1:<port>/…: where the code goes"
    )
    code_challenge: str | None = Field(
        default=None, pattern=r"^[A-Za-z0-9_-]{43}$", description="PKCE, S256"
    )
    client_state: str | None = Field(
        default=None, max_length=200, description="comes back with the code as `state`"
    )


class CallbackQuery(BaseModel):
    """What the provider sends a person back with; more than this may stand there."""

    model_config = ConfigDict(extra="ignore")

    state: str | None = Field(default=None, max_length=500)
    code: str | None = Field(default=None, max_length=4000)
    iss: str | None = Field(default=None, max_length=500)
    error: str | None = Field(default=None, max_length=500)


class RedeemCode(WireModel):
    """A one-time code of ours, and the secret of the program that asked for it."""

    code: str = Field(min_length=1, max_length=200)
    code_verifier: str | None = Field(default=None, min_length=43, max_length=128)


class RedeemGoogleCode(WireModel):
    """A code that a program has got from the provider itself."""

    code: str = Field(min_length=1, max_length=4000)
    code_verifier: str = Field(min_length=43, max_length=128)
    redirect_uri: str = Field(min_length=1, max_length=2000)
    nonce: str | None = Field(
        default=None, max_length=500, description="must be given if the request had one"
    )


class RefreshToken(WireModel):
    """A refresh token."""

    refresh_token: str = Field(min_length=1, max_length=200, repr=False)


class SignedInUser(WireModel):
    """A person, in short."""

    id: UUID
    name: str
    email: str | None
    picture: str | None


class SignedIn(WireModel):
    """What opens the API, and for how many seconds."""

    access_token: str = Field(repr=False)
    refresh_token: str = Field(repr=False, description="used once: the answer holds the next one")
    expires_in: int
    token_type: Literal["Bearer"] = "Bearer"  # noqa: S105 - the name of a scheme
    user: SignedInUser


class Me(WireModel):
    """Who is asking, and how we know."""

    user: SignedInUser
    identified_by: str


class CreateAccessToken(WireModel):
    """A new personal access token."""

    name: str = Field(min_length=1, max_length=200)
    days: int | None = Field(
        default=90, ge=1, le=3650, description="how long it is valid; null: until it is revoked"
    )


class AccessToken(WireModel):
    """What is told of a personal access token: never the token."""

    id: UUID
    name: str
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None


class CreatedAccessToken(AccessToken):
    """A personal access token, the only time it is shown."""

    token: str = Field(repr=False)
