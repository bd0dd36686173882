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


def plain(notebook, cell_id, place=-1):
    """Return what a cell shows, as text."""
    return outputs(notebook, cell_id)[place].data["text/plain"]


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


def test_live_context_shows_what_changes(jupyter):
    notebook = execute(jupyter, "live_context.ipynb")
    assert "rentals: pandas DataFrame, 1,000 rows × 3 columns" in plain(notebook, "frame")
    assert (plain(notebook, "fresh"), plain(notebook, "stale")) == ("'fresh'", "'stale'")
    refreshed = plain(notebook, "refresh")
    assert "+rentals: pandas DataFrame, 750 rows" in refreshed
    assert "tokens" in refreshed
    assert "columns.md" in plain(notebook, "change-files")
    assert "'columns.md' refreshed: +18 characters" in plain(notebook, "refresh-all")
    assert plain(notebook, "kept").startswith("('gone', \"On working days")
    assert "print(peak(rentals))" in plain(notebook, "cells")
    assert "Output:\n```\npeak: 17 o'clock" in plain(notebook, "cells")
    followed = outputs(notebook, "followed")[0].text
    assert "'rentals' refreshed" in followed
    assert "500 rows" in followed


def test_comparing_models_shows_them_side_by_side(jupyter, emulator):
    good = '{"sentiment": "mixed", "complaints": ["brakes", "app"]}'
    emulator.reset()
    emulator.answer("Judge this review", good, match={"model": "llama3.1"})
    emulator.answer("Judge this review", "It is mixed.", match={"model": "llama3.2"})
    emulator.refuse("Judge this review", 404, "model not found")
    notebook = execute(jupyter, "comparing_models.ipynb")
    shown = outputs(notebook, "compare")[-1].data
    assert "It is mixed." in shown["text/html"]
    assert "ProviderError" in shown["text/html"]
    assert "no-such-model  failed" in plain(notebook, "table").replace("   ", "  ")
    assert "Review(sentiment='mixed', complaints=['brakes', 'app'])" in plain(notebook, "value")
    told = outputs(notebook, "invalid")[0].text
    assert "llama3.1: 2 complaints" in told
    assert "llama3.2: The answer is not what the schema asked for" in told
    assert "llama3.1" in plain(notebook, "kept")
    assert "image/png" in outputs(notebook, "plot")[0].data


def test_a_batch_joins_the_table_and_goes_on_where_it_was(jupyter, emulator):
    emulator.reset()
    emulator.answer("Lovely ride", "praise", usage={"prompt_tokens": 20, "completion_tokens": 1})
    emulator.refuse("No bike", 400, "refused once", sequenceIndex=0)
    emulator.answer("praise or complaint", "complaint")
    notebook = execute(jupyter, "batch_dataframe.ipynb")
    assert "6 rows: 6 to send" in outputs(notebook, "estimate")[0].text
    assert "about $0.00" in outputs(notebook, "estimate")[0].text
    assert "6 rows: 5 done, 1 failed" in plain(notebook, "map")
    assert "praise" in plain(notebook, "join")
    assert "No bike at the station again. → " in outputs(notebook, "failed")[0].text
    assert "refused once" in outputs(notebook, "failed")[0].text
    assert "5 answered before: 1 to send" in outputs(notebook, "again")[0].text
    assert "6 rows: 6 done" in plain(notebook, "again")
    assert len(emulator.requests()) == 7
    assert "[praise, complaint]" in plain(notebook, "group")


def test_reproducible_runs_can_be_checked(jupyter, emulator):
    emulator.reset()
    emulator.answer("Sum up in 10 words", ANSWER)
    notebook = execute(jupyter, "reproducible_runs.ipynb")
    assert '"format": "promptyflow-capsule"' in outputs(notebook, "capsule")[0].text
    assert plain(notebook, "verify").count("✓") == 3
    assert "✗ the answer is the one recorded" in plain(notebook, "forge")
    assert plain(notebook, "replay").startswith(ANSWER)
    assert "<script" not in outputs(notebook, "replay")[0].data["text/html"]
    assert plain(notebook, "same") == "True"
    assert "? compiling again" in plain(notebook, "moved")


def test_neither_a_token_nor_a_key_appears_in_outputs_or_logs(jupyter, emulator):
    emulator.reset()
    emulator.answer("Sum up in 30 words", ANSWER)
    notebook = execute(jupyter, "quickstart.ipynb")
    with jupyter.kernel() as kernel:
        token = kernel.run("import os; print(os.environ['PROMPTYFLOW_TOKEN'])").text.strip()
    assert token.startswith("pfk_")
    written = nbformat.writes(notebook)
    for secret in (token, jupyter.token, "planted-key"):
        assert secret not in written
        assert secret not in jupyter.log
