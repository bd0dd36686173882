"""Compiling a prompt: the selected context laid out and put into the template, exactly."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple

from .errors import DocumentError, SizeLimitError, TextError
from .layout import PieceSpan, SelectedPiece, plain, wrapped
from .placeholders import find_placeholders
from .reading import at
from .selection import in_order
from .sizes import DEFAULT_LIMITS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from .model import ContextBlock, ContextItem, PromptBlock, SelectedContext
    from .source import Json


@dataclass(frozen=True, slots=True)
class CompiledPrompt:
    """The exact text that will be sent, and what is worth knowing about it.

    Attributes
    ----------
    compiled : str
        The text.
    context_chars : int
        Characters of the selected pieces, without headings and tags, each counted once.
    template_chars, total_chars : int
        Characters of the template and of the compiled text.
    pieces : list of PieceSpan
        The pieces in their order. Offsets are those of the first context placeholder; without
        one, no piece is in the text and the list is empty.
    unresolved : list of SelectedContext
        What is selected but does not exist.
    missing_variables : list of str
        Names without a value, in their order, each once; they stand in the text as they were.
    context_unused : bool
        Context is selected, but the template has no place for it.
    sha256 : str
        Of the compiled text in UTF-8, in hexadecimal digits.
    """

    compiled: str
    context_chars: int
    template_chars: int
    total_chars: int
    pieces: list[PieceSpan]
    unresolved: list[SelectedContext]
    missing_variables: list[str]
    context_unused: bool
    sha256: str

    def to_dict(self) -> Json:
        """Return the JSON form."""
        return {
            "compiled": self.compiled,
            "contextChars": self.context_chars,
            "templateChars": self.template_chars,
            "totalChars": self.total_chars,
            "pieces": [piece.to_dict() for piece in self.pieces],
            "unresolved": [selected.to_dict() for selected in self.unresolved],
            "missingVariables": list(self.missing_variables),
            "contextUnused": self.context_unused,
            "sha256": self.sha256,
        }


def compile_prompt(  # noqa: PLR0913 - one obvious call; all but two are optional
    prompt: PromptBlock,
    blocks: Iterable[ContextBlock],
    wrap_in_tags: bool | None = None,
    variables: Mapping[str, str] | None = None,
    *,
    project_name: str | None = None,
    today: date | None = None,
    max_chars: int = DEFAULT_LIMITS.compiled,
) -> CompiledPrompt:
    r"""Compile a prompt with the context it selects.

    Parameters
    ----------
    prompt
        Template, selection, variables and the wish for tags.
    blocks
        The context blocks of the project.
    wrap_in_tags
        Overrides the prompt's own wish.
    variables
        Override the prompt's own variables of the same name; both override the built-in ``date``,
        ``project`` and ``prompt``. ``context`` is never a variable.
    project_name
        What ``{{project}}`` gives; without it that name has no value.
    today
        What ``{{date}}`` gives; by default the date here and now.
    max_chars
        The longest text that may come out.

    Raises
    ------
    SizeLimitError
        The compiled text would be longer than `max_chars`. It is not built.
    TextError
        A text holds a lone surrogate, which cannot be sent.
    DocumentError
        The value of a variable is not a string.

    Examples
    --------
    >>> docs = ContextBlock(1, "Docs", [ContextItem(1, "Intro", "Hello.")])
    >>> prompt = PromptBlock(1, "P", "Read: {{context}}", selected_context=[SelectedContext(1, 1)])
    >>> compile_prompt(prompt, [docs], wrap_in_tags=False).compiled
    'Read: Hello.'
    """
    pieces, unresolved = resolve_selection(prompt.selected_context, blocks)
    return compile_pieces(
        prompt,
        pieces,
        wrap_in_tags,
        variables,
        project_name=project_name,
        today=today,
        max_chars=max_chars,
        unresolved=unresolved,
    )


def compile_pieces(  # noqa: PLR0913 - one obvious call; all but two are optional
    prompt: PromptBlock,
    pieces: Iterable[SelectedPiece],
    wrap_in_tags: bool | None = None,
    variables: Mapping[str, str] | None = None,
    *,
    project_name: str | None = None,
    today: date | None = None,
    max_chars: int = DEFAULT_LIMITS.compiled,
    unresolved: Sequence[SelectedContext] = (),
) -> CompiledPrompt:
    """Compile a prompt from pieces that were loaded already: each once, in their order.

    This is `compile_prompt` for those who do not hold the whole project; the prompt's own
    ``selected_context`` is not looked at, and `unresolved` is passed on.
    """
    wrap = prompt.wrap_in_tags if wrap_in_tags is None else wrap_in_tags
    filled = [piece for piece in pieces if piece.content and not piece.content.isspace()]
    context, spans = wrapped(filled) if wrap else plain(filled)
    values = _values(prompt, variables or {}, project_name, today)
    body = _fill(prompt.template, context, values, max_chars)
    start = body.context_start
    return CompiledPrompt(
        compiled=body.text,
        context_chars=sum(span.chars for span in spans),
        template_chars=len(prompt.template),
        total_chars=len(body.text),
        pieces=[] if start is None else _shifted(spans, start),
        unresolved=list(unresolved),
        missing_variables=body.missing,
        context_unused=bool(filled) and start is None,
        sha256=_sha256(body.text),
    )


def resolve_selection(
    selected: Iterable[SelectedContext], blocks: Iterable[ContextBlock]
) -> tuple[list[SelectedPiece], list[SelectedContext]]:
    """Find what a selection selects: the pieces in ascending order, and what does not exist.

    Equal orders keep the order of the list; what is selected twice counts at its first place.
    """
    entries = in_order(selected)
    wanted_items = {(block_id, item_id) for block_id, item_id, _ in entries}
    found = {
        (piece.block_id, piece.item_id, piece.sub_item_id): piece
        for block in blocks
        for item in block.items
        if (block.id, item.id) in wanted_items
        for piece in _pieces_of(block, item)
    }
    pieces = [found[key] for key in entries if key in found]
    return pieces, [entry for key, entry in entries.items() if key not in found]


def _pieces_of(block: ContextBlock, item: ContextItem) -> Iterator[SelectedPiece]:
    yield SelectedPiece(block.id, block.title, item.id, item.title, item.content)
    for sub in item.sub_items:
        yield SelectedPiece(
            block.id, block.title, item.id, item.title, sub.content, sub.id, sub.title
        )


class _Filled(NamedTuple):
    text: str
    context_start: int | None
    missing: list[str]


def _fill(template: str, context: str, values: Mapping[str, str], max_chars: int) -> _Filled:
    parts: list[str] = []
    length = position = 0
    context_start: int | None = None
    missing: dict[str, None] = {}
    for place in find_placeholders(template):
        if place.kind == "variable" and place.name not in values:
            missing[place.name] = None
            continue
        literal = template[position : place.start]
        length += len(literal)
        if place.kind == "context":
            inserted = context
            context_start = length if context_start is None else context_start
        else:
            inserted = "{{" if place.kind == "brace" else values[place.name]
        length += len(inserted)
        parts += (literal, inserted)
        position = place.end
    parts.append(template[position:])
    length += len(parts[-1])
    if length > max_chars:
        raise SizeLimitError("compiled", limit=max_chars, actual=length)
    return _Filled("".join(parts), context_start, list(missing))


def _values(
    prompt: PromptBlock,
    variables: Mapping[str, str],
    project_name: str | None,
    today: date | None,
) -> dict[str, str]:
    """Return what each name gives: what was asked for, the prompt's own, the built-in ones."""
    values = {"prompt": prompt.title, "date": (today or _today()).isoformat()}
    if project_name is not None:
        values["project"] = project_name
    values |= prompt.variables
    values |= variables
    for name, value in values.items():
        if not isinstance(value, str):
            raise DocumentError(at("variables", name), "type", "must be a string")
    return values


def _today() -> date:
    from datetime import datetime

    return datetime.now().astimezone().date()


def _shifted(spans: list[PieceSpan], start: int) -> list[PieceSpan]:
    return [
        PieceSpan(block_id, item_id, sub_item_id, first + start, end + start, chars)
        for block_id, item_id, sub_item_id, first, end, chars in spans
    ]


def _sha256(text: str) -> str:
    try:
        return sha256(text.encode()).hexdigest()
    except UnicodeEncodeError as error:
        raise TextError("compiled", error.start, text[error.start]) from None
