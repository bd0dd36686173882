"""Operations on prompts: read as the contract says, applied in order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from promptyflow_lab.domain import SelectedContext
from promptyflow_lab.domain.names import copy_name, next_prompt_title
from promptyflow_lab.domain.reading import check_title, read_texts_by_name
from promptyflow_server.projects.conflicts import deleted_prompt
from promptyflow_server.projects.prompts.records import selected_rows
from promptyflow_server.projects.prompts.schemas import (
    AddPrompt,
    DeletePrompt,
    DuplicatePrompt,
    MovePrompt,
    SelectContext,
    UpdatePrompt,
)
from promptyflow_server.projects.prompts.sheet import copy_of, spliced
from promptyflow_server.projects.schemas import Ref
from promptyflow_server.projects.texts import Splice
from promptyflow_server.shared.errors import Conflict, ValidationError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from promptyflow_server.projects.prompts.records import Prompt, Selected
    from promptyflow_server.projects.prompts.schemas import PromptOperation, SelectedIn
    from promptyflow_server.projects.prompts.sheet import PromptSheet
    from promptyflow_server.projects.records import ProjectRecord


class PromptOperations:
    """Applies the operations of one request.

    Parameters
    ----------
    sheet
        The prompts they change.
    project
        The project's row.
    """

    def __init__(self, sheet: PromptSheet, project: ProjectRecord) -> None:
        self._sheet = sheet
        self._project = project
        self.created: dict[str, int] = {}

    async def apply(self, operations: Sequence[PromptOperation]) -> None:
        """Apply all, or raise at the first that cannot be.

        Raises
        ------
        Conflict
            Prompts have moved on since the versions that operations name; all of them are told.
        ValidationError
            An operation makes no sense; the path tells which.
        """
        await self._refuse_stale(operations)
        for index, operation in enumerate(operations):
            path = f"operations[{index}]"
            if isinstance(operation, AddPrompt):
                await self._add(operation, path)
                continue
            own_id = self._id(operation.prompt_block_id, f"{path}.promptBlockId")
            prompt = await self._sheet.find(own_id)
            if prompt is None:
                if isinstance(operation, DeletePrompt) and own_id < self._project.next_prompt_id:
                    continue  # deleted already: as it should be
                raise self._absent(own_id, path)
            match operation:
                case UpdatePrompt():
                    await self._update(operation, prompt, path)
                case DuplicatePrompt():
                    await self._duplicate(operation, prompt, path)
                case MovePrompt():
                    after = await self._after(operation, path, moving=own_id)
                    await self._sheet.place(own_id, after)
                case DeletePrompt():
                    await self._sheet.remove(own_id)
                case SelectContext():
                    await self._sheet.select(own_id, _selected(operation.selected_context))

    async def _refuse_stale(self, operations: Sequence[PromptOperation]) -> None:
        updates = [
            (own_id, operation)
            for operation in operations
            if isinstance(operation, UpdatePrompt)
            and isinstance(own_id := operation.prompt_block_id, int)
        ]
        await self._sheet.load(own_id for own_id, _ in updates)
        told: dict[int, dict[str, Any]] = {}
        for own_id, operation in updates:
            if operation.version is None:
                continue
            prompt = await self._sheet.find(own_id)
            if prompt is None:
                if own_id < self._project.next_prompt_id:
                    told[own_id] = deleted_prompt(own_id)
            elif prompt.version != operation.version:
                told[own_id] = {**prompt.wire(), "template": prompt.template}
        if told:
            raise Conflict(version=self._project.version, prompts=list(told.values()))

    async def _add(self, operation: AddPrompt, path: str) -> None:
        fields: dict[str, Any] = {
            "title": await self._title(operation.title, path),
            "template": operation.template,
            "wrap_in_tags": operation.wrap_in_tags,
            "variables": _variables(operation.variables, path),
            "template_id": operation.template_id,
            "config_id": operation.model_config_id,
        }
        selected = _selected(operation.selected_context or [])
        await self._insert(operation, fields, selected, await self._after(operation, path), path)

    async def _title(self, title: str | None, path: str) -> str:
        if title is None:
            return next_prompt_title(await self._sheet.titles())
        return check_title(title, f"{path}.title")

    async def _insert(
        self,
        operation: AddPrompt | DuplicatePrompt,
        fields: dict[str, Any],
        selected: Sequence[Selected],
        after: int | None,
        path: str,
    ) -> None:
        own_id = self._project.next_prompt_id
        client_id = operation.client_id
        if client_id is not None:
            if client_id in self.created:
                raise ValidationError.at(f"{path}.clientId", "duplicate")
            self.created[client_id] = own_id
        await self._sheet.insert(own_id, fields, selected, after)

    async def _update(self, operation: UpdatePrompt, prompt: Prompt, path: str) -> None:
        given = operation.model_fields_set
        fields: dict[str, Any] = {}
        if operation.title is not None:
            fields["title"] = check_title(operation.title, f"{path}.title")
        if operation.template is not None:
            fields["template"] = operation.template
        if operation.splice is not None:
            fields["template"] = self._spliced(operation, prompt, path)
        if operation.wrap_in_tags is not None:
            fields["wrap_in_tags"] = operation.wrap_in_tags
        if operation.variables is not None:
            fields["variables"] = _variables(operation.variables, path)
        if "template_id" in given:
            fields["template_id"] = operation.template_id
        if "model_config_id" in given:
            fields["config_id"] = operation.model_config_id
        await self._sheet.update(prompt.id, fields)

    def _spliced(self, operation: UpdatePrompt, prompt: Prompt, path: str) -> str:
        splice = operation.splice
        assert splice is not None  # noqa: S101 - the caller has looked
        if operation.template is not None:
            raise ValidationError.at(f"{path}.splice", "extra_forbidden")
        if operation.version is None and not isinstance(operation.prompt_block_id, Ref):
            raise ValidationError.at(f"{path}.version", "needs_version")
        length = len(prompt.template)
        if splice.start + splice.delete_count > length:
            raise ValidationError(errors={f"{path}.splice": ("range", {"limit": length})})
        return spliced(prompt.template, Splice(splice.start, splice.delete_count, splice.insert))

    async def _duplicate(self, operation: DuplicatePrompt, prompt: Prompt, path: str) -> None:
        fields = copy_of(prompt)
        if operation.title is None:
            fields["title"] = copy_name(prompt.title, await self._sheet.titles())
        else:
            fields["title"] = check_title(operation.title, f"{path}.title")
        after: int | None = prompt.id
        if "after" in operation.model_fields_set:
            after = await self._after(operation, path)
        selected = await self._sheet.selected(prompt.id)
        await self._insert(operation, fields, selected, after, path)

    def _id(self, own: int | Ref, path: str) -> int:
        if not isinstance(own, Ref):
            return own
        if own.ref not in self.created:
            raise ValidationError.at(f"{path}.ref", "unknown_node")
        return self.created[own.ref]

    def _absent(self, own_id: int, path: str) -> Conflict | ValidationError:
        if own_id < self._project.next_prompt_id and own_id not in self._sheet.removed:
            return Conflict(version=self._project.version, prompts=[deleted_prompt(own_id)])
        return ValidationError.at(f"{path}.promptBlockId", "unknown_node")

    async def _after(
        self,
        operation: AddPrompt | DuplicatePrompt | MovePrompt,
        path: str,
        *,
        moving: int | None = None,
    ) -> int | None:
        """Return behind which prompt something goes: the last one if none was named."""
        order = await self._sheet.order()
        last = order.last
        if moving is not None and last == moving:
            last = order.before(moving)
        if "after" not in operation.model_fields_set:
            return last
        if operation.after is None:
            return None
        own_id = self._id(operation.after, f"{path}.after")
        if own_id == moving:
            return order.before(own_id)
        if own_id in order.positions:
            return own_id
        if own_id < self._project.next_prompt_id:
            return last  # deleted in the meantime: no reason to lose the change
        raise ValidationError.at(f"{path}.after", "unknown_node")


def _variables(variables: dict[str, str] | None, path: str) -> dict[str, str]:
    return read_texts_by_name({"variables": variables}, "variables", path)


def _selected(selected: Sequence[SelectedIn]) -> list[Selected]:
    return selected_rows(
        SelectedContext(
            entry.block_id,
            entry.item_id,
            entry.sub_item_id,
            place if entry.order is None else entry.order,
        )
        for place, entry in enumerate(selected)
    )
