"""Placeholders of a template: what they give and what is none."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from promptyflow_lab.domain import (
    ContextBlock,
    ContextItem,
    PieceSpan,
    PromptBlock,
    compile_prompt,
)


@pytest.mark.parametrize(
    "placeholder",
    ["{{context}}", "{{ context }}", "{{CONTEXT}}", "{{\tConTexT  }}", "[КОНТЕКСТ]"],
)
def test_every_spelling_of_the_context_placeholder_gives_the_context(compiled, placeholder):
    result = compiled((1, 3), template=f"a {placeholder} b")
    assert (result.compiled, result.missing_variables) == ("a third b", [])


@pytest.mark.parametrize(
    "text", ["[контекст]", "[ КОНТЕКСТ ]", "[CONTEXT]", "{context}", "КОНТЕКСТ"]
)
def test_what_only_looks_like_it_is_no_context_placeholder(compiled, text):
    result = compiled((1, 3), template=text)
    assert (result.compiled, result.context_unused) == (text, True)


@pytest.mark.parametrize(
    "content",
    [
        "$& $1 $$ $` $'",
        r"\1 \g<0> \\ \n",
        "{{context}}",
        "[КОНТЕКСТ]",
        "{{name}} {{date}} {{missing}}",
        r"\{{",
        "%s {0} {name}",
        "{{{{{{",
        "a\r\nb",
        "\ufeff\u2028\u200d",
    ],
)
@pytest.mark.parametrize("tags", [False, True])
def test_inserted_content_comes_out_verbatim_and_once(prompt_for, content, tags):
    block = ContextBlock(1, "Block", [ContextItem(1, "Item", content)])
    prompt = prompt_for((1, 1), template="[{{context}}]", variables={"name": "value"})
    result = compile_prompt(prompt, [block], tags)
    assert result.compiled.count(content) == 1
    assert result.missing_variables == []
    if not tags:
        assert result.compiled == f"[{content}]"


def test_values_are_never_scanned_again(compiled):
    variables = {"a": "{{b}} {{context}} [КОНТЕКСТ] \\{{", "b": "$& \\1 {{a}}"}
    result = compiled((1, 3), template="{{a}}|{{b}}|{{context}}", variables=variables)
    assert result.compiled == "{{b}} {{context}} [КОНТЕКСТ] \\{{|$& \\1 {{a}}|third"
    assert result.missing_variables == []


def test_several_context_placeholders_all_give_it_and_offsets_are_those_of_the_first(compiled):
    result = compiled((1, 3), (2, 1), template="1: {{context}}\n2: [КОНТЕКСТ]")
    assert result.compiled == "1: third\n\nnoted\n2: third\n\nnoted"
    assert result.pieces == [PieceSpan(1, 3, None, 3, 8, 5), PieceSpan(2, 1, None, 10, 15, 5)]
    assert result.context_chars == 10


def test_variables_are_replaced_by_name(compiled):
    result = compiled(template="{{who}}, {{ who }}; {{имя}}", variables={"who": "Ann", "имя": ""})
    assert result.compiled == "Ann, Ann; "


def test_built_in_names_are_date_project_and_prompt(compiled):
    result = compiled(
        template="{{date}}|{{project}}|{{prompt}}", project_name="Demo", today=date(2026, 1, 2)
    )
    assert result.compiled == "2026-01-02|Demo|Summary"


def test_the_date_is_that_of_today(compiled):
    before = datetime.now().astimezone().date().isoformat()
    text = compiled(template="{{date}}").compiled
    assert before <= text <= datetime.now().astimezone().date().isoformat()


def test_a_project_without_a_name_is_a_missing_value(compiled):
    result = compiled(template="{{project}}")
    assert (result.compiled, result.missing_variables) == ("{{project}}", ["project"])


def test_variables_override_built_ins_and_the_call_overrides_the_prompt():
    variables = {"date": "someday", "a": "prompt", "b": "prompt"}
    prompt = PromptBlock(1, "P", "{{date}} {{prompt}} {{a}} {{b}}", variables=variables)
    result = compile_prompt(prompt, [], variables={"prompt": "mine", "a": "call"})
    assert result.compiled == "someday mine call prompt"
    assert prompt.variables == variables


def test_the_context_is_never_a_variable(compiled):
    variables = {"context": "no", "CONTEXT": "no"}
    result = compiled((1, 3), template="{{context}} {{CONTEXT}}", variables=variables)
    assert result.compiled == "third third"


def test_a_name_without_a_value_stays_and_is_listed_once_in_order(compiled):
    template = "{{ b }} {{a}} {{b}} {{c d}} {{prompt}}"
    result = compiled(template=template)
    assert result.compiled == "{{ b }} {{a}} {{b}} {{c d}} Summary"
    assert result.missing_variables == ["b", "a", "c d"]


def test_escaped_braces_are_literal(compiled):
    result = compiled((1, 3), template=r"\{{context}} \{{x}} \{{ {{context}} \\{{y}}")
    assert result.compiled == "{{context}} {{x}} {{ third \\{{y}}"
    assert result.missing_variables == []


@pytest.mark.parametrize(
    "template",
    [
        "{{context}",
        "{context}}",
        "{{con\ntext}}",
        "{{}}",
        "{{  }}",
        "{{",
        "}}",
        "}}{{",
        "{ {context}}",
    ],
)
def test_unbalanced_or_empty_braces_are_plain_text(compiled, template):
    result = compiled((1, 3), template=template)
    assert (result.compiled, result.missing_variables) == (template, [])


def test_the_innermost_braces_count(compiled):
    assert compiled((1, 3), template="{{{context}}}").compiled == "{third}"
    assert compiled((1, 3), template="{{ {{context}} }}").compiled == "{{ third }}"
    assert compiled((1, 3), template="{{{{context}}").compiled == "{{third"


def test_a_name_has_at_most_200_characters(compiled):
    assert compiled(template="{{" + "n" * 200 + "}}").missing_variables == ["n" * 200]
    assert compiled(template="{{" + "n" * 201 + "}}").missing_variables == []


@pytest.mark.timeout(5)
@pytest.mark.parametrize(
    "unit", ["{{", "{{ ", "{{a", "\\{{", "{{}}", "[КОНТЕКСТ", "{{" + " " * 199]
)
def test_100_kilobytes_of_half_placeholders_are_compiled_at_once(compiled, unit):
    template = (unit * 100_000)[:100_000]
    result = compiled(template=template)
    assert result.compiled == template.replace("\\{{", "{{")
    assert result.missing_variables == []


@pytest.mark.timeout(5)
def test_a_hundred_thousand_numbered_closing_tags_are_compiled_at_once(single):
    content = "</Item>" + "".join(f"</Item {n}>" for n in range(2, 100_000))
    assert f"\n<Item 100000>\n{content}\n</Item 100000>\n" in single(content)
