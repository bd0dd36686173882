"""The shapes of a project, and their camelCase JSON form."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from . import reading
from .source import Json, Source


class NodeKey(NamedTuple):
    """The address of what can be selected: an item, or a sub-item of it."""

    block_id: int
    item_id: int
    sub_item_id: int | None = None


@dataclass(slots=True)
class SubItem:
    """A part of an item."""

    id: int
    title: str
    content: str = ""
    source: Source | None = None

    @property
    def chars(self) -> int:
        """The number of code points of the content."""
        return len(self.content)

    def to_dict(self) -> Json:
        """Return the JSON form."""
        data: Json = {
            "id": self.id,
            "title": self.title,
            "content": self.content,
            "chars": self.chars,
        }
        if self.source is not None:
            data["source"] = self.source.to_dict()
        return data

    @classmethod
    def from_dict(cls, value: object, path: str = "") -> SubItem:
        """Read the JSON form; `path` is its place in the document."""
        data = reading.read_object(value, path)
        return cls(
            id=reading.read_id(data, "id", path),
            title=reading.read_title(data, path),
            content=reading.read_text(data, "content", path),
            source=Source.read(data, path),
        )


@dataclass(slots=True)
class ContextItem:
    """A text of a block, or the parent of sub-items."""

    id: int
    title: str
    content: str = ""
    sub_items: list[SubItem] = field(default_factory=list)
    source: Source | None = None

    @property
    def chars(self) -> int:
        """The number of code points of the item's own content."""
        return len(self.content)

    def to_dict(self) -> Json:
        """Return the JSON form."""
        data: Json = {
            "id": self.id,
            "title": self.title,
            "content": self.content,
            "chars": self.chars,
            "subItems": [sub.to_dict() for sub in self.sub_items],
        }
        if self.source is not None:
            data["source"] = self.source.to_dict()
        return data

    @classmethod
    def from_dict(cls, value: object, path: str = "") -> ContextItem:
        """Read the JSON form; `path` is its place in the document."""
        data = reading.read_object(value, path)
        return cls(
            id=reading.read_id(data, "id", path),
            title=reading.read_title(data, path),
            content=reading.read_text(data, "content", path),
            sub_items=reading.read_list(
                data, "subItems", path, lambda v, p, _: SubItem.from_dict(v, p), lambda sub: sub.id
            ),
            source=Source.read(data, path),
        )


@dataclass(slots=True)
class ContextBlock:
    """A group of items."""

    id: int
    title: str
    items: list[ContextItem] = field(default_factory=list)

    def to_dict(self) -> Json:
        """Return the JSON form."""
        return {
            "id": self.id,
            "title": self.title,
            "items": [item.to_dict() for item in self.items],
        }

    @classmethod
    def from_dict(cls, value: object, path: str = "") -> ContextBlock:
        """Read the JSON form; `path` is its place in the document."""
        data = reading.read_object(value, path)
        return cls(
            id=reading.read_id(data, "id", path),
            title=reading.read_title(data, path),
            items=reading.read_list(
                data, "items", path, lambda v, p, _: ContextItem.from_dict(v, p), lambda i: i.id
            ),
        )


@dataclass(slots=True)
class SelectedContext:
    """One selected item or sub-item, and its place in the order."""

    block_id: int
    item_id: int
    sub_item_id: int | None = None
    order: int = 0

    @property
    def key(self) -> NodeKey:
        """The address of what is selected."""
        return NodeKey(self.block_id, self.item_id, self.sub_item_id)

    def to_dict(self) -> Json:
        """Return the JSON form."""
        data: Json = {"blockId": self.block_id, "itemId": self.item_id}
        if self.sub_item_id is not None:
            data["subItemId"] = self.sub_item_id
        data["order"] = self.order
        return data

    @classmethod
    def from_dict(cls, value: object, path: str = "", order: int = 0) -> SelectedContext:
        """Read the JSON form; `order` is for one that does not tell its own."""
        data = reading.read_object(value, path)
        return cls(
            block_id=reading.read_id(data, "blockId", path),
            item_id=reading.read_id(data, "itemId", path),
            sub_item_id=reading.read_optional_id(data, "subItemId", path),
            order=reading.read_order(data, path, order),
        )


@dataclass(slots=True)
class PromptBlock:
    """A template and the context selected for it."""

    id: int
    title: str
    template: str = ""
    wrap_in_tags: bool = True
    selected_context: list[SelectedContext] = field(default_factory=list)
    variables: dict[str, str] = field(default_factory=dict)
    template_id: str | None = None
    model_config_id: str | None = None

    def to_dict(self) -> Json:
        """Return the JSON form."""
        data: Json = {
            "id": self.id,
            "title": self.title,
            "template": self.template,
            "wrapInTags": self.wrap_in_tags,
            "selectedContext": [selected.to_dict() for selected in self.selected_context],
        }
        if self.variables:
            data["variables"] = dict(self.variables)
        if self.template_id is not None:
            data["templateId"] = self.template_id
        if self.model_config_id is not None:
            data["modelConfigId"] = self.model_config_id
        return data

    @classmethod
    def from_dict(cls, value: object, path: str = "") -> PromptBlock:
        """Read the JSON form; `path` is its place in the document."""
        data = reading.read_object(value, path)
        return cls(
            id=reading.read_id(data, "id", path),
            title=reading.read_title(data, path),
            template=reading.read_text(data, "template", path),
            wrap_in_tags=reading.read_flag(data, "wrapInTags", path, default=True),
            selected_context=reading.read_list(
                data,
                "selectedContext",
                path,
                SelectedContext.from_dict,
                lambda selected: selected.key,
                id_key="",
            ),
            variables=reading.read_texts_by_name(data, "variables", path),
            template_id=reading.read_optional_text(data, "templateId", path),
            model_config_id=reading.read_optional_text(data, "modelConfigId", path),
        )


@dataclass(slots=True)
class ProjectData:
    """Everything a project holds.

    Examples
    --------
    >>> project = ProjectData([ContextBlock(1, "Docs", [ContextItem(1, "Intro", "Hi")])])
    >>> ProjectData.from_dict(project.to_dict()) == project
    True
    """

    context_blocks: list[ContextBlock] = field(default_factory=list)
    prompt_blocks: list[PromptBlock] = field(default_factory=list)

    def to_dict(self) -> Json:
        """Return the JSON form."""
        return {
            "contextBlocks": [block.to_dict() for block in self.context_blocks],
            "promptBlocks": [prompt.to_dict() for prompt in self.prompt_blocks],
        }

    @classmethod
    def from_dict(cls, value: object, path: str = "") -> ProjectData:
        """Read the JSON form.

        What a newer version may have added is passed over, a sent ``chars`` too: it is counted.

        Raises
        ------
        DocumentError
            For a wrong type, a missing or wrong id, an id that occurs twice, a bad title; names
            the place.
        TextError
            For a NUL or a lone surrogate in any text.
        """
        data = reading.read_object(value, path)
        return cls(read_context_blocks(data, path), read_prompt_blocks(data, path))


def read_context_blocks(data: object, path: str = "") -> list[ContextBlock]:
    """Read ``contextBlocks`` of the object `data`."""
    return reading.read_list(
        reading.read_object(data, path),
        "contextBlocks",
        path,
        lambda v, p, _: ContextBlock.from_dict(v, p),
        lambda block: block.id,
    )


def read_prompt_blocks(data: object, path: str = "") -> list[PromptBlock]:
    """Read ``promptBlocks`` of the object `data`."""
    return reading.read_list(
        reading.read_object(data, path),
        "promptBlocks",
        path,
        lambda v, p, _: PromptBlock.from_dict(v, p),
        lambda prompt: prompt.id,
    )
