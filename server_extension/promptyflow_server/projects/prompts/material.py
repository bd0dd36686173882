"""What a prompt is compiled from, read once for as long as its project does not change.

A batch sends one prompt a thousand times; its context is the same each time, and may be long.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

from promptyflow_lab.domain import SelectedContext, SelectedPiece
from promptyflow_server.projects.prompts.repository import PromptRepository
from promptyflow_server.shared.errors import NotFound

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from sqlalchemy.ext.asyncio import AsyncConnection

    from promptyflow_server.projects.prompts.records import Prompt
    from promptyflow_server.projects.prompts.repository import PieceRow
    from promptyflow_server.projects.records import ProjectRecord

_ALL_TOGETHER: Final = 8_000_000
"""Characters that are kept; a longer context is read each time."""
_ENTRY: Final = 2_000
"""What one is counted for besides its texts."""
_KEPT_SECONDS: Final = 60.0


@dataclass(frozen=True, slots=True)
class Material:
    """A prompt's row and what it selects.

    Parameters
    ----------
    project_name
        As it was in this version of the project.
    gone
        What is selected and does not exist.
    """

    project_name: str
    prompt: Prompt
    pieces: list[SelectedPiece]
    gone: list[SelectedContext]

    @property
    def chars(self) -> int:
        """How long its texts are together."""
        return len(self.prompt.template) + sum(len(piece.content) for piece in self.pieces)


class _Kept(NamedTuple):
    material: Material
    size: int
    since: float


class Materials:
    """Reads what prompts are compiled from, and keeps what was read lately.

    What is kept is of one version of a project, which every change of it counts on. Whoever asks
    has found the project's row in the same transaction, and with it the right to see it.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._kept: OrderedDict[tuple[UUID, UUID, int, int], _Kept] = OrderedDict()
        self._size = 0

    async def of(
        self, connection: AsyncConnection, project: ProjectRecord, prompt_id: int
    ) -> Material:
        """Return what a prompt is compiled from; nobody may change it.

        Parameters
        ----------
        connection
            A transaction that sees one state of the data.
        project
            As `access` has returned it in this transaction.

        Raises
        ------
        NotFound
            There is no such prompt.
        """
        self._forget_old()
        key = (project.owner_id, project.id, project.version, prompt_id)
        kept = self._kept.get(key)
        if kept is not None:
            return kept.material
        material = await _read(connection, project, prompt_id)
        self._keep(key, material)
        return material

    def _keep(self, key: tuple[UUID, UUID, int, int], material: Material) -> None:
        size = material.chars + _ENTRY
        if size > _ALL_TOGETHER or key in self._kept:
            return
        self._kept[key] = _Kept(material, size, self._clock())
        self._size += size
        while self._size > _ALL_TOGETHER:
            self._drop_oldest()

    def _forget_old(self) -> None:
        while self._kept:
            oldest = next(iter(self._kept.values()))
            if oldest.since + _KEPT_SECONDS > self._clock():
                return
            self._drop_oldest()

    def _drop_oldest(self) -> None:
        _, kept = self._kept.popitem(last=False)
        self._size -= kept.size


async def _read(connection: AsyncConnection, project: ProjectRecord, prompt_id: int) -> Material:
    prompts = PromptRepository(connection, project.owner_id, project.id)
    found = await prompts.find([prompt_id])
    if not found:
        raise NotFound
    rows = await prompts.pieces(prompt_id)
    texts = await prompts.selected_texts(prompt_id) if rows else {}
    return Material(
        project.name,
        found[0],
        [_piece(row, texts.get(row[:3], "")) for row in rows if not _is_gone(row)],
        [
            SelectedContext(row.block_id, row.item_id, row.sub_item_id or None, row.order)
            for row in rows
            if _is_gone(row)
        ],
    )


def _is_gone(row: PieceRow) -> bool:
    return row.item_title is None or (row.sub_item_id > 0 and row.sub_item_title is None)


def _piece(row: PieceRow, text: str) -> SelectedPiece:
    return SelectedPiece(
        row.block_id,
        row.block_title or "",
        row.item_id,
        row.item_title or "",
        text,
        row.sub_item_id or None,
        row.sub_item_title or "",
    )
