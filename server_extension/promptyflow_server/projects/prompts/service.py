"""The rules of prompts: who may change them, how, and compiling them."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from promptyflow_lab.domain import PromptBlock, SelectedContext, SelectedPiece, compile_pieces
from promptyflow_lab.domain.model import read_prompt_blocks
from promptyflow_lab.domain.reading import read_texts_by_name
from promptyflow_server.projects.access import access
from promptyflow_server.projects.prompts.operations import PromptOperations
from promptyflow_server.projects.prompts.replacement import replace_prompts
from promptyflow_server.projects.prompts.repository import PromptRepository
from promptyflow_server.projects.prompts.schemas import (
    CompiledPrompt,
    PromptIds,
    PromptsChanged,
    PromptState,
)
from promptyflow_server.projects.prompts.sheet import PromptSheet
from promptyflow_server.shared.errors import NotFound, ValidationError

if TYPE_CHECKING:
    from uuid import UUID

    from promptyflow_lab.domain import CompiledPrompt as Compiled
    from promptyflow_server.ai.counting import Counting
    from promptyflow_server.http.call import Call, User
    from promptyflow_server.http.models import Reply
    from promptyflow_server.projects.prompts.repository import PieceRow
    from promptyflow_server.projects.prompts.schemas import CompilePrompt, PatchPrompts
    from promptyflow_server.projects.writing import ProjectWriter, Session


class PromptService:
    """Prompt blocks of projects."""

    def __init__(self, writer: ProjectWriter, counting: Counting) -> None:
        self._writer = writer
        self._counting = counting
        self._database = writer.database
        self._limits = writer.limits

    async def patch(
        self, call: Call, project_id: UUID, body: PatchPrompts
    ) -> Reply[PromptsChanged]:
        """Apply operations, or replace all prompts."""
        operations, documents = body.operations, body.prompt_blocks
        if (operations is None) == (documents is None):
            raise ValidationError.at("operations", "missing" if operations is None else "invalid")
        wanted: list[PromptBlock] | None = None
        if documents is not None:
            wanted = await asyncio.to_thread(read_prompt_blocks, {"promptBlocks": documents})

        async def change(session: Session) -> PromptsChanged:
            sheet = PromptSheet(session, self._limits)
            work = PromptOperations(sheet, session.project)
            if wanted is not None:
                await replace_prompts(sheet, wanted, "promptBlocks")
            else:
                await work.apply(operations or [])
            await sheet.flush()
            version = await session.save()
            told, removed = ([], {}) if wanted is not None else (sheet.changed(), sheet.removed)
            return PromptsChanged(
                version=version,
                prompts=[
                    *(PromptState(**prompt.wire()) for prompt in told),
                    *(PromptState(**prompt.wire(), deleted=True) for prompt in removed.values()),
                ],
                created={
                    name: PromptIds(prompt_block_id=own_id) for name, own_id in work.created.items()
                },
            )

        return await self._writer.write(call, project_id, PromptsChanged, change)

    async def compile(self, user: User, project_id: UUID, body: CompilePrompt) -> CompiledPrompt:
        """Compile a prompt: only the texts it selects are read; with a model, tell its tokens."""
        compiled = await self.compiled(
            user,
            project_id,
            body.prompt_block_id,
            body.wrap_in_tags,
            body.variables,
            body.template,
        )
        told = CompiledPrompt.model_validate(await asyncio.to_thread(compiled.to_dict))
        if body.most_chars is not None:
            told.compiled = compiled.compiled[: body.most_chars]
        if body.model is None:
            return told
        spans = [(piece.start, piece.end) for piece in compiled.pieces]
        told.tokens, parts = await self._counting.measured(
            user, body.model, body.provider, compiled.compiled, spans
        )
        for piece, tokens in zip(told.pieces, parts, strict=True):
            piece.tokens = tokens
            piece.share = round(tokens / told.tokens.window, 6) if told.tokens.window else None
        return told

    async def compiled(  # noqa: PLR0913, PLR0917 - what may be asked instead of its own
        self,
        user: User,
        project_id: UUID,
        prompt_id: int,
        wrap_in_tags: bool | None = None,
        variables: dict[str, str] | None = None,
        template: str | None = None,
    ) -> Compiled:
        """Compile a prompt for somebody who may see the project.

        Raises
        ------
        NotFound
            There is no such prompt for this person.
        """
        titled = await self.titled(user, project_id, prompt_id, wrap_in_tags, variables, template)
        return titled[1]

    async def titled(  # noqa: PLR0913, PLR0917 - as of `compiled`
        self,
        user: User,
        project_id: UUID,
        prompt_id: int,
        wrap_in_tags: bool | None = None,
        variables: dict[str, str] | None = None,
        template: str | None = None,
    ) -> tuple[str, Compiled]:
        """Return a prompt's title, and what `compiled` does."""
        given = read_texts_by_name({"variables": variables}, "variables", "")
        async with self._database.read(snapshot=True) as connection:
            project = await access(connection, user, project_id, "view")
            prompts = PromptRepository(connection, project.owner_id, project.id)
            found = await prompts.find([prompt_id])
            if not found:
                raise NotFound
            rows = await prompts.pieces(prompt_id)
            texts = await prompts.selected_texts(prompt_id)
        prompt = found[0]
        compiled = await asyncio.to_thread(
            compile_pieces,
            PromptBlock(
                prompt.id,
                prompt.title,
                prompt.template if template is None else template,
                prompt.wrap_in_tags,
                variables=prompt.variables,
            ),
            [_piece(row, texts.get(row[:3], "")) for row in rows if not _is_gone(row)],
            wrap_in_tags,
            given,
            project_name=project.name,
            max_chars=self._limits.compiled,
            unresolved=[
                SelectedContext(row.block_id, row.item_id, row.sub_item_id or None, row.order)
                for row in rows
                if _is_gone(row)
            ],
        )
        return prompt.title, compiled


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
