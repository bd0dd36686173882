"""Context in a notebook: blocks, items, sub-items."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

from promptyflow_lab.domain import NodeKey

from .core import get
from .document import key_of
from .listing import Listing
from .live import came_from, captured, look_again, refreshed, take_anew
from .node import LAST, Last, Node, placed
from .sending import several
from .show import abridged, count, or_plain, preformatted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from .document import Document, Key
    from .live import Refreshed, Status

    Json = dict[str, Any]


class Block(Node):
    """A group of items."""

    @property
    def items(self) -> Listing[Item]:
        """Its items, in their order."""
        found = (Item(self._document, (*self._key, item["id"])) for item in self._data["items"])
        return Listing(found, "item", _item_row)

    def item(self, wanted: int | str) -> Item:
        """Return the item with that title or id."""
        return self.items.get(wanted)

    def add_item(
        self,
        title: str | None = None,
        text: str = "",
        *,
        after: Node | Last | None = LAST,
        exist_ok: bool = False,
    ) -> Item:
        """Add an item.

        Parameters
        ----------
        title
            By default one is made up from those of its siblings.
        text
            Its content.
        after
            The sibling it comes behind; None for the first place.
        exist_ok
            Take the item of that title where there is one, and make it say this.

        Examples
        --------
        >>> docs = project.add_block("Docs")  # doctest: +SKIP
        >>> docs.add_item("Intro", "Prompts are programs.")  # doctest: +SKIP
        <Item 'Intro'>
        """
        if exist_ok and title in (items := self.items):
            found = items.get(str(title))
            if found.text != text:
                found.write(text)
            return found
        given = placed({"op": "addItem", **self._ids, "content": text}, title, after)
        return Item(self._document, *self._document.create(given))

    def add(
        self,
        value: object,
        title: str | None = None,
        *,
        tokens: int | None = None,
        exist_ok: bool = False,
    ) -> Item:
        """Add what a value holds, and remember where it came from.

        Parameters
        ----------
        value
            A source (`promptyflow_lab.sources`), a path, a DataFrame, a figure, any variable, a
            text.
        title
            By default the name of the file or variable, the first line of the cell.
        tokens
            At most about so many; 2,000 of a variable where nothing is said.
        exist_ok
            Take the item of this block that came from there where there is one, and refresh it.

        Examples
        --------
        >>> docs.add(Path("notes.md"))  # doctest: +SKIP
        >>> docs.add(rentals, tokens=500)  # doctest: +SKIP
        >>> docs.add(sources.cell("load")).status  # doctest: +SKIP
        'fresh'
        """
        return self._added([captured(value, title, tokens)], exist_ok=exist_ok)[0]

    def add_all(
        self, values: Iterable[object], *, tokens: int | None = None, exist_ok: bool = False
    ) -> Listing[Item]:
        """Add several values as `add` does, in one change; tokens are those of each.

        Examples
        --------
        >>> docs.add_all(sources.files("src/**/*.py"))  # doctest: +SKIP
        """
        several("values", values)
        taken = [captured(value, None, tokens) for value in values]
        return Listing(self._added(taken, exist_ok=exist_ok), "item", _item_row)

    def _added(self, taken: list[Json], *, exist_ok: bool) -> list[Item]:
        """Add what was taken; with `exist_ok` refresh those that came from there already."""
        there = {came_from(i.source, i.title): i for i in self.items} if exist_ok else {}
        old = [there.get(came_from(each.get("source"), each["title"])) for each in taken]
        pairs = list(zip(taken, old, strict=True))
        new = [{"op": "addItem", **self._ids, **each} for each, item in pairs if item is None]
        created = iter(self._document.create_all(new))
        for each, item in pairs:
            if item is not None:
                take_anew(item, each)
        return [item or Item(self._document, *next(created)) for item in old]

    def move(self, *, after: Node | Last | None = LAST) -> Block:
        """Put it behind another block; None: before all others."""
        self._move({}, after)
        return self

    def __len__(self) -> int:
        return len(self._data["items"])

    def __bool__(self) -> bool:
        return True

    def __contains__(self, wanted: object) -> bool:
        return wanted in self.items

    def __iter__(self) -> Iterator[Item]:
        return iter(self.items)

    def __getitem__(self, wanted: int | str) -> Item:
        return self.items[wanted]

    def _ipython_key_completions_(self) -> list[str]:
        return [item.title for item in self.items]

    @or_plain
    def _repr_html_(self) -> str:
        caption = f"{self.title}: {count(self.chars, 'character')}"
        return self.items.html(caption)


class Text(Node):
    """A node with a text."""

    _read_at: int | None = None
    """The version of the text that this object has last shown."""

    @property
    def text(self) -> str:
        """The text as it is now; setting it writes it."""
        content = self._document.session.send(get(self._path))
        self._read_at = content["version"]
        return str(content["content"])

    @text.setter
    def text(self, text: str) -> None:
        self.write(text)

    def write(self, text: str) -> None:
        """Replace the text.

        If this object has shown the text before, the new one counts as made from that: what
        somebody else has written since then is not overwritten.

        Raises
        ------
        Conflict
            The text has been changed since this object has last shown it.
        """
        self._update({"content": text})

    def retake(self, text: str, source: Json | None) -> None:
        """Replace the text and what it remembers of where it came from; raises as `write`."""
        self._update({"content": text, "source": source})

    def _update(self, what: Json) -> None:
        based_on = {} if self._read_at is None else {"version": self._read_at}
        operation = {"op": "update", **self._ids, **what, **based_on}
        changed = self._document.change_context(operation)
        if self._read_at is not None:
            self._read_at = next(
                (n["version"] for n in changed["nodes"] if key_of(n) == self._key), None
            )

    @property
    def source(self) -> Json | None:
        """Where the text was taken from, if it remembers."""
        return self._data.get("source")

    @property
    def status(self) -> Status | None:
        """Whether the text is still what its source says; None where it has no source.

        ``fresh``; ``stale``: the source says something else now; ``gone``: there is no such file,
        cell or variable any more, or nothing can be read of it; ``elsewhere``: it is a variable of
        another notebook.
        """
        return look_again(self).status

    def refresh(self, *, overwrite: bool = False) -> Refreshed:
        """Take the text anew from where it came from.

        What is gone keeps its last text. A text that somebody has edited since it was taken stays,
        unless it is told to be overwritten.

        Returns
        -------
        Refreshed
            What has changed: ``status``, ``diff``, ``chars``, ``tokens``.
        """
        return refreshed(self, look_again(self), overwrite=overwrite)

    @property
    def _path(self) -> str:
        block, item, *sub = self._key
        path = f"{self._document.path}/context-blocks/{block}/items/{item}"
        return f"{path}/sub-items/{sub[0]}" if sub else path

    @or_plain
    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        text = self.text
        caption = f"{self.title}: {count(len(text), 'character')}"
        html = f"<strong>{escape(caption)}</strong>{preformatted(text)}"
        return {"text/plain": f"{caption}\n{abridged(text)}", "text/html": html}


class Item(Text):
    """A text of a block, or the parent of sub-items."""

    @property
    def block(self) -> Block:
        """The block it stands in."""
        return Block(self._document, self._key[:1])

    @property
    def sub_items(self) -> Listing[SubItem]:
        """Its parts, in their order."""
        parts = self._data.get("subItems") or []
        found = (SubItem(self._document, (*self._key, part["id"])) for part in parts)
        return Listing(found, "sub-item", _sub_item_row)

    def sub_item(self, wanted: int | str) -> SubItem:
        """Return the sub-item with that title or id."""
        return self.sub_items.get(wanted)

    @property
    def own_chars(self) -> int:
        """Characters of its own text, which does not count where it has sub-items."""
        return int(self._data["contentChars"])

    def add_sub_item(
        self, title: str | None = None, text: str = "", *, after: Node | Last | None = LAST
    ) -> SubItem:
        """Add a part; parameters as for `Block.add_item`."""
        given = placed({"op": "addSubItem", **self._ids, "content": text}, title, after)
        return SubItem(self._document, *self._document.create(given))

    def add(self, value: object, title: str | None = None, *, tokens: int | None = None) -> SubItem:
        """Add what a value holds as a part; parameters as for `Block.add`."""
        operation = {"op": "addSubItem", **self._ids, **captured(value, title, tokens)}
        return SubItem(self._document, *self._document.create(operation))

    def move(self, block: Block | None = None, *, after: Node | Last | None = LAST) -> Item:
        """Put it behind another item, of this or another block; None: before all others."""
        self._move({} if block is None else {"blockId": block.id}, after)
        return self


class SubItem(Text):
    """A part of an item."""

    @property
    def item(self) -> Item:
        """The item it is a part of."""
        return Item(self._document, self._key[:2])

    def move(self, item: Item | None = None, *, after: Node | Last | None = LAST) -> SubItem:
        """Put it behind another sub-item, of this or another item; None: before all others."""
        to = {} if item is None else {"blockId": item.key[0], "itemId": item.id}
        self._move(to, after)
        return self


def texts_of(document: Document) -> list[Item | SubItem]:
    """Return every item and sub-item of a project."""
    return [_text(document, key) for key, _ in document.texts()]


def _text(document: Document, key: Key) -> Item | SubItem:
    return Item(document, key) if len(key) == 2 else SubItem(document, key)  # noqa: PLR2004


def leaves(node: Block | Item | SubItem) -> list[NodeKey]:
    """Return what selecting a node means: of a block, everything in it that has text."""
    if not isinstance(node, Block):
        block, item, *sub = node.key
        return [NodeKey(block, item, *sub)]
    found: list[NodeKey] = []
    for each in node.items:
        if each.own_chars:
            found.append(NodeKey(node.id, each.id))
        found += [NodeKey(node.id, each.id, sub.id) for sub in each.sub_items if sub.chars]
    return found


def block_row(block: Block) -> dict[str, object]:
    """Return what a list of blocks shows."""
    return {"id": block.id, "block": block.title, "items": len(block), "chars": block.chars}


def _item_row(item: Item) -> dict[str, object]:
    parts = len(item.sub_items)
    return {"id": item.id, "item": item.title, "sub-items": parts, "chars": item.chars}


def _sub_item_row(sub: SubItem) -> dict[str, object]:
    return {"id": sub.id, "sub-item": sub.title, "chars": sub.chars}
