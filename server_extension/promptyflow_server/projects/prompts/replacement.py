"""Replacing all prompts: found out what differs, so that everything else stays untouched."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from promptyflow_server.projects.positions import kept_in_place
from promptyflow_server.projects.prompts.records import selected_rows
from promptyflow_server.shared.errors import ValidationError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from promptyflow_lab.domain import PromptBlock
    from promptyflow_server.projects.prompts.sheet import PromptSheet


async def replace_prompts(sheet: PromptSheet, wanted: Sequence[PromptBlock], path: str) -> None:
    """Make the prompts what the document says. Prompts are the same if their ids are.

    Parameters
    ----------
    sheet, wanted
        The prompts as they are, and as they shall be.
    path
        Of the list inside its document.
    """
    fields = [_fields(prompt, f"{path}[{place}]") for place, prompt in enumerate(wanted)]
    await sheet.load_all()
    order = await sheet.order()
    ids = {prompt.id for prompt in wanted}
    for own_id in [own_id for own_id in order.ids if own_id not in ids]:
        await sheet.remove(own_id)
    known = [prompt.id for prompt in wanted if prompt.id in order.positions]
    kept = {known[place] for place in kept_in_place([order.positions[own] for own in known])}
    after: int | None = None
    for prompt, its_fields in zip(wanted, fields, strict=True):
        selected = selected_rows(prompt.selected_context)
        if prompt.id not in order.positions:
            await sheet.insert(prompt.id, its_fields, selected, after)
        else:
            if prompt.id not in kept:
                await sheet.place(prompt.id, after)
            await sheet.update(prompt.id, its_fields)
            await sheet.select(prompt.id, selected)
        after = prompt.id


def _fields(prompt: PromptBlock, path: str) -> dict[str, Any]:
    return {
        "title": prompt.title,
        "template": prompt.template,
        "wrap_in_tags": prompt.wrap_in_tags,
        "variables": prompt.variables,
        "template_id": _uuid(prompt.template_id, f"{path}.templateId"),
        "config_id": _uuid(prompt.model_config_id, f"{path}.modelConfigId"),
    }


def _uuid(value: str | None, path: str) -> UUID | None:
    if value is None:
        return None
    try:
        return UUID(value)
    except ValueError:
        raise ValidationError.at(path, "invalid") from None
