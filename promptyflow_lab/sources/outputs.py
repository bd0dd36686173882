"""Outputs of cells as text: what a person reads there, without pictures' bytes.

The browser makes the same text of the same output (``labextension/src/sources``), or it would call
stale what is not. So the rules are few, and ``tests/source_texts.json`` shows each to both.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final

from .budget import cut

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

LONGEST: Final = 8000
"""Characters of one output: a log of a million lines tells nothing more."""

_ESCAPES: Final = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b[@-_]")
_BASE64: Final = "[A-Za-z0-9+/=%]"
_DATA_URL: Final = re.compile(
    r"data:(?P<type>[A-Za-z0-9_.+/-]+)(?:;[A-Za-z0-9_.=-]+)*;base64,"
    rf"(?P<bytes>{_BASE64}+(?:[ \t\r\n]+{_BASE64}{{40,}})*)"  # also folded into lines
)
_ADDRESS: Final = re.compile(r" at 0x[0-9A-Fa-f]+")
_SAYS_NOTHING: Final = re.compile(r"\s*<[A-Za-z0-9_.]+(?: object)?>\s*")
"""What Python shows of an object that shows itself otherwise."""
_CELL_NUMBER: Final = re.compile(r"\bIn ?\[\d+\]")

_HIDDEN: Final = re.compile(
    r"<!--.*?-->|<(?P<tag>script|style|title)\b.*?</(?P=tag)\s*>", re.DOTALL | re.IGNORECASE
)
_NEW_LINE: Final = re.compile(r"<(?:br|/?(?:p|div|tr|li|h[1-6]|table|pre))\b[^>]*>", re.IGNORECASE)
_NEW_CELL: Final = re.compile(r"<t[dh]\b[^>]*>", re.IGNORECASE)
_TAG: Final = re.compile(r"</?[A-Za-z][^>]*>|<![^>]*>")
_ENTITY: Final = re.compile(
    r"&(?:#(?P<decimal>\d{1,7})|#[xX](?P<hex>[0-9A-Fa-f]{1,6})|(?P<name>[a-z]{2,4}));"
)
_NAMED: Final = {"lt": "<", "gt": ">", "amp": "&", "quot": '"', "apos": "'", "nbsp": " "}
_LAST_CHARACTER: Final = 0x10FFFF


def without_bytes(text: str) -> str:
    """Return a text in which pictures written as ``data:`` URLs are only named."""
    return _DATA_URL.sub(lambda url: f"[{url['type']}, {_size(url['bytes'])}]", text)


def output_text(output: Mapping[str, Any]) -> str:
    """Return an output of a cell, as nbformat writes it, as text."""
    match output.get("output_type"):
        case "text":  # as the browser tells it, made by these rules
            return _joined(output.get("text"))
        case "stream":
            text = _seen(_joined(output.get("text")))
        case "error":
            text = _error(output)
        case _:
            text = _bundle(output.get("data") or {})
    text = without_bytes(_ESCAPES.sub("", text)).strip("\n")
    return cut(text, LONGEST)


def _error(output: Mapping[str, Any]) -> str:
    traceback = [str(line) for line in output.get("traceback") or []]
    if not traceback:
        return f"{output.get('ename', 'Error')}: {output.get('evalue', '')}"
    # The number of the cell is another one each time it is run.
    return _CELL_NUMBER.sub("In []", _ESCAPES.sub("", "\n".join(traceback)))


def _bundle(data: Mapping[str, Any]) -> str:
    """Return the best text of a MIME bundle and its pictures' names; else the kinds in it."""
    told = [next((text for text in _texts(data) if text), "")]
    told += [_picture(mime, content) for mime, content in data.items() if mime.startswith("image/")]
    return "\n".join(filter(None, told)) or "\n".join(f"[{mime}]" for mime in data)


def _texts(data: Mapping[str, Any]) -> Iterator[str]:
    """Yield the texts of a MIME bundle, the best first."""
    yield _joined(data.get("text/markdown"))
    yield _joined(data.get("text/latex"))
    # Where an object is in memory is another place each time.
    plain = _ADDRESS.sub("", _joined(data.get("text/plain")))
    if not _SAYS_NOTHING.fullmatch(plain):
        yield plain
    yield _html_text(_joined(data.get("text/html")))
    if "application/json" in data:
        yield json.dumps(
            _whole(data["application/json"]), ensure_ascii=False, separators=(",", ":")
        )
    yield plain


def _whole(value: Any) -> Any:  # noqa: ANN401 - JSON
    """Return JSON in which 2.0 is 2, as browsers write it."""
    match value:
        case dict():
            return {name: _whole(each) for name, each in value.items()}
        case list():
            return [_whole(each) for each in value]
        case float() if value.is_integer():
            return int(value)
        case _:
            return value


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
    """Return what stands in HTML: a line for each row or paragraph."""
    text = re.sub(r"[ \t\r\n\f]+", " ", _HIDDEN.sub("", html))
    text = _NEW_CELL.sub(" | ", _NEW_LINE.sub("\n", text))
    text = _ENTITY.sub(_character, _TAG.sub("", text))
    lines = (re.sub(" +", " ", line).strip(" ") for line in text.split("\n"))
    return "\n".join(filter(None, lines))


def _character(entity: re.Match[str]) -> str:
    if entity["name"]:
        return _NAMED.get(entity["name"], entity[0])
    code = int(entity["decimal"]) if entity["decimal"] else int(entity["hex"], 16)
    return chr(code) if code <= _LAST_CHARACTER else entity[0]


def _joined(text: object) -> str:
    """Return a text that nbformat writes as one or as lines."""
    return "".join(map(str, text)) if isinstance(text, list) else str(text or "")
