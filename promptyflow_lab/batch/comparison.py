"""The same prompt to several models, side by side."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from html import escape
from typing import TYPE_CHECKING, Any

from promptyflow_lab.client.answers import Answering, apart, follow, follow_async, stop_all
from promptyflow_lab.client.errors import PromptyFlowError
from promptyflow_lab.client.run import Run
from promptyflow_lab.client.sending import PROVIDERS_SET_UP, only_provider, sending, several
from promptyflow_lab.client.show import Nowhere, abridged

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from promptyflow_lab.client.prompt import Prompt
    from promptyflow_lab.client.sending import Options

Model = str | tuple[str, str]
"""A model's id, or a provider's and a model's."""


class Comparison(dict[str, Run | PromptyFlowError]):
    """The answers by model; where there is none, what went wrong."""

    @property
    def runs(self) -> list[Run]:
        """Those that have an answer."""
        return [outcome for outcome in self.values() if isinstance(outcome, Run)]

    def to_frame(self) -> Any:  # noqa: ANN401 - of pandas
        """Return a row for each model, as a DataFrame of pandas."""
        import pandas as pd

        return pd.DataFrame([_row(model, outcome) for model, outcome in self.items()])

    def _ipython_key_completions_(self) -> list[str]:
        return list(self)

    def __repr__(self) -> str:
        return f"<Comparison {', '.join(self)}>"

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        from promptyflow_lab.client.markdown import to_html

        plain, head, cells = [], "", ""
        for model, outcome in self.items():
            if isinstance(outcome, PromptyFlowError):
                text, note, body = outcome.message, type(outcome).__name__, escape(outcome.message)
            else:
                text, note, body = outcome.text, outcome.summary, to_html(outcome.text)
            plain.append(f"== {model} ==\n{abridged(text)}\n[{note}]")
            head += f'<th style="text-align: left">{escape(model)}</th>'
            note = f"<div><em>{escape(note)}</em></div>"
            cells += f'<td style="text-align: left; vertical-align: top">{body}{note}</td>'
        html = f"<table><thead><tr>{head}</tr></thead><tbody><tr>{cells}</tr></tbody></table>"
        return {"text/plain": "\n\n".join(plain), "text/html": html}


def compare(
    prompt: Prompt, models: Iterable[Model], variables: Mapping[str, object], options: Options
) -> Comparison:
    """Send a prompt to each of the models at the same time, and wait for all."""
    session = prompt.document.session
    keys = session.send(PROVIDERS_SET_UP)
    answering = _questions(prompt, models, keys, variables, options)
    if not answering:
        return Comparison()

    def ask(each: Answering) -> Run | PromptyFlowError:
        try:
            follow(session, each)
        except PromptyFlowError as error:
            return error
        return Run(session, each.data, schema=options.get("schema"))

    with ThreadPoolExecutor(len(answering), "promptyflow") as pool:
        futures = {model: pool.submit(ask, each) for model, each in answering.items()}
        try:
            return Comparison({model: future.result() for model, future in futures.items()})
        except BaseException:  # an interrupt, above all
            apart(lambda: stop_all(session, answering.values()))
            raise


async def compare_async(
    prompt: Prompt, models: Iterable[Model], variables: Mapping[str, object], options: Options
) -> Comparison:
    """Do the same without holding up the event loop; cancelled, it stops the providers."""
    session = prompt.document.session
    async with session.awaiting() as transport:
        keys = await transport.send(PROVIDERS_SET_UP)
        answering = _questions(prompt, models, keys, variables, options)

        async def ask(each: Answering) -> Run | PromptyFlowError:
            try:
                await follow_async(transport, each)
            except PromptyFlowError as error:
                return error
            return Run(session, each.data, schema=options.get("schema"))

        outcomes = await asyncio.gather(*map(ask, answering.values()))
    return Comparison(zip(answering, outcomes, strict=True))


def _questions(
    prompt: Prompt,
    models: Iterable[Model],
    keys: Any,  # noqa: ANN401 - JSON
    variables: Mapping[str, object],
    options: Options,
) -> dict[str, Answering]:
    """Return what asks each model, by the name it is shown under."""
    several("models", models)
    answering: dict[str, Answering] = {}
    for model in models:
        provider, name = (only_provider(keys), model) if isinstance(model, str) else model
        shown = name if name not in answering else f"{provider}: {name}"
        request = sending(prompt.document, prompt.id, name, provider, variables, options)
        answering[shown] = Answering(request, Nowhere())
    return answering


def _row(model: str, outcome: Run | PromptyFlowError) -> dict[str, object]:
    if isinstance(outcome, PromptyFlowError):
        return {"model": model, "status": "failed", "error": f"{outcome.code}: {outcome.message}"}
    usage = outcome.usage
    return {
        "model": model,
        "status": outcome.status,
        "answer": outcome.text,
        "tokens_in": usage.get("inputTokens"),
        "tokens_out": usage.get("outputTokens"),
        "cost": outcome.cost,
        "seconds": outcome.duration,
    }
