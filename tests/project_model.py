"""A project as plain lists: what random operations must lead to, written as simply as can be."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace

from promptyflow_lab.domain import (
    ContextBlock,
    ContextItem,
    ProjectData,
    PromptBlock,
    SelectedContext,
    SubItem,
    block_size,
    item_size,
    project_size,
)
from promptyflow_lab.domain.names import (
    copy_name,
    next_block_title,
    next_item_title,
    next_prompt_title,
    next_sub_item_title,
)
from promptyflow_lab.domain.selection import keys_of, renumbered, without_node

NEXT_TITLE = (next_block_title, next_item_title, next_sub_item_title)
IDS = ("blockId", "itemId", "subItemId")


class Model:
    """A project, and for each address the id that its next child gets."""

    def __init__(self) -> None:
        self.data = ProjectData()
        self.next: dict[tuple[int, ...], int] = {(): 1}
        self.next_prompt = 1

    def children(self, key):
        if not key:
            return self.data.context_blocks
        node = self.node(key)
        return node.items if len(key) == 1 else node.sub_items

    def node(self, key):
        return next(n for n in self.children(key[:-1]) if n.id == key[-1])

    def keys(self, *depths):
        found = []
        for block in self.data.context_blocks:
            found.append((block.id,))
            for item in block.items:
                found.append((block.id, item.id))
                found += [(block.id, item.id, sub.id) for sub in item.sub_items]
        return [key for key in found if len(key) in depths]

    def prompt(self, own_id):
        return next(p for p in self.data.prompt_blocks if p.id == own_id)

    def place(self, siblings, node, after):
        ids = [n.id for n in siblings]
        siblings.insert(0 if after is None else ids.index(after) + 1, node)

    def give_id(self, parent):
        own_id = self.next[parent]
        self.next[parent] += 1
        return own_id

    def add(self, parent, title, content, after):
        siblings = self.children(parent)
        if title is None:
            pairs = [(n.id, n.title) for n in siblings]
            make = NEXT_TITLE[len(parent)]
            title = make([t for _, t in pairs]) if not parent else make(pairs)
        own_id = self.give_id(parent)
        if not parent:
            node = ContextBlock(own_id, title)
        elif len(parent) == 1:
            node = ContextItem(own_id, title, content)
        else:
            node = SubItem(own_id, title, content)
        self.place(siblings, node, after)
        self.next[(*parent, own_id)] = 1

    def move(self, key, parent, after):
        node = self.node(key)
        self.children(key[:-1]).remove(node)
        if parent == key[:-1]:
            self.place(self.children(parent), node, after)
            return
        own_id = self.give_id(parent)
        new = (*parent, own_id)
        if len(new) == len(key):
            moved = replace(node, id=own_id)
        elif len(new) == 2:
            moved = ContextItem(own_id, node.title, node.content)
        else:
            moved = SubItem(own_id, node.title, node.content)
        self.place(self.children(parent), moved, after)
        for old in [k for k in self.next if k[: len(key)] == key]:
            self.next[(*new, *old[len(key) :])] = self.next.pop(old)
        for prompt in self.data.prompt_blocks:
            for entry in prompt.selected_context:
                ids = (entry.block_id, entry.item_id, entry.sub_item_id or 0)
                if ids[: len(key)] == key:
                    ids = (*new, *ids[len(key) :], 0)[:3]
                    entry.block_id, entry.item_id = ids[:2]
                    entry.sub_item_id = ids[2] or None

    def delete(self, key):
        self.children(key[:-1]).remove(self.node(key))
        for old in [k for k in self.next if k[: len(key)] == key]:
            del self.next[old]
        for prompt in self.data.prompt_blocks:
            prompt.selected_context = without_node(prompt.selected_context, *key)

    def replace_context(self, blocks):
        for key in reversed(self.keys(1, 2, 3)):
            if key not in _keys(blocks):
                self.delete(key)
        self.data.context_blocks = deepcopy(blocks)
        for key in self.keys(1, 2, 3):
            self.next.setdefault(key, 1)
            self.next[key[:-1]] = max(self.next[key[:-1]], key[-1] + 1)

    def add_prompt(self, template, selected, after):
        title = next_prompt_title(p.title for p in self.data.prompt_blocks)
        prompt = PromptBlock(self.next_prompt, title, template, selected_context=selected)
        self.next_prompt += 1
        self.place(self.data.prompt_blocks, prompt, after)

    def duplicate_prompt(self, own_id):
        prompt = deepcopy(self.prompt(own_id))
        prompt.id, self.next_prompt = self.next_prompt, self.next_prompt + 1
        prompt.title = copy_name(prompt.title, [p.title for p in self.data.prompt_blocks])
        self.place(self.data.prompt_blocks, prompt, own_id)

    def counters(self):
        items = [item for block in self.data.context_blocks for item in block.items]
        return {
            "chars": project_size(self.data),
            "blocks": len(self.data.context_blocks),
            "items": len(items),
            "subItems": sum(len(item.sub_items) for item in items),
            "prompts": len(self.data.prompt_blocks),
        }

    def sizes(self):
        return [
            (block_size(block), [item_size(item) for item in block.items])
            for block in self.data.context_blocks
        ]


def settled(data: ProjectData) -> ProjectData:
    """Return the project with selections numbered without gaps, for comparing."""
    prompts = [
        replace(prompt, selected_context=renumbered(prompt.selected_context))
        for prompt in data.prompt_blocks
    ]
    return deepcopy(ProjectData(data.context_blocks, prompts))


def selection(keys):
    return [SelectedContext(*key, order=order) for order, key in enumerate(keys)]


def ids(key):
    return dict(zip(IDS, key, strict=False))


def selected_keys(prompt):
    return [tuple(part for part in key if part is not None) for key in keys_of(prompt)]


def _keys(blocks):
    model = Model()
    model.data = ProjectData(blocks)
    return model.keys(1, 2, 3)
