"""What holds for every prompt, whatever stands in its titles, contents and template."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from promptyflow_lab.domain import (
    ContextBlock,
    ContextItem,
    PromptBlock,
    SelectedContext,
    SubItem,
    compile_prompt,
)

# Little words that meet each other often: tags, placeholders, escapes, line ends.
WORDS = [
    *("Context", "Docs", "A", "item-1", "</Context>", "</Docs>", "</A>", "</item-1>", "Context</"),
    *(
        "<",
        ">",
        "/",
        "</",
        "{{",
        "}}",
        "{{context}}",
        "[КОНТЕКСТ]",
        "\\",
        "$&",
        "&",
        "'",
        '"',
        "😀",
    ),
]
SPACES = [" ", " 2", " 3", "\n", "\r\n", "\t", "\x85", "\u2028", "\u202e", "</A 2>", "</Docs 2>"]
HOSTILE = st.lists(st.sampled_from(WORDS + SPACES), max_size=8).map("".join)
TITLES = HOSTILE | st.sampled_from(["Docs", "A", "Context"]) | st.text(max_size=5)
CONTENTS = HOSTILE | st.text(max_size=20)


@st.composite
def projects(draw):
    """Return blocks with their items and sub-items."""
    return [
        ContextBlock(
            block,
            draw(TITLES),
            [
                ContextItem(
                    item,
                    draw(TITLES),
                    draw(CONTENTS),
                    [
                        SubItem(sub, draw(TITLES), draw(CONTENTS))
                        for sub in range(1, draw(st.integers(1, 3)))
                    ],
                )
                for item in range(1, draw(st.integers(2, 4)))
            ],
        )
        for block in (1, 2)
    ]


def all_contents(blocks):
    """Return the content of everything that can be selected, by key."""
    contents = {}
    for block in blocks:
        for item in block.items:
            contents[block.id, item.id, None] = item.content
            for sub in item.sub_items:
                contents[block.id, item.id, sub.id] = sub.content
    return contents


@st.composite
def selections(draw, blocks):
    """Return some of the keys in any order, now and then one that does not exist."""
    keys = [*all_contents(blocks), (3, 1, None), (1, 9, 9)]
    return draw(st.lists(st.sampled_from(keys), unique=True))


def prompt_with(keys, template):
    selected = [SelectedContext(*key, order=place) for place, key in enumerate(keys)]
    return PromptBlock(1, "P", template, selected_context=selected)


@given(st.data(), projects(), st.booleans())
def test_every_filled_piece_is_there_verbatim_once_and_in_order(data, blocks, tags):
    keys = data.draw(selections(blocks))
    contents = all_contents(blocks)
    expected = [key for key in keys if contents.get(key, "").strip()]
    result = compile_prompt(prompt_with(keys, "before {{context}} after"), blocks, tags)
    assert [piece[:3] for piece in result.pieces] == expected
    for piece in result.pieces:
        assert result.compiled[piece.start : piece.end] == contents[piece[:3]]
        assert piece.chars == piece.end - piece.start
    ends = [0, *(piece.end for piece in result.pieces)]
    assert all(end <= piece.start for end, piece in zip(ends, result.pieces, strict=False))
    assert [entry.key for entry in result.unresolved] == [k for k in keys if k not in contents]
    assert result.context_chars == sum(len(contents[key]) for key in expected)


@given(st.data(), projects())
def test_plain_context_is_the_contents_and_blank_lines_and_nothing_else(data, blocks):
    keys = data.draw(selections(blocks))
    contents = all_contents(blocks)
    filled = [contents[key] for key in keys if contents.get(key, "").strip()]
    result = compile_prompt(prompt_with(keys, "[[{{context}}]]"), blocks, wrap_in_tags=False)
    assert result.compiled == "[[" + "\n\n".join(filled) + "]]"


@given(st.data(), projects())
def test_nothing_can_close_a_wrapper_it_stands_in(data, blocks):
    """Read the text as a reader would: the first closing tag after an opening tag is its own."""
    keys = data.draw(selections(blocks))
    result = compile_prompt(prompt_with(keys, "{{context}}"), blocks, wrap_in_tags=True)
    text = result.compiled
    # Blank the contents out: what is left was written by the layout, so its lines can be trusted.
    skeleton = text
    for piece in result.pieces:
        skeleton = skeleton[: piece.start] + "·" * piece.chars + skeleton[piece.end :]
    open_tags: list[tuple[str, int]] = []
    position = 0
    for line in skeleton.split("\n"):
        if line.startswith("</"):
            name, start = open_tags.pop()
            assert line == f"</{name}>"
            assert text.find(line, start) == position
        elif line.startswith("<"):
            open_tags.append((line[1:-1], position))
        elif line and not line.startswith("·"):
            assert re.match(r"#{3,4} \S", line)
        position += len(line) + 1
    assert open_tags == []
    assert text == "" or (skeleton.startswith("### Context:\n<Context") and position > 0)


@given(st.data(), projects())
def test_a_tag_has_no_forbidden_character_and_is_on_a_line_of_its_own(data, blocks):
    keys = data.draw(selections(blocks))
    result = compile_prompt(prompt_with(keys, "{{context}}"), blocks, wrap_in_tags=True)
    for piece in result.pieces:
        opening = result.compiled[: piece.start].removesuffix("\n").rpartition("\n")[2]
        assert re.fullmatch(r"<[^<>&/\"'\x00-\x1f\x7f-\x9f\u2028\u2029]+>", opening)
        assert "  " not in opening
        assert result.compiled[piece.end :].startswith(f"\n</{opening[1:]}")


@given(HOSTILE | st.text())
def test_a_template_that_gets_nothing_changes_only_where_it_says_so(template):
    result = compile_prompt(PromptBlock(1, "P", template), [], variables={})
    literal = re.sub(
        r"\\\{\{|\{\{([^{}\r\n]{1,200})\}\}|\[КОНТЕКСТ\]",
        lambda match: (
            "{{"
            if match[0] == "\\{{"
            else match[0]
            if match[1] and match[1].strip().lower() != "context"
            else ""
        ),
        template,
    )
    if not re.search(r"\{\{\s*(date|prompt)\s*\}\}", template):
        assert result.compiled == literal
    assert result.total_chars == len(result.compiled)
    assert result.context_unused is False


@given(
    st.lists(
        st.sampled_from(["{{a}}", "{{ b }}", "{{context}}", "x", "\n", "{", "}"]), max_size=12
    ),
    HOSTILE,
    HOSTILE,
)
def test_values_and_context_are_inserted_as_often_as_they_are_asked_for(parts, value, content):
    marked = f"«{content}»"
    variables = {"a": f"‹{value}›", "b": ""}
    block = ContextBlock(1, "B", [ContextItem(1, "I", marked)])
    template = "|".join(parts)
    result = compile_prompt(
        prompt_with([(1, 1, None)], template), [block], wrap_in_tags=False, variables=variables
    )
    expected = "|".join(
        {"{{a}}": variables["a"], "{{ b }}": "", "{{context}}": marked}.get(part, part)
        for part in parts
    )
    assert result.compiled == expected
    assert result.missing_variables == []
