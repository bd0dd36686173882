"""What a provider is: how it is asked, and the typed pieces of its answer."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, Protocol

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Iterable, Iterator


class Secret:
    """A key that shows itself only to who asks for it by name."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """Return the key."""
        return self._value

    def __repr__(self) -> str:
        """Return a sign that there is one."""
        return "Secret(…)"

    __str__ = __repr__


@dataclass(frozen=True, slots=True)
class Access:
    """How one person reaches a provider.

    Parameters
    ----------
    base_url
        Without a slash at its end.
    key
        None where the server needs none.
    own_address
        The address was chosen by the person, and is not the provider's well-known one.
    """

    base_url: str
    key: Secret | None
    own_address: bool


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a conversation."""

    role: Literal["system", "user", "assistant"]
    content: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Parameters:
    """What a person may set; what is None is not sent, so that the model's own default holds."""

    temperature: float | None = None
    top_p: float | None = None
    max_tokens: int | None = None
    schema: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class CompletionRequest:
    """What is sent to a model.

    Parameters
    ----------
    timeout
        Seconds for the whole answer; None for the server's own patience.
    api
        Through which of OpenAI's two APIs the model is asked, where the catalogue knows; None for
        the provider's own way.
    """

    model: str
    messages: tuple[Message, ...] = field(repr=False)
    parameters: Parameters = field(default_factory=Parameters)
    timeout: float | None = None
    api: Literal["responses", "chat"] | None = None


@dataclass(frozen=True, slots=True)
class Opened:
    """The provider has accepted the request."""

    request_id: str | None


@dataclass(frozen=True, slots=True)
class Delta:
    """A piece of the answer."""

    text: str


@dataclass(frozen=True, slots=True)
class Reasoning:
    """A piece of what the model thought on its way; no part of the answer."""

    text: str


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens as the provider counts them.

    Parameters
    ----------
    input_tokens, output_tokens
        All that is billed: with what came from a cache, with reasoning.
    cached_tokens, cache_write_tokens, reasoning_tokens
        The parts of them that have another price; None where the provider does not tell.
    cost
        US dollars, where the provider tells what it charges.
    """

    input_tokens: int | None = None
    output_tokens: int | None = None
    cached_tokens: int | None = None
    cache_write_tokens: int | None = None
    reasoning_tokens: int | None = None
    cost: float | None = None


FinishReason = Literal["stop", "length", "tool_calls", "blocked", "other"]


@dataclass(frozen=True, slots=True)
class Finish:
    """The provider's own end of the answer; without one the answer was interrupted.

    Parameters
    ----------
    reason
        In our words.
    detail
        In the provider's words.
    """

    reason: FinishReason
    detail: str | None = None


Chunk = Opened | Delta | Reasoning | Usage | Finish


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """A model as a provider's live list describes it; None for what it does not tell."""

    id: str
    name: str | None = None
    context_window: int | None = None
    max_output: int | None = None
    retires_at: str | None = None
    input_price: float | None = None
    output_price: float | None = None
    parameters: tuple[str, ...] | None = None


class Provider(Protocol):
    """A provider of models.

    Every method raises `ProviderError` or `ProviderTimeout` and nothing else of its own.
    """

    @property
    def id(self) -> str:
        """Name in addresses and in the database."""

    @property
    def name(self) -> str:
        """Name for people."""

    @property
    def needs_key(self) -> bool:
        """Whether nothing works without a key."""

    @property
    def needs_base_url(self) -> bool:
        """Whether the person must say where it is."""

    @property
    def default_base_url(self) -> str | None:
        """Where it is, if nobody says otherwise."""

    @property
    def counts_tokens(self) -> bool:
        """Whether it counts the tokens of a request that is not sent to a model."""

    async def list_models(self, access: Access) -> list[ModelInfo]:
        """Return the models that this key may use."""

    async def test(self, access: Access) -> int:
        """Return how many models the key opens; raise where it opens nothing."""

    async def count_tokens(self, request: CompletionRequest, access: Access) -> int:
        """Return the tokens of a request as the provider counts them, where it `counts_tokens`."""

    def stream(self, request: CompletionRequest, access: Access) -> AsyncGenerator[Chunk, None]:
        """Send, and yield the answer as it comes; closing the generator closes the connection."""


def merged(chunks: Iterable[Chunk]) -> Iterator[Chunk]:
    """Yield the chunks of one network read with neighbours of the same kind as one."""
    kind: type[Delta | Reasoning] | None = None
    texts: list[str] = []
    for chunk in chunks:
        if isinstance(chunk, (Delta, Reasoning)):
            if kind is not None and type(chunk) is not kind:
                yield kind("".join(texts))
                texts.clear()
            kind = type(chunk)
            texts.append(chunk.text)
            continue
        if kind is not None:
            yield kind("".join(texts))
            kind = None
            texts.clear()
        yield chunk
    if kind is not None:
        yield kind("".join(texts))
