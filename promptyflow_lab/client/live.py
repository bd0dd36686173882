"""Texts that remember where they were taken from: seen to be stale, taken anew."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

from .show import abridged, preformatted

if TYPE_CHECKING:
    from .context import Text

    Json = dict[str, Any]

Status = Literal["fresh", "stale", "gone", "elsewhere"]
_LONGEST_TITLE: Final = 200


@dataclass(frozen=True, slots=True)
class Look:
    """What a text's source says now.

    Attributes
    ----------
    status
        None where the text has no source.
    text, source
        What it would be now, and how that would be remembered; None where nothing was read.
    """

    status: Status | None
    text: str | None = None
    source: Json | None = None


def captured(value: object, title: str | None, tokens: int | None) -> Json:
    """Return what is sent to add what a value holds."""
    from promptyflow_lab.sources import origin_of
    from promptyflow_lab.sources.origin import capture

    taken = capture(origin_of(value, tokens=tokens))
    name = " ".join((taken.title if title is None else title).split()) or "Text"
    found: Json = {"title": name[:_LONGEST_TITLE], "content": taken.text}
    if taken.source is not None:
        found["source"] = taken.source.to_dict()
    return found


def came_from(source: Json | None, title: str) -> tuple[str, str]:
    """Return what is the same for two texts taken from one thing, however they were read."""
    if source is None or source["kind"] == "text":
        return "", title
    from promptyflow_lab.domain.reference import Reference

    reference = Reference.parse(source["reference"])
    return reference.path or "#", reference.part


def take_anew(item: Text, taken: Json) -> None:
    """Write what was taken where that is something else than the item has."""
    source, known = taken.get("source"), item.source
    if source is None or source["kind"] == "text":
        if item.text != taken["content"]:
            item.retake(taken["content"], source)
    elif known is None or any(source[n] != known[n] for n in ("reference", "contentHash")):
        refreshed(item, Look("stale", taken["content"], source))


def look(item: Text) -> Look:
    """Read a text's source, and compare."""
    told = item.source
    if told is None:
        return Look(None)
    from promptyflow_lab.domain import Source
    from promptyflow_lab.sources.origin import Elsewhere, Gone, capture
    from promptyflow_lab.sources.reopening import reopened

    source = Source.from_dict(told)
    origin = reopened(source)
    if origin is None:
        return Look("fresh")
    try:
        now = capture(origin)
    except Gone:
        return Look("gone")
    except Elsewhere:
        return Look("elsewhere")
    same = now.source is not None and now.source.content_hash == source.content_hash
    return Look(
        "fresh" if same else "stale", now.text, now.source.to_dict() if now.source else None
    )


def look_again(item: Text) -> Look:
    """Do the same; what is gone may have got another name, which the server has heard of."""
    seen, known = look(item), item.source
    if seen.status != "gone":
        return seen
    item.project.refresh()
    return seen if item.source == known else look(item)


@dataclass(frozen=True, slots=True, repr=False)
class Refreshed:
    """What has become of a text.

    Attributes
    ----------
    item
        The item or sub-item.
    status
        ``refreshed``; ``fresh``: it was up to date; ``gone``, ``elsewhere``: it keeps its text;
        ``edited``: somebody has changed the text since it was taken, so it keeps that.
    before, after
        The text; the same where it stayed.
    """

    item: Text
    status: Literal[Status, "refreshed", "edited"]
    before: str
    after: str

    @property
    def diff(self) -> str:
        """What has changed, line by line, as ``diff -u`` writes it."""
        from difflib import unified_diff

        before, after = self.before.splitlines(), self.after.splitlines()
        return "\n".join(unified_diff(before, after, "before", "after", lineterm="", n=2))

    @property
    def chars(self) -> int:
        """How many characters have been added; less than 0: taken away."""
        return len(self.after) - len(self.before)

    @property
    def tokens(self) -> int:
        """About how many tokens have been added."""
        from promptyflow_lab.sources import estimate_tokens

        return estimate_tokens(self.after) - estimate_tokens(self.before)

    def __repr__(self) -> str:
        return f"<{self._summary()}>"

    def _summary(self) -> str:
        told = f"{self.item.title!r} {self.status}"
        if self.status != "refreshed":
            return told
        return f"{told}: {self.chars:+,} characters, about {self.tokens:+,} tokens"

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        from html import escape

        html = f"<div>{escape(self._summary())}</div>"
        plain = repr(self)
        if self.before != self.after:
            html += preformatted(self.diff)
            plain += f"\n{abridged(self.diff)}"
        return {"text/plain": plain, "text/html": html}


def refreshed(item: Text, seen: Look, *, overwrite: bool = False) -> Refreshed:
    """Write what a look has read; a text without a source stays."""
    from promptyflow_lab.sources.origin import digest

    told, before = item.source, item.text
    if seen.status != "stale" or told is None or seen.text is None:
        if seen.source is not None and told is not None and _has_moved(told, seen.source):
            item.retake(before, {**told, "reference": seen.source["reference"]})
        return Refreshed(item, seen.status or "fresh", before, before)
    if not overwrite and digest(before) != told["contentHash"]:
        return Refreshed(item, "edited", before, before)
    item.retake(seen.text, seen.source)
    return Refreshed(item, "refreshed", before, seen.text)


def _has_moved(told: Json, now: Json) -> bool:
    """Whether what a text was taken from has another name now."""
    return bool(told["reference"] != now["reference"])


def source_row(item: Text) -> dict[str, object]:
    """Return what a list of texts with sources shows."""
    told = item.source or {}
    return {
        "text": item.title,
        "source": told.get("reference", ""),
        "taken": str(told.get("capturedAt", ""))[:19].replace("T", " "),
        "status": look(item).status or "",
    }
