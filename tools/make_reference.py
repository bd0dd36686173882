"""Write ``docs/users/python-reference.md`` anew from the docstrings."""

from __future__ import annotations

import inspect
import re
from functools import cached_property
from pathlib import Path
from types import FunctionType
from typing import TYPE_CHECKING, Any

from promptyflow_lab import batch, client, panel, runs, sources
from promptyflow_lab.client import errors, live

if TYPE_CHECKING:
    from collections.abc import Iterator

TARGET = Path(__file__).parents[1] / "docs" / "users" / "python-reference.md"
HEAD = "# Python reference\n\nMade from the docstrings by `make reference`.\n"
CHAPTERS: dict[str, list[Any]] = {
    "The way in": [client.PromptyFlow],
    "Projects and context": [client.Project, client.Block, client.Item, client.SubItem],
    "Prompts and answers": [client.Prompt, client.Compiled, client.Run, batch.Comparison],
    "Sources": [
        *(sources.text, sources.file, sources.files, sources.cell, sources.notebook),
        *(sources.variable, sources.estimate_tokens, live.Refreshed),
        *(sources.Gone, sources.Elsewhere),
    ],
    "Batches": [batch.Batch, batch.Answer, batch.Estimate],
    "Runs as data": [runs.Runs, runs.Capsule, runs.Verification],
    "The panel": [panel.Panel],
    "Errors": sorted(
        {errors.PromptyFlowError, *errors.PromptyFlowError.__subclasses__()},
        key=lambda kind: (kind is not errors.PromptyFlowError, kind.__name__),
    ),
}
_LONGEST_LINE = 100
_SECTION = re.compile(r"^(\w[\w ]*)\n-{3,}$", re.MULTILINE)
_QUOTED = re.compile(r"(?<=: |> )'([^']*)'")
_TERM = re.compile(r"^(\S.*)$")


def reference() -> str:
    """Return the whole document."""
    parts = [HEAD]
    for title, things in CHAPTERS.items():
        parts.append(f"## {title}\n")
        for thing in things:
            parts += _described(thing)
    return "\n".join(parts).rstrip() + "\n"


def _described(thing: Any) -> Iterator[str]:
    yield f"### {thing.__name__}\n"
    if inspect.isfunction(thing):
        yield f"```text\n{_call(thing.__name__, thing)}\n```\n"
    yield _markdown(inspect.getdoc(thing) or "")
    if inspect.isclass(thing):
        for name, member in _members(thing):
            yield f"#### {thing.__name__}.{name}\n"
            function = _function(member)
            if isinstance(member, FunctionType | classmethod):
                yield f"```text\n{_call(name, function)}\n```\n"
            yield _markdown(inspect.getdoc(function) or "")


def _members(kind: type) -> Iterator[tuple[str, Any]]:
    """Yield what people use, in the order of the source, what is inherited from us last."""
    seen: set[str] = set()
    for base in kind.__mro__:
        if base.__module__.startswith("promptyflow_lab"):
            for name, member in vars(base).items():
                is_ours = isinstance(
                    member, FunctionType | property | classmethod | cached_property
                )
                if is_ours and not name.startswith("_") and name not in seen:
                    seen.add(name)
                    yield name, member


def _function(member: Any) -> Any:
    if isinstance(member, property):
        return member.fget
    if isinstance(member, classmethod):
        return member.__func__
    return member.func if isinstance(member, cached_property) else member


def _call(name: str, function: Any) -> str:
    """Return how something is called, a parameter a line where it is long."""
    signature = inspect.signature(function)
    given = [p for p in signature.parameters.values() if p.name not in {"self", "cls"}]
    signature = signature.replace(parameters=given)
    line = _QUOTED.sub(r"\1", f"{name}{signature}")
    if len(line) <= _LONGEST_LINE:
        return line
    told = [_QUOTED.sub(r"\1", str(each)) for each in given]
    star = next((n for n, p in enumerate(given) if p.kind is p.KEYWORD_ONLY), None)
    if star is not None and not any(p.kind is p.VAR_POSITIONAL for p in given):
        told.insert(star, "*")
    inside = "".join(f"    {each},\n" for each in told)
    return f"{name}(\n{inside}) -> {signature.return_annotation}"


def _markdown(docstring: str) -> str:
    """Return a docstring in numpy's form as Markdown."""
    pieces = _SECTION.split(docstring)
    text = [_prose(pieces[0])]
    for title, body in zip(pieces[1::2], pieces[2::2], strict=True):
        if title == "Examples":
            shown = body.strip("\n").replace("  # doctest: +SKIP", "")
            text.append(f"```pycon\n{shown}\n```\n")
        else:
            text.append(f"**{title}**\n\n{_terms(body)}")
    return "\n".join(part for part in text if part.strip())


def _terms(body: str) -> str:
    lines = []
    for line in body.strip("\n").splitlines():
        if match := _TERM.match(line):
            lines.append(f"- `{match[1]}`")
        elif line.strip():
            lines.append(f"  {_prose(line.strip()).strip()}")
    return "\n".join(lines) + "\n"


def _prose(text: str) -> str:
    return re.sub(r"``([^`]+)``", r"`\1`", text).rstrip() + "\n"


if __name__ == "__main__":
    TARGET.write_text(reference(), encoding="utf-8")
