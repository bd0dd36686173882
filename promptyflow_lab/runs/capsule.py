"""A run in one file: what was sent, what it was made from, what came back; to check and to replay.

The file is JSON that anybody can read. It holds the texts that were selected, never a key.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from types import NoneType
from typing import TYPE_CHECKING, Any, Final

from promptyflow_lab.client.show import abridged
from promptyflow_lab.domain import DomainError, ProjectData, compile_prompt

from .inputs import inputs_of

if TYPE_CHECKING:
    import os

    from promptyflow_lab.client import PromptyFlow
    from promptyflow_lab.client.run import Run

    Json = dict[str, Any]

FORMAT: Final = "promptyflow-capsule"
VERSION: Final = 1


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at.

    Attributes
    ----------
    passed
        None where it could not be looked at.
    """

    name: str
    passed: bool | None
    note: str = ""


class Verification(list[Check]):
    """What was looked at; true if nothing is wrong and the text could be made again."""

    def __bool__(self) -> bool:
        return all(check.passed for check in self)

    def __repr__(self) -> str:
        marks = {True: "✓", False: "✗", None: "?"}
        lines = [
            f"{marks[check.passed]} {check.name}{f': {check.note}' if check.note else ''}"
            for check in self
        ]
        return "\n".join(lines)


class Capsule:
    """A run as it was.

    Parameters
    ----------
    content
        What stands in the file.

    Examples
    --------
    >>> capsule = run.capsule("summary.json")  # doctest: +SKIP
    >>> Capsule.read("summary.json").verify()  # doctest: +SKIP
    ✓ the text sent is the one recorded
    ✓ the answer is the one recorded
    ✓ compiling again gives the same text
    """

    def __init__(self, content: Json) -> None:
        if content.get("format") != FORMAT:
            raise ValueError("This is no capsule of a run.")
        if content.get("version") != VERSION:
            raise ValueError(f"This capsule is of version {content.get('version')}, not {VERSION}.")
        broken = [name for name, kind in _PARTS.items() if not isinstance(content.get(name), kind)]
        if broken:
            raise ValueError(f"This capsule is broken: {', '.join(broken)}.")
        self.content = content

    @classmethod
    def of(cls, run: Run) -> Capsule:
        """Return a run with everything it was made from, as far as that is still there."""
        told = run.whole()
        text, answer = _user_text(told), str(told.get("response") or "")
        return cls(
            {
                "format": FORMAT,
                "version": VERSION,
                "run": {name: told.get(name) for name in _OF_THE_RUN},
                "messages": told.get("messages"),
                "parameters": told.get("parameters") or {},
                "answer": answer,
                "reasoning": told.get("reasoning"),
                "usage": told.get("usage"),
                "cost": told.get("cost"),
                "sha256": {
                    "sent": _hash(text),
                    "compiled": told["sha256"],
                    "answer": _hash(answer),
                },
                "inputs": inputs_of(run),
            }
        )

    @classmethod
    def read(cls, path: str | os.PathLike[str]) -> Capsule:
        """Read a file.

        Raises
        ------
        ValueError
            It is no capsule.
        """
        try:
            content = json.loads(Path(path).read_text(encoding="utf-8"))
        except ValueError:
            content = {}
        return cls(content if isinstance(content, dict) else {})

    def write(self, path: str | os.PathLike[str]) -> None:
        """Write the file."""
        text = json.dumps(self.content, ensure_ascii=False, indent=1)
        Path(path).write_text(f"{text}\n", encoding="utf-8")

    @property
    def text(self) -> str:
        """The text that was sent."""
        return _user_text(self.content)

    @property
    def answer(self) -> str:
        """The answer."""
        return str(self.content["answer"])

    @property
    def model(self) -> str:
        """The model's id at the provider."""
        return str(self.content["run"]["model"])

    def verify(self) -> Verification:
        """Check the hashes, compile the text again from what it was made of, and compare.

        Nothing is asked of a server.
        """
        hashes = self.content["sha256"]
        sent = _hash(self.text) == hashes["sent"] and hashes["compiled"] in {None, hashes["sent"]}
        return Verification(
            [
                Check("the text sent is the one recorded", sent),
                Check("the answer is the one recorded", _hash(self.answer) == hashes["answer"]),
                self._compiled_again(),
            ]
        )

    def replay(self, client: PromptyFlow | None = None, *, offline: bool = True) -> Run | Replay:
        """Give the answer again.

        Parameters
        ----------
        client
            Who sends, if not the client of this notebook's server.
        offline
            Whether the recorded answer is given; otherwise the same messages are sent to the same
            model with the same options, and the new run is returned.
        """
        if offline:
            return Replay(self.content)
        from promptyflow_lab.client import PromptyFlow

        run, options = self.content["run"], self.content["parameters"]
        told = {name: value for name, value in options.items() if name != "variables"}
        return (client or PromptyFlow()).send_messages(
            self.content["messages"], run["model"], provider=run["provider"], **told
        )

    def _compiled_again(self) -> Check:
        name = "compiling again gives the same text"
        inputs = self.content.get("inputs")
        if inputs is None:
            note = "the project had changed when the capsule was made, or it was no prompt's run"
            return Check(name, None, note)
        from datetime import date

        try:
            data = ProjectData.from_dict(inputs["data"])
            compiled = compile_prompt(
                data.prompt_blocks[0],
                data.context_blocks,
                None,
                inputs["variables"],
                project_name=inputs["projectName"],
                today=date.fromisoformat(inputs["today"]),
            )
        except (DomainError, LookupError, TypeError, ValueError) as error:
            return Check(name, passed=False, note=str(error))
        return Check(name, compiled.compiled == self.text)

    def __repr__(self) -> str:
        run = self.content["run"]
        return f"<Capsule {run['model']} · {run['status']} · {str(run['startedAt'])[:10]}>"


class Replay:
    """A recorded answer; looks like a run, and nothing is asked of anybody."""

    def __init__(self, content: Json) -> None:
        self._content = content
        run = content["run"]
        self.model = str(run["model"])
        self.status = str(run["status"])
        self.text = str(content["answer"])
        self.usage = dict(content.get("usage") or {})

    @property
    def value(self) -> Any:  # noqa: ANN401 - JSON
        """The answer's JSON."""
        from promptyflow_lab.client.validation import json_in

        return json.loads(json_in(self.text))

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return f"<Replay {self.model} · {self.status}>"

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        from promptyflow_lab.client.markdown import to_html

        note = f"<div><em>{repr(self)[1:-1]}</em></div>"
        plain = f"{abridged(self.text)}\n[{repr(self)[1:-1]}]"
        return {"text/plain": plain, "text/html": to_html(self.text) + note}


_OF_THE_RUN: Final = (
    *("id", "provider", "model", "status", "projectId", "promptBlockId", "promptTitle"),
    *("startedAt", "finishedAt", "durationMs", "finishReason", "requestId", "error"),
)


_PARTS: Final[dict[str, type | tuple[type, ...]]] = {
    "run": dict,
    "messages": (list, NoneType),
    "parameters": dict,
    "answer": str,
    "usage": (dict, NoneType),
    "sha256": dict,
}


def _user_text(told: Json) -> str:
    """Return the text of the prompt: what the last message says."""
    messages = told.get("messages") or [{"content": ""}]
    return str(messages[-1]["content"])


def _hash(text: str) -> str:
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
