"""A run in a notebook: what was sent to a model, and what came back."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

from .core import get, segment, write
from .show import abridged, money, or_plain

if TYPE_CHECKING:
    import os

    from promptyflow_lab.runs import Capsule

    from .session import Session

    Json = dict[str, Any]


class Run:
    """One answer of a model; kept by the server with the exact text sent."""

    def __init__(
        self,
        session: Session,
        data: Json,
        *,
        shown: bool = False,
        schema: Any = None,  # noqa: ANN401 - a JSON schema, or a model of pydantic
    ) -> None:
        self._session = session
        self._known = data
        self._shown = shown
        self._schema = schema

    @property
    def id(self) -> str:
        """A UUID."""
        return str(self._known["id"])

    @property
    def name(self) -> str:
        """The id; runs have no names."""
        return self.id

    @property
    def provider(self) -> str:
        """The provider's id."""
        return str(self._known["provider"])

    @property
    def model(self) -> str:
        """The model's id at the provider."""
        return str(self._known["model"])

    @property
    def status(self) -> str:
        """``running``, ``done``, ``cancelled``, ``interrupted``, ``blocked`` or ``failed``."""
        return str(self._known["status"])

    @property
    def text(self) -> str:
        """The answer, as far as it has come."""
        return str(self._whole("response") or "")

    @property
    def reasoning(self) -> str:
        """What the model thought on its way, where it tells."""
        return str(self._whole("reasoning") or "")

    @property
    def value(self) -> Any:  # noqa: ANN401 - what the schema describes
        """The answer as the object that the schema describes.

        An instance of the pydantic model that was given to `Prompt.send`; with a JSON schema, what
        the JSON holds.

        Raises
        ------
        InvalidAnswer
            The answer is not what the schema asked for.
        """
        from .validation import validated

        schema = self._schema
        if schema is None:
            schema = self.parameters.get("schema")
        return validated(self, schema)

    @property
    def parameters(self) -> Json:
        """What the model was told besides the prompt, and the values of its variables."""
        told: Any = self._whole("parameters")
        return dict(told or {})

    @property
    def messages(self) -> list[Json]:
        """Exactly what was sent."""
        told: Any = self._whole("messages")
        return list(told or [])

    @property
    def usage(self) -> dict[str, int]:
        """Tokens as the provider counts them, such as ``inputTokens`` and ``outputTokens``."""
        return dict(self._known.get("usage") or {})

    @property
    def cost(self) -> float | None:
        """US dollars; None where nobody knows."""
        cost = self._known.get("cost")
        return None if cost is None else float(cost)

    @property
    def finish_reason(self) -> str | None:
        """Why the answer ended: ``stop``, ``length`` and others."""
        return self._known.get("finishReason")

    @property
    def duration(self) -> float | None:
        """Seconds."""
        milliseconds = self._known.get("durationMs")
        return None if milliseconds is None else milliseconds / 1000

    @property
    def started_at(self) -> str:
        """When it was sent, as RFC 3339 writes it."""
        return str(self._whole("startedAt") or "")

    @property
    def error(self) -> Json | None:
        """What went wrong, where something did."""
        return self._known.get("error")

    def refresh(self) -> Run:
        """Read again how far it has come."""
        self._known = self._session.send(get(self._path))
        return self

    def cancel(self) -> Run:
        """Stop it; what had arrived is kept."""
        self._session.send(write("POST", f"{self._path}/cancel", {}))
        return self.refresh()

    @property
    def prompt_title(self) -> str | None:
        """What the prompt was called; None where messages were sent as they are."""
        title = self._whole("promptTitle")
        return None if title is None else str(title)

    @property
    def session(self) -> Session:
        """The server; for other parts of this package."""
        return self._session

    def whole(self) -> Json:
        """Return all that the server tells of it, as it is on the wire."""
        if "messages" not in self._known:
            self.refresh()
        return dict(self._known)

    def capsule(self, path: str | os.PathLike[str] | None = None) -> Capsule:
        """Return it with all it was made from, and write that to a file if one is given.

        The file can be checked and replayed without a server: see `Capsule`. It is best made soon:
        once the project has changed, the text is still there, but not what it was made from.

        Examples
        --------
        >>> run.capsule("summary.json").verify()  # doctest: +SKIP
        """
        from promptyflow_lab.runs import Capsule

        made = Capsule.of(self)
        if path is not None:
            made.write(path)
        return made

    def delete(self) -> None:
        """Forget it."""
        self._session.send(write("DELETE", self._path))

    @property
    def _path(self) -> str:
        return f"ai/runs/{segment(self.id)}"

    def _whole(self, name: str) -> object:
        """Return what lists leave out."""
        if name not in self._known:
            self.refresh()
        return self._known.get(name)

    @property
    def summary(self) -> str:
        """The model, how it ended, what it took: one line."""
        told = [self.model, self.status]
        usage = self.usage
        if usage.get("inputTokens") is not None or usage.get("outputTokens") is not None:
            told.append(f"{usage.get('inputTokens')} → {usage.get('outputTokens')} tokens")
        if self.duration is not None:
            told.append(f"{self.duration:.1f} s")
        if self.cost is not None:
            told.append(money(self.cost))
        return " · ".join(told)

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return f"<Run {self.summary}>"

    @or_plain
    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        summary = self.summary
        note = f"<div><em>{escape(summary)}</em></div>"
        if self._shown:  # the answer stands above already; the next time it is asked for
            self._shown = False
            return {"text/plain": repr(self), "text/html": note}
        from .markdown import to_html

        text = self.text
        return {"text/plain": f"{abridged(text)}\n[{summary}]", "text/html": to_html(text) + note}


def run_row(run: Run) -> dict[str, object]:
    """Return what a list of runs shows."""
    usage = run.usage
    return {
        "run": run.id,
        "started": run.started_at[:19].replace("T", " "),
        "model": run.model,
        "status": run.status,
        "tokens in": usage.get("inputTokens", ""),
        "tokens out": usage.get("outputTokens", ""),
        "seconds": "" if run.duration is None else f"{run.duration:.1f}",
    }
