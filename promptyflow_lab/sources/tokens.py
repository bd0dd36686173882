"""How many tokens a text has, at most and about, without a model's vocabulary.

Vocabularies are megabytes and differ from model to model; a budget needs one number that does not
promise too little. Each rule below rounds up against what today's vocabularies do.
"""

from __future__ import annotations

import re
from typing import Final

_PIECES: Final = re.compile(
    r"(?P<word>[A-Za-z]+)|(?P<digits>[0-9]+)|(?P<space>\s+)|(?P<letters>[^\W\d_]+)|(?P<other>.)",
    re.DOTALL,
)
_LETTERS_OF_A_WORD: Final = 6
"""Longer English words fall into several tokens."""
_DIGITS: Final = 3
_CHARS_OF_A_PASSAGE: Final = 200_000
"""Of a longer text some passages are counted, evenly taken, and the rest is like them."""


def estimate_tokens(text: str) -> int:
    """Return about how many tokens a text has; rather too many than too few.

    Examples
    --------
    >>> estimate_tokens("Prompts are programs.")
    6
    """
    if len(text) <= 2 * _CHARS_OF_A_PASSAGE:
        return _counted(text)
    step = len(text) // 4
    size = _CHARS_OF_A_PASSAGE // 4
    passages = "".join(text[start : start + size] for start in range(0, 4 * step, step))
    return round(_counted(passages) * len(text) / len(passages))


def _counted(text: str) -> int:
    tokens = 0
    for match in _PIECES.finditer(text):
        size = match.end() - match.start()
        match match.lastgroup:
            case "word":
                tokens += -(-size // _LETTERS_OF_A_WORD)
            case "digits":
                tokens += -(-size // _DIGITS)
            case "letters":  # other alphabets: two letters a token; a character of Chinese is one
                tokens += size if match[0] > "\u2e80" else -(-size // 2)
            case "space":
                # One space belongs to the word behind it.
                tokens += 0 if match[0] == " " else -(-size // 8)
            case _:
                tokens += len(match[0].encode("utf-8", "replace")) // 2 or 1
    return tokens
