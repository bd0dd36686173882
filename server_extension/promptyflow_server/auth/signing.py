"""Access tokens: JWTs (RFC 9068) that are signed here and read here, for a quarter of an hour."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID, uuid4

from promptyflow_server.shared.errors import Unauthenticated

if TYPE_CHECKING:
    from promptyflow_server.auth.settings import SignInSettings

LIFETIME: Final = 15 * 60
AUDIENCE: Final = "promptyflow"
_ALGORITHM: Final = "HS256"
_TYPE: Final = "at+jwt"
_NEEDED: Final = ["exp", "iat", "iss", "aud", "sub", "sid", "ep", "jti"]
_LONGEST: Final = 4096


@dataclass(frozen=True, slots=True)
class Claims:
    """What an access token says.

    Parameters
    ----------
    user_id
        Whose it is.
    session_id
        The session it belongs to: the family of its refresh tokens.
    epoch
        How often its owner had logged out everywhere when it was signed.
    """

    user_id: UUID
    session_id: UUID
    epoch: int


class Signer:
    """Signs and reads access tokens."""

    def __init__(self, settings: SignInSettings) -> None:
        self._issuer = settings.public_url
        self._keys = {key.kid: key.secret for key in settings.keys}
        self._kid = settings.keys[0].kid

    def sign(self, claims: Claims) -> str:
        """Return a new token."""
        import jwt

        now = int(time.time())
        payload = {
            "iss": self._issuer,
            "aud": AUDIENCE,
            "sub": str(claims.user_id),
            "sid": str(claims.session_id),
            "ep": claims.epoch,
            "iat": now,
            "exp": now + LIFETIME,
            "jti": uuid4().hex,
        }
        headers = {"typ": _TYPE, "kid": self._kid}
        return jwt.encode(payload, self._keys[self._kid], _ALGORITHM, headers=headers)

    def read(self, token: str) -> Claims:
        """Return what a token says, if we have signed it and it is valid now.

        Raises
        ------
        Unauthenticated
            It is not ours, not for us, not valid any more, or of another kind.
        """
        import jwt

        if len(token) > _LONGEST:
            raise Unauthenticated
        try:
            head = jwt.get_unverified_header(token)
            key = self._keys.get(str(head.get("kid")))
            if head.get("typ") != _TYPE or key is None:
                raise Unauthenticated
            said: dict[str, Any] = jwt.decode(
                token,
                key,
                algorithms=[_ALGORITHM],
                audience=AUDIENCE,
                issuer=self._issuer,
                options={"require": _NEEDED, "strict_aud": True},
            )
            return Claims(UUID(said["sub"]), UUID(said["sid"]), int(said["ep"]))
        except (jwt.PyJWTError, ValueError, TypeError, AttributeError):
            raise Unauthenticated from None


def is_signed(token: str) -> bool:
    """Tell whether a token has the form of one of these."""
    return token.count(".") == 2  # noqa: PLR2004 - head, claims, signature
