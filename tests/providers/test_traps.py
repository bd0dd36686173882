"""The list of traps in the developers' documents names tests that exist."""

from __future__ import annotations

import re
from pathlib import Path

HERE = Path(__file__).parent
LIST = HERE.parents[1] / "docs" / "developers" / "providers.md"


def test_each_trap_has_the_test_that_the_list_names():
    named = re.findall(r"\| `(test_\w+\.py)::(test_\w+)` \|", LIST.read_text(encoding="utf-8"))
    assert len(named) >= 21
    missing = [
        f"{file}::{name}"
        for file, name in named
        if f"def {name}(" not in (HERE / file).read_text(encoding="utf-8")
    ]
    assert missing == []
