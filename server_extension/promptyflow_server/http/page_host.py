"""The service's own page: static files, served to anybody, that hold nothing of anybody."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING, Final

from tornado import web

from promptyflow_server.auth.page_messages import PAGE
from promptyflow_server.http.exchange import Response
from promptyflow_server.http.tornado_host import TornadoHost

if TYPE_CHECKING:
    from promptyflow_server.shared.messages import Language

_FOLDER: Final = Path(__file__).parents[1] / "auth" / "page"
_TYPES: Final = {
    "page.html": "text/html; charset=utf-8",
    "page.css": "text/css; charset=utf-8",
    "page.js": "text/javascript; charset=utf-8",
}
_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'"
)
ADDRESSES: Final = r"/(page\.css|page\.js)?"


@web.stream_request_body
class ServicePage(TornadoHost):
    """``GET /`` and the two files that it needs."""

    SUPPORTED_METHODS = ("GET",)
    methods = "GET"

    def data_received(self, chunk: bytes) -> None:
        """Keep nothing that a stranger sends."""

    async def get(self, name: str | None = None) -> None:
        """Send the page, in the reader's language, or one of its files."""
        file = name or "page.html"
        headers = {"Content-Type": _TYPES[file]}
        if file == "page.html":
            headers |= {"Content-Language": self._page_language, "Vary": "Accept-Language"}
        body = _content(file, self._page_language)
        await self.send(Response(200, body, headers=headers, route="/", is_activity=False))

    @property
    def _page_language(self) -> Language:
        told = self.get_query_argument("lang", "")
        return "ru" if told == "ru" else "en" if told == "en" else self.language

    def _tell_safety(self) -> None:
        super()._tell_safety()
        self.set_header("Content-Security-Policy", _POLICY)
        self.set_header("Cross-Origin-Opener-Policy", "same-origin")


@cache
def _content(file: str, language: Language) -> bytes:
    text = (_FOLDER / file).read_text(encoding="utf-8")
    if file == "page.html":
        words = {name: pair[language == "ru"] for name, pair in PAGE.items()}
        text = Template(text).substitute(words, language=language)
    return text.encode()
