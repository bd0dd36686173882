"""Projects, context and prompts as a notebook works with them, on a real server."""

from __future__ import annotations

import asyncio

import pytest

from promptyflow_lab import Panel, PromptyFlow
from promptyflow_lab.client import errors
from promptyflow_lab.domain import ContextBlock, ContextItem, NodeKey, ProjectData

EVIL = "<img src=x onerror=alert(1)>"


def test_a_project_is_found_by_name_and_by_id(pf, project):
    assert pf.project("Paper") == pf.project(project.id) == project
    assert pf.projects() == [project]
    assert pf.projects()["Paper"] == project


def test_an_unknown_name_is_told(pf, project):
    for number in range(20):
        pf.create_project(f"Other {number}")
    near = r"No project is called 'Papers'\. There is: 'Paper', …\."
    with pytest.raises(errors.NotFound, match=near):
        pf.project("Papers")
    with pytest.raises(errors.NotFound, match=near):
        asyncio.run(pf.aproject("Papers"))
    with pytest.raises(errors.NotFound, match=r"No block is called 'x'\. There is: 'Docs'\."):
        project.add_block("Docs").project.block("x")


def test_a_name_that_two_have_is_not_chosen_between(pf):
    pf.create_project("Paper")
    other = pf.create_project("Paper")
    with pytest.raises(errors.Ambiguous, match=other.id):
        pf.project("Paper")


def test_all_pages_of_a_long_list_are_read(pf):
    names = {pf.create_project(f"P{number}").name for number in range(3)}
    session = pf._session
    sent = []
    original = session.send

    def one_each(request):
        sent.append(request)
        query = {**request.query, "limit": "1"}
        return original(type(request)(request.method, request.path, query))

    session.send = one_each
    assert {project.name for project in pf.projects()} == names
    assert len(sent) >= 3


def test_a_project_is_renamed_duplicated_and_deleted(pf, project):
    project.name = "Article"
    assert pf.project("Article") == project
    copy = project.duplicate()
    assert copy.name == "Article (Copy)"
    project.delete()
    assert pf.projects() == [copy]
    with pytest.raises(errors.NotFound):
        project.refresh()


def test_a_project_can_be_made_whole(pf):
    data = ProjectData([ContextBlock(1, "Docs", [ContextItem(1, "Intro", "Hello.")])])
    assert pf.create_project("Whole", data).data() == data


def test_context_is_built_as_it_is_read(project):
    docs = project.add_block("Docs")
    intro = docs.add_item("Intro", "Hello.")
    part = intro.add_sub_item("Part", "of it")
    assert [block.title for block in project.blocks] == ["Docs"]
    assert docs["Intro"] == docs.item(intro.id) == intro
    assert intro.sub_items == [part]
    assert (intro.block, part.item, part.project) == (docs, intro, project)
    assert (part.text, part.chars) == ("of it", 5)


def test_titles_are_made_up_where_none_is_given(project):
    block = project.add_block()
    assert [block.title, block.add_item().title, block.add_item().title] == [
        "Context1",
        "Item1",
        "Item2",
    ]


def test_a_text_is_read_and_written(project):
    item = project.add_block("Docs").add_item("Intro", "one")
    item.text = "two ЖЖ 🐘"
    item.text += "!"
    assert item.text == "two ЖЖ 🐘!"
    assert project.blocks["Docs"]["Intro"].chars == 9


def test_what_somebody_else_wrote_is_not_overwritten(pf, project):
    mine = project.add_block("Docs").add_item("Intro", "one")
    seen = mine.text
    pf.project("Paper").block("Docs").item("Intro").text = "theirs"
    with pytest.raises(errors.Conflict):
        mine.text = seen + " and mine"
    assert mine.text == "theirs"
    mine.text = "now on purpose"
    assert mine.text == "now on purpose"


def test_nodes_are_renamed_moved_and_deleted(project):
    one, two = project.add_block("One"), project.add_block("Two")
    item = one.add_item("A", "a")
    other = one.add_item("B", "b")
    item.title = "C"
    other.move(after=None)
    assert [each.title for each in one.items] == ["B", "C"]
    item.move(two)
    assert (item.block, item.text, one.items, two.items) == (two, "a", [other], [item])
    two.move(after=None)
    assert project.blocks == [two, one]
    other.delete()
    assert one.items == []
    with pytest.raises(errors.NotFound):
        _ = other.title


def test_a_limit_is_told_with_both_numbers(project):
    item = project.add_block("Docs").add_item("Big")
    with pytest.raises(errors.PayloadTooLarge) as caught:
        item.text = "x" * 5_000_001
    assert (caught.value.what, caught.value.limit, caught.value.actual) == (
        "block",
        5_000_000,
        5_000_001,
    )


@pytest.mark.parametrize("text", ["a\x00b", "a\ud800b"])
def test_a_text_that_cannot_be_stored_is_refused_with_its_place(project, text):
    item = project.add_block("Docs").add_item("Bad")
    with pytest.raises(errors.InvalidText) as caught:
        item.text = text
    assert caught.value.details["index"] == 1


def test_a_prompt_selects_compiles_and_tells_what_is_missing(project):
    docs = project.add_block("Docs")
    first, second = docs.add_item("One", "first"), docs.add_item("Two", "second")
    prompt = project.add_prompt("P", "{{who}}: {{context}}", wrap_in_tags=False)
    assert prompt.select(second, first).selection == [second, first]
    assert str(prompt.compile(who="me")) == "me: second\n\nfirst"
    compiled = prompt.compile()
    assert compiled.text.startswith("{{who}}: second")
    assert compiled.missing_variables == ["who"]
    assert compiled.warnings == ["No value for: who."]
    assert [piece.chars for piece in compiled.pieces] == [6, 5]
    prompt.variables = {"who": "us"}
    assert prompt.compile(wrap_in_tags=True).text.startswith("us: ### Context:\n<Context>")


def test_a_block_selects_everything_in_it_that_has_text(project):
    docs = project.add_block("Docs")
    docs.add_item("Empty")
    own = docs.add_item("Own", "text")
    parent = docs.add_item("Parent")
    part = parent.add_sub_item("Part", "text")
    prompt = project.add_prompt("P", "{{context}}").select(docs)
    assert prompt.selection == [own, part]
    assert prompt.select(*prompt.selection, own).selection == [own, part]
    assert prompt.select(NodeKey(docs.id, own.id)).selection == [own]
    assert prompt.select().selection == []


def test_a_prompt_is_changed_and_deleted(project):
    prompt = project.add_prompt("P", "one")
    prompt.template, prompt.title, prompt.wrap_in_tags = "two", "Q", False
    again = project.prompt("Q")
    assert (again, again.template, again.wrap_in_tags) == (prompt, "two", False)
    prompt.delete()
    assert project.prompts == []


def test_a_change_made_elsewhere_is_seen_where_one_starts_from_the_project(pf, project):
    pf.project("Paper").add_block("Theirs")
    assert [block.title for block in project.blocks] == ["Theirs"]


def test_titles_and_texts_are_never_html(pf):
    project = pf.create_project(EVIL)
    block = project.add_block(EVIL)
    item = block.add_item(EVIL, EVIL)
    sub = item.add_sub_item(EVIL, EVIL)
    prompt = project.add_prompt(EVIL, EVIL + "{{context}}").select(item, sub)
    shown = [thing._repr_html_() for thing in (pf, project, block, block.items, project.prompts)]
    shown += [
        thing._repr_mimebundle_()["text/html"] for thing in (item, sub, prompt, prompt.compile())
    ]
    for html in shown:
        assert "<img" not in html
        assert "&lt;img" in html


def test_reprs_are_short(pf, project):
    item = project.add_block("Docs").add_item("Intro", "x" * 100_000)
    prompt = project.add_prompt("P", "{{context}}" + "y" * 100_000).select(item)
    for thing in (pf, project, project.block("Docs"), item, prompt, prompt.compile()):
        assert len(repr(thing)) < 100
    assert len(prompt.compile()._repr_mimebundle_()["text/plain"]) < 25_000
    assert len(item._repr_mimebundle_()["text/html"]) < 25_000


def test_names_are_completed(project):
    docs = project.add_block("Docs")
    docs.add_item("Intro")
    assert project._ipython_key_completions_() == ["Docs"]
    assert docs._ipython_key_completions_() == ["Intro"]


def test_the_panel_opens_objects_names_and_ids(pf, project):
    prompt = project.add_prompt("Summary")
    expected = (project.id, prompt.id)
    for panel in (
        Panel(project, prompt),
        Panel(prompt=prompt),
        Panel(project.id, prompt.id),
        Panel("Paper", "Summary", client=pf),
        Panel(project.id, "Summary", client=pf),
    ):
        assert (panel.project_id, panel.prompt_id) == expected
        panel.close()
    with pytest.raises(ValueError, match="say which"):
        Panel(prompt="Summary")


def test_a_text_of_many_megabytes_goes_there_and_back(project):
    text = "ж" * 2_000_000
    item = project.add_block("Docs").add_item("Big", text)
    assert item.text == text


def test_the_client_closes_and_opens_again(jupyter):
    pf = PromptyFlow(f"{jupyter.url}promptyflow", jupyter.token)
    before = pf.projects()
    pf.close()
    assert pf.projects() == before
    pf.close()


def test_a_notebook_can_be_run_again_from_the_top(pf, tmp_path):
    notes = tmp_path / "notes.md"

    def cells(text):
        notes.write_text(text)
        project = pf.create_project("Paper", exist_ok=True)
        docs = project.add_block("Docs", exist_ok=True)
        docs.add_item("Rule", text, exist_ok=True)
        docs.add(f"by hand: {text}", "Hand", exist_ok=True)
        docs.add_all([notes], tokens=90 if text == "two" else None, exist_ok=True)
        prompt = project.add_prompt("Ask", f"{text} {{{{context}}}}", exist_ok=True)
        return prompt.select(docs) if not prompt.selection else prompt

    first = cells("one")
    version = first.project.version
    again = cells("one")
    assert (again, again.project.version) == (first, version)
    third = cells("two")
    (docs,) = third.project.blocks
    assert [item.title for item in docs] == ["Rule", "Hand", "notes.md"]
    assert [item.text for item in docs] == ["two", "by hand: two", "two"]
    assert "?tokens=90" in docs["notes.md"].source["reference"]
    assert third.template == "two {{context}}"
    assert len(third.selection) == 3
    pf.create_project("Paper")
    with pytest.raises(errors.Ambiguous):
        pf.create_project("Paper", exist_ok=True)


def test_things_are_found_by_name_as_in_a_dict(pf, project):
    docs = project.add_block("Docs")
    intro = docs.add_item("Intro", "text")
    assert pf["Paper"]["Docs"]["Intro"] == intro
    assert pf._ipython_key_completions_() == ["Paper"]
    assert "Docs" in project
    assert "Intro" in docs
    assert "Intro" in docs.items
    assert intro in docs.items
    assert "Other" not in docs
    assert list(project) == [docs]
    assert list(docs) == [intro]


def test_titles_can_be_selected(project):
    docs = project.add_block("Docs")
    one, two = docs.add_item("One", "1"), docs.add_item("Two", "2")
    prompt = project.add_prompt("P", "{{context}}")
    assert prompt.select("Two", one).selection == [two, one]
    assert prompt.select("Docs").selection == [one, two]
    with pytest.raises(errors.NotFound, match="No text is called 'Three'"):
        prompt.select("Three")
    with pytest.raises(TypeError, match="blocks, items and titles, not int"):
        prompt.select(3)


def test_a_slip_of_the_pen_is_no_variable(pf, project):
    prompt = project.add_prompt("P", "For {{who}} on {{date}}")
    with pytest.raises(TypeError, match=r"temprature: neither .* which has {{date}}, {{who}}"):
        prompt.send("m", temprature=0.5)
    with pytest.raises(TypeError, match="whom"):
        prompt.compile(whom="x")
    assert prompt.compile(variables={"whom": "may be there"}, who="me").text.startswith("For me")
    pf.project("Paper").prompt("P").template = "For {{whom}}"
    assert prompt.compile(whom="x").text == "For x"


def test_what_was_deleted_is_still_looked_at_without_an_error(jupyter, project):
    assert project.name == "Paper"
    with jupyter.kernel() as kernel:
        result = kernel.run(
            "from promptyflow_lab import PromptyFlow\n"
            "project = PromptyFlow()['Paper']; project.delete(); project"
        )
    assert result.error == ""
    assert result.data == [{"text/plain": "<Project 'Paper'>"}]


def test_lists_of_what_there_is_are_tables(pf, provider):
    assert provider.base_url in repr(pf.keys())
    models = pf.models()
    assert repr(models).splitlines()[0].split() == [
        *("provider", "id", "contextWindow", "maxOutput", "prices")
    ]
    assert len(repr(models).splitlines()) == len(models) + 1
    assert "<table>" in models._repr_html_()
    assert list(models.to_frame()["id"]) == [model["id"] for model in models]
    assert "OpenAI" in repr(pf.providers())
    assert repr(type(models)([], ["id"])) == "id"
