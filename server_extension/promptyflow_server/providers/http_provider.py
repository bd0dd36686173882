"""What all providers over HTTP do alike; each says how it asks and how its answers read."""

from __future__ import annotations

from abc import ABC, abstractmethod
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from promptyflow_server.providers.base import Chunk, ModelInfo, Opened, merged
from promptyflow_server.providers.error_reading import refusal
from promptyflow_server.providers.errors import Cause
from promptyflow_server.providers.ndjson import LineReader
from promptyflow_server.providers.sse import EventReader
from promptyflow_server.providers.streaming import EVENT_STREAM, read_stream
from promptyflow_server.providers.transport import Outgoing
from promptyflow_server.providers.wire import encode, parse, whole_number

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Mapping

    from promptyflow_server.providers.base import Access, CompletionRequest
    from promptyflow_server.providers.streaming import Interpreter, Reader
    from promptyflow_server.providers.transport import OpenAnswer, Transport

LIST_SECONDS: Final = 20.0
"""Patience for lists and tests: a person waits for them."""
COUNT_SECONDS: Final = 60.0
"""Patience for counts: megabytes may have to go up first."""


_READERS: Final[dict[str, type[Reader]]] = {
    EVENT_STREAM: EventReader,
    "application/x-ndjson": LineReader,
}


@dataclass(frozen=True, slots=True)
class Identity:
    """Who a provider is, and what people must give to use it.

    Parameters
    ----------
    key_header
        Name of the header for the key, and what stands before the key in it.
    headers
        Sent with each request.
    """

    id: str
    name: str
    needs_key: bool = True
    needs_base_url: bool = False
    default_base_url: str | None = None
    key_header: tuple[str, str] = ("Authorization", "Bearer ")
    headers: Mapping[str, str] = field(default_factory=dict)


class HttpProvider(ABC):
    """A provider reached over the transport.

    Parameters
    ----------
    transport
        Carries the requests.
    identity
        Which provider it is.

    Attributes
    ----------
    counts_tokens
        The provider has an endpoint that counts.
    """

    counts_tokens: bool = False

    def __init__(self, transport: Transport, identity: Identity) -> None:
        self._transport = transport
        self._identity = identity
        self.id = identity.id
        self.name = identity.name
        self.needs_key = identity.needs_key
        self.needs_base_url = identity.needs_base_url
        self.default_base_url = identity.default_base_url

    @abstractmethod
    async def list_models(self, access: Access) -> list[ModelInfo]:
        """Return the models that this key may use."""

    async def test(self, access: Access) -> int:
        """Return how many models the key opens."""
        return len(await self.list_models(access))

    async def count_tokens(self, request: CompletionRequest, access: Access) -> int:
        """Return the tokens of a request as the provider counts them."""
        path, body, told = self.counting(request)
        document = await self.document("POST", path, access, body, timeout=COUNT_SECONDS)
        counted = whole_number(document.get(told))
        if counted is None:
            raise Cause("not_an_api").error(self, access.key)
        return counted

    def counting(self, request: CompletionRequest) -> tuple[str, dict[str, Any], str]:
        """Return where tokens are counted, with which body, and where the answer has the number."""
        raise NotImplementedError(request.model)

    async def stream(
        self, request: CompletionRequest, access: Access
    ) -> AsyncGenerator[Chunk, None]:
        """Send, and yield the answer as it comes."""
        chunks = self.answer_to(await self.question(request, access), request, access)
        async with aclosing(chunks):
            async for chunk in chunks:
                yield chunk

    @abstractmethod
    async def question(self, request: CompletionRequest, access: Access) -> dict[str, Any]:
        """Return the body that asks for a streamed answer."""

    @abstractmethod
    def path(self, request: CompletionRequest) -> str:
        """Return where questions go, below the base URL."""

    @abstractmethod
    def interpreter(self) -> Interpreter:
        """Return what understands one streamed answer."""

    @abstractmethod
    def whole(self, document: Any, into: list[Chunk]) -> Cause | None:  # noqa: ANN401 - parsed JSON
        """Add what an answer in one piece holds; return the cause if it tells of an error."""

    async def answer_to(
        self, body: dict[str, Any], request: CompletionRequest, access: Access
    ) -> AsyncGenerator[Chunk, None]:
        """Send a body and yield the answer as it comes."""
        outgoing = self.outgoing(
            "POST", self.path(request), access, encode(body), timeout=request.timeout
        )
        async with self._transport.open(outgoing) as answer:
            yield Opened(answer.request_id)
            reader = _READERS.get(answer.media_type)
            if reader is not None:
                chunks = read_stream(answer, self.interpreter(), reader())
            else:
                chunks = self._in_one_piece(answer)
            async with aclosing(chunks):
                async for chunk in chunks:
                    yield chunk

    async def fetch(self, path: str, access: Access) -> dict[str, Any]:
        """Return a document."""
        return await self.document("GET", path, access)

    async def document(
        self,
        method: str,
        path: str,
        access: Access,
        body: dict[str, Any] | None = None,
        *,
        timeout: float = LIST_SECONDS,  # noqa: ASYNC109 - of the request, kept by the transport
    ) -> dict[str, Any]:
        """Ask for a document and return it.

        Raises
        ------
        ProviderError, ProviderTimeout
            There is none.
        """
        data = None if body is None else encode(body)
        outgoing = self.outgoing(method, path, access, data, timeout=timeout)
        answer = await self._transport.fetch(outgoing)
        document = parse(answer.body)
        if isinstance(document, list):
            document = {"data": document}
        if not isinstance(document, dict) or "error" in document:
            raise answer.failure(refusal(answer) if document else Cause("not_an_api"))
        return document

    def outgoing(
        self,
        method: str,
        path: str,
        access: Access,
        body: bytes | None = None,
        *,
        timeout: float | None = None,
    ) -> Outgoing:
        """Return a request with what all requests have."""
        headers = {"Accept": "application/json", **self._identity.headers}
        if body is not None:
            headers["Accept"] = f"{EVENT_STREAM}, application/json"
            headers["Content-Type"] = "application/json"
        return Outgoing(
            method,
            access.base_url + path,
            access,
            self,
            refusal,
            key_header=self._identity.key_header,
            headers=headers,
            body=body,
            timeout=timeout,
        )

    async def _in_one_piece(self, answer: OpenAnswer) -> AsyncGenerator[Chunk, None]:
        """Read a server that answers a wish for a stream in one piece."""
        chunks: list[Chunk] = []
        problem = self.whole(parse(await answer.read_all()), chunks)
        if problem is not None:
            raise answer.failure(problem)
        for chunk in merged(chunks):
            yield chunk
