"""Outputs of cells as text: what a person reads there, without pictures' bytes."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final

from .budget import shortened

if TYPE_CHECKING:
    from collections.abc import Mapping

_ESCAPES: Final = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b[@-_]")
_DATA_URL: Final = re.compile(r"data:(?P<type>[\w.+/-]+);base64,(?P<bytes>[A-Za-z0-9+/=\s%]+)")
_TEXTS: Final = ("text/markdown", "text/latex", "text/plain")
_TOKENS: Final = 2000
"""Of one output, at most: a log of a million lines tells nothing more."""


def without_bytes(text: str) -> str:
    """Return a text in which pictures written as ``data:`` URLs are only named."""
    return _DATA_URL.sub(lambda url: f"[{url['type']}, {_size(url['bytes'])}]", text)


def output_text(output: Mapping[str, Any]) -> str:
    """Return an output of a cell, as nbformat writes it, as text."""
    match output.get("output_type"):
        case "stream":
            text = _seen(_joined(output.get("text")))
        case "error":
            text = _error(output)
        case _:
            text = _bundle(output.get("data") or {})
    return shortened(without_bytes(_ESCAPES.sub("", text)).strip("\n"), _TOKENS)


def _error(output: Mapping[str, Any]) -> str:
    traceback = [str(line) for line in output.get("traceback") or []]
    if traceback:
        return "\n".join(traceback)
    return f"{output.get('ename', 'Error')}: {output.get('evalue', '')}"


def _bundle(data: Mapping[str, Any]) -> str:
    """Return the best text of a MIME bundle, and of what has none its kind and size."""
    for mime in _TEXTS:
        if mime in data:
            text = _joined(data[mime])
            picture = next((m for m in data if m.startswith("image/")), None)
            return text if picture is None else f"{text}\n{_picture(picture, data[picture])}"
    for mime, content in data.items():
        if mime.startswith("image/"):
            return _picture(mime, content)
        if mime == "text/html":
            return _html_text(_joined(content))
        if mime == "application/json":
            return json.dumps(content, ensure_ascii=False)
    return "\n".join(f"[{mime}]" for mime in data)


def _picture(mime: str, content: object) -> str:
    text = _joined(content)
    return f"[{mime}, {len(text):,} characters]" if "svg" in mime else f"[{mime}, {_size(text)}]"


def _size(encoded: str) -> str:
    return f"{len(encoded) * 3 // 4:,} bytes"


def _seen(text: str) -> str:
    """Return what is seen of a printed text: a progress bar writes over its line."""
    if "\r" not in text:
        return text
    lines = text.replace("\r\n", "\n").split("\n")
    return "\n".join(line.rstrip("\r").rpartition("\r")[2] for line in lines)


def _html_text(html: str) -> str:
    from html.parser import HTMLParser

    pieces: list[str] = []
    hidden = [0]

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            del attrs
            hidden[0] += tag in {"script", "style"}
            pieces.append(
                {"td": " | ", "th": " | ", "tr": "\n", "br": "\n", "p": "\n"}.get(tag, "")
            )

        def handle_endtag(self, tag: str) -> None:
            hidden[0] -= tag in {"script", "style"} and hidden[0] > 0

        def handle_data(self, data: str) -> None:
            if not hidden[0]:
                pieces.append(" ".join(data.split()))

    Reader(convert_charrefs=True).feed(html)
    lines = ("".join(pieces)).split("\n")
    return "\n".join(line.strip() for line in lines if line.strip())


def _joined(text: object) -> str:
    """Return a text that nbformat writes as one or as lines."""
    return "".join(map(str, text)) if isinstance(text, list) else str(text or "")
