"""Texts as nasty as people paste them, for the property tests."""

from __future__ import annotations

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

bounded = settings(
    max_examples=200,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
"""Repeatable, and no longer than a few seconds for each promise."""

PIECES = (
    "word",
    "Слово",
    "it",
    "Это",
    "A",
    "Dr",
    "т",
    "д",
    "г",
    "1941",
    "3.14",
    "https://e.com/a.b?c=d",
    "john.doe@example.com",
    "Node.js",
    "今天天气很好",
    "行くの",
    "👨‍👩‍👧‍👦",
    "🇷🇺🇬🇧",
    "👍🏽",
    "e\u0301",
    "\u0915\u094d\u0937",
    "\ud55c\u1100\u1161\u11a8",
    "`code. Here`",
    "[a link. Ok](http://x.y/z)",
    "$a. B$",
    "**bold**",
)
GAPS = (" ", " ", " ", "  ", "\n", "\n\n", "\n   ", "\t", "\u00a0", "\u2028", "\v", "")
STOPS = (
    ".",
    ".",
    ". ",
    "! ",
    "? ",
    "… ",
    "...",
    "。",
    "！",
    "?!",
    ".) ",
    '." ',
    "» — ",
    ". — ",
    "! - ",
    ", ",
    "; ",
    ":",
)
LINES = (
    "\n# Heading one. Two\n",
    "\n\n## Второй\n\n",
    "\nTitle\n=====\n",
    "\n- item\n",
    "\n1. Первое.\n2. Второе.\n",
    "\n> quote. More\n> again\n",
    "\n| a. B | c |\n|---|---|\n| 1. 2 | d |\n",
    "\n```python\nx = 1. Y\n\nprint(x)\n```\n",
    "\n~~~\nFoo. Bar\n~~~\n",
    "\n---\n",
    "\n— Да! — сказал он.\n",
)
ODD = (
    "\0",
    "\ud83d",
    "\ude00",
    "\u200d",
    "\ufe0f",
    "\u0301",
    "(",
    "[",
    "`",
    "```",
    "*",
    "~",
    "$",
    "|",
)

pieces = st.sampled_from(PIECES)
prose = st.lists(
    st.one_of(pieces, pieces, st.sampled_from(GAPS), st.sampled_from(GAPS), st.sampled_from(STOPS)),
    max_size=60,
).map("".join)
markdown = st.lists(
    st.one_of(pieces, st.sampled_from(GAPS), st.sampled_from(STOPS), st.sampled_from(LINES)),
    max_size=50,
).map("".join)
nasty = st.lists(
    st.one_of(
        pieces,
        st.sampled_from(GAPS),
        st.sampled_from(STOPS),
        st.sampled_from(LINES),
        st.sampled_from(ODD),
        st.sampled_from(("\r\n", "\r", "\r\n\r\n")),
        st.characters(),
    ),
    max_size=60,
).map("".join)
plain_lines = st.text(alphabet="aб \n", max_size=60)
anything = st.one_of(nasty, markdown, prose, st.text(max_size=80))
