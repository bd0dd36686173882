"""The search: what is found, by what, and how it is shown."""

from __future__ import annotations

import pytest


def text(fragments):
    return "".join(fragment["text"] for fragment in fragments)


def hits(fragments):
    return [fragment["text"] for fragment in fragments if fragment["hit"]]


@pytest.mark.parametrize(
    ("written", "asked"),
    [
        ("studies", "study "),
        ("the runner was running", "run "),
        ("translations", "translating "),
        ("большие тексты", "текст "),
        ("текст", "текстами "),
        ("Исправь ошибки в коде", "код ошибка "),
        ("ДОКУМЕНТЫ", "документов "),
        ("Объясни summary таблицы", "таблица summaries "),
        ("Ёлки и берёза", "елка "),
        ("Елки и береза", "ёлка берёзы "),
        ("<instructions>Think</instructions>", "instruction "),
        ("write to {{user_name}} now", "user name "),
        ("write to {{user_name}} now", "{{user_name}} "),
        ("CI/CD setup", "cd "),
        ("CI/CD setup", "ci/cd "),
        ("see https://example.com/guide", "guide "),
        ("gpt-4o or claude-3.5", "gpt-4o "),
        ("file main.py here", "main.py "),
    ],
)
@pytest.mark.parametrize("place", ["name", "content"])
async def test_a_word_is_found_in_any_form(ann, written, asked, place):
    await ann.add("something else", "entirely")
    await ann.add(*((written, "x") if place == "name" else ("x", written)))
    assert len(await ann.found(asked)) == 1


@pytest.mark.parametrize("name", ["Computations of tomorrow", "Вычислительные машины", "Ёлочка"])
async def test_a_word_of_the_name_is_found_by_every_beginning(ann, name):
    await ann.add("zzz", "zzz")
    await ann.add(name)
    word = name.split()[0]
    for end in range(1, len(word) + 1):
        assert await ann.found(word[:end]) == [name], word[:end]


@pytest.mark.parametrize(
    ("word", "stem"), [("computation", "comput"), ("translated", "translat"), ("обзорами", "обзор")]
)
async def test_a_word_of_the_content_is_found_from_its_stem_on(ann, word, stem):
    await ann.add("x", f"some {word} here")
    for end in range(len(stem), len(word) + 1):
        assert await ann.found(word[:end]) == ["x"], word[:end]


async def test_a_word_that_is_finished_is_no_beginning(ann):
    await ann.add("Programming")
    assert await ann.found("pro") == ["Programming"]
    assert await ann.found("pro ") == []
    assert await ann.found("pro* ") == []
    assert await ann.found("pro*") == ["Programming"]


async def test_words_may_be_spread_over_name_and_content(ann):
    await ann.add("Weekly report", "written in python")
    await ann.add("Weekly report")
    await ann.add("Daily", "written in python")
    for asked in ("python weekly ", "weekly python", "python wee", "report pyth python "):
        assert await ann.found(asked) == ["Weekly report"] * (asked != "report pyth python "), asked


async def test_what_is_found_twice_takes_one_place(ann):
    await ann.add("Planetarium", "python")
    for _ in range(2):
        await ann.add("Python plan", "python plan")
    found = (await ann.search("python plan", limit=3))["items"]
    assert [item["name"] for item in found] == ["Python plan", "Python plan", "Planetarium"]


async def test_all_words_are_needed_and_their_order_is_free(ann):
    await ann.add("a", "red green blue")
    await ann.add("b", "red green")
    assert await ann.found("blue red") == ["a"]
    assert sorted(await ann.found("green red")) == ["a", "b"]


async def test_filler_words_between_others_do_not_matter(ann):
    await ann.add("Notes", "list of tables for the report")
    assert await ann.found("the list of the tables ") == ["Notes"]
    assert await ann.found("list the") == ["Notes"]
    assert await ann.found("tables for") == ["Notes"]


async def test_quotes_minus_and_or_mean_what_they_mean_elsewhere(ann):
    await ann.add("a", "code review of python")
    await ann.add("b", "review the code")
    await ann.add("c", "python")
    assert await ann.found('"code review"') == ["a"]
    assert await ann.found("code -python") == ["b"]
    assert await ann.found("-python code") == ["b"]
    assert await ann.found('code -"code review"') == ["b"]
    assert sorted(await ann.found('"code review" or python')) == ["a", "c"]


async def test_a_word_in_the_content_excludes_what_is_found_by_its_name(ann):
    await ann.add("Report", "draft")
    await ann.add("Report two", "final")
    assert await ann.found("rep -draft") == []
    assert await ann.found("-draft rep") == ["Report two"]


async def test_names_come_before_contents_and_the_closer_before_the_looser(ann):
    await ann.add("x", "budget")
    await ann.add("y", "budget " + "word " * 300 + "plan")
    await ann.add("z", "budget plan")
    await ann.add("Budget plan")
    assert await ann.found("budget plan ") == ["Budget plan", "z", "y"]


async def test_no_more_than_the_limit_is_given_and_at_most_a_hundred(ann, refusal):
    for number in range(8):
        await ann.add(f"Report {number}", "report")
    assert len((await ann.search("report", limit=3))["items"]) == 3
    for limit in (0, 101, "x"):
        assert (await refusal(ann.search("report", limit=limit))).code == "VALIDATION_ERROR"


async def test_a_change_is_found_at_once(ann):
    template = await ann.add("old", "cat")
    await ann.change(template, name="new", content="dog")
    assert await ann.found("cat") == []
    assert await ann.found("dog") == ["new"]


async def test_hits_are_marked_in_name_and_content_and_texts_are_unchanged(ann):
    content = "Use <b>tables</b> & {{table}}, таблицы and\n\ntabled things"
    await ann.add("Table of words", content)
    (item,) = (await ann.search("table words"))["items"]
    assert item["foundIn"] == "name"
    assert hits(item["markedName"]) == ["Table", "words"]
    assert text(item["markedName"]) == "Table of words"
    assert hits(item["snippet"]) == ["tables", "table", "tabled"]
    assert text(item["snippet"]) == content.replace("\n\n", " ")


async def test_the_snippet_is_the_place_where_the_words_are(ann):
    filler = "nothing to see here " * 400
    await ann.add("x", f"{filler} needle alone {filler} the needle in the haystack {filler}")
    (item,) = (await ann.search("needle haystack "))["items"]
    assert item["foundIn"] == "content"
    assert hits(item["snippet"]) == ["needle", "haystack"]
    shown = text(item["snippet"])
    assert shown.startswith("…")
    assert shown.endswith("…")
    assert len(shown) < 260


async def test_signs_that_we_mark_with_do_no_harm_in_a_text(ann):
    await ann.add("a \x02b\x03 word", "\x03\x03 word \x02")
    (item,) = (await ann.search("word"))["items"]
    assert (text(item["markedName"]), hits(item["markedName"])) == ("a \x02b\x03 word", ["word"])
    assert (text(item["snippet"]), hits(item["snippet"])) == ("\x03\x03 word \x02", ["word"])


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("weekly report", "weakly reprot"),
        ("translation", "tarnslation"),
        ("Перевод статьи", "превод статьи"),
        ("Ёлочная гирлянда", "елочная герлянда"),
        ("SQL tables", "sql tabels"),
    ],
)
async def test_a_typo_is_forgiven_and_the_guess_is_told(ann, right, wrong):
    await ann.add("something else", "entirely different")
    await ann.add(right)
    answer = await ann.search(wrong)
    assert answer["matched"] == "similar"
    assert [item["name"] for item in answer["items"]] == [right]
    assert answer["suggestion"].lower() == right.lower().replace("ё", "е")
    assert "".join(hits(answer["items"][0]["markedName"]))


async def test_a_word_of_a_content_is_guessed_too(ann):
    await ann.add("x", "Summarise the haystack")
    answer = await ann.search("haystak")
    assert (answer["matched"], answer["suggestion"]) == ("similar", "haystack")


async def test_guesses_are_made_of_ones_own_words_only(ann, bob):
    await bob.add("confidential")
    await ann.add("other")
    answer = await ann.search("confidentail")
    assert (answer["items"], answer["suggestion"]) == ([], None)


async def test_a_word_written_a_moment_ago_is_guessed(ann):
    await ann.add("other")
    assert (await ann.search("hastyack"))["suggestion"] is None
    template = await ann.add("haystack")
    assert (await ann.search("hastyack"))["suggestion"] == "haystack"
    await ann.change(template, name="needle")
    assert (await ann.search("hastyack"))["suggestion"] is None
    await ann.send("DELETE", f"/{template['id']}")
    assert (await ann.search("nedle"))["suggestion"] is None


async def test_a_guess_that_finds_nothing_is_not_told(ann):
    await ann.add("weekly")
    await ann.add("report")
    answer = await ann.search("weakly reprot")
    assert (answer["items"], answer["suggestion"]) == ([], None)


@pytest.mark.parametrize("asked", ["the", "и", "🎉", "*", "++"])
async def test_signs_and_filler_words_are_looked_for_in_names_as_they_stand(ann, asked):
    await ann.add("plain", f"{asked} inside")
    await ann.add(f"x{asked}y")
    answer = await ann.search(asked)
    assert answer["matched"] == "names"
    assert [(item["name"], item["foundIn"]) for item in answer["items"]] == [(f"x{asked}y", "name")]


async def test_a_name_that_begins_with_a_filler_word_is_found_by_it(ann):
    await ann.add("The plan")
    assert await ann.found("the") == ["The plan"]


@pytest.mark.parametrize("asked", ["%", "_", "\\", "x%y"])
async def test_signs_of_patterns_are_just_signs(ann, asked):
    await ann.add("one")
    assert (await ann.search(asked))["items"] == []


@pytest.mark.parametrize("asked", ["", "  ", "\t"])
async def test_an_empty_query_gives_the_newest(ann, asked):
    await ann.add("old")
    await ann.add("new")
    answer = await ann.search(asked)
    assert answer["matched"] == "recent"
    assert [item["name"] for item in answer["items"]] == ["new", "old"]


async def test_a_query_that_only_excludes_gives_the_newest_without(ann):
    await ann.add("with", "some words")
    await ann.add("without")
    answer = await ann.search('-word -"other thing"')
    assert answer["matched"] == "recent"
    assert [item["name"] for item in answer["items"]] == ["without"]


async def test_a_word_deep_in_a_long_content_is_found(ann):
    words = " ".join(f"слово{number}" for number in range(20_000))
    await ann.add("long", f"{words} иголка")
    assert await ann.found("иголку ") == ["long"]


@pytest.mark.parametrize(
    "unit",
    [
        "{}-{} ",  # compounds are indexed whole and in parts
        "word{}\n",
        "слово{} ",
    ],
)
async def test_a_content_of_a_million_characters_is_kept_and_found_by_its_beginning(ann, unit):
    digits = str.maketrans("0123456789", "一二三四五六七八九十")
    parts = (unit.format(*[str(n).translate(digits)] * 2) for n in range(100_000, 400_000))
    content = ("начало " + "".join(parts))[:1_000_000]
    template = await ann.add("long", content)
    assert (await ann.get(template))["content"] == content
    assert await ann.found("начала ") == ["long"]
