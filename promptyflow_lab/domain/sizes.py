"""How characters are counted, and the limits on them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from .errors import SizeLimitError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from .model import ContextBlock, ContextItem, ProjectData, SelectedContext


@dataclass(frozen=True, slots=True)
class Limits:
    """How large things may be, in code points; exactly the limit passes.

    ``projects`` is the number of projects of one user, None for as many as they like.
    ``compiled`` bounds one compiled prompt: a template may hold its placeholder thousands of
    times, and what comes out must still fit in memory.
    """

    project: int = 10_000_000
    block: int = 5_000_000
    template: int = 1_000_000
    prompt: int = 1_000_000
    compiled: int = 50_000_000
    projects: int | None = None


DEFAULT_LIMITS = Limits()


def item_size(item: ContextItem) -> int:
    """Return what an item counts: its sub-items where it has any, else its own content."""
    if item.sub_items:
        return sum(sub.chars for sub in item.sub_items)
    return item.chars


def block_size(block: ContextBlock) -> int:
    """Return the sum of a block's items."""
    return sum(item_size(item) for item in block.items)


def project_size(project: ProjectData) -> int:
    """Return the sum of a project's context blocks; prompts do not count."""
    return sum(block_size(block) for block in project.context_blocks)


def selection_size(selected: Iterable[SelectedContext], blocks: Sequence[ContextBlock]) -> int:
    """Return what a selection counts: exactly the pieces it selects, each once.

    Here an item counts its own content, whether it has sub-items or not: that is what selecting
    it gives.
    """
    chars = {
        (block.id, item.id, sub_item_id): size
        for block in blocks
        for item in block.items
        for sub_item_id, size in (
            (None, item.chars),
            *((sub.id, sub.chars) for sub in item.sub_items),
        )
    }
    return sum(chars.get(key, 0) for key in {piece.key for piece in selected})


def check_project_size(project: ProjectData, limits: Limits = DEFAULT_LIMITS) -> None:
    """Check everything of a project that is limited.

    Raises
    ------
    SizeLimitError
        The project's limit is reported first, then the first block's, then the first prompt's.
    """
    sizes = [block_size(block) for block in project.context_blocks]
    check_context_size(sizes, limits)
    for index, prompt in enumerate(project.prompt_blocks):
        path = f"promptBlocks[{index}].template"
        check_prompt_size(prompt.template, limits, path=path)


def check_context_size(block_sizes: Sequence[int], limits: Limits = DEFAULT_LIMITS) -> None:
    """Check the sizes of all blocks of a project, counted elsewhere (in the database)."""
    total = sum(block_sizes)
    if total > limits.project:
        raise SizeLimitError("project", limit=limits.project, actual=total)
    for index, size in enumerate(block_sizes):
        if size > limits.block:
            path = f"contextBlocks[{index}]"
            raise SizeLimitError("block", limit=limits.block, actual=size, path=path)


def check_prompt_size(
    template: str, limits: Limits = DEFAULT_LIMITS, *, path: str = "template"
) -> None:
    """Check the template of a prompt."""
    if len(template) > limits.prompt:
        raise SizeLimitError("prompt", limit=limits.prompt, actual=len(template), path=path)


def check_template_size(
    content: str, limits: Limits = DEFAULT_LIMITS, *, path: str = "content"
) -> None:
    """Check the content of a template in the library."""
    if len(content) > limits.template:
        raise SizeLimitError("template", limit=limits.template, actual=len(content), path=path)
