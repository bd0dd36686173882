"""Endpoints of sign-in. Those of a `Guest` answer people whom nobody knows yet."""

from __future__ import annotations

from http.cookies import CookieError, SimpleCookie
from typing import TYPE_CHECKING, Any
from uuid import UUID

from promptyflow_server.auth.schemas import (
    AccessToken,
    CallbackQuery,
    CreateAccessToken,
    CreatedAccessToken,
    Me,
    RedeemCode,
    RedeemGoogleCode,
    RefreshToken,
    SignedIn,
    SignedInUser,
    StartQuery,
)
from promptyflow_server.auth.service import COOKIE
from promptyflow_server.http.call import Call, Guest
from promptyflow_server.http.models import Page, Redirect, Reply
from promptyflow_server.http.routing import Routes

if TYPE_CHECKING:
    from sqlalchemy import Row

    from promptyflow_server.auth.service import Passage
    from promptyflow_server.auth.sessions import Tokens

routes = Routes("auth")


@routes.get("/auth/google", limit="sign_ins")
async def start_sign_in(guest: Guest, query: StartQuery) -> Redirect:
    """Go to Google, to sign in.

    The code flow with state, nonce and PKCE. Without parameters one comes back to the service's own
    page; a program on the person's machine names its address and a `code_challenge`, and gets a
    code there for `POST /auth/session`.
    """
    return _sent(await guest.services.sign_in.start(query))


@routes.get("/auth/google/callback")
async def finish_sign_in(guest: Guest, query: CallbackQuery) -> Redirect:
    """Come back from Google."""
    return _sent(await guest.services.sign_in.finish(query, _browser(guest)))


@routes.post("/auth/google", limit="sign_ins")
async def redeem_google_code(guest: Guest, body: RedeemGoogleCode) -> SignedIn:
    """Sign in with a code that a program has got from Google itself."""
    return _signed_in(await guest.services.sign_in.redeem_google_code(body))


@routes.post("/auth/session")
async def open_session(guest: Guest, body: RedeemCode) -> Reply[SignedIn]:
    """Fetch the tokens with the code from the end of a sign-in; it counts once, for a minute."""
    sign_in = guest.services.sign_in
    tokens = await sign_in.redeem(body.code, body.code_verifier, _browser(guest))
    return Reply(_signed_in(tokens), cookie=sign_in.no_cookie())


@routes.post("/auth/refresh")
async def refresh_session(guest: Guest, body: RefreshToken) -> SignedIn:
    """Get new tokens; the refresh token is used up, and its second use ends the session."""
    return _signed_in(await guest.services.sign_in.sessions.prolong(body.refresh_token))


@routes.post("/auth/logout", status=204)
async def log_out(guest: Guest, body: RefreshToken) -> None:
    """End the session of a refresh token, at once."""
    await guest.services.sign_in.sessions.close(body.refresh_token)


@routes.post("/auth/logout-everywhere", status=204)
async def log_out_everywhere(call: Call) -> None:
    """End all of one's sessions, at once. Personal access tokens stay: revoke them one by one."""
    await call.services.sign_in.sessions.close_all(call.user.id)


@routes.get("/auth/me")
async def get_me(call: Call) -> Me:
    """Tell who is asking, and how we know."""
    profile = await call.services.users.profile(call.user)
    user = SignedInUser(
        id=profile.id, name=profile.name, email=profile.email, picture=profile.picture
    )
    return Me(user=user, identified_by=profile.identified_by)


@routes.get("/auth/tokens")
async def list_access_tokens(call: Call) -> Page[AccessToken]:
    """List one's personal access tokens, the newest first; the tokens themselves are not told."""
    rows = await call.services.personal_tokens.all(call.user)
    return Page[AccessToken](items=[AccessToken(**_told(row)) for row in rows])


@routes.post("/auth/tokens", status=201)
async def create_access_token(call: Call, body: CreateAccessToken) -> Reply[CreatedAccessToken]:
    """Make a personal access token, shown this once. Another such token cannot make one."""
    row, token = await call.services.personal_tokens.create(call.user, body)
    made = CreatedAccessToken(**_told(row), token=token)
    return Reply(made, 201, location=f"/auth/tokens/{made.id}")


@routes.delete("/auth/tokens/{token_id:uuid}")
async def delete_access_token(call: Call, token_id: UUID) -> None:
    """Revoke a personal access token, at once."""
    await call.services.personal_tokens.revoke(call.user, token_id)


def _sent(passage: Passage) -> Redirect:
    return Redirect(passage.location, passage.cookie)


def _browser(guest: Guest) -> str | None:
    """Return what the browser was given when it left; it says nothing about who sits there."""
    cookies: SimpleCookie = SimpleCookie()
    try:
        cookies.load(guest.headers.get("cookie", ""))
    except CookieError:
        return None
    return cookies[COOKIE].value if COOKIE in cookies else None


def _signed_in(tokens: Tokens) -> SignedIn:
    user = tokens.user
    return SignedIn(
        access_token=tokens.access,
        refresh_token=tokens.refresh,
        expires_in=tokens.expires_in,
        user=SignedInUser(id=user.id, name=user.name, email=user.email, picture=user.picture),
    )


def _told(row: Row[Any]) -> dict[str, Any]:
    names = ("id", "name", "created_at", "expires_at", "last_used_at")
    return {name: getattr(row, name) for name in names}
