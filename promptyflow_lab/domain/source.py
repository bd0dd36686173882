"""Where a content was taken from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias, cast, get_args

from . import reading

if TYPE_CHECKING:
    from collections.abc import Mapping

Json: TypeAlias = dict[str, object]

SourceKind = Literal["cell", "file", "dataframe", "variable", "text"]


@dataclass(slots=True)
class Source:
    """Where a content was taken from, so that it can be seen to be stale and taken anew."""

    kind: SourceKind
    reference: str
    content_hash: str
    captured_at: str

    def to_dict(self) -> Json:
        """Return the JSON form."""
        return {
            "kind": self.kind,
            "reference": self.reference,
            "contentHash": self.content_hash,
            "capturedAt": self.captured_at,
        }

    @classmethod
    def from_dict(cls, value: object, path: str = "") -> Source:
        """Read the JSON form; `path` is its place in the document."""
        data = reading.read_object(value, path)
        return cls(
            kind=cast("SourceKind", reading.read_choice(data, "kind", path, get_args(SourceKind))),
            reference=reading.read_text(data, "reference", path),
            content_hash=reading.read_text(data, "contentHash", path),
            captured_at=reading.read_time(data, "capturedAt", path),
        )

    @classmethod
    def read(cls, data: Mapping[str, object], path: str) -> Source | None:
        """Read the ``source`` of the node `data`, or None where it has none."""
        value = data.get("source")
        return None if value is None else cls.from_dict(value, reading.at(path, "source"))
