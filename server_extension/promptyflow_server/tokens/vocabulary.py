"""The vocabularies that are shipped, and which model uses which."""

from __future__ import annotations

import json
import re
import zlib
from importlib.resources import files
from typing import Final, Literal, NamedTuple

from tiktoken import Encoding
from tiktoken.model import encoding_name_for_model

EncodingName = Literal["o200k_base", "cl100k_base"]

ENCODINGS: Final[tuple[EncodingName, ...]] = ("o200k_base", "cl100k_base")

_BY_OPENAI: Final = frozenset({"openai", "openrouter"})
_SAME: Final[dict[str, EncodingName]] = {"o200k_harmony": "o200k_base"}
_GENERATION: Final = re.compile(r"[^0-9]*\d+")


class Tokenizer(NamedTuple):
    """How a model's tokens are counted.

    Parameters
    ----------
    exact
        The model is known to use this vocabulary; elsewhere it serves as a measure.
    family
        Models whose counts are alike.
    """

    encoding: EncodingName
    exact: bool
    family: str


def tokenizer_of(provider: str, model: str) -> Tokenizer:
    """Return how a model's tokens are counted."""
    vendor, _, bare = model.rpartition("/")
    by_openai = provider in _BY_OPENAI and vendor in {"", "openai"}
    try:
        told = encoding_name_for_model(bare.partition(":")[0] if by_openai else bare)
    except KeyError:
        return Tokenizer("o200k_base", exact=False, family=family_of(model))
    name = _SAME.get(told, told)
    if name not in ENCODINGS:  # models that retired long ago
        return Tokenizer("cl100k_base", exact=False, family=family_of(model))
    return Tokenizer(name, by_openai, family_of(model))


def family_of(model: str) -> str:
    """Return the name of a model's generation: ``claude-opus-5`` of ``claude-opus-5-5``."""
    name = model.lower().removeprefix("models/")
    found = _GENERATION.match(name)
    return found[0] if found else name


def load(name: EncodingName) -> Encoding:
    """Return an encoding; takes a third of a second, part of it without letting others run."""
    packed = files(__package__).joinpath("vocabularies", f"{name}.bin").read_bytes()
    line, _, rest = zlib.decompress(packed).partition(b"\n")
    header = json.loads(line)
    ranks: dict[bytes, int] = {}
    start = count = header["tokens"]
    for rank, length in enumerate(rest[:count]):
        end = start + length
        if length:
            ranks[rest[start:end]] = rank
        start = end
    return Encoding(
        name,
        pat_str=header["pattern"],
        mergeable_ranks=ranks,
        special_tokens=header["special"],
    )
