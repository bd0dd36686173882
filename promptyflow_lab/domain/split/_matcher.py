"""Runs one regular expression in a process of its own; see `matching`.

This file is run by path, isolated, and imports nothing but the standard library. It reads
``<ignore case> <most> <length of the pattern>``, a line feed, the pattern and the text from its
input, and writes a word, a line feed and what belongs to it.
"""

from __future__ import annotations

import re
import sys
from array import array


def answer(given: str) -> bytes:
    """Find the matches, or say what is wrong."""
    head, _, rest = given.partition("\n")
    ignore_case, most, length = map(int, head.split())
    text = rest[length:]
    try:
        pattern = re.compile(rest[:length], re.MULTILINE | (re.IGNORECASE if ignore_case else 0))
    except re.error as error:
        return f"syntax\n{error.pos if error.pos is not None else '-'} {error.msg}".encode()
    except (RecursionError, OverflowError) as error:
        return f"syntax\n- {error}".encode()
    if pattern.search(""):
        return b"empty\n"
    numbers = array("q")
    for found in pattern.finditer(text):
        start, end = found.span()
        if start == end:
            return b"empty\n"
        if len(numbers) >= 2 * most:
            return b"many\n"
        numbers.append(start)
        numbers.append(end)
    return b"spans\n" + numbers.tobytes()


if __name__ == "__main__":
    sys.stdout.buffer.write(answer(sys.stdin.buffer.read().decode("utf-8", "surrogatepass")))
