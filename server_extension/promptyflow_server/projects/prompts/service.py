"""The rules of prompts: who may change them, how, and compiling them."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING, Final

from promptyflow_lab.domain import PromptBlock, compile_pieces
from promptyflow_lab.domain.model import read_prompt_blocks
from promptyflow_lab.domain.reading import read_texts_by_name
from promptyflow_server.projects.access import access
from promptyflow_server.projects.prompts.material import Materials
from promptyflow_server.projects.prompts.operations import PromptOperations
from promptyflow_server.projects.prompts.replacement import replace_prompts
from promptyflow_server.projects.prompts.schemas import (
    CompiledPrompt,
    PromptIds,
    PromptsChanged,
    PromptState,
)
from promptyflow_server.projects.prompts.sheet import PromptSheet
from promptyflow_server.shared.errors import ValidationError

if TYPE_CHECKING:
    from uuid import UUID

    from sqlalchemy.ext.asyncio import AsyncConnection

    from promptyflow_lab.domain import CompiledPrompt as Compiled
    from promptyflow_server.ai.counting import Counting
    from promptyflow_server.http.call import Call, User
    from promptyflow_server.http.models import Reply
    from promptyflow_server.projects.prompts.material import Material
    from promptyflow_server.projects.prompts.schemas import CompilePrompt, PatchPrompts
    from promptyflow_server.projects.writing import ProjectWriter, Session

_WORTH_A_THREAD: Final = 20_000
"""Characters from which on compiling would hold up the event loop for longer than the way there."""


class PromptService:
    """Prompt blocks of projects."""

    def __init__(self, writer: ProjectWriter, counting: Counting) -> None:
        self._writer = writer
        self._counting = counting
        self._database = writer.database
        self._limits = writer.limits
        self._materials = Materials()

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
        async with self._database.read(snapshot=True) as connection:
            material = await self.material(connection, user, project_id, prompt_id)
        return await self.compile_material(material, wrap_in_tags, variables, template)

    async def material(
        self, connection: AsyncConnection, user: User, project_id: UUID, prompt_id: int
    ) -> Material:
        """Return what a prompt is compiled from, for somebody who may see the project.

        Parameters
        ----------
        connection
            A transaction that sees one state of the data.

        Raises
        ------
        NotFound
            As of `compiled`.
        """
        project = await access(connection, user, project_id, "view")
        return await self._materials.of(connection, project, prompt_id)

    async def compile_material(
        self,
        material: Material,
        wrap_in_tags: bool | None = None,
        variables: dict[str, str] | None = None,
        template: str | None = None,
    ) -> Compiled:
        """Compile what was read."""
        given = read_texts_by_name({"variables": variables}, "variables", "")
        prompt = material.prompt
        work = partial(
            compile_pieces,
            PromptBlock(
                prompt.id,
                prompt.title,
                prompt.template if template is None else template,
                prompt.wrap_in_tags,
                variables=prompt.variables,
            ),
            material.pieces,
            wrap_in_tags,
            given,
            project_name=material.project_name,
            max_chars=self._limits.compiled,
            unresolved=material.gone,
        )
        chars = material.chars + len(template or "") + sum(map(len, given.values()))
        return work() if chars < _WORTH_A_THREAD else await asyncio.to_thread(work)
