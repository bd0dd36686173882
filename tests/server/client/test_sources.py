"""Context that remembers where it was taken from: fresh, stale, gone; taken anew with a diff."""

from __future__ import annotations

import time

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from promptyflow_lab import sources
from promptyflow_lab.client.errors import Conflict
from promptyflow_lab.sources.origin import Gone


@pytest.fixture
def docs(project):
    return project.add_block("Docs")


@pytest.fixture
def notes(tmp_path):
    path = tmp_path / "notes.md"
    path.write_text("one\ntwo\nthree\n")
    return path


def test_a_file_goes_stale_is_refreshed_with_a_diff_and_keeps_its_last_text(docs, notes):
    item = docs.add(notes)
    assert (item.title, item.text, item.status) == ("notes.md", "one\ntwo\nthree\n", "fresh")
    assert item.source["kind"] == "file"

    notes.write_text("one\n2\nthree\nfour and more\n")
    assert item.status == "stale"
    done = item.refresh()
    assert done.status == "refreshed"
    assert done.diff.splitlines()[2:] == [
        "@@ -1,3 +1,4 @@",
        *(" one", "-two", "+2", " three", "+four and more"),
    ]
    assert done.chars == len("four and more\n") + 1 - 3
    assert done.tokens > 0
    assert (item.text, item.status) == (notes.read_text(), "fresh")
    assert item.refresh().status == "fresh"

    notes.unlink()
    assert item.status == "gone"
    gone = item.refresh()
    assert (gone.status, gone.diff, item.text) == ("gone", "", "one\n2\nthree\nfour and more\n")


def test_what_is_remembered_is_there_for_another_client(pf, docs, notes):
    docs.add(notes)
    notes.write_text("other")
    again = pf.project("Paper").block("Docs").item("notes.md")
    assert again.status == "stale"
    again.refresh()
    assert docs.project.refresh().block("Docs").item("notes.md").status == "fresh"


def test_a_text_that_somebody_has_edited_is_not_overwritten_unless_told(docs, notes):
    item = docs.add(notes)
    item.text = "edited in the panel"
    notes.write_text("new")
    assert item.refresh().status == "edited"
    assert item.text == "edited in the panel"
    done = item.refresh(overwrite=True)
    assert (done.status, item.text) == ("refreshed", "new")


def test_an_edit_between_reading_and_writing_is_a_conflict(docs, notes, pf):
    item = docs.add(notes)
    assert item.text
    pf.project("Paper").block("Docs").item("notes.md").write("by somebody else")
    with pytest.raises(Conflict):
        item.retake("mine", None)


def test_all_stale_texts_are_refreshed_at_once(project, docs, tmp_path):
    paths = [tmp_path / f"{name}.txt" for name in "abc"]
    for path in paths:
        path.write_text("old")
    items = docs.add_all(sources.files(str(tmp_path / "*.txt")))
    part = docs.add_item("parent").add(paths[0])
    docs.add_item("by hand", "x")
    paths[0].write_text("new")
    paths[1].unlink()
    assert [text.title for text in project.stale] == ["a.txt", "b.txt", "a.txt"]
    assert [(each.item.title, each.status) for each in project.refresh_stale()] == [
        ("a.txt", "refreshed"),
        ("b.txt", "gone"),
        ("a.txt", "refreshed"),
    ]
    assert [items[0].text, items[1].text, items[2].text, part.text] == ["new", "old", "old", "new"]


def test_what_cannot_be_read_does_not_keep_the_others_from_being_refreshed(project, docs, tmp_path):
    paths = [tmp_path / f"{name}.txt" for name in "abc"]
    for path in paths:
        path.write_text("old")
    items = docs.add_all(paths)
    paths[0].write_bytes(b"\0")
    paths[1].unlink()
    paths[1].mkdir()
    paths[2].write_text("new")
    assert [item.status for item in items] == ["gone", "gone", "stale"]
    assert [each.status for each in project.refresh_stale()] == ["gone", "gone", "refreshed"]
    assert [item.text for item in items] == ["old", "old", "new"]


def test_a_cell_edited_and_saved_is_stale_and_a_deleted_one_gone(docs, tmp_path):
    path = tmp_path / "work.ipynb"

    def save(*cells):
        nbformat.write(new_notebook(cells=[new_code_cell(c, id=i) for i, c in cells]), path)

    save(("load", "df = load()"), ("plot", "plot(df)"))
    load, plot = docs.add_all([sources.cell("load", path), sources.cell("plot", path)])
    save(("load", "df = load('2024')"))
    assert (load.status, plot.status) == ("stale", "gone")
    assert "+df = load('2024')" in load.refresh().diff
    assert plot.refresh().status == "gone"
    assert "plot(df)" in plot.text


def test_what_is_not_saved_is_seen_as_the_browser_tells_it(jupyter, project, docs):
    """JupyterLab's part is played here; `tests/browser` shows it."""
    assert len(docs) == 0
    cells = [new_code_cell("df = load()", id="load"), new_code_cell("plot(df)", id="plot")]
    nbformat.write(new_notebook(cells=cells), jupyter.root / "live.ipynb")
    with jupyter.kernel("live.ipynb") as kernel:
        opened = kernel.run(
            "from promptyflow_lab import PromptyFlow, sources\n"
            "docs = PromptyFlow().project('Paper').block('Docs')\n"
            "load, plot = docs.add_all([sources.cell('load'), sources.cell('plot')])\n"
            "from comm import get_comm_manager\n"
            "(told,) = get_comm_manager().comms; print(load.status, plot.status, told)"
        )
        *statuses, comm_id = opened.text.split()
        assert statuses == ["fresh", "fresh"]

        def tell(**data):
            content = {"comm_id": comm_id, "data": data}
            kernel._client.shell_channel.send(kernel._client.session.msg("comm_msg", content))

        output = {"output_type": "text", "text": "[1 row]"}
        edited = new_code_cell("df = load(2)", id="load", execution_count=7) | {"outputs": [output]}
        new = new_code_cell("df.head()", id="new", execution_count=8)
        tell(order=["load", "new"], cells={"load": edited})
        tell(order=["load", "new"], cells={"new": new})
        assert kernel.run("print(load.status, plot.status)").text == "stale gone\n"
        shown = kernel.run("load.refresh()").data[0]["text/plain"]
        assert "+df = load(2)" in shown
        assert "+[1 row]" in shown
        assert "df.head()" in kernel.run("print(sources.cell(8).read())").text
        whole = kernel.run("print(sources.notebook().read())").text
        assert "load(2)" in whole
        assert "plot(df)" not in whole

        # The notebook was saved, or closed without; then it got another name.
        tell(anew=True, order=None, cells={})
        assert kernel.run("print(load.status, plot.status)").text == "stale fresh\n"
        (jupyter.root / "live.ipynb").rename(jupyter.root / "renamed.ipynb")
        tell(anew=True, order=None, cells={}, path="renamed.ipynb")
        kernel.run("df = {'a': 1}; frame = docs.add(df)")
        assert kernel.run("print(plot.status, frame.status)").text == "fresh fresh\n"
        kernel.run("plot.refresh()")
        references = kernel.run("print(plot.source['reference'], frame.source['reference'])")
        assert references.text == "renamed.ipynb#plot renamed.ipynb#df\n"
    # Here, far from the server, nobody can tell where its files are.
    assert project.refresh().block("Docs").item("df = load()").status == "elsewhere"


def test_a_file_renamed_in_the_file_browser_is_found_under_its_new_name(jupyter, project, docs):
    """And one in a folder that is, and a notebook that is not open."""
    assert len(docs) == 0
    folder = jupyter.root / "notes"
    folder.mkdir()
    (jupyter.root / "a.md").write_text("first")
    (folder / "b.md").write_text("second")
    nbformat.write(new_notebook(cells=[new_code_cell("df", id="load")]), folder / "other.ipynb")
    with jupyter.kernel("here.ipynb") as kernel, jupyter.http() as http:
        opened = kernel.run(
            "from pathlib import Path\n"
            "from promptyflow_lab import PromptyFlow, sources\n"
            "docs = PromptyFlow().project('Paper').block('Docs')\n"
            "all = docs.add_all([Path('a.md'), Path('notes/b.md'),"
            " sources.cell('load', 'notes/other.ipynb')])\n"
            "print(*(each.status for each in all))"
        )
        assert opened.text == "fresh fresh fresh\n"

        def rename(old, new):
            http.patch(f"api/contents/{old}", json={"path": new}).raise_for_status()

        def references():
            items = project.refresh().block("Docs").items
            return [item.source["reference"] for item in items]

        rename("a.md", "notes/c d.md")
        rename("notes", "texts")
        wanted = ["texts/c d.md", "texts/b.md", "texts/other.ipynb#load"]
        deadline = time.monotonic() + 20
        while references() != wanted:
            assert time.monotonic() < deadline, references()
            time.sleep(0.05)
        assert kernel.run("print(*(each.status for each in all))").text == "fresh fresh fresh\n"
        (jupyter.root / "texts" / "b.md").write_text("new")
        assert kernel.run("print(all[1].refresh().after, all[0].status)").text == "new fresh\n"
        http.delete("api/contents/texts/b.md").raise_for_status()
        assert kernel.run("print(all[1].status, all[1].text)").text == "gone new\n"


def test_a_text_given_by_hand_has_no_source_to_go_stale(docs):
    assert docs.add_item("a", "b").status is None
    assert docs.add_item("a", "b").refresh().status == "fresh"
    assert docs.add("just a text", "Title").status == "fresh"


def test_a_missing_source_is_told_before_anything_is_added(docs):
    with pytest.raises(Gone):
        docs.add_all([sources.text("x"), sources.file("/nowhere/at/all.md")])
    assert len(docs.project.block("Docs")) == 0


def test_a_variable_follows_the_cells_of_its_notebook(jupyter, project, docs):
    assert len(docs) == 0
    with jupyter.kernel("work.ipynb") as kernel:
        started = kernel.run(
            "import polars as pl; from promptyflow_lab import PromptyFlow\n"
            "project = PromptyFlow().project('Paper'); docs = project.block('Docs')\n"
            "df = pl.DataFrame({'hour': [8, 17]})\n"
            "item = docs.add(df); following = project.refresh_on_run(); print(item.status)"
        )
        assert (started.error, started.text) == ("", "fresh\n")
        item = project.refresh().block("Docs").item("df")
        assert item.source["reference"] == "work.ipynb#df"
        assert item.status == "elsewhere"
        kernel.run("df = pl.DataFrame({'hour': [8, 17, 20]})")
        assert "3 rows" in item.text
        shown = kernel.run("following.last[0]")
        assert "+df: polars DataFrame, 3 rows × 1 columns" in shown.data[0]["text/plain"]
        kernel.run("following.stop()\ndf = df.head(1)")
        assert "3 rows" in item.text
        assert kernel.run("print(item.status); del df; print(item.status)").text == "stale\ngone\n"
