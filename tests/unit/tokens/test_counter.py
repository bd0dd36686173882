"""Counting tokens: the numbers are tiktoken's own, whatever is cut, threaded or remembered."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
import zlib
from importlib.resources import files
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from promptyflow_server.tokens import cutting
from promptyflow_server.tokens.counter import TokenCounter
from promptyflow_server.tokens.vocabulary import ENCODINGS, family_of, load, tokenizer_of

SAMPLE = (
    "Привет, мир! Это — проверка.\n\n  Отступ и конец…\r\n/path/to\n"
    "Hello world, it's 12345 o'clock.\t\n \n</tag>\n<Tag-1>\nтекст\n</Tag-1> 🎉👩‍👩‍👧 日本語。"
)


@pytest.fixture(scope="module")
def encodings():
    return {name: load(name) for name in ENCODINGS}


@pytest.fixture
def counter(encodings):
    made = TokenCounter(2)
    made._encodings.update(encodings)  # they take a while to load
    yield made
    made.close()


@pytest.mark.parametrize("name", ENCODINGS)
def test_a_vocabulary_is_the_one_that_was_published(name):
    path = files("promptyflow_server.tokens").joinpath("vocabularies", f"{name}.bin")
    line, _, rest = zlib.decompress(path.read_bytes()).partition(b"\n")
    header = json.loads(line)
    original, start = hashlib.sha256(), header["tokens"]
    for rank, length in enumerate(rest[: header["tokens"]]):
        token = rest[start : start + length]
        start += length
        original.update(base64.b64encode(token) + f" {rank}\n".encode())
    assert original.hexdigest() == header["sha256"]
    notice = path.parent.joinpath("NOTICE.md").read_text("utf-8")
    assert header["sha256"] in notice


async def test_an_empty_text_has_no_tokens(counter):
    assert await counter.count_all("o200k_base", [""]) == [0]
    assert await counter.count_all("o200k_base", ["", "tiktoken is great!", ""]) == [0, 6, 0]
    assert (await counter.count_spans("o200k_base", "", [(0, 0)])).total == 0


def test_known_counts(encodings):
    assert len(encodings["o200k_base"].encode_ordinary("tiktoken is great!")) == 6
    assert len(encodings["cl100k_base"].encode_ordinary("tiktoken is great!")) == 6
    assert encodings["o200k_base"].encode_ordinary("hello world") == [24912, 2375]
    assert encodings["cl100k_base"].encode_ordinary("hello world") == [15339, 1917]


def test_what_looks_like_a_special_token_is_text(encodings):
    assert len(encodings["o200k_base"].encode_ordinary("<|endoftext|>")) > 1


# What a tokenizer's pattern tells apart, in many orders.
SIGNS = "a Б я 's 'LL 1 ² ½ 日 \u0301 \u200d 🎉 _ . / < -"
BLANKS = [" ", "  ", "\t", "\n", "\r", "\r\n", "\u00a0", "\u2028", "\x0b", "\x1c", "\x85"]
alphabet = st.sampled_from([*SIGNS.split(" "), *BLANKS])


@pytest.mark.parametrize("name", ENCODINGS)
@settings(max_examples=400, deadline=None)
@given(parts=st.lists(alphabet, max_size=60))
def test_both_sides_of_a_border_add_up(encodings, name, parts):
    text = "".join(parts)
    count = lambda piece: len(encodings[name].encode_ordinary(piece))  # noqa: E731 - said once
    for border in cutting._BORDER.finditer(text):
        place = border.start()
        assert count(text[:place]) + count(text[place:]) == count(text)


async def test_a_long_text_counts_what_it_counts_in_one_piece(counter, encodings):
    words = SAMPLE.split(" ")
    text = " ".join(words[number * number % len(words)] + str(number) for number in range(60_000))
    assert len(list(cutting.chunks(text))) > 3
    for name in ENCODINGS:
        assert await counter.count(name, text) == len(encodings[name].encode_ordinary(text))


async def test_a_text_without_any_border_is_counted_too(counter, encodings):
    text = "—" * 200_000
    assert [*cutting.chunks(text)] == [text]
    assert await counter.count("o200k_base", text) == len(
        encodings["o200k_base"].encode_ordinary(text)
    )


async def test_parts_and_what_stands_between_add_up(counter, encodings):
    pieces = ["Первый. ", "", "Second\n", "/third", "  четвёртый", "a" * 500]
    text, spans = "Head\n", []
    for piece in pieces:
        text += "<Tag>\n"
        spans.append((len(text), len(text) + len(piece)))
        text += piece + "\n</Tag>\n"
    told = await counter.count_spans("o200k_base", text, spans)
    assert told.total == len(encodings["o200k_base"].encode_ordinary(text))
    assert sum(told.parts) < told.total
    for piece, part in zip(pieces, told.parts, strict=True):
        alone = len(encodings["o200k_base"].encode_ordinary(piece))
        assert abs(part - alone) <= 2


@settings(max_examples=200, deadline=None)
@given(
    parts=st.lists(alphabet, max_size=60),
    cuts=st.sets(st.integers(0, 60), min_size=2, max_size=6),
)
def test_any_spans_leave_the_total_alone(encodings, parts, cuts):
    text = "".join(parts)
    spans = [*pairwise(sorted({min(cut, len(text)) for cut in cuts}))]
    counter = TokenCounter(1)
    counter._encodings.update(encodings)
    try:
        told = asyncio.run(counter.count_spans("o200k_base", text, spans))
    finally:
        counter.close()
    assert told.total == len(encodings["o200k_base"].encode_ordinary(text))
    assert len(told.parts) == len(spans)


async def test_an_edit_counts_the_edited_part_only(counter):
    pieces = [f"Часть {number}. " + "слово " * 400 + "\n" for number in range(50)]
    spans, place = [], 0
    for piece in pieces:
        spans.append((place, place + len(piece)))
        place += len(piece)
    await counter.count_spans("o200k_base", "".join(pieces), spans)
    counted = []
    count_job = counter._count_job
    counter._count_job = lambda name, job: counted.extend(job) or count_job(name, job)
    pieces[7] = pieces[7].replace("слово", "слива", 1)
    await counter.count_spans("o200k_base", "".join(pieces), spans)
    assert [text for _, text in counted] == [pieces[7]]


async def test_counting_leaves_the_event_loop_free(counter):
    await counter.count("o200k_base", "warm")
    text = " ".join(f"слово{number}" for number in range(300_000))
    longest, last = 0.0, asyncio.get_running_loop().time()
    counting = asyncio.ensure_future(counter.count("o200k_base", text))
    turns = 0
    while not counting.done():
        await asyncio.sleep(0)
        now = asyncio.get_running_loop().time()
        longest, last, turns = max(longest, now - last), now, turns + 1
    assert await counting > 300_000
    assert turns > 20  # it turned all the while


@pytest.mark.parametrize(
    ("provider", "model", "encoding", "exact"),
    [
        ("openai", "gpt-5.4", "o200k_base", True),
        ("openai", "gpt-4o-2024-08-06", "o200k_base", True),
        ("openai", "gpt-4", "cl100k_base", True),
        ("openai", "gpt-oss-120b", "o200k_base", True),
        ("openai", "gpt-6.1-sol", "o200k_base", False),
        ("openrouter", "openai/gpt-5:nitro", "o200k_base", True),
        ("openrouter", "anthropic/claude-opus-5.5", "o200k_base", False),
        ("anthropic", "claude-opus-5-5", "o200k_base", False),
        ("openai-compatible", "gpt-4o", "o200k_base", False),
    ],
)
def test_the_tokenizer_of_a_model(provider, model, encoding, exact):
    told = tokenizer_of(provider, model)
    assert (told.encoding, told.exact) == (encoding, exact)


@pytest.mark.parametrize(
    ("model", "family"),
    [
        ("claude-opus-5-5", "claude-opus-5"),
        ("models/gemini-3.8-flash", "gemini-3"),
        ("llama3.1:8b", "llama3"),
        ("mistral-large", "mistral-large"),
    ],
)
def test_the_family_of_a_model(model, family):
    assert family_of(model) == family
