"""Random operations that make sense, and what they make of a project of plain lists."""

from __future__ import annotations

from copy import deepcopy
from random import Random

from project_model import Model, ids, selection

from promptyflow_lab.domain import SubItem

TEXTS = ["", "x", "привет 😀\n", "line\n" * 40, "word " * 9_000]


class Walk:
    """Makes operations that make sense for a model, and applies them to it."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)  # noqa: S311 - repeatable, not secret
        self.model = Model()
        self.versions = {}

    def context_operation(self):
        model = self.model
        kinds = [self.add_block]
        if model.keys(1):
            kinds += [self.add_item, self.rename, self.place, self.delete]
        if model.keys(2):
            kinds += [self.add_sub_item, self.write, self.edit, self.edit, self.rekey, self.rekey]
        return self.random.choice(kinds)()

    def add_block(self):
        return self.addition(())

    def add_item(self):
        return self.addition(self.random.choice(self.model.keys(1)))

    def add_sub_item(self):
        return self.addition(self.random.choice(self.model.keys(2)))

    def rename(self):
        key = self.random.choice(self.model.keys(1, 2, 3))
        title = self.random.choice(["Renamed", "Глава 09", "Context41"])
        self.model.node(key).title = title
        return {"op": "update", **ids(key), "title": title}

    def place(self):
        key = self.random.choice(self.model.keys(1, 2, 3))
        after = self.sibling(key[:-1], but=key[-1])
        self.model.move(key, key[:-1], after)
        return {"op": "move", **ids(key), "to": {"after": after}}

    def delete(self):
        key = self.random.choice(self.model.keys(1, 2, 3))
        self.model.delete(key)
        return {"op": "delete", **ids(key)}

    def write(self):
        key = self.random.choice(self.model.keys(2, 3))
        content = self.random.choice(TEXTS)
        self.model.node(key).content = content
        return {"op": "update", **ids(key), "content": content}

    def edit(self):
        """Replace a part, told as such or as the whole text."""
        key = self.random.choice(self.model.keys(2, 3))
        node = self.model.node(key)
        start = self.random.randint(0, len(node.content))
        delete = self.random.randint(0, len(node.content) - start)
        insert = self.random.choice(TEXTS)
        node.content = node.content[:start] + insert + node.content[start + delete :]
        if key not in self.versions or self.random.random() < 0.4:
            return {"op": "update", **ids(key), "content": node.content}
        splice = {"start": start, "deleteCount": delete, "insert": insert}
        return {"op": "update", **ids(key), "splice": splice, "version": self.versions[key]}

    def addition(self, parent):
        title = self.random.choice([None, None, "Named 7"])
        after = self.sibling(parent)
        content = self.random.choice(TEXTS) if parent else ""
        self.model.add(parent, title, content, after)
        op = ("addBlock", "addItem", "addSubItem")[len(parent)]
        named = {} if title is None else {"title": title}
        return {"op": op, **ids(parent), **named, "after": after} | (
            {"content": content} if parent else {}
        )

    def rekey(self):
        model = self.model
        key = self.random.choice(model.keys(2, 3))
        holds_nothing = len(key) == 3 or not model.node(key).sub_items
        parents = model.keys(1) + [k for k in model.keys(2) if k != key] * holds_nothing
        parents = [parent for parent in parents if parent != key[:-1]]
        if not parents:
            return self.addition(())
        parent = self.random.choice(parents)
        after = self.sibling(parent)
        model.move(key, parent, after)
        return {"op": "move", **ids(key), "to": {**ids(parent), "after": after}}

    def sibling(self, parent, but=None):
        own = [node.id for node in self.model.children(parent) if node.id != but]
        return self.random.choice([None, *own])

    def prompt_operation(self):
        model, pick = self.model, self.random.choice
        own = [prompt.id for prompt in model.data.prompt_blocks]
        kind = pick(
            ["add"] + ["update", "select", "select", "move", "duplicate", "delete"] * bool(own)
        )
        if kind == "add":
            chosen, after = self.chosen(), pick([None, *own])
            model.add_prompt("{{context}}", selection(chosen), after)
            selected = [ids(key) for key in chosen]
            shared = {"template": "{{context}}", "selectedContext": selected}
            return {"op": "addPrompt", **shared, "after": after}
        prompt = model.prompt(pick(own))
        named = {"op": kind, "promptBlockId": prompt.id}
        if kind == "update":
            prompt.template += pick(TEXTS)
            prompt.variables = {"n": str(len(prompt.template))}
            return {**named, "template": prompt.template, "variables": prompt.variables}
        if kind == "select":
            chosen = self.chosen()
            prompt.selected_context = selection(chosen)
            return {**named, "selectedContext": [ids(key) for key in chosen]}
        if kind == "move":
            after = pick([None, *(other for other in own if other != prompt.id)])
            model.data.prompt_blocks.remove(prompt)
            model.place(model.data.prompt_blocks, prompt, after)
            return {**named, "after": after}
        if kind == "duplicate":
            model.duplicate_prompt(prompt.id)
            return named
        model.data.prompt_blocks.remove(prompt)
        return named

    def chosen(self):
        keys = self.model.keys(2, 3)
        return self.random.sample(keys, self.random.randint(0, min(len(keys), 6)))

    def replacement(self):
        """Return all blocks anew: some gone, some changed, some in another place, one new."""
        blocks = deepcopy(self.model.data.context_blocks)
        self.random.shuffle(blocks)
        blocks = blocks[: self.random.randint(0, len(blocks) + 2)]
        for block in blocks:
            self.random.shuffle(block.items)
            del block.items[3:]
            for item in block.items:
                item.content = self.random.choice([item.content, "replaced"])
                if item.sub_items:
                    item.sub_items.pop(0)
                else:
                    item.sub_items.append(SubItem(5, "S", "five"))
        self.model.replace_context(blocks)
        return [block.to_dict() for block in blocks]
