"""The request that sends a prompt to a model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from .core import get, write
from .errors import NoApiKey, NotFound

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .core import Request
    from .document import Document

PROVIDERS_SET_UP: Final = get("api/user/api-keys")


def sending(
    document: Document,
    prompt_id: int,
    model: str,
    provider: str,
    variables: Mapping[str, str],
    **parameters: object,
) -> Request:
    """Return the request; parameters that are None are left to the model.

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
        body["variables"] = dict(variables)
    body |= {name: value for name, value in parameters.items() if value is not None}
    return write("POST", "ai/send", body)


def only_provider(keys: Any) -> str:  # noqa: ANN401 - JSON
    """Return the one provider that is set up."""
    known = [key["provider"] for key in (keys["items"] if isinstance(keys, dict) else keys)]
    if len(known) == 1:
        return str(known[0])
    if not known:
        raise NoApiKey("No AI provider is set up. Use pf.set_key(…) or the panel's AI settings.")
    raise NotFound(f"Say which provider: {', '.join(map(repr, known))}.")
