"""The notebooks a newcomer opens: each runs top to bottom and shows what it promises."""

from __future__ import annotations

import asyncio
from pathlib import Path

import nbformat
import pytest
from jupyter_process import manager_of
from nbclient import NotebookClient

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
ANSWER = "Rentals peak at **8** and **17** o'clock.\n\n<script>alert(1)</script>"


def execute(jupyter, name):
    """Run a notebook in a kernel of the server, with what is typical of JupyterLab."""
    notebook = nbformat.read(NOTEBOOKS / name, as_version=4)
    with jupyter.kernel(name) as kernel:
        client = NotebookClient(notebook, km=manager_of(kernel), timeout=60)
        asyncio.run(client.async_execute())
        asyncio.run(client._async_cleanup_kernel())
    return notebook


def outputs(notebook, cell_id):
    cell = next(cell for cell in notebook.cells if cell.id == cell_id)
    return cell.outputs


@pytest.mark.parametrize("path", sorted(NOTEBOOKS.glob("*.ipynb")), ids=lambda path: path.name)
def test_a_notebook_is_kept_without_outputs(path):
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    for cell in notebook.cells:
        assert cell.cell_type != "code" or (not cell.outputs and cell.execution_count is None)


def test_the_quickstart_does_the_main_job(jupyter, emulator):
    emulator.answer(
        "Sum up in 30 words", ANSWER, usage={"prompt_tokens": 40, "completion_tokens": 9}
    )
    notebook = execute(jupyter, "quickstart.ipynb")

    compiled = outputs(notebook, "compile")[0].data["text/plain"]
    assert compiled.startswith("Sum up in 30 words for the city's transport department.")
    assert "<Peaks>\nOn working days" in compiled
    assert "halves the rentals.\n</Peaks>" in compiled

    sent = emulator.requests()[-1]["body"]["messages"][-1]["content"]
    assert compiled.startswith(sent)

    streamed, summary = outputs(notebook, "answer")
    assert streamed.data["text/plain"] == ANSWER
    assert "<strong>8</strong>" in streamed.data["text/html"]
    assert "<script" not in streamed.data["text/html"]
    assert "done" in summary.data["text/plain"]
    assert outputs(notebook, "run")[0].data["text/plain"].startswith("('done', {")

    panel = outputs(notebook, "panel-cell")[0].data
    assert "application/vnd.jupyter.widget-view+json" in panel


def test_neither_a_token_nor_a_key_appears_in_outputs_or_logs(jupyter, emulator):
    emulator.answer("Sum up in 30 words", ANSWER)
    notebook = execute(jupyter, "quickstart.ipynb")
    with jupyter.kernel() as kernel:
        token = kernel.run("import os; print(os.environ['PROMPTYFLOW_TOKEN'])").text.strip()
    assert token.startswith("pfk_")
    written = nbformat.writes(notebook)
    for secret in (token, jupyter.token, "planted-key"):
        assert secret not in written
        assert secret not in jupyter.log
