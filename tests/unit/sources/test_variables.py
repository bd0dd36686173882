"""Variables become text within their budget: DataFrames of any library, figures, anything."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from promptyflow_lab import sources
from promptyflow_lab.batch.table import as_text
from promptyflow_lab.client.sending import as_value
from promptyflow_lab.sources import place
from promptyflow_lab.sources.frames import frame_text
from promptyflow_lab.sources.origin import Elsewhere, Gone, capture, sendable
from promptyflow_lab.sources.reopening import reopened
from promptyflow_lab.sources.variables import TextOrigin, value_text

DATA = {"hour": [8, 17, None], "rented": [410.5, 600.25, 12.0], "day": ["Mo", "Mo", "Su"]}
KINDS = [pd.DataFrame, pl.DataFrame, pa.table]


@pytest.fixture
def cells(monkeypatch):
    """What the notebook's cells have named."""
    names = {}
    monkeypatch.setattr(place, "variables", lambda: names)
    return names


@pytest.mark.parametrize("kind", KINDS)
def test_a_frame_tells_its_columns_their_figures_and_rows(kind):
    text = frame_text(kind(DATA), "df", 500)
    first, *lines = text.splitlines()
    assert first.startswith("df: ")
    assert first.endswith("3 rows × 3 columns")
    assert any(line.startswith("- rented: Float64, 12 … 600.25, mean 340.917") for line in lines)
    assert any("- day: String, 2 different, such as 'Mo', 'Su'" in line for line in lines)
    assert "All rows:\nhour,rented,day" in text
    assert ",410.5,Mo" in text


def test_missing_values_are_counted():
    assert "- hour: Int64, 1 missing, 8 … 17, mean 12.5" in frame_text(
        pl.DataFrame(DATA), "df", 500
    )


def test_a_long_frame_says_that_its_figures_are_of_a_part():
    text = frame_text(pl.DataFrame({"n": range(3_000_000)}), "df", 500)
    assert "figures of 1,500,000 rows evenly taken" in text
    assert "Sample, 20 of 3,000,000 rows evenly taken:\nn\n0\n150022" in text


def test_a_wide_frame_keeps_within_its_budget_and_says_what_is_left_out():
    text = frame_text(pl.DataFrame({f"column {n}": [n] for n in range(1700)}), "df", 400)
    assert sources.estimate_tokens(text) <= 400
    assert "… and 1," in text


@pytest.mark.parametrize("kind", KINDS)
def test_an_empty_frame_is_told(kind):
    assert "0 rows" in frame_text(kind({"a": []}), "df", 200)


def test_values_that_cannot_be_compared_do_no_harm():
    frame = pd.DataFrame({"a": [{"b": 1}, [2], None], "c": [1, "x", None]})
    assert "3 rows × 2 columns" in frame_text(frame, "df", 300)


@settings(max_examples=40, deadline=None)
@given(
    rows=st.lists(st.tuples(st.text(max_size=300), st.floats(), st.integers(-9, 9)), max_size=60),
    tokens=st.integers(60, 3000),
)
def test_no_frame_is_over_its_budget_and_the_same_frame_gives_the_same_text(rows, tokens):
    columns = {"text": [r[0] for r in rows], "x": [r[1] for r in rows], "n": [r[2] for r in rows]}
    schema = {"text": pl.String, "x": pl.Float64, "n": pl.Int64}
    safe = columns | {"text": [sendable(text) for text in columns["text"]]}
    text = frame_text(pl.DataFrame(safe, schema=schema), "df", tokens)
    assert sources.estimate_tokens(text) <= tokens
    assert frame_text(pl.DataFrame(safe, schema=schema), "df", tokens) == text


def test_a_variable_is_found_again_under_its_name(cells):
    cells["df"] = pd.DataFrame(DATA)
    taken = capture(sources.of_value(cells["df"], tokens=300))
    assert (taken.title, taken.source.kind) == ("df", "dataframe")
    assert reopened(taken.source).read() == taken.text
    cells["df"] = pd.DataFrame({"other": [1]})
    assert "other" in reopened(taken.source).read()
    del cells["df"]
    with pytest.raises(Gone):
        reopened(taken.source).read()


def test_a_variable_of_another_notebook_is_elsewhere(cells, monkeypatch, tmp_path):
    cells["x"] = 1
    monkeypatch.setenv("JPY_SESSION_NAME", str(tmp_path / "one.ipynb"))
    taken = capture(sources.variable("x"))
    monkeypatch.setenv("JPY_SESSION_NAME", str(tmp_path / "two.ipynb"))
    with pytest.raises(Elsewhere, match=r"one\.ipynb"):
        reopened(taken.source).read()


def test_a_value_that_cannot_show_itself_is_told(cells):
    class Broken:
        def __repr__(self):
            raise RuntimeError("no connection")

    cells["model"] = Broken()
    with pytest.raises(Gone, match="model cannot be told as a text: RuntimeError: no connection"):
        capture(sources.variable("model"))


def test_a_value_without_a_name_is_a_text(cells):
    cells["other"] = 1
    origin = sources.of_value({"a": 1})
    assert isinstance(origin, TextOrigin)
    assert origin.read() == "{'a': 1}"


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (np.int64(530), "530"),
        (np.arange(3), "[0 1 2]"),
        (Decimal("1.50"), "1.50"),
        (date(2024, 1, 2), "2024-01-02"),
        (pd.Timestamp("2024-01-02 03:04"), "2024-01-02 03:04:00"),
        ({"a": [1, 2]}, "{'a': [1, 2]}"),
        (None, "None"),
    ],
)
def test_a_value_is_told_as_it_is_printed(value, told):
    assert as_value("x", value) == told


def test_a_table_in_a_cell_is_told_as_a_table_and_nothing_else_is_cut():
    assert as_text("x", pd.DataFrame(DATA)).startswith("x: pandas DataFrame, 3 rows")
    numbers = list(range(5000))
    assert as_text("x", numbers) == str(numbers)


def test_a_function_tells_its_source():
    assert value_text(test_a_value_without_a_name_is_a_text, "f", 500).startswith(
        "def test_a_value"
    )


def test_a_figure_tells_what_is_drawn():
    from matplotlib.figure import Figure

    figure = Figure()
    axes = figure.subplots()
    axes.plot(range(24), [h * h for h in range(24)], label="rented")
    axes.bar(["Mo", "Su"], [3, 4])
    axes.set(title="Rentals", xlabel="hour", yscale="log")
    text = value_text(figure, "fig", 500)
    assert "Plot 1: Rentals" in text
    assert "- x: hour" in text
    assert ", log" in text
    assert "line 'rented': 24 points, x 0 … 23" in text
    assert "bars : 3, 4" in text.replace("''", "")


def test_what_no_project_takes_is_replaced():
    assert sendable("a\0b\ud800c\U0001f600") == "a\ufffdb\ufffdc\U0001f600"


@pytest.mark.parametrize(
    ("text", "least", "most"),
    [("", 0, 0), ("Hello world", 2, 3), ("1234567", 3, 3), ("привет", 2, 4), ("漢字", 2, 2)],
)
def test_tokens_are_estimated_within_reason(text, least, most):
    assert least <= sources.estimate_tokens(text) <= most


def test_the_estimate_of_a_long_text_is_that_of_its_parts():
    text = "word " * 200_000
    assert abs(sources.estimate_tokens(text) - 200_000) < 5_000


def test_a_frame_as_groupby_gives_it_keeps_its_index_and_all_levels():
    rentals = pd.DataFrame({"city": ["Bern", "Zug", "Bern"], "rented": [1, 2, 4]})
    told = frame_text(rentals.groupby("city").agg({"rented": ["mean", "max"]}), "by_city", 500)
    assert "by_city: pandas DataFrame, 2 rows × 2 columns" in told
    assert "city,rented mean,rented max\nBern,2.5,4\nZug,2,2" in told


def test_columns_of_any_kind_are_told():
    periods = pd.DataFrame({"month": pd.period_range("2024-01", periods=2, freq="M")})
    assert "- month: period[M], 2 different" in frame_text(periods, "df", 500)
    objects = pl.DataFrame({"thing": pl.Series([{1}, {2}], dtype=pl.Object)})
    assert "- thing: Object" in frame_text(objects, "df", 500)
    mixed = pl.DataFrame({"thing": pl.Series([Decimal(1), "a"], dtype=pl.Object)})
    assert "- thing: Object, 2 different, such as '1', 'a'" in frame_text(mixed, "df", 500)


def test_a_frame_of_somebodys_own_class_is_a_frame():
    class Rentals(pd.DataFrame):
        pass

    assert "3 rows × 3 columns" in value_text(Rentals(DATA), "df", 500)


def test_a_series_is_told_like_a_column_of_a_frame():
    hours = pd.Series(range(24), index=pd.RangeIndex(24, name="hour"), name="rented")
    told = frame_text(hours, "by_hour", 500)
    assert told.startswith("by_hour: pandas Series, 24 rows\n")
    assert "- rented: Int64, 0 … 23" in told
    assert "- hour: Int64" in told
    assert sources.of_value(pl.Series("rented", [1, 2])).title == "rented"
    assert "- value: Int64" in frame_text(pl.Series([1, 2]), "x", 500)


@pytest.mark.parametrize("names", [["a", "a"], [0, 1], [("a", ""), ("a", "b")]])
def test_columns_may_be_called_anything(names):
    told = frame_text(pd.DataFrame([[1, 2]], columns=names), "odd", 500)
    assert told.count("- ") == 2
    assert "1,2" in told


def test_what_is_missing_is_empty_in_the_sample():
    frame = pd.DataFrame({"x": [1.5, None], "t": [pd.Timestamp("2024-01-01", tz="UTC"), pd.NaT]})
    told = frame_text(frame, "gaps", 500)
    assert "- t: Datetime, UTC, 1 missing" in told
    assert told.endswith("\n,")


def test_a_text_that_is_a_files_name_is_added_as_a_text_with_a_warning(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "notes.md").write_text("in the file")
    with pytest.warns(UserWarning, match=r"Path\('notes\.md'\)"):
        assert sources.origin_of("notes.md").read() == "notes.md"
    assert sources.origin_of("no file.md").read() == "no file.md"
    assert sources.origin_of("x" * 100_000 + ".md").read().startswith("x")


def test_rows_evenly_taken_do_not_all_fall_on_the_same_hour():
    hours = pd.DataFrame({"hour": list(range(24)) * 1000})
    sample = frame_text(hours, "hours", 500).partition("evenly taken:\n")[2].splitlines()[1:]
    assert len(set(sample)) > 10
