"""What is known here of a project: its outline, and the way changes take."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .core import get, segment, write
from .errors import NotFound

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .core import Request
    from .session import Session

    Json = dict[str, Any]
    Key = tuple[int, ...]


class Document:
    """A project as all its objects share it: `Project`, `Block`, `Item`, `Prompt`.

    Parameters
    ----------
    data
        What the server has told of it; with the outline in ``data``, or without.
    """

    def __init__(self, session: Session, data: Json) -> None:
        self.session = session
        self.told = data
        self._outline: Json | None = data.get("data")

    @property
    def id(self) -> str:
        """A UUID."""
        return str(self.told["id"])

    @property
    def path(self) -> str:
        """Where the server has it."""
        return f"api/projects/{segment(self.id)}"

    def refresh(self) -> Json:
        """Read the outline again."""
        return self._read(self.session.send(self._whole))

    async def arefresh(self) -> Json:
        """Read the outline again without holding up the event loop."""
        async with self.session.awaiting() as transport:
            return self._read(await transport.send(self._whole))

    @property
    def _whole(self) -> Request:
        return get(self.path, contents="none")

    def _read(self, told: Json) -> Json:
        self.told = told
        outline: Json = told["data"]
        self._outline = outline
        return outline

    def outline(self) -> Json:
        """Return the outline, read again if something was changed from here."""
        return self.refresh() if self._outline is None else self._outline

    def rename(self, name: str) -> None:
        """Give the project another name."""
        self._outline = None
        self.told = {**self.told, **self.session.send(write("PATCH", self.path, {"name": name}))}

    def node(self, key: Key) -> Json:
        """Return what the outline tells of a node."""
        node = _find(self.outline()["contextBlocks"], key[0], "block")
        for own_id, children in zip(key[1:], ("items", "subItems"), strict=False):
            node = _find(node.get(children) or [], own_id, "item")
        return node

    def prompt(self, prompt_id: int) -> Json:
        """Return what the outline tells of a prompt."""
        return _find(self.outline()["promptBlocks"], prompt_id, "prompt")

    def change_context(self, *operations: Json) -> Json:
        """Apply operations to the context, all or none."""
        return self._change("context-blocks", *operations)

    def change_prompts(self, operation: Json) -> Json:
        """Apply one operation to the prompts."""
        return self._change("prompt-blocks", operation)

    def texts(self) -> Iterator[tuple[Key, Json]]:
        """Yield every item and sub-item of the outline with its address."""
        for block in self.outline()["contextBlocks"]:
            for item in block["items"]:
                yield (block["id"], item["id"]), item
                for sub in item.get("subItems") or []:
                    yield (block["id"], item["id"], sub["id"]), sub

    def create(self, operation: Json) -> tuple[Key, str | None]:
        """Add a node; return its address and its title."""
        changed = self.change_context({**operation, "clientId": "new"})
        key = key_of(changed["created"]["new"])
        return key, next((n["title"] for n in changed["nodes"] if key_of(n) == key), None)

    def create_all(self, operations: list[Json]) -> list[tuple[Key, str | None]]:
        """Add nodes, all or none; return their addresses and titles."""
        if not operations:
            return []
        named = [{**each, "clientId": f"new{place}"} for place, each in enumerate(operations)]
        changed = self.change_context(*named)
        titles = {key_of(node): node["title"] for node in changed["nodes"]}
        keys = [key_of(changed["created"][each["clientId"]]) for each in named]
        return [(key, titles.get(key)) for key in keys]

    def _change(self, what: str, *operations: Json) -> Json:
        self._outline = None
        request = write("PATCH", f"{self.path}/{what}", {"operations": list(operations)})
        changed: Json = self.session.send(request)
        self.told = {**self.told, "version": changed["version"]}
        return changed


def ids_of(key: Key) -> Json:
    """Return an address as the contract names its parts."""
    return dict(zip(("blockId", "itemId", "subItemId"), key, strict=False))


def key_of(ids: Json) -> Key:
    """Return the address that the contract's names tell."""
    named = (ids.get("blockId"), ids.get("itemId"), ids.get("subItemId"))
    return tuple(part for part in named if part)


def _find(nodes: list[Json], own_id: int, what: str) -> Json:
    for node in nodes:
        if node["id"] == own_id:
            return node
    raise NotFound(f"This {what} is no longer there.")
