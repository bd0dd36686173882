"""The prompts while they are changed: steps applied in memory, written at once, reversible."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from promptyflow_lab.domain.sizes import check_prompt_size
from promptyflow_server.projects import positions
from promptyflow_server.projects.context.nodes import Siblings
from promptyflow_server.projects.prompts.records import Prompt
from promptyflow_server.projects.prompts.repository import PromptRepository
from promptyflow_server.projects.texts import Splice, splice_between

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from promptyflow_lab.domain import Limits
    from promptyflow_server.projects.prompts.records import Selected
    from promptyflow_server.projects.writing import Session

FIELDS: Final = ("title", "template", "wrap_in_tags", "variables", "template_id", "config_id")
"""What can be changed of a prompt, each counting for its version."""


class PromptSheet:
    """The prompts of the project of a session."""

    def __init__(self, session: Session, limits: Limits) -> None:
        project = session.project
        self._session = session
        self._limits = limits
        self._rows = PromptRepository(session.connection, project.owner_id, project.id)
        self._prompts: dict[int, Prompt | None] = {}
        self._selected: dict[int, list[Selected]] = {}
        self._reselected: set[int] = set()
        self._deleted: list[int] = []
        self._siblings: Siblings | None = None
        self._titles: dict[int, str] = {}
        self._is_complete = False
        self._news: set[int] = set()
        self._tied: set[int] = set()
        self.removed: dict[int, Prompt] = {}

    async def load_all(self) -> None:
        """Load every prompt with what it selects."""
        self._prompts = {prompt.id: prompt for prompt in await self._rows.all()}
        found = await self._rows.selected()
        self._selected = {own_id: found.get(own_id, []) for own_id in self._prompts}
        self._is_complete = True

    async def load(self, ids: Iterable[int]) -> None:
        """Load prompts."""
        wanted = [own_id for own_id in ids if own_id not in self._prompts]
        if wanted:
            self._prompts.update(dict.fromkeys(wanted))
            if not self._is_complete:
                self._prompts.update((p.id, p) for p in await self._rows.find(wanted))

    async def find(self, own_id: int) -> Prompt | None:
        """Return a prompt, or None where there is none."""
        await self.load([own_id])
        return self._prompts[own_id]

    async def get(self, own_id: int) -> Prompt:
        """Return a prompt that exists."""
        prompt = await self.find(own_id)
        if prompt is None:
            raise LookupError(f"there is no prompt {own_id}")
        return prompt

    async def order(self) -> Siblings:
        """Return the order of the prompts."""
        if self._siblings is None:
            rows = await self._rows.titles()
            self._siblings = Siblings.of((own_id, position) for own_id, position, _ in rows)
            self._titles = {own_id: title for own_id, _, title in rows}
        return self._siblings

    async def titles(self) -> list[str]:
        """Return the titles of all prompts, those of this moment."""
        await self.order()
        now = {p.id: p.title for p in self._prompts.values() if p}
        return [now.get(own_id, title) for own_id, title in self._titles.items()]

    async def selected(self, own_id: int) -> list[Selected]:
        """Return what a prompt selects."""
        if own_id not in self._selected:
            self._selected[own_id] = (await self._rows.selected(own_id)).get(own_id, [])
        return self._selected[own_id]

    async def selecting(self, piece: tuple[int, int, int]) -> list[int]:
        """Return the prompts that select a piece."""
        found = await self._rows.selected()
        for own_id, rows in found.items():
            self._selected.setdefault(own_id, rows)
        return [own_id for own_id, rows in found.items() if piece in [row[:3] for row in rows]]

    def forget_selections(self) -> None:
        """Read anew what prompts select; what was changed must have been written."""
        self._selected.clear()

    def changed(self) -> list[Prompt]:
        """Return the prompts that the answer tells of."""
        return [p for p in self._prompts.values() if p and p.id in self._news]

    def tell(self, own_id: int) -> None:
        """Note that the answer tells of a prompt."""
        self._news.add(own_id)

    async def insert(
        self,
        own_id: int,
        fields: Mapping[str, Any],
        selected: Sequence[Selected],
        after: int | None,
    ) -> None:
        """Add a prompt behind another one; None: in front of all."""
        order = await self.order()
        position = order.put(own_id, after)
        version = self._session.next_version
        prompt = Prompt(own_id, fields["title"], position, version, changed=True)
        self._set(prompt, fields)
        project = self._session.project
        project.prompts += 1
        project.next_prompt_id = max(project.next_prompt_id, own_id + 1)
        self._prompts[own_id] = prompt
        self._titles[own_id] = prompt.title
        self.removed.pop(own_id, None)
        self.tell(own_id)
        self._select(own_id, selected)
        await self._spread_if_worn(own_id)
        done = {"op": "insertPrompt", "prompt": own_id, "title": prompt.title, "after": after}
        self._session.record(done, [{"op": "removePrompt", "prompt": own_id}])

    async def remove(self, own_id: int) -> None:
        """Delete a prompt."""
        prompt = await self.get(own_id)
        order = await self.order()
        inverse = {
            "op": "insertPrompt",
            "prompt": own_id,
            "fields": _json({name: getattr(prompt, name) for name in FIELDS}),
            "selected": await self.selected(own_id),
            "after": order.before(own_id),
        }
        order.drop(own_id)
        self._titles.pop(own_id, None)
        self._session.project.prompts -= 1
        self._prompts[own_id] = None
        self._selected.pop(own_id, None)
        self._reselected.discard(own_id)
        if prompt.stored:
            self._deleted.append(own_id)
        self.removed[own_id] = prompt
        done = {"op": "removePrompt", "prompt": own_id, "title": prompt.title}
        self._session.record(done, [inverse])

    async def update(self, own_id: int, fields: Mapping[str, Any]) -> None:
        """Change fields of a prompt."""
        prompt = await self.get(own_id)
        before = {n: getattr(prompt, n) for n in fields if getattr(prompt, n) != fields[n]}
        self.tell(own_id)
        if not before:
            return
        inverse: dict[str, Any] = {"op": "updatePrompt", "prompt": own_id}
        old = before.pop("template", None)
        if old is not None:
            inverse["splice"] = splice_between(fields["template"], old)
        inverse["fields"] = _json(before)
        self._set(prompt, fields)
        prompt.version = self._session.next_version
        prompt.changed = True
        done = {"op": "updatePrompt", "prompt": own_id, "fields": sorted(before)}
        if old is not None:
            splice = inverse["splice"]
            done["template"] = [splice.start, len(splice.insert), splice.delete_count]
        self._session.record(done, [inverse])

    async def place(self, own_id: int, after: int | None) -> None:
        """Put a prompt behind another one; None: in front of all."""
        prompt = await self.get(own_id)
        order = await self.order()
        before = order.before(own_id)
        self.tell(own_id)
        if before == after:
            return
        order.drop(own_id)
        prompt.position = order.put(own_id, after)
        prompt.changed = True
        await self._spread_if_worn(own_id)
        done = {"op": "placePrompt", "prompt": own_id, "after": after}
        self._session.record(done, [{**done, "after": before}])

    async def select(self, own_id: int, selected: Sequence[Selected]) -> None:
        """Set what a prompt selects."""
        before = await self.selected(own_id)
        self.tell(own_id)
        if before == list(selected):
            return
        self._select(own_id, selected)
        done = {"op": "select", "prompt": own_id, "selected": selected}
        self._session.record(done, [{**done, "selected": before}])

    async def flush(self) -> None:
        """Write what was changed."""
        if self._deleted:
            await self._rows.delete(self._deleted)
            self._deleted.clear()
        await self._untie_from_what_is_gone()
        known = [prompt for prompt in self._prompts.values() if prompt]
        added = [prompt for prompt in known if not prompt.stored]
        changed = [prompt for prompt in known if prompt.stored and prompt.changed]
        if added:
            await self._rows.insert(added)
        if changed:
            await self._rows.update(changed)
        if self._reselected:
            await self._rows.select({own_id: self._selected[own_id] for own_id in self._reselected})
            self._reselected.clear()
        for prompt in (*added, *changed):
            prompt.stored, prompt.changed = True, False

    async def _untie_from_what_is_gone(self) -> None:
        """Forget templates that are not there, or not the owner's."""
        tied = [p for own_id in self._tied if (p := self._prompts[own_id]) and p.template_id]
        if tied:
            wanted = {prompt.template_id for prompt in tied if prompt.template_id}
            there = await self._rows.existing_templates(wanted)
            for prompt in tied:
                if prompt.template_id not in there:
                    prompt.template_id = None
        self._tied.clear()

    def _set(self, prompt: Prompt, fields: Mapping[str, Any]) -> None:
        if "template" in fields:
            check_prompt_size(fields["template"], self._limits)
        if fields.get("template_id"):
            self._tied.add(prompt.id)
        for name, value in fields.items():
            setattr(prompt, name, value)

    def _select(self, own_id: int, selected: Sequence[Selected]) -> None:
        self._selected[own_id] = list(selected)
        self._reselected.add(own_id)

    async def _spread_if_worn(self, own_id: int) -> None:
        order = await self.order()
        if len(order.positions[own_id]) <= positions.LONG:
            return
        order.spread()
        await self.load(order.ids)
        for other in order.ids:
            prompt = await self.get(other)
            prompt.position, prompt.changed = order.positions[other], True


def fields_of_json(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return a prompt's fields as they were before history made JSON of them."""
    return {
        name: UUID(value) if value is not None and name.endswith("_id") else value
        for name, value in fields.items()
    }


def spliced(text: str, splice: Splice) -> str:
    """Return a text with a part replaced."""
    return text[: splice.start] + splice.insert + text[splice.start + splice.delete_count :]


def copy_of(prompt: Prompt) -> dict[str, Any]:
    """Return the fields of a prompt, for another one."""
    copied = replace(prompt, variables=dict(prompt.variables))
    return {name: getattr(copied, name) for name in FIELDS}


def _json(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {n: str(v) if isinstance(v, UUID) else v for n, v in fields.items()}
