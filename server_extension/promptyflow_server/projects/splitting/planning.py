"""Where a text is cut: pure, and heavy enough to be run in a thread."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from pydantic.alias_generators import to_camel

from promptyflow_lab.domain.names import split_part_title
from promptyflow_lab.domain.split import SplitError, split_text
from promptyflow_server.projects.splitting.schemas import MOST_PARTS, PartOut, SplitPreview
from promptyflow_server.shared.errors import ValidationError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from promptyflow_server.ai.gauge import Ruler
    from promptyflow_server.projects.records import Key
    from promptyflow_server.projects.splitting.schemas import SplitNode, Warning_
    from promptyflow_server.shared.messages import Language

Span = tuple[int, int]

_OPTIONS: Final = (
    "parts",
    "size",
    "max_size",
    "per_part",
    "min_size",
    "level",
    "delimiter",
    "pattern",
    "preset",
    "keep",
    "case_sensitive",
)
_LONG: Final = 1.5
"""A part is told to be long from this multiple of the size asked for."""

_LINE: Final = 120
_LOOK: Final = 500
"""How much of a part is looked at for its first line."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A text and where it will be cut; `version` tells which state of the node this is."""

    key: Key
    version: int
    title: str
    text: str
    spans: Sequence[Span]
    ruler: Ruler | None = None


class Part(NamedTuple):
    """A part that becomes a node."""

    title: str
    start: int
    text: str


def find_spans(text: str, body: SplitNode, ruler: Ruler | None) -> list[Span]:
    """Find the parts.

    Parameters
    ----------
    ruler
        What counts tokens, for the method that is named after them.

    Raises
    ------
    ValidationError
        The options make no sense, or too many parts.
    PatternError
        The regular expression cannot be used.
    """
    given: dict[str, Any] = {name: getattr(body, name) for name in _OPTIONS}
    options = {name: value for name, value in given.items() if value is not None}
    if ruler is not None:
        options["count_tokens"] = ruler.count
        for name in ("size", "max_size"):
            if name in options:
                options[name] = ruler.within(options[name])
    try:
        parts = split_text(text, body.method, **options)
    except SplitError as error:
        params = {
            name: to_camel(value) if isinstance(value, str) else value
            for name, value in error.params.items()
        }
        reason = (error.reason, params)
        raise ValidationError(errors={to_camel(error.path): reason}) from error
    if len(parts) > MOST_PARTS:
        raise ValidationError(errors={"method": ("too_many_parts", {"limit": MOST_PARTS})})
    return [(part.start, part.end) for part in parts]


def chosen_parts(plan: Plan, body: SplitNode, language: Language) -> list[Part]:
    """Return the parts that are wanted, in their order, with their titles.

    Raises
    ------
    ValidationError
        There is nothing to split, or what was chosen is not there.
    """
    return [
        Part(split_part_title(plan.title, number, language), start, plan.text[start:end])
        for number, (start, end) in enumerate(_chosen(plan, body), start=1)
    ]


def _chosen(plan: Plan, body: SplitNode) -> Sequence[Span]:
    if len(plan.spans) <= 1:
        raise ValidationError.at("method", "one_part")
    if body.chosen is None:
        return plan.spans
    if body.version is None:
        raise ValidationError.at("version", "needs_version")
    if len(set(body.chosen)) < len(body.chosen):
        raise ValidationError.at("chosen", "duplicate")
    last = len(plan.spans) - 1
    if max(body.chosen) > last:
        raise ValidationError(errors={"chosen": ("too_large", {"limit": last})})
    return [plan.spans[place] for place in sorted(body.chosen)]


def preview_of(plan: Plan, body: SplitNode, language: Language) -> SplitPreview:
    """Return what a person is shown before anything is changed."""
    target = _target(plan, body)
    number = str(max(1, len(plan.spans)))
    head, _, tail = split_part_title(plan.title, int(number), language).rpartition(number)
    return SplitPreview(
        version=plan.version,
        chars=len(plan.text),
        title_head=head,
        title_tail=tail,
        exact_tokens=None if plan.ruler is None else plan.ruler.exact,
        parts=[
            PartOut(
                start=start,
                end=end,
                chars=end - start,
                tokens=None if plan.ruler is None else plan.ruler.of(plan.text[start:end]),
                first_line=_first_line(plan.text, start, end),
                warnings=list(_warnings(plan, (start, end), target)),
            )
            for start, end in plan.spans
        ],
    )


def _first_line(text: str, start: int, end: int) -> str:
    lines = text[start : min(end, start + _LOOK)].strip().splitlines()
    return "" if not lines else lines[0][:_LINE].rstrip()


def _target(plan: Plan, body: SplitNode) -> float | None:
    if body.parts is not None:
        return len(plan.text) / body.parts
    if body.size is None or plan.ruler is None:
        return body.size
    tokens = plan.ruler.of(plan.text)
    return body.size * len(plan.text) / max(1, tokens)


def _warnings(plan: Plan, span: Span, target: float | None) -> Iterator[Warning_]:
    text, (start, end) = plan.text, span
    if not text[start:end].strip():
        yield "blank"
    if target is not None and end - start > _LONG * target:
        yield "long"
    if start and text[start].isalnum() and text[start - 1].isalnum():
        yield "midWord"
