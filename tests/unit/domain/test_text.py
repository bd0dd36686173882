"""Which texts are refused, and what the refusal says."""

from __future__ import annotations

import pytest

from promptyflow_lab.domain import TextError, check_text


@pytest.mark.parametrize(
    "text",
    ["", "plain", "naïve café", "Привет, мир", "😀 family 👨‍👩‍👧", "a\r\nb\tc\x01", "\ufeff\uffff"],
)
def test_any_unicode_text_comes_back_as_it_is(text):
    assert check_text(text) is text


@pytest.mark.parametrize(
    ("text", "index", "character"),
    [
        ("\0", 0, "U+0000"),
        ("abc\0", 3, "U+0000"),
        ("Привет\0", 6, "U+0000"),
        ("😀😀\ud83d", 2, "U+D83D"),
        ("é\udc00\0", 1, "U+DC00"),
        ("é\0\udc00", 1, "U+0000"),
        ("\udfff", 0, "U+DFFF"),
    ],
)
def test_nul_and_lone_surrogates_are_refused_at_their_index(text, index, character):
    with pytest.raises(TextError) as caught:
        check_text(text, "promptBlocks[0].template")
    error = caught.value
    assert error.code == "INVALID_TEXT"
    assert error.path == "promptBlocks[0].template"
    assert error.details == {
        "path": "promptBlocks[0].template",
        "index": index,
        "character": character,
    }
    assert str(error).startswith("promptBlocks[0].template: ")


def test_the_last_of_ten_million_characters_is_seen():
    text = "я" * 9_999_999
    assert check_text(text + "ю") == text + "ю"
    with pytest.raises(TextError) as caught:
        check_text(text + "\ud800")
    assert caught.value.index == 9_999_999
