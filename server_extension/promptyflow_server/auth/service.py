"""The way in: to the provider, back from it, and a one-time code for whoever asked.

Each step is tied to the one before: the state to a cookie of the browser, the provider's code to a
secret that we keep (PKCE), our own code to that cookie or to a secret of the program that asked.
"""

from __future__ import annotations

import hmac
import logging
import re
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

from promptyflow_server.auth.openid import Code, challenge_of
from promptyflow_server.auth.repository import PassageRepository, hashed, in_seconds
from promptyflow_server.http.call import Principal
from promptyflow_server.shared.errors import NotFound, Unauthenticated, ValidationError

if TYPE_CHECKING:
    from sqlalchemy import Row

    from promptyflow_server.auth.openid import OpenId, Visitor
    from promptyflow_server.auth.schemas import CallbackQuery, RedeemGoogleCode, StartQuery
    from promptyflow_server.auth.sessions import Sessions, Tokens
    from promptyflow_server.auth.settings import SignInSettings
    from promptyflow_server.security.identity import Identities
    from promptyflow_server.storage.database import Database

log: Final = logging.getLogger("promptyflow.sign_in")

COOKIE: Final = "promptyflow_sign_in"
ATTEMPT_SECONDS: Final = 600
_CODE_SECONDS: Final = 60
_SLACK_SECONDS: Final = 60
# By number, never by name: what `localhost` leads to is somebody else's to say.
_PROGRAM: Final = re.compile(
    r"http://(?:127\.0\.0\.1|\[::1\]):([0-9]{1,5})(?:/[\w.~/-]*)?", re.ASCII
)
_LAST_PORT: Final = 65535


@dataclass(frozen=True, slots=True)
class Passage:
    """Where a browser is sent, and the cookie it takes along; None leaves the one it has."""

    location: str
    cookie: str | None = None


class SignIn:
    """Lets people in.

    Parameters
    ----------
    settings
        How; None where nobody can sign in here.
    openid
        The provider.
    sessions, identities
        What they get, and who they are.
    """

    def __init__(
        self,
        database: Database,
        settings: SignInSettings | None,
        openid: OpenId | None,
        sessions: Sessions | None,
        identities: Identities,
    ) -> None:
        self._database = database
        self._settings = settings
        self._openid = openid
        self._sessions = sessions
        self._identities = identities

    @property
    def settings(self) -> SignInSettings:
        """How people sign in here.

        Raises
        ------
        NotFound
            They do not.
        """
        if self._settings is None:
            raise NotFound
        return self._settings

    @property
    def sessions(self) -> Sessions:
        """The sessions, or `NotFound` where there are none."""
        if self._sessions is None:
            raise NotFound
        return self._sessions

    async def start(self, wanted: StartQuery) -> Passage:
        """Send somebody to the provider.

        Raises
        ------
        ValidationError
            A program asks for a code at an address that is not on the person's own machine, or
            without a secret that only it can show later.
        """
        _check_program(wanted)
        state, nonce, verifier, browser = (secrets.token_urlsafe(32) for _ in range(4))
        address = await self._provider.authorization_url(
            state=state, nonce=nonce, verifier=verifier
        )
        async with self._database.transaction() as connection:
            await PassageRepository(connection).start(
                {
                    "state_hash": hashed(state),
                    "browser_hash": hashed(browser),
                    "nonce": nonce,
                    "verifier": verifier,
                    "redirect": wanted.client_redirect,
                    "challenge": wanted.code_challenge,
                    "client_state": wanted.client_state,
                    "expires_at": in_seconds(ATTEMPT_SECONDS),
                }
            )
        return Passage(address, self._cookie(browser, ATTEMPT_SECONDS + _SLACK_SECONDS))

    async def finish(self, answer: CallbackQuery, browser: str | None) -> Passage:
        """Take somebody back from the provider, and send them on with a code of ours.

        Raises
        ------
        ValidationError
            Nobody left for there with this state, in this browser, within ten minutes; or what the
            provider says cannot be believed.
        Forbidden
            The provider vouches for somebody who may not enter here.
        """
        callback = self.settings.callback
        async with self._database.transaction() as connection:
            attempt = await PassageRepository(connection).take_attempt(answer.state or "")
        if attempt is None or not attempt.is_open or not _is_same(browser, attempt.browser_hash):
            raise ValidationError.at("state", "sign_in")
        await self._provider.check_sender(answer.iss)
        if answer.error is not None:
            return Passage(_answer_to(attempt, {"error": "access_denied"}))
        if not answer.code:
            raise ValidationError.at("code", "missing")
        code = Code(answer.code, attempt.verifier, callback, attempt.nonce)
        user_id = await self._known(await self._provider.visitor(code))
        ours = secrets.token_urlsafe(32)
        async with self._database.transaction() as connection:
            await PassageRepository(connection).add_code(
                {
                    "code_hash": hashed(ours),
                    "user_id": user_id,
                    "browser_hash": attempt.browser_hash,
                    "challenge": attempt.challenge,
                    "expires_at": in_seconds(_CODE_SECONDS),
                }
            )
        return Passage(_answer_to(attempt, {"code": ours}))

    async def redeem(self, code: str, verifier: str | None, browser: str | None) -> Tokens:
        """Give tokens for a code of ours, to whoever asked for it.

        Raises
        ------
        Unauthenticated
            It is not known, older than a minute, used before, or asked for by somebody else.
        """
        sessions = self.sessions
        async with self._database.transaction() as connection:
            row = await PassageRepository(connection).take_code(code)
        if row is None or not row.is_open:
            raise Unauthenticated
        if row.challenge is None:
            is_theirs = _is_same(browser, row.browser_hash)
        else:
            is_theirs = hmac.compare_digest(challenge_of(verifier or ""), row.challenge)
        if not is_theirs:
            log.warning("a sign-in code was shown by somebody who did not ask for it")
            raise Unauthenticated
        return await sessions.open(row.user_id)

    async def redeem_google_code(self, wanted: RedeemGoogleCode) -> Tokens:
        """Give tokens for a code of the provider, which a program has asked for itself.

        Raises
        ------
        ValidationError
            It was sent to an address that is not in the settings, or the provider refuses it.
        """
        if wanted.redirect_uri not in {self.settings.callback, *self.settings.redirects}:
            raise ValidationError.at("redirectUri", "sign_in")
        code = Code(wanted.code, wanted.code_verifier, wanted.redirect_uri, wanted.nonce)
        user_id = await self._known(await self._provider.visitor(code))
        return await self.sessions.open(user_id)

    def no_cookie(self) -> str:
        """Return what makes a browser forget its cookie."""
        return self._cookie("", 0)

    async def close(self) -> None:
        """Close the connections to the provider."""
        if self._openid is not None:
            await self._openid.close()

    @property
    def _provider(self) -> OpenId:
        if self._openid is None:
            raise NotFound
        return self._openid

    async def _known(self, visitor: Visitor) -> Any:  # noqa: ANN401 - a UUID
        principal = Principal(visitor.issuer, visitor.subject, visitor.name, "jwt")
        user = await self._identities.resolve(principal)
        await self.sessions.note_login(user.id, visitor)
        return user.id

    def _cookie(self, value: str, seconds: int) -> str:
        secure = "; Secure" if self.settings.is_secure else ""
        path = self.settings.cookie_path
        return f"{COOKIE}={value}; Path={path}; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}"


def _check_program(wanted: StartQuery) -> None:
    if wanted.client_redirect is None:
        if wanted.code_challenge is not None:
            raise ValidationError.at("client_redirect", "missing")
        return
    if wanted.code_challenge is None:
        raise ValidationError.at("code_challenge", "missing")
    found = _PROGRAM.fullmatch(wanted.client_redirect)
    if found is None or int(found[1]) > _LAST_PORT:
        raise ValidationError.at("client_redirect", "loopback")


def _answer_to(attempt: Row[Any], told: dict[str, str]) -> str:
    """Return where whoever asked hears the answer; on our page no server sees what is behind #."""
    if attempt.redirect is None:
        return f"/#{urlencode(told)}"
    if attempt.client_state is not None:
        told["state"] = attempt.client_state
    return f"{attempt.redirect}?{urlencode(told)}"


def _is_same(browser: str | None, browser_hash: bytes) -> bool:
    return browser is not None and hmac.compare_digest(hashed(browser), browser_hash)
