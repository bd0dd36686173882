"""What one saved edit costs does not grow with the project; many rows are written at once."""

from __future__ import annotations

import time
from uuid import UUID

import pytest
from sqlalchemy import text

from promptyflow_server.projects.context.repository import NodeRepository
from promptyflow_server.projects.context.text_repository import TextRepository
from promptyflow_server.projects.prompts.repository import PromptRepository
from promptyflow_server.projects.records import Key

LINE = "The quick brown fox jumps over the lazy dog, twice.\n"
ITEM = 50_000


def data(chars):
    content = (LINE * (ITEM // len(LINE) + 1))[:ITEM]
    count = chars // ITEM
    blocks = [range(1, count // 2 + 1), range(count // 2 + 1, count + 1)]
    return {
        "contextBlocks": [
            {
                "id": number,
                "title": f"Block {number}",
                "items": [{"id": n, "title": f"Item {n}", "content": content} for n in numbers],
            }
            for number, numbers in enumerate(blocks, start=1)
        ]
    }


async def wal_position(dispatcher):
    async with dispatcher.services.database.read() as connection:
        query = "SELECT pg_current_wal_insert_lsn() - '0/0'::pg_lsn"
        return int((await connection.execute(text(query))).scalar_one())


async def cost_of(dispatcher, project, edit):
    """Return the bytes of write-ahead log and of the answer, the least of a few."""
    costs = []
    for turn in range(5):
        # A page's first change after a checkpoint writes the whole page: not what is asked here.
        before = await wal_position(dispatcher)
        operation = await edit(turn)
        body = {"operations": [operation]}
        answer = await project.person.send("PATCH", f"{project.path}/context-blocks", body)
        costs.append((await wal_position(dispatcher) - before, answer.size))
    return min(costs)


@pytest.mark.parametrize("kind", ["splice", "content"])
async def test_bytes_of_a_saved_edit_do_not_grow_with_the_project(ann, dispatcher, kind):
    costs = {}
    for chars in (100_000, 10_000_000):
        project = await ann.make(data(chars))
        node = await project.node(1, 1)

        async def edit(turn, project=project, node=node):
            node["version"] = (await project.node(1, 1))["version"]
            update = {"op": "update", "blockId": 1, "itemId": 1, "version": node["version"]}
            if kind == "splice":
                splice = {"start": 20_000 + 7 * turn, "deleteCount": 5, "insert": "12345"}
                return {**update, "splice": splice}
            node["content"] = node["content"][:20_000] + f"{turn}" + node["content"][20_001:]
            return {**update, "content": node["content"]}

        costs[chars] = await cost_of(dispatcher, project, edit)
        await ann.send("DELETE", project.path)
    (small, small_answer), (large, large_answer) = costs.values()
    assert large < 2 * small, costs
    assert large < 2 * ITEM, "less than the item itself, twice"
    assert abs(large_answer - small_answer) < 30, costs


async def test_five_thousand_items_are_imported_at_once(ann):
    content = (LINE * 40)[:2_000]
    items = [{"id": n, "title": f"Item {n}", "content": content} for n in range(1, 501)]
    blocks = [{"id": n, "title": f"Block {n}", "items": items} for n in range(1, 11)]
    began = time.perf_counter()
    project = await ann.make({"contextBlocks": blocks})
    seconds = time.perf_counter() - began
    shown = await project.get("none")
    assert shown["chars"] == 10_000_000
    assert seconds < 5, "about half a second on a machine that does nothing else"
    moved = [{**block, "items": list(reversed(items))} for block in blocks]
    began = time.perf_counter()
    await ann.patch(project.path, {"data": {"contextBlocks": moved[:5]}})
    assert time.perf_counter() - began < 10
    assert (await project.get("none"))["chars"] == 5_000_000


async def test_a_place_that_is_used_again_and_again_spreads_the_keys(ann, dispatcher):
    project = await ann.make()
    await project.context({"op": "addBlock"}, *[{"op": "addItem", "blockId": 1}] * 2)
    # Always between the same two: the keys there halve their room each time.
    for _ in range(4):
        await project.context(*[{"op": "addItem", "blockId": 1, "title": "x", "after": 1}] * 100)
    items = (await project.get("none"))["data"]["contextBlocks"][0]["items"]
    assert [item["id"] for item in items] == [1, *range(402, 2, -1), 2]
    async with dispatcher.services.database.read() as connection:
        query = text("SELECT max(length(position)) FROM nodes WHERE project_id = :id")
        assert (await connection.execute(query, {"id": project.id})).scalar() <= 40


async def rows_read(connection):
    """Return how many rows of nodes and texts this transaction has read."""
    query = (
        "SELECT sum(coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0))"
        " FROM pg_stat_xact_user_tables WHERE relname IN ('nodes', 'node_chunks', 'selections')"
    )
    return int((await connection.execute(text(query))).scalar_one())


async def test_pieces_made_a_moment_ago_are_found_one_by_one_before_there_are_statistics(
    ann, dispatcher
):
    parts = 400
    items = [{"id": 1, "title": "I", "content": "One line of it.\n\n" * parts}]
    prompt = {"id": 1, "title": "P", "template": "{{context}}"}
    blocks = [{"id": 1, "title": "B", "items": items}]
    project = await ann.make({"contextBlocks": blocks, "promptBlocks": [prompt]})
    split = {"blockId": 1, "itemId": 1, "method": "paragraph"}
    await ann.post(f"{project.path}/context-blocks/split", split)
    keys = [Key(1, 1, n) for n in range(1, parts + 1)]
    query = text("SELECT owner_id FROM projects WHERE id = :id")
    chosen = [(*key, order) for order, key in enumerate(keys, start=1)]
    async with dispatcher.services.database.transaction() as connection:
        owner = (await connection.execute(query, {"id": project.id})).scalar_one()
        address = (connection, owner, UUID(project.id))
        prompts, rows, texts = (
            PromptRepository(*address),
            NodeRepository(*address),
            TextRepository(*address),
        )
        await prompts.select({1: chosen})
        found = await rows.nodes(keys)
        for read in (
            lambda: prompts.pieces(1),
            lambda: prompts.selected_texts(1),
            lambda: rows.nodes(keys),
            lambda: texts.texts(keys),
            lambda: rows.update(found),
            lambda: rows.unselect(keys),
            lambda: rows.delete(keys),
        ):
            before = await rows_read(connection)
            await read()
            assert await rows_read(connection) - before <= 5 * parts
        await connection.rollback()
