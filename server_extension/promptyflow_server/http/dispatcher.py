"""The way of a request: route, parse, handler, answer. Knows no web framework."""

from __future__ import annotations

import asyncio
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from pydantic import BaseModel

from promptyflow_server.audit.deeds import DEED, Deed
from promptyflow_server.http.call import Call, Guest, Stranger, User
from promptyflow_server.http.exchange import JSON, Response, failure
from promptyflow_server.http.models import Download, EventStream, Redirect, Reply
from promptyflow_server.http.parsing import check_text, parse_body, parse_query
from promptyflow_server.security.sign_ins import place_of
from promptyflow_server.shared.errors import Unauthenticated, ValidationError
from promptyflow_server.shared.idempotency import Idempotency
from promptyflow_server.shared.logs import REQUEST_ID
from promptyflow_server.shared.messages import language_of
from promptyflow_server.storage.acting import ACTING, Acting

if TYPE_CHECKING:
    from collections.abc import Mapping

    from promptyflow_server.http.call import Principal
    from promptyflow_server.http.exchange import Request
    from promptyflow_server.http.routing import Endpoint, Router
    from promptyflow_server.services import Services
    from promptyflow_server.shared.messages import Language
    from promptyflow_server.shared.standing import Standing

_VERSION: Final = re.compile(r'(?:W/)?"?(\d{1,18})"?')
_WORTH_A_THREAD: Final = 1_000_000
"""Bytes of a body from which parsing would hold up the event loop for milliseconds."""


class Dispatcher:
    """Answers requests.

    Parameters
    ----------
    router
        Every resource's endpoints.
    services
        What handlers work with.
    """

    def __init__(self, router: Router, services: Services) -> None:
        self.router = router
        self.services = services

    async def answer(self, request: Request, who: Principal | User | Stranger) -> Response:
        """Answer a request; never raises. The host has authenticated all but strangers."""
        if isinstance(who, Stranger):
            return await self._answer_stranger(request, who)
        language = language_of(request.headers.get("accept-language"))
        REQUEST_ID.set(request.request_id)  # hosts give each request a context of its own
        standing: Standing | None = None
        endpoint: Endpoint | None = None
        try:
            ACTING.set(None)  # who it is we find out ourselves
            DEED.set(None)
            user = who if isinstance(who, User) else await self.services.identities.resolve(who)
            ACTING.set(Acting(user.id, user.audience))
            standing = await self.services.rate_limits.take("requests", user.id)
            standing.refuse_too_many()
            # Where the host knows people there is no sign-in of ours.
            endpoint, parameters = self.router.find(request.method, request.path, is_open=False)
            if endpoint.limit is not None:
                standing = await self.services.rate_limits.take(endpoint.limit, user.id)
                standing.refuse_too_many()
            if endpoint.method != "GET":
                DEED.set(_deed(request, user, endpoint, parameters))
            call = self._call(request, user, language)
            arguments = await _arguments(endpoint, parameters, request)
            result = await endpoint.handler(call, **parameters, **arguments)
            response = _response(endpoint, result)
        except Exception as error:  # noqa: BLE001 - the one place where all become answers
            response = failure(error, language)
        if standing is not None:
            response.headers.update(standing.headers())
        return response if endpoint is None else replace(response, route=endpoint.route)

    async def _answer_stranger(self, request: Request, who: Stranger) -> Response:
        """Answer somebody nobody knows; what they try and fail at counts, by where they are."""
        REQUEST_ID.set(request.request_id)
        limits, place = self.services.rate_limits, place_of(who.address)
        standing: Standing | None = None
        endpoint: Endpoint | None = None
        try:
            endpoint, parameters = self.router.find(request.method, request.path, is_open=True)
            count = limits.look if endpoint.limit is None else limits.take
            standing = await count("sign_ins", place)
            standing.refuse_too_many()
            try:
                arguments = await _arguments(endpoint, parameters, request)
                guest = Guest(self.services, request.headers)
                result = await endpoint.handler(guest, **parameters, **arguments)
            except (Unauthenticated, ValidationError):
                if endpoint.limit is None:
                    standing = await limits.take("sign_ins", place)
                raise
            response = _response(endpoint, result)
        except Exception as error:  # noqa: BLE001 - as above
            response = failure(error, language_of(request.headers.get("accept-language")))
        if standing is not None:
            response.headers.update(standing.headers())
        return response if endpoint is None else replace(response, route=endpoint.route)

    def _call(self, request: Request, user: User, language: Language) -> Call:
        key = request.headers.get("idempotency-key")
        if key is not None:
            check_text(key, "Idempotency-Key")
            if not 1 <= len(key) <= 200:  # noqa: PLR2004 - as OpenAPI says
                raise ValidationError.at("Idempotency-Key", "invalid")
        once = key and Idempotency.of(key, request.method, request.path, request.body)
        return Call(
            user=user,
            services=self.services,
            language=language,
            if_match=_version(request.headers.get("if-match")),
            idempotency=once or None,
            headers=request.headers,
            request_id=request.request_id,
        )


def _deed(request: Request, user: User, endpoint: Endpoint, parameters: Mapping[str, Any]) -> Deed:
    ids = [str(value) for value in parameters.values()]
    action = f"{endpoint.method} {endpoint.route}"
    target = "/".join(ids) or None
    return Deed(user.id, user.identified_by, action, target, request.request_id)


def _version(if_match: str | None) -> int | None:
    if if_match is None or if_match.strip() == "*":
        return None
    match = _VERSION.fullmatch(if_match.strip())
    if match is None:
        raise ValidationError.at("If-Match", "invalid")
    return int(match[1])


async def _arguments(
    endpoint: Endpoint, parameters: Mapping[str, Any], request: Request
) -> dict[str, Any]:
    for name, value in parameters.items():
        if isinstance(value, str):
            check_text(value, name)
    arguments: dict[str, Any] = {}
    if endpoint.query is not None:
        arguments["query"] = parse_query(endpoint.query, request.query)
    if endpoint.raw_body:
        arguments["body"] = request.body
    elif endpoint.body is not None:
        if len(request.body) < _WORTH_A_THREAD:
            arguments["body"] = parse_body(endpoint.body, request.body)
        else:
            arguments["body"] = await asyncio.to_thread(parse_body, endpoint.body, request.body)
    return arguments


def _response(endpoint: Endpoint, result: object) -> Response:
    if result is None:
        return Response(204)
    if isinstance(result, EventStream):
        return Response(
            200, events=result.events, headers=result.headers, is_activity=result.is_activity
        )
    if isinstance(result, Download):
        disposition = f"attachment; filename*=UTF-8''{_percent(result.filename)}"
        headers = {"Content-Type": result.media_type, "Content-Disposition": disposition}
        return Response(200, result.content, headers=headers, chunks=result.chunks)
    if isinstance(result, BaseModel):
        result = Reply(result, endpoint.status)
    if not isinstance(result, Redirect | Reply):
        raise TypeError(f"{endpoint.handler.__qualname__} answered {type(result).__name__}")
    return _response_of(result)


def _response_of(result: Redirect | Reply[Any]) -> Response:
    cookie = {} if result.cookie is None else {"Set-Cookie": result.cookie}
    if isinstance(result, Redirect):
        return Response(302, headers={"Location": result.location, **cookie})
    headers = {"Content-Type": JSON, **cookie}
    if result.location is not None:
        headers["Location"] = result.location
    if result.version is not None:
        headers["ETag"] = f'"{result.version}"'
    return Response(result.status, result.body.model_dump_json().encode(), headers=headers)


def _percent(name: str) -> str:
    from urllib.parse import quote

    return quote(name, safe="")
