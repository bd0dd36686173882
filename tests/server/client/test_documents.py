"""What the documents tell people to type works as it stands, from the first line to the last."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
BLOCK = re.compile(r"^```(?:python|ipython)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("document", ["README.md", "docs/users/python.md"])
def test_the_examples_of_a_document_run(document, jupyter, provider):
    provider.answer("words:", "**Short.**")
    provider.answer("Praise or complaint?", "praise")
    provider.answer("What is odd", "Nothing.")
    for name in ("intro.md", "chapters/one.md"):
        path = jupyter.root / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("Prompts are programs.\n", encoding="utf-8")
    blocks = BLOCK.findall((ROOT / document).read_text(encoding="utf-8"))
    assert blocks
    with jupyter.kernel("notebook.ipynb") as kernel:
        for block in blocks:
            for cell in cells(block):
                result = kernel.run(cell.replace("http://127.0.0.1:11434/v1", provider.base_url))
                assert (result.error, "Error" in result.text) == ("", False), f"{cell}\n{result}"
        assert kernel.run("print(run.status)").text == "done\n"
    assert provider.requests()


def cells(block):
    """Split a block where a cell magic must be the first line."""
    return [block] if block.startswith("%%") or "%" not in block[:1] else block.splitlines()
