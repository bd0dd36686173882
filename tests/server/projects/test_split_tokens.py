"""Splitting at a number of tokens, as the model counts them."""

from __future__ import annotations

import pytest
from people import Refused

from promptyflow_server.tokens.vocabulary import load

TEXT = "".join(
    f"Предложение номер {n} говорит о чём-то. Another sentence {n}.\n" for n in range(400)
)
ITEM = {"blockId": 1, "itemId": 1}


@pytest.fixture(scope="module")
def o200k():
    return load("o200k_base")


@pytest.fixture
async def path(ann):
    items = [{"id": 1, "title": "Book", "content": TEXT, "subItems": []}]
    blocks = [{"id": 1, "title": "B", "items": items}]
    body = {"name": "P", "data": {"contextBlocks": blocks, "promptBlocks": []}}
    project = await ann.post("/api/projects", body)
    return f"/api/projects/{project['id']}/context-blocks"


async def preview(person, path, **body):
    wanted = {**ITEM, "method": "tokens", "preview": True, **body}
    return await person.post(f"{path}/split", wanted)


async def test_no_part_has_more_tokens_than_was_asked_for(ann, path, o200k):
    told = await preview(ann, path, maxSize=500, model="gpt-5.4")
    pieces = [TEXT[part["start"] : part["end"]] for part in told["parts"]]
    counts = [len(o200k.encode_ordinary(piece)) for piece in pieces]
    assert "".join(pieces) == TEXT
    assert max(counts) <= 500
    assert min(counts[:-1]) > 400  # as few parts as can be
    assert [part["tokens"] for part in told["parts"]] == counts
    assert told["exactTokens"] is True


async def test_a_model_whose_tokens_are_estimated_gets_smaller_parts(ann, path):
    exact = await preview(ann, path, maxSize=500, model="gpt-5.4")
    about = await preview(ann, path, maxSize=500, model="claude-opus-5-5")
    assert about["exactTokens"] is False
    assert len(about["parts"]) > len(exact["parts"])
    assert max(part["tokens"] for part in about["parts"]) <= 500


@pytest.mark.parametrize("how", [{"parts": 4}, {"size": 3000}])
async def test_parts_of_about_the_same_number_of_tokens(ann, path, how):
    told = await preview(ann, path, model="gpt-5.4", **how)
    counts = [part["tokens"] for part in told["parts"]]
    assert max(counts) - min(counts) < 0.2 * max(counts)
    assert [part["warnings"] for part in told["parts"]] == [[]] * len(counts)


async def test_the_parts_become_nodes(ann, path):
    shown = await preview(ann, path, maxSize=3000, model="gpt-5.4")
    body = {**ITEM, "method": "tokens", "maxSize": 3000, "model": "gpt-5.4"}
    made = await ann.post(f"{path}/split", {**body, "version": shown["version"]})
    assert len(made["parts"]) == len(shown["parts"]) > 1
    assert [node["chars"] for node in made["nodes"] if node.get("subItemId")] == [
        part["chars"] for part in shown["parts"]
    ]


@pytest.mark.parametrize(
    ("body", "place"),
    [
        ({"maxSize": 500}, "model"),
        ({"model": "gpt-5"}, "maxSize"),
        ({"maxSize": 0, "model": "gpt-5"}, "maxSize"),
        ({"maxSize": 5, "model": "gpt-5", "level": 2}, "level"),
        ({"maxSize": 5, "model": "gpt-5", "provider": "nobody"}, "provider"),
        ({"method": "exact", "maxSize": 5, "model": "gpt-5"}, "model"),
    ],
)
async def test_what_makes_no_sense_is_refused(ann, path, body, place):
    with pytest.raises(Refused) as error:
        await preview(ann, path, **body)
    assert list(error.value.details["errors"]) == [place]
