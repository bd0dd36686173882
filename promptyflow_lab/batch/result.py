"""What came of a batch: an answer or an error for each row."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

from promptyflow_lab.client.errors import InvalidAnswer, PromptyFlowError
from promptyflow_lab.client.show import count, money, table

if TYPE_CHECKING:
    from collections.abc import Iterable

    from promptyflow_lab.client.run import Run

    from .planning import Plan


@dataclass(frozen=True, slots=True, repr=False)
class Answer:
    """What came of a row.

    Attributes
    ----------
    row
        The row.
    outcome
        The run, or what went wrong.
    """

    row: dict[str, Any]
    outcome: Run | PromptyFlowError

    @property
    def run(self) -> Run | None:
        """The run; None where there is none."""
        return None if isinstance(self.outcome, PromptyFlowError) else self.outcome

    @property
    def error(self) -> PromptyFlowError | None:
        """What went wrong; None where nothing did."""
        return self.outcome if isinstance(self.outcome, PromptyFlowError) else None

    @property
    def status(self) -> str:
        """That of the run; ``failed`` where there is none."""
        return "failed" if self.run is None else self.run.status

    @property
    def text(self) -> str | None:
        """The answer; None where there is none."""
        return None if self.run is None else self.run.text

    @property
    def value(self) -> Any:  # noqa: ANN401 - what the schema describes
        """The answer as the object that the schema describes; raises as `Run.value`."""
        return None if self.run is None else self.run.value

    def __repr__(self) -> str:
        told = repr(self.text) if self.error is None else f"{type(self.error).__name__}"
        return f"<Answer {told[:60]}>"


class Batch(list[Answer]):
    """The answers, in the order of the rows.

    Examples
    --------
    >>> answers = prompt.map(df, "a-model")  # doctest: +SKIP
    >>> answers.to_frame()  # doctest: +SKIP
    >>> answers.failed[0].error  # doctest: +SKIP
    """

    def __init__(self, answers: Iterable[Answer], plan: Plan) -> None:
        super().__init__(answers)
        self._plan = plan

    @property
    def done(self) -> list[Answer]:
        """Those that have an answer."""
        return [answer for answer in self if answer.status == "done"]

    @property
    def failed(self) -> list[Answer]:
        """Those that have none; running the same again sends just these."""
        return [answer for answer in self if answer.status != "done"]

    @property
    def texts(self) -> list[str | None]:
        """The answers, as a new column takes them; None where there is none."""
        return [answer.text for answer in self]

    @property
    def values(self) -> list[Any]:
        """The answers as the objects that the schema describes; None where there is none."""
        return [self._value(answer)[0] for answer in self]

    @property
    def cost(self) -> float | None:
        """US dollars of all answers, also of those that were there before; None: not known."""
        costs = [_cost(answer, self._plan) for answer in self if answer.run is not None]
        known = [cost for cost in costs if cost is not None]
        return sum(known) if known else None

    def to_frame(self, column: str = "answer") -> Any:  # noqa: ANN401 - as given
        """Return what was given with the answers behind it, of the same library.

        Parameters
        ----------
        column
            The name of the column with the texts; the others begin with it: ``answer_status``,
            ``answer_error``, ``answer_run``, ``answer_tokens_in``, ``answer_tokens_out``,
            ``answer_cost``. With a schema there is a column for each field of the objects, too; a
            field that is called as one of these is in ``values`` alone.
        """
        usage = [{} if each.run is None else each.run.usage for each in self]
        columns: dict[str, list[object]] = {
            column: [each.text for each in self],
            f"{column}_status": [each.status for each in self],
            f"{column}_error": [_told(self._value(each)[1]) for each in self],
            f"{column}_run": [None if each.run is None else each.run.id for each in self],
            f"{column}_tokens_in": [told.get("inputTokens") for told in usage],
            f"{column}_tokens_out": [told.get("outputTokens") for told in usage],
            f"{column}_cost": [_cost(each, self._plan) for each in self],
        }
        columns |= {n: v for n, v in self._fields(column).items() if n not in columns}
        taken = [name for name in columns if name in self._plan.table.columns]
        if taken:
            raise ValueError(f"There is a column {taken[0]!r}: to_frame('another name').")
        numbers = {f"{column}_{name}" for name in ("tokens_in", "tokens_out", "cost")}
        return self._plan.table.joined(columns, numbers)

    def _value(self, answer: Answer) -> tuple[Any, PromptyFlowError | None]:
        """Return an answer's object, or what is wrong with it."""
        if answer.run is None or not self._plan.options.get("schema"):
            return None, answer.error
        try:
            return answer.value, None
        except InvalidAnswer as error:
            return None, error

    def _fields(self, column: str) -> dict[str, list[object]]:
        """Return the fields of the objects that a schema describes, each as a column."""
        if not self._plan.options.get("schema"):
            return {}
        objects = [_as_dict(value) for value in self.values]
        names = dict.fromkeys(name for each in objects for name in each)
        return {f"{column}_{name}": [each.get(name) for each in objects] for name in names}

    def __repr__(self) -> str:
        return f"<Batch {self._summary()}>"

    def _summary(self) -> str:
        statuses = Counter(answer.status for answer in self)
        told = ", ".join(f"{number:,} {status}" for status, number in statuses.most_common())
        cost = "" if self.cost is None else f" · {money(self.cost)}"
        return f"{count(len(self), 'row')}: {told or 'nothing to do'}{cost}"

    def _repr_html_(self) -> str:
        caption = f"<div>{escape(self._summary())}</div>"
        errors = Counter(_told(answer.error) for answer in self if answer.error is not None)
        if not errors:
            return caption
        rows = ((number, message) for message, number in errors.most_common(10))
        return caption + table(("rows", "what went wrong"), rows)


def _cost(answer: Answer, plan: Plan) -> float | None:
    run = answer.run
    if run is None or run.cost is not None or plan.prices is None:
        return None if run is None else run.cost
    usage = run.usage
    return plan.prices.of(usage.get("inputTokens") or 0, usage.get("outputTokens") or 0)


def _as_dict(value: Any) -> dict[str, Any]:  # noqa: ANN401 - what the schema describes
    if hasattr(value, "model_dump"):
        dumped: dict[str, Any] = value.model_dump(mode="json")
        return dumped
    return value if isinstance(value, dict) else {}


def _told(error: PromptyFlowError | None) -> str | None:
    return None if error is None else f"{error.code}: {error.message}"
