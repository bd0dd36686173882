"""Sending a prompt many times: for each row of a table, to several models."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from .sending import split_options

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Unpack

    from promptyflow_lab.batch import Batch, Comparison, Estimate, Plan
    from promptyflow_lab.batch.comparison import Model

    from .prompt import Prompt
    from .sending import Options


class Many:
    """The part of a prompt that sends it many times."""

    def map(  # noqa: PLR0913 - all but two are optional
        self,
        rows: Any,  # noqa: ANN401 - of many libraries
        model: str,
        *,
        provider: str | None = None,
        concurrency: int = 8,
        max_cost: float | None = None,
        prices: tuple[float, float] | None = None,
        again: bool = False,
        progress: bool = True,
        variables: Mapping[str, object] | None = None,
        **options: Unpack[Options],
    ) -> Batch:
        """Send the prompt once for each row; the columns give the values of its variables.

        What has been answered before is not sent again: the same text, to the same model, with the
        same options. So a batch that was interrupted, or whose kernel died, goes on where it was
        when the cell is run again. Nothing is raised for a row: what went wrong is its ``error``.

        Parameters
        ----------
        rows
            A DataFrame of pandas or polars, an Arrow table, a list of dicts; a Series or a list of
            values where the template has one variable.
        model
            Its id at the provider.
        provider
            The provider's id; not needed where only one is set up.
        concurrency
            How many are under way at a time.
        max_cost
            US dollars: what would be dearer is not sent.
        prices
            US dollars for a million tokens, in and out, where the server does not know them.
        again
            Send also what has been answered before.
        progress
            Whether an estimate and a bar are shown.
        variables
            Values that are the same for all rows.
        **options
            As for `send`.

        Returns
        -------
        Batch
            A list of the rows, each with ``text`` or ``error``; ``to_frame()`` joins them with what
            was given.

        Raises
        ------
        ValueError
            A name in the template has no column and no value.
        CostLimit
            There is a limit, but nobody knows the price of the model.

        Examples
        --------
        >>> answers = prompt.map(df, "a-model", max_cost=2.0)  # doctest: +SKIP
        >>> answers.to_frame()  # doctest: +SKIP
        """
        from promptyflow_lab.batch import carry_out

        plan = self._plan(rows, model, provider, prices, again, variables, options)
        return carry_out(plan, concurrency=concurrency, max_cost=max_cost, progress=progress)

    def compare(
        self,
        models: Iterable[Model],
        *,
        variables: Mapping[str, object] | None = None,
        **options_and_variables: Any,  # noqa: ANN401 - each as `send` takes it
    ) -> Comparison:
        """Send the prompt to several models at the same time.

        Parameters
        ----------
        models
            The ids of models, or pairs of a provider's and a model's id.
        variables, **options_and_variables
            As for `send`: ``system``, ``temperature``, ``top_p``, ``max_tokens``, ``schema``,
            ``timeout``, and values for names in the template.

        Returns
        -------
        Comparison
            The runs by model, shown side by side; where one has failed, what went wrong.

        Examples
        --------
        >>> prompt.compare(["small-model", "large-model"], words=50)  # doctest: +SKIP
        """
        from promptyflow_lab.batch import compare

        options, values = split_options(options_and_variables)
        return compare(self._prompt, models, self._prompt.values(variables, values), options)

    async def acompare(
        self,
        models: Iterable[Model],
        *,
        variables: Mapping[str, object] | None = None,
        **options_and_variables: Any,  # noqa: ANN401 - each as `send` takes it
    ) -> Comparison:
        """Do the same without holding up the event loop; cancelled, it stops the providers."""
        from promptyflow_lab.batch import compare_async

        options, values = split_options(options_and_variables)
        values = self._prompt.values(variables, values)
        return await compare_async(self._prompt, models, values, options)

    async def amap(  # noqa: PLR0913 - as `map`
        self,
        rows: Any,  # noqa: ANN401 - of many libraries
        model: str,
        *,
        provider: str | None = None,
        concurrency: int = 8,
        max_cost: float | None = None,
        prices: tuple[float, float] | None = None,
        again: bool = False,
        progress: bool = False,
        variables: Mapping[str, object] | None = None,
        **options: Unpack[Options],
    ) -> Batch:
        """Send a row after the other without holding up the event loop; as `map`.

        Cancelling the task stops what is under way.
        """
        import asyncio

        from promptyflow_lab.batch import carry_out_async

        plan = await asyncio.to_thread(
            self._plan, rows, model, provider, prices, again, variables, options
        )
        return await carry_out_async(
            plan, concurrency=concurrency, max_cost=max_cost, progress=progress
        )

    def estimate(  # noqa: PLR0913 - as `map`
        self,
        rows: Any,  # noqa: ANN401 - of many libraries
        model: str,
        *,
        provider: str | None = None,
        prices: tuple[float, float] | None = None,
        again: bool = False,
        variables: Mapping[str, object] | None = None,
        **options: Unpack[Options],
    ) -> Estimate:
        """Return what `map` would send, and about what that would cost; nothing is sent."""
        return self._plan(rows, model, provider, prices, again, variables, options).estimate

    def _plan(  # noqa: PLR0913, PLR0917 - what a batch is made of
        self,
        rows: Any,  # noqa: ANN401 - of many libraries
        model: str,
        provider: str | None,
        prices: tuple[float, float] | None,
        again: bool,
        variables: Mapping[str, object] | None,
        options: Options,
    ) -> Plan:
        from promptyflow_lab.batch import Plan

        same = variables or {}
        return Plan.of(
            self._prompt, rows, model, provider, options, prices=prices, again=again, same=same
        )

    @property
    def _prompt(self) -> Prompt:
        return cast("Prompt", self)  # whose part this is
