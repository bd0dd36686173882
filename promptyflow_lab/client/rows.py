"""Sending a prompt for each row of a table: the part of a prompt that batches are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from typing import Unpack

    from promptyflow_lab.batch import Batch, Estimate, Plan

    from .prompt import Prompt
    from .sending import Options


class ForRows:
    """What a prompt does with tables."""

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
        **options: Unpack[Options],
    ) -> Batch:
        """Send the prompt once for each row; the columns give the values of its variables.

        What has been answered before is not sent again: the same text, to the same model, with the
        same options. So a batch that was interrupted, or whose kernel died, goes on where it was
        when the cell is run again. Nothing is raised for a row: what went wrong is its ``error``.

        Parameters
        ----------
        rows
            A DataFrame of pandas or polars, an Arrow table, or a list of dicts.
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

        plan = self._plan(rows, model, provider, options, prices=prices, again=again)
        return carry_out(plan, concurrency=concurrency, max_cost=max_cost, progress=progress)

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
        **options: Unpack[Options],
    ) -> Batch:
        """Send a row after the other without holding up the event loop; as `map`.

        Cancelling the task stops what is under way.
        """
        import asyncio

        from promptyflow_lab.batch import carry_out_async

        plan = await asyncio.to_thread(
            self._plan, rows, model, provider, options, prices=prices, again=again
        )
        return await carry_out_async(
            plan, concurrency=concurrency, max_cost=max_cost, progress=progress
        )

    def estimate(
        self,
        rows: Any,  # noqa: ANN401 - of many libraries
        model: str,
        *,
        provider: str | None = None,
        prices: tuple[float, float] | None = None,
        again: bool = False,
        **options: Unpack[Options],
    ) -> Estimate:
        """Return what `map` would send, and about what that would cost; nothing is sent."""
        return self._plan(rows, model, provider, options, prices=prices, again=again).estimate

    def _plan(  # noqa: PLR0913 - what a batch is made of
        self,
        rows: Any,  # noqa: ANN401 - of many libraries
        model: str,
        provider: str | None,
        options: Options,
        *,
        prices: tuple[float, float] | None,
        again: bool,
    ) -> Plan:
        from promptyflow_lab.batch import Plan

        prompt = cast("Prompt", self)  # whose part this is
        return Plan.of(prompt, rows, model, provider, options, prices=prices, again=again)
