"""Files and cells become text, and are found again by the address they are remembered by."""

from __future__ import annotations

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from promptyflow_lab import sources
from promptyflow_lab.domain import Source
from promptyflow_lab.domain.reference import Reference
from promptyflow_lab.sources.notebooks import cell_text
from promptyflow_lab.sources.origin import Gone, capture
from promptyflow_lab.sources.reopening import reopened

PIXELS = "iVBORw0KGgo" + "A" * 4000


@pytest.fixture
def work(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def notebook(work):
    picture = new_output("display_data", {"image/png": PIXELS, "text/plain": "<Figure>"})
    printed = new_output("stream", text="10%\r 50%\r100%\ndone\x1b[31m!\x1b[0m\n")
    cells = [
        new_markdown_cell(f"# Rentals\n![p](data:image/png;base64,{PIXELS})", id="title"),
        new_code_cell("load()", id="load", execution_count=3, outputs=[printed, picture]),
        new_code_cell("1 / 0", id="fails", outputs=[failure()], metadata={"tags": ["broken"]}),
    ]
    path = work / "work.ipynb"
    nbformat.write(new_notebook(cells=cells), path)
    return path


def failure():
    lines = ["\x1b[31mZeroDivisionError\x1b[0m", "division by zero"]
    return new_output("error", ename="ZeroDivisionError", evalue="…", traceback=lines)


def test_a_file_is_read_and_found_again(work):
    (work / "a #1?.md").write_text("\ufeffHello.\r\n", encoding="utf-8")
    taken = capture(sources.file("a #1?.md"))
    assert (taken.title, taken.text) == ("a #1?.md", "Hello.\n")
    assert taken.source.kind == "file"
    again = reopened(Source.from_dict(taken.source.to_dict()))
    assert again.read() == "Hello.\n"


def test_a_file_that_is_no_text_is_refused(work):
    (work / "a.bin").write_bytes(b"\0\1\2")
    with pytest.raises(Gone, match="not a text"):
        sources.file("a.bin").read()


def test_a_deleted_file_is_gone(work):
    (work / "a.md").write_text("x")
    origin = sources.file("a.md")
    (work / "a.md").unlink()
    with pytest.raises(Gone):
        origin.read()


def test_a_pattern_gives_texts_by_name_and_leaves_out_what_is_none(work):
    for name in ("b.py", "a.py", "deep/c.py", ".hidden.py"):
        (work / name).parent.mkdir(exist_ok=True)
        (work / name).write_text(name)
    (work / "d.py").write_bytes(b"\0")
    assert [each.read() for each in sources.files("**/*.py")] == ["a.py", "b.py", "deep/c.py"]
    with pytest.raises(Gone, match=r"nothing\.\*"):
        sources.files("nothing.*")


def test_paths_are_told_as_the_file_browser_shows_them(work, monkeypatch):
    (work / "runtime").mkdir()
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(work / "runtime"))
    monkeypatch.setenv("JPY_PARENT_PID", "123")
    (work / "runtime" / "jpserver-123.json").write_text(f'{{"root_dir": "{work}"}}')
    (work / "docs").mkdir()
    (work / "docs" / "a.md").write_text("x")
    origin = sources.file(work / "docs" / "a.md")
    assert origin.reference.path == "docs/a.md"
    monkeypatch.chdir(work / "docs")
    assert origin.read() == "x"


def test_a_cell_comes_with_its_outputs_and_without_bytes(notebook):
    text = sources.cell("load", notebook).read()
    assert text == (
        "```python\nload()\n```\nOutput:\n```\n100%\ndone!\n<Figure>\n[image/png, 3,008 bytes]\n```"
    )
    assert "Output" not in sources.cell("load", notebook, outputs=False).read()


@pytest.mark.parametrize("which", ["fails", "broken"])
def test_a_cell_is_found_by_id_and_by_tag(notebook, which):
    text = sources.cell(which, notebook).read()
    assert "ZeroDivisionError\ndivision by zero" in text
    assert "\x1b" not in text


def test_a_cell_is_found_by_the_number_in_its_brackets(notebook):
    assert sources.cell(3, notebook).reference.part == "load"
    with pytest.raises(Gone, match="Is the notebook saved"):
        sources.cell(4, notebook)


def test_a_cell_is_read_in_the_same_way_the_next_time(notebook):
    taken = capture(sources.cell("load", notebook, outputs=False))
    assert "outputs=no" in taken.source.reference
    assert reopened(taken.source).read() == taken.text


def test_a_deleted_cell_is_gone(notebook):
    origin = sources.cell("load", notebook)
    nbformat.write(new_notebook(cells=[]), notebook)
    with pytest.raises(Gone):
        origin.read()
    notebook.unlink()
    with pytest.raises(Gone):
        origin.read()


def test_a_whole_notebook_has_all_cells_and_no_bytes(notebook):
    text = sources.notebook(notebook).read()
    assert text.startswith("# Rentals\n![p]([image/png, 3,008 bytes])")
    assert text.index("load()") < text.index("1 / 0")
    assert PIXELS[:50] not in text
    assert sources.file(notebook).read() == text


def test_a_fence_is_longer_than_those_within():
    text = cell_text({"cell_type": "code", "source": "x = '''\n````\n'''"})
    assert text.startswith("`````python\n")
    assert text.endswith("\n`````")


def test_a_table_without_a_text_form_is_read_from_its_html():
    html = "<style>td{}</style><table><tr><th>a</th><th>b</th></tr><tr><td>1</td><td>2</td></tr>"
    output = new_output("display_data", {"text/html": html})
    text = cell_text(new_code_cell("df", outputs=[output]))
    assert "| a | b\n| 1 | 2" in text


@pytest.mark.parametrize("path", ["a b.md", "a%20#?&=+.md", "/привет/x", "", "with\ttab"])
@pytest.mark.parametrize("part", ["", "имя", "a#b?c"])
def test_an_address_reads_back_as_it_was_written(path, part):
    address = Reference(path, part, (("tokens", "5"), ("a&b", "c=d #")))
    assert Reference.parse(str(address)) == address


def test_a_long_text_keeps_its_beginning_and_its_end_within_the_budget(work):
    (work / "long.md").write_text("start " + "word " * 100_000 + "end")
    text = sources.file("long.md", tokens=200).read()
    assert sources.estimate_tokens(text) <= 200
    assert text.startswith("start word")
    assert text.endswith("word end")
    assert "characters left out" in text


def a_log_that_has_grown(path):
    with path.open("wb") as log:
        log.truncate(3_000_000_000)  # and takes no room on the disk


@pytest.mark.parametrize(
    ("become", "why"),
    [
        (lambda path: path.mkdir(), "cannot be read: Is a directory"),
        (lambda path: path.symlink_to(path), "cannot be read: Too many levels"),
        (lambda path: path.write_bytes(b"\0\1"), "not a text"),
        (a_log_that_has_grown, "too large to be read whole: 3,000,000,000 bytes"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(tmp_path, become, why):
    become(tmp_path / "notes.md")
    with pytest.raises(Gone, match=why):
        capture(sources.file(tmp_path / "notes.md"))


@pytest.mark.parametrize("content", ["{half", "[]", '{"cells": {}}', '{"worksheets": []}'])
def test_a_broken_notebook_is_told(tmp_path, content):
    path = tmp_path / "work.ipynb"
    path.write_text(content)
    with pytest.raises(Gone, match="not a notebook"):
        capture(sources.notebook(path))
    with pytest.raises(Gone, match="not a notebook"):
        sources.cell("load", path)
