"""One thing that the doctor has found out."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

State = Literal["ok", "note", "warning", "problem"]


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found.

    Parameters
    ----------
    area
        Key of ``doctor_messages.TITLES``.
    state
        ``note`` for what is neither good nor bad, such as what is switched off.
    name
        Key of ``doctor_messages.FINDINGS``.
    params
        Stand in the sentence; never a secret, and nothing of a person's but ids.
    advice
        Key of what to do.
    """

    area: str
    state: State
    name: str
    params: dict[str, Any] = field(default_factory=dict)
    advice: str | None = None
