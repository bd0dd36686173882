"""Magics in a real kernel: a cell that is a prompt, and what is completed behind it."""

from __future__ import annotations

import pytest

LOAD = "%load_ext promptyflow_lab"


@pytest.fixture
def kernel(jupyter, provider):
    provider.answer("Which animal", "**Grey** elephants.")
    with jupyter.kernel() as kernel:
        assert kernel.run(LOAD).error == ""
        yield kernel


@pytest.mark.usefixtures("project")
def test_the_status_tells_the_server_and_what_is_there(kernel, jupyter):
    result = kernel.run("%promptyflow")
    assert f"{jupyter.url}promptyflow" in result.text
    assert "openai-compatible" in result.text
    assert "1 project: Paper" in result.text
    assert jupyter.token not in result.text


def test_a_cell_is_a_prompt_with_context_and_variables(kernel, project, provider):
    item = project.add_block("Docs").add_item("Intro", "Elephants are grey.")
    project.add_prompt("Ask", "old").select(item)
    kernel.run("colour = 'grey'")
    head = "%%prompt m --project Paper --prompt Ask --into run"
    result = kernel.run(f"{head}\nWhich animal is {{{{colour}}}}? {{{{context}}}}")
    assert result.error == ""
    assert "<strong>Grey</strong>" in result.data[0]["text/html"]
    sent = provider.requests()[-1]["body"]["messages"][-1]["content"]
    assert sent.startswith("Which animal is grey? ### Context:")
    assert "Elephants are grey." in sent
    assert kernel.run("print(run.text, run.status)").text == "**Grey** elephants. done\n"
    assert project.prompt("Ask").template == "Which animal is {{colour}}? {{context}}"


def test_a_cell_without_a_project_gets_one(kernel, pf):
    assert kernel.run("%%prompt m\nWhich animal?").error == ""
    kernel.run("%%prompt m\nWhich animal is it?")
    prompts = pf.project("Notebook cells").prompts
    assert [prompt.template for prompt in prompts] == ["Which animal is it?"]


def test_names_with_spaces_stand_in_quotes(kernel, pf):
    prompt = pf.create_project("My paper").add_prompt("The question", "old")
    head = """%%prompt m --project "My paper" --prompt 'The question'"""
    assert kernel.run(f"{head}\nWhich animal?").error == ""
    assert prompt.template == "Which animal?"
    assert [project.name for project in pf.projects()] == ["My paper"]


def test_a_wrong_use_is_told(kernel):
    assert "No closing quotation" in kernel.run("%%prompt 'm\nx").text
    assert "required: model" in kernel.run("%%prompt\nx").text
    assert "--into takes" in kernel.run("%%prompt m --into 1x\nx").text


def test_names_are_completed(kernel, project):
    def completed(line):
        return kernel.run(f"print(get_ipython().complete('', {line!r}, {len(line)})[1])").text

    assert project.name in completed("%%prompt m --project ")
    assert "openai-compatible" in completed("%%prompt m --provider ")
    assert "--into" in completed("%%prompt m ")


def test_they_are_taken_away_again(kernel):
    kernel.run("%unload_ext promptyflow_lab")
    shown = kernel.run("%promptyflow")
    assert "PromptyFlow Lab at" not in shown.text
