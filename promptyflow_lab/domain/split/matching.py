"""Finding the matches of a person's regular expression without ever waiting for it too long.

Python's engine cannot be interrupted: a pattern such as ``(a+)+$`` holds the interpreter, with all
its threads, for as long as it likes. So it runs in a process of its own that is ended in time.
"""

from __future__ import annotations

import sys
from array import array
from pathlib import Path
from typing import Final

from .errors import PatternError, SplitError

LONGEST_PATTERN: Final = 2000
_WORKER: Final = str(Path(__file__).with_name("_matcher.py"))


def find_matches(
    pattern: str, text: str, *, ignore_case: bool, most: int, time_limit: float
) -> list[tuple[int, int]]:
    """Find where a regular expression matches, line by line (`re.MULTILINE`).

    Parameters
    ----------
    pattern
        The regular expression, in Python's syntax.
    text
        The text.
    ignore_case
        Whether small and capital letters are the same.
    most
        How many matches there may be.
    time_limit
        Seconds, the start of the process included.

    Raises
    ------
    PatternError
        It is no regular expression, it matches nothing somewhere, or it did not end in time.
    SplitError
        There are more matches than `most`, or no process can be started here.
    """
    import subprocess

    if len(pattern) > LONGEST_PATTERN:
        raise PatternError("long", f"longer than {LONGEST_PATTERN:,} characters")
    head = f"{int(ignore_case)} {most} {len(pattern)}\n"
    given = (head + pattern + text).encode("utf-8", "surrogatepass")
    try:
        # -I and -S: nothing of the environment or of site-packages is imported.
        answer = subprocess.run(  # noqa: S603 - our own file, under the running interpreter
            [sys.executable, "-I", "-S", "-W", "ignore", _WORKER],
            input=given,
            capture_output=True,
            timeout=time_limit,
            check=False,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
    except subprocess.TimeoutExpired as error:
        raise PatternError("slow", f"it did not end within {time_limit:g} seconds") from error
    except OSError as error:
        raise SplitError(
            "pattern", "regular expressions cannot be run here", reason="no_process"
        ) from error
    return _read(answer.stdout, most)


def _read(answer: bytes, most: int) -> list[tuple[int, int]]:
    kind, _, rest = answer.partition(b"\n")
    if kind == b"spans":
        numbers = array("q")
        numbers.frombytes(rest)
        return list(zip(numbers[::2], numbers[1::2], strict=True))
    if kind == b"empty":
        raise PatternError("empty", "it matches nothing at all somewhere, so there is no place")
    if kind == b"many":
        raise SplitError(
            "pattern",
            f"it matches more than {most:,} times",
            reason="too_many_parts",
            limit=most,
        )
    if kind == b"syntax":
        position, _, message = rest.decode("utf-8", "replace").partition(" ")
        raise PatternError(
            "syntax", message, position=int(position) if position.isdigit() else None
        )
    raise PatternError("slow", "it took more memory or time than there is")
