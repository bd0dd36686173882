"""Operations on context blocks: read as the contract says, applied in order to the tree."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from promptyflow_lab.domain import Source as DomainSource
from promptyflow_lab.domain.names import next_block_title, next_item_title, next_sub_item_title
from promptyflow_lab.domain.reading import check_title
from promptyflow_server.projects.conflicts import deleted_node
from promptyflow_server.projects.context.addressing import Addresses
from promptyflow_server.projects.context.doomed import Doomed
from promptyflow_server.projects.context.schemas import (
    AddBlock,
    AddItem,
    AddSubItem,
    DeleteNode,
    MoveNode,
    UpdateNode,
)
from promptyflow_server.projects.records import ROOT, Key
from promptyflow_server.projects.schemas import Ref
from promptyflow_server.projects.texts import Splice
from promptyflow_server.shared.errors import Conflict, ValidationError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from promptyflow_server.http.models import WireModel
    from promptyflow_server.projects.context.loaded import Source
    from promptyflow_server.projects.context.nodes import Node
    from promptyflow_server.projects.context.schemas import ContextOperation, SourceIn
    from promptyflow_server.projects.context.tree import ContextTree
    from promptyflow_server.projects.records import ProjectRecord

_ITEM, _SUB_ITEM = 2, 3


class Operations:
    """Applies the operations of one request.

    Parameters
    ----------
    tree
        The tree they change.
    project
        The project's row.
    """

    def __init__(self, tree: ContextTree, project: ProjectRecord) -> None:
        self._tree = tree
        self._project = project
        self.addresses = Addresses(tree, project)

    async def apply(self, operations: Sequence[ContextOperation]) -> None:
        """Apply all, or raise at the first that cannot be.

        Raises
        ------
        Conflict
            Nodes have moved on since the versions that operations name; all of them are told.
        ValidationError
            An operation makes no sense; the path tells which.
        """
        await self._refuse_stale(operations)
        doomed = Doomed(self._tree)
        for index, operation in enumerate(operations):
            path = f"operations[{index}]"
            if not isinstance(operation, DeleteNode):
                await doomed.remove()
            match operation:
                case AddBlock():
                    await self._add(operation, ROOT, path)
                case AddItem() | AddSubItem():
                    parent = self.addresses.key(_ids(operation), path)
                    await self.addresses.node(parent, path)
                    await self._add(operation, parent, path)
                case UpdateNode():
                    await self._update(operation, path)
                case MoveNode():
                    await self._move(operation, path)
                case DeleteNode():
                    await self._delete(operation, path, doomed)
        await doomed.remove()

    async def _refuse_stale(self, operations: Sequence[ContextOperation]) -> None:
        named = {
            Key(*ids): operation
            for operation in operations
            if (ids := _plain_ids(operation)) is not None
        }
        await self._tree.load(named)
        await self._tree.load_texts(key for key, own in named.items() if _writes(own))
        told: dict[Key, dict[str, Any]] = {}
        for operation in operations:
            ids = _plain_ids(operation)
            if not isinstance(operation, UpdateNode) or operation.version is None or ids is None:
                continue
            key = Key(*ids)
            node = await self._tree.find(key)
            if node is None:
                if await self.addresses.was_given(key):
                    told[key] = deleted_node(key)
            elif node.version != operation.version:
                told[key] = (told.get(key) or {}) | await self._state(node, operation)
        if told:
            raise Conflict(version=self._project.version, nodes=list(told.values()))

    async def _state(self, node: Node, operation: UpdateNode) -> dict[str, Any]:
        state = node.wire()
        if _writes(operation):
            state["content"] = await self._tree.content(node.key)
        return state

    async def _add(
        self, operation: AddBlock | AddItem | AddSubItem, parent: Key, path: str
    ) -> None:
        if parent == ROOT:
            own_id = self._project.next_block_id
        else:
            own_id = (await self._tree.get(parent)).next_child_id
        key = parent.child(own_id)
        if operation.title is None:
            title = await self._made_up_title(parent)
        else:
            title = check_title(operation.title, f"{path}.title")
        content, source = "", None
        if not isinstance(operation, AddBlock):
            content, source = operation.content, _source(operation.source, path)
        after = await self._after(operation, parent, path)
        self.addresses.add(operation.client_id, key, path)
        await self._tree.insert(key, title, content, source, after)

    async def _made_up_title(self, parent: Key) -> str:
        if parent == ROOT:
            return next_block_title(await self._tree.block_titles())
        newest = await self._tree.newest_child(parent)
        make = next_item_title if parent.depth + 1 == _ITEM else next_sub_item_title
        return make([] if newest is None else [newest])

    async def _update(self, operation: UpdateNode, path: str) -> None:
        key = self.addresses.key(_ids(operation), path)
        given = operation.model_fields_set
        if key.depth == 1:
            for name in ("content", "splice", "source"):
                if name in given:
                    raise ValidationError.at(f"{path}.{name}", "extra_forbidden")
        node = await self.addresses.node(key, path)
        if operation.title is not None:
            await self._tree.rename(key, check_title(operation.title, f"{path}.title"))
        if operation.splice is not None:
            await self._splice(operation, node, path)
        elif operation.content is not None:
            await self._tree.write(key, operation.content)
        if "source" in given:
            await self._tree.set_source(key, _source(operation.source, path))
        self._tree.totals.tell(node)

    async def _splice(self, operation: UpdateNode, node: Node, path: str) -> None:
        splice = operation.splice
        assert splice is not None  # noqa: S101 - the caller has looked
        if operation.content is not None:
            raise ValidationError.at(f"{path}.splice", "extra_forbidden")
        if operation.version is None and _plain_ids(operation) is not None:
            raise ValidationError.at(f"{path}.version", "needs_version")
        if splice.start + splice.delete_count > node.chars:
            errors = {f"{path}.splice": ("range", {"limit": node.chars})}
            raise ValidationError(errors=errors)
        whole = Splice(splice.start, splice.delete_count, splice.insert)
        await self._tree.splice(node.key, whole)

    async def _move(self, operation: MoveNode, path: str) -> None:
        key = self.addresses.key(_ids(operation), path)
        node = await self.addresses.node(key, path)
        parent = self._new_parent(operation, node, f"{path}.to")
        if parent != ROOT:
            await self.addresses.node(parent, f"{path}.to")
        own_id = key.own_id if parent == key.parent else None
        after = await self._after(operation.to, parent, f"{path}.to", moving=own_id)
        if parent == key.parent:
            await self._tree.place(key, after)
            self._tree.totals.tell(node)
            return
        new = parent.child((await self._tree.get(parent)).next_child_id)
        await self._tree.rekey(key, new, after)
        self.addresses.move(key, new)

    def _new_parent(self, operation: MoveNode, node: Node, path: str) -> Key:
        """Return where a node goes: an item may become a sub-item, and a sub-item an item."""
        key, to = node.key, operation.to
        if key.depth == 1:
            for name, value in (("blockId", to.block_id), ("itemId", to.item_id)):
                if value is not None:
                    raise ValidationError.at(f"{path}.{name}", "extra_forbidden")
            return ROOT
        if to.block_id is None and to.item_id is None:
            return key.parent
        block_id = Key(key.block_id).own_id if to.block_id is None else to.block_id
        parent = self.addresses.key({"blockId": block_id, "itemId": to.item_id}, path)
        if key.holds(parent) or (parent.depth == _ITEM and node.children):
            raise ValidationError.at(f"{path}.itemId", "invalid")
        return parent

    async def _delete(self, operation: DeleteNode, path: str, doomed: Doomed) -> None:
        key = self.addresses.key(_ids(operation), path)
        if await self._tree.find(key) is not None:
            await doomed.add(key)
        elif key not in self._tree.gone and not await self.addresses.was_given(key):
            raise await self.addresses.absent(key, path)
        # What somebody else has deleted already is as it should be.

    async def _after(
        self, operation: WireModel, parent: Key, path: str, *, moving: int | None = None
    ) -> int | None:
        """Return behind which sibling something goes: the last one if none was named."""
        siblings = await self._tree.order(parent)
        last = siblings.last
        if moving is not None and last == moving:
            last = siblings.before(moving)
        if "after" not in operation.model_fields_set:
            return last
        after: int | Ref | None = getattr(operation, "after", None)
        if after is None:
            return None
        own_id = self.addresses.sibling(after, parent, f"{path}.after")
        if own_id == moving:
            return siblings.before(own_id)
        if own_id in siblings.positions:
            return own_id
        if await self.addresses.was_given(parent.child(own_id)):
            return last  # deleted or moved away in the meantime: no reason to lose the change
        raise ValidationError.at(f"{path}.after", "unknown_node")


def _writes(operation: ContextOperation) -> bool:
    """Tell whether an operation is about a text."""
    return isinstance(operation, UpdateNode) and (
        operation.content is not None or operation.splice is not None
    )


def _ids(operation: ContextOperation) -> dict[str, int | Ref | None]:
    names = {"blockId": "block_id", "itemId": "item_id", "subItemId": "sub_item_id"}
    return {wire: getattr(operation, name, None) for wire, name in names.items()}


def _plain_ids(operation: ContextOperation) -> tuple[int, ...] | None:
    """Return the ids of an operation, unless it names something that the request itself adds."""
    given = [own for own in _ids(operation).values() if own is not None]
    plain = tuple(own for own in given if not isinstance(own, Ref))
    return plain if plain and len(plain) == len(given) else None


def _source(source: SourceIn | None, path: str) -> Source:
    if source is None:
        return None
    document = source.model_dump(by_alias=True)
    return DomainSource.from_dict(document, f"{path}.source").to_dict()
