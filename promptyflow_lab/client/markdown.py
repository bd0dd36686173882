"""An answer's Markdown as HTML that cannot do anything.

A notebook runs what its outputs hold: HTML in an answer would act in the reader's name. So the
answer's own HTML is escaped, and what the renderer made is written anew from a short list of tags.
Pictures are not loaded, for their address can carry text away.
"""

from __future__ import annotations

from html import escape
from html.parser import HTMLParser
from typing import Final
from urllib.parse import urlsplit

_TAGS: Final = frozenset(
    {"a", "blockquote", "br", "code", "del", "em", "hr", "li", "ol", "p", "pre", "strong", "ul"}
    | {"h1", "h2", "h3", "h4", "h5", "h6", "table", "tbody", "td", "th", "thead", "tr"}
)
_VOID: Final = frozenset({"br", "hr"})
_DROPPED: Final = frozenset({"script", "style"})
_SCHEMES: Final = frozenset({"http", "https", "mailto"})


def to_html(text: str) -> str:
    """Return Markdown as HTML with nothing in it but formatting and links."""
    try:
        import mistune
    except ImportError:  # the notebook's environment has nothing but a kernel
        return f'<pre style="white-space: pre-wrap">{escape(text)}</pre>'
    plugins = ["strikethrough", "table"]
    html = mistune.create_markdown(escape=True, plugins=plugins)(text)
    writer = _Writer()
    writer.feed(str(html))
    writer.close()
    return writer.result()


class _Writer(HTMLParser):
    """Writes HTML anew: known tags, checked links, and text."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._out: list[str] = []
        self._open: list[str] = []
        self._dropping = 0

    def result(self) -> str:
        while self._open:
            self._out.append(f"</{self._open.pop()}>")
        return "".join(self._out)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _DROPPED:
            self._dropping += 1
        elif tag == "img":
            alternative = dict(attrs).get("alt") or ""
            self._out.append(f"[{escape(alternative)}]")
        elif tag in _VOID:
            self._out.append(f"<{tag}>")
        elif tag in _TAGS:
            self._out.append(f"<{tag}{_link(dict(attrs)) if tag == 'a' else ''}>")
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in _DROPPED:
            self._dropping = max(0, self._dropping - 1)
        elif tag in self._open:
            closed = ""
            while closed != tag:
                closed = self._open.pop()
                self._out.append(f"</{closed}>")

    def handle_data(self, data: str) -> None:
        if not self._dropping:
            self._out.append(escape(data))


def _link(attributes: dict[str, str | None]) -> str:
    target = attributes.get("href") or ""
    try:
        scheme = urlsplit(target).scheme
    except ValueError:
        return ""
    if scheme not in _SCHEMES:
        return ""
    return f' href="{escape(target)}" target="_blank" rel="noopener noreferrer nofollow"'
