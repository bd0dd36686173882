"""What a batch is: a compiled text for each row, and the answers that are there already.

The texts are compiled here by the rules that the server has, too; so they are known before
anything is sent. A run is a row's answer if it was made from the same text (its sha256), by the
same model, with the same options. Nothing has to be remembered but what the server keeps anyway:
a batch can be continued after a restart, in another notebook, on another day.
"""

from __future__ import annotations

from collections import defaultdict, deque
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any

from promptyflow_lab.client.core import get
from promptyflow_lab.client.errors import PromptyFlowError
from promptyflow_lab.client.listing import pages
from promptyflow_lab.client.sending import (
    PROVIDERS_SET_UP,
    as_values,
    on_the_wire,
    only_provider,
    sending,
)
from promptyflow_lab.domain import compile_prompt, find_placeholders
from promptyflow_lab.domain.placeholders import BUILT_IN
from promptyflow_lab.sources.tokens import estimate_tokens

from .estimating import ANSWER_TOKENS, Estimate, Prices
from .table import Table, as_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

    from promptyflow_lab.client.core import Request
    from promptyflow_lab.client.prompt import Prompt
    from promptyflow_lab.client.sending import Options
    from promptyflow_lab.client.session import Session
    from promptyflow_lab.domain import CompiledPrompt

    Json = dict[str, Any]

_COMPARED = ("temperature", "topP", "maxTokens", "schema")
"""What makes another question of the same text; the system message is looked at later."""


@dataclass(slots=True)
class Task:
    """A row's text, and the run that answers it, if there is one."""

    place: int
    values: dict[str, str]
    sha256: str
    chars: int
    tokens: int
    found: Json | None = None


@dataclass(frozen=True)
class Plan:
    """A batch before it is carried out."""

    prompt: Prompt
    table: Table
    model: str
    provider: str
    options: Options
    prices: Prices | None
    tasks: list[Task] = field(default_factory=list)

    @classmethod
    def of(  # noqa: PLR0913 - what a batch is made of
        cls,
        prompt: Prompt,
        rows: Any,  # noqa: ANN401 - of many libraries
        model: str,
        provider: str | None,
        options: Options,
        *,
        prices: tuple[float, float] | None,
        again: bool,
        same: Mapping[str, object],
    ) -> Plan:
        """Read everything, and send nothing."""
        session = prompt.document.session
        told = on_the_wire(options)
        chosen = provider or only_provider(session.send(PROVIDERS_SET_UP))
        known = Prices(*prices) if prices else _known_prices(session, chosen, model)
        template = _Template(prompt, as_values(same))
        table = Table(rows, template.only_name)
        plan = cls(prompt, table, model, chosen, options, known)
        plan.tasks.extend(template.tasks(table))
        if not again:
            plan.find_answers(told)
        return plan

    @property
    def session(self) -> Session:
        """The server."""
        return self.prompt.document.session

    @cached_property
    def estimate(self) -> Estimate:
        """What would be sent."""
        missing = [task for task in self.tasks if task.found is None]
        tokens = sum(task.tokens for task in missing)
        answers = len(missing) * self.answer_tokens
        cost = None if self.prices is None else self.prices.of(tokens, answers)
        chars = sum(task.chars for task in missing)
        return Estimate(len(self.tasks), len(self.tasks) - len(missing), chars, tokens, cost)

    @property
    def answer_tokens(self) -> int:
        """How long an answer is thought to be."""
        return min(ANSWER_TOKENS, self.options.get("max_tokens") or ANSWER_TOKENS)

    def request(self, task: Task) -> Request:
        """Return what sends a row; each time it is another run."""
        return sending(
            self.prompt.document,
            self.prompt.id,
            self.model,
            self.provider,
            task.values,
            self.options,
        )

    def find_answers(self, told: Json) -> None:
        """Give each row the run that answers it already, each run to one row."""
        wanted = {name: value for name, value in told.items() if name in _COMPARED}
        runs: defaultdict[str, deque[Json]] = defaultdict(deque)
        request = get(
            "ai/runs",
            projectId=self.prompt.document.id,
            promptBlockId=self.prompt.id,
            model=self.model,
        )
        for run in pages(self.session, request):
            parameters = run.get("parameters") or {}
            asked = {name: parameters[name] for name in _COMPARED if name in parameters}
            if (
                run["status"] in {"done", "running"}
                and run["provider"] == self.provider
                and asked == wanted
            ):
                runs[run["sha256"]].append(run)
        for task in self.tasks:
            if runs[task.sha256]:
                task.found = runs[task.sha256].popleft()


class _Template:
    """A prompt and its context, read once, compiled for each row.

    Parameters
    ----------
    prompt
        The prompt.
    same
        Values that all rows share.
    """

    def __init__(self, prompt: Prompt, same: dict[str, str]) -> None:
        project = prompt.project.refresh()
        self._prompt, self._same = prompt, same
        self._name, self._data = project.name, project.data()
        self._block = next(each for each in self._data.prompt_blocks if each.id == prompt.id)
        found = list(find_placeholders(self._block.template))
        self._names = dict.fromkeys(each.name for each in found if each.kind == "variable")
        has_context = any(each.kind == "context" for each in found)
        self._hides_a_column = has_context and not self._block.selected_context

    @property
    def only_name(self) -> str | None:
        """The name that must get a value from the rows, if it is one."""
        known = {*self._same, *self._block.variables, *BUILT_IN}
        names = [name for name in self._names if name not in known]
        return names[0] if len(names) == 1 else None

    def tasks(self, table: Table) -> Iterator[Task]:
        """Yield a task for each row.

        Raises
        ------
        ValueError
            A name in the template has no column and no value, or a column would go unheard.
        """
        columns = [name for name in self._names if name in table.columns]
        known = {*columns, *self._same, *self._block.variables, *BUILT_IN}
        missing = [name for name in self._names if name not in known]
        if missing and (table.rows or table.columns):
            there = ", ".join(map(str, table.columns))
            raise ValueError(f"The template needs {', '.join(missing)}; the columns are {there}.")
        if self._hides_a_column and "context" in table.columns:
            raise ValueError(
                "{{context}} stands for what the prompt selects, which is nothing, and not for the "
                "column of that name: call the column and the variable otherwise."
            )
        same = {name: value for name, value in self._same.items() if name in self._names}
        today: date | None = None
        for place, row in enumerate(table.rows):
            values = same | {name: as_text(name, row.get(name)) for name in columns}
            if place == 0 and "date" in self._names:
                today = self._servers_day(values)
            text = self._compiled(values, today)
            tokens = estimate_tokens(text.compiled)
            yield Task(place, values, text.sha256, text.total_chars, tokens)

    def _compiled(self, values: dict[str, str], today: date | None) -> CompiledPrompt:
        context = self._data.context_blocks
        return compile_prompt(
            self._block, context, None, values, project_name=self._name, today=today
        )

    def _servers_day(self, values: dict[str, str]) -> date | None:
        """Return the day that ``{{date}}`` is at the server, which may be in another time zone."""
        told = self._prompt.compile(variables=values).sha256
        here = datetime.now(UTC).date()
        for days in (0, 1, -1):
            day = here + timedelta(days=days)
            if self._compiled(values, day).sha256 == told:
                return day
        return None


def _known_prices(session: Session, provider: str, model: str) -> Prices | None:
    """Return what the server knows of a model's price."""
    with suppress(PromptyFlowError):  # an estimate is worth less than the batch
        for told in session.send(get("ai/models", provider=provider))["items"]:
            if told["id"] == model and told.get("prices"):
                return Prices(told["prices"]["input"], told["prices"]["output"])
    return None
