"""The request that sends a prompt to a model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypedDict, cast

from .core import get, write
from .errors import NoApiKey, NotFound

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .core import Request
    from .document import Document

PROVIDERS_SET_UP: Final = get("api/user/api-keys")

_ON_THE_WIRE: Final = {
    "system": "system",
    "temperature": "temperature",
    "top_p": "topP",
    "max_tokens": "maxTokens",
    "schema": "schema",
    "timeout": "timeout",
}


class Options(TypedDict, total=False):
    """What a model is told besides the prompt; what is left out is left to the model.

    Attributes
    ----------
    system
        Who it shall be.
    temperature, top_p, max_tokens
        As the model takes them; many models refuse some.
    schema
        A JSON schema, or a pydantic model, that the answer shall follow: see `Run.value`.
    timeout
        Seconds for everything.
    """

    system: str | None
    temperature: float | None
    top_p: float | None
    max_tokens: int | None
    schema: Any
    timeout: float | None


def on_the_wire(options: Options) -> dict[str, Any]:
    """Return options as the contract names them, without those that say nothing."""
    unknown = options.keys() - _ON_THE_WIRE.keys()
    if unknown:
        names = ", ".join(sorted(unknown))
        raise TypeError(
            f"no such option: {names}; values that all rows share go into variables={{…}}"
        )
    told = {_ON_THE_WIRE[name]: value for name, value in options.items() if value is not None}
    if "schema" in told:
        told["schema"] = json_schema(told["schema"])
    return told


def split_options(given: dict[str, Any]) -> tuple[Options, dict[str, Any]]:
    """Return what is an option, and what must be the value of a variable."""
    options = {name: value for name, value in given.items() if name in _ON_THE_WIRE}
    values = {name: value for name, value in given.items() if name not in _ON_THE_WIRE}
    return cast("Options", options), values


def json_schema(schema: Any) -> dict[str, Any]:  # noqa: ANN401 - a schema, or a model of pydantic
    """Return what a schema is on the wire."""
    if isinstance(schema, dict):
        return schema
    told = getattr(schema, "model_json_schema", None)
    if not callable(told):
        raise TypeError("schema is a JSON schema (a dict) or a pydantic model (a class)")
    found: dict[str, Any] = told()
    return found


def as_values(variables: Mapping[str, object]) -> dict[str, str]:
    """Return the values of variables as the texts that they stand for."""
    return {name: as_value(name, value) for name, value in variables.items()}


def as_value(name: str, value: object) -> str:
    """Return a text as it is, of anything else what a source tells."""
    if isinstance(value, str):
        return value
    from promptyflow_lab.sources.variables import TOKENS, value_text

    return value_text(value, name, TOKENS)


def several(what: str, given: Any) -> None:  # noqa: ANN401 - anything
    """Refuse a text where several things are expected: it would be taken letter by letter."""
    if isinstance(given, str):
        raise TypeError(f"{what} are a list: [{given!r}]")


def sending(  # noqa: PLR0913, PLR0917 - what a request is made of
    document: Document,
    prompt_id: int,
    model: str,
    provider: str,
    variables: Mapping[str, object],
    options: Options | None = None,
    max_cost: float | None = None,
) -> Request:
    """Return the request.

    Its key makes that a repetition joins the run instead of paying for another one.
    """
    body: dict[str, Any] = {
        "provider": provider,
        "model": model,
        "projectId": document.id,
        "promptBlockId": prompt_id,
        "stream": True,
    }
    if variables:
        body["variables"] = as_values(variables)
    if max_cost is not None:
        body["maxCost"] = max_cost
    return write("POST", "ai/send", body | on_the_wire(options or {}))


def only_provider(keys: Any) -> str:  # noqa: ANN401 - JSON
    """Return the one provider that is set up."""
    known = [key["provider"] for key in (keys["items"] if isinstance(keys, dict) else keys)]
    if len(known) == 1:
        return str(known[0])
    if not known:
        raise NoApiKey("No AI provider is set up. Use pf.set_key(…) or the panel's AI settings.")
    raise NotFound(f"Say which provider: {', '.join(map(repr, known))}.")
