"""A prompt in a notebook: select, compile, send."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

from promptyflow_lab.domain import NodeKey, find_placeholders
from promptyflow_lab.domain.placeholders import BUILT_IN

from .answers import Answering, follow, follow_async
from .compiled import Compiled, compiled_of
from .context import Block, Item, SubItem, leaves
from .core import Request
from .listing import Listing
from .many import Many
from .run import Run
from .sending import PROVIDERS_SET_UP, Options, as_values, only_provider, sending
from .show import Nowhere, abridged, count, or_plain, preformatted, screen
from .titled import Titled

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from .document import Document

    Json = dict[str, Any]

Selectable = Block | Item | SubItem | NodeKey | str
"""A string is the title of a block or a text."""


class Prompt(Titled, Many):
    """A template, and the context selected for it."""

    def __init__(self, document: Document, prompt_id: int, title: str | None = None) -> None:
        self._document = document
        self._id = prompt_id
        self._title = str(self._data["title"]) if title is None else title

    @property
    def id(self) -> int:
        """Its number in the project."""
        return self._id

    @property
    def template(self) -> str:
        """The template as it is now; setting it writes it."""
        self._document.refresh()
        return str(self._data["template"])

    @template.setter
    def template(self, template: str) -> None:
        self._update(template=template)

    @property
    def wrap_in_tags(self) -> bool:
        """Whether the context comes with headings and tags."""
        return bool(self._data["wrapInTags"])

    @wrap_in_tags.setter
    def wrap_in_tags(self, wrap: bool) -> None:
        self._update(wrapInTags=wrap)

    @property
    def variables(self) -> dict[str, str]:
        """Values for names in the template; set it as a whole."""
        return dict(self._data.get("variables") or {})

    @variables.setter
    def variables(self, variables: Mapping[str, str]) -> None:
        self._update(variables=dict(variables))

    @property
    def selection(self) -> Listing[Item | SubItem]:
        """What is selected, in its order."""
        found: list[Item | SubItem] = []
        for entry in sorted(self._data["selectedContext"], key=lambda entry: entry["order"]):
            key = (entry["blockId"], entry["itemId"])
            sub = entry.get("subItemId")
            found.append(SubItem(self._document, (*key, sub)) if sub else Item(self._document, key))
        return Listing(found, "selected piece", _piece_row)

    def select(self, *pieces: Selectable) -> Prompt:
        """Select these pieces, in this order, and nothing else.

        A block stands for everything in it that has text, a string for the block or text of that
        title. Without an argument nothing is selected.

        Examples
        --------
        >>> prompt.select(intro, "Details")  # doctest: +SKIP
        >>> prompt.select(*prompt.selection, another)  # doctest: +SKIP
        """
        keys = dict.fromkeys(key for piece in pieces for key in self._keys(piece))
        selected = [_selected(key, order) for order, key in enumerate(keys, 1)]
        self._change(op="select", selectedContext=selected)
        return self

    def rewrite(
        self, template: str, *, wrap_in_tags: bool = True, variables: Mapping[str, str]
    ) -> Prompt:
        """Make it say this; where it does already nothing is written."""
        told = self._document.prompt(self._id)
        wanted = {"template": template, "wrapInTags": wrap_in_tags, "variables": dict(variables)}
        if any(told.get(name) != value for name, value in wanted.items()):
            self._update(**wanted)
        return self

    def rename(self, title: str) -> Prompt:
        """Give it another title."""
        self._update(title=title)
        return self

    def delete(self) -> None:
        """Delete it."""
        self._change(op="delete")

    def compile(
        self,
        *,
        wrap_in_tags: bool | None = None,
        variables: Mapping[str, object] | None = None,
        **more_variables: object,
    ) -> Compiled:
        """Return the exact text that would be sent.

        Parameters
        ----------
        wrap_in_tags
            Overrides the prompt's own wish.
        variables, **more_variables
            Values for names in the template: texts, numbers; a DataFrame as `Block.add` tells it.
        """
        self.check_names(more_variables)
        request = self._compiling({**(variables or {}), **more_variables}, wrap_in_tags)
        return compiled_of(self._document.session.send(request))

    async def acompile(
        self,
        *,
        wrap_in_tags: bool | None = None,
        variables: Mapping[str, object] | None = None,
        **more_variables: object,
    ) -> Compiled:
        """Return the exact text without holding up the event loop; parameters as for `compile`."""
        self.check_names(more_variables)
        request = self._compiling({**(variables or {}), **more_variables}, wrap_in_tags)
        async with self._document.session.awaiting() as transport:
            return compiled_of(await transport.send(request))

    def check_names(self, names: Iterable[str]) -> None:
        """Refuse what is neither an option nor a name in the template: a slip of the pen."""
        names = set(names)
        if names and names - self._names():
            self._document.refresh()  # somebody may have written it in the panel
            if unknown := names - self._names():
                told = ", ".join(f"{{{{{name}}}}}" for name in sorted(self._names())) or "no names"
                raise TypeError(
                    f"{', '.join(sorted(unknown))}: neither an option nor a name in the template, "
                    f"which has {told}"
                )

    def values(
        self, variables: Mapping[str, object] | None, more: Mapping[str, object]
    ) -> dict[str, object]:
        """Return what a call gives to names in the template; warn of those that stay without.

        Raises
        ------
        TypeError
            As `check_names`.
        """
        self.check_names(more)
        values = {**(variables or {}), **more}
        if self._without(values):
            self._document.refresh()  # somebody may have given it a value in the panel
            if without := self._without(values):
                told = ", ".join(f"{{{{{name}}}}}" for name in sorted(without))
                warnings.warn(f"sent as it stands, without a value: {told}", stacklevel=3)
        return values

    def _without(self, values: Mapping[str, object]) -> set[str]:
        return self._names() - {*values, *self.variables, *BUILT_IN}

    def _names(self) -> set[str]:
        found = find_placeholders(str(self._data["template"]))
        return {each.name for each in found if each.kind == "variable"}

    def _compiling(self, variables: Mapping[str, object], wrap_in_tags: bool | None) -> Request:
        body: Json = {"promptBlockId": self._id}
        if values := as_values(variables):
            body["variables"] = values
        if wrap_in_tags is not None:
            body["wrapInTags"] = wrap_in_tags
        path = f"{self._document.path}/prompt-blocks/compile"
        # Compiling changes nothing: it may be repeated without a key.
        return Request("POST", path, body=body)

    def send(  # noqa: PLR0913 - all but the model are optional
        self,
        model: str,
        *,
        provider: str | None = None,
        show: bool = True,
        system: str | None = None,
        temperature: float | None = None,
        top_p: float | None = None,
        max_tokens: int | None = None,
        schema: Any = None,  # noqa: ANN401 - a JSON schema, or a model of pydantic
        timeout: float | None = None,
        max_cost: float | None = None,
        variables: Mapping[str, object] | None = None,
        **more_variables: object,
    ) -> Run:
        """Send the prompt to a model; the answer appears while it comes.

        Interrupting the cell stops the provider; what had arrived is kept in the run.

        Parameters
        ----------
        model
            Its id at the provider.
        provider
            The provider's id; not needed where only one is set up.
        show
            Whether the answer appears: as Markdown in a notebook, as text in a terminal.
        system, temperature, top_p, max_tokens
            For the model; what is left out is not sent, so that its own defaults hold.
        schema
            A JSON schema or a pydantic model that the answer shall follow: see `Run.value`.
        timeout
            Seconds for everything.
        max_cost
            US dollars: what could be dearer is not sent.
        variables, **more_variables
            Values for names in the template.

        Returns
        -------
        Run
            With ``text``, ``usage``, ``status``; with a schema, ``value``.

        Raises
        ------
        NoApiKey, ContextWindowExceeded, CostLimit
            It was not sent.
        ProviderError, ProviderTimeout
            The provider refused, or broke off.

        Examples
        --------
        >>> prompt.send("a-model", length=100, temperature=0.2).text  # doctest: +SKIP
        """
        values = self.values(variables, more_variables)
        session = self._document.session
        chosen = provider or only_provider(session.send(PROVIDERS_SET_UP))
        options = Options(
            system=system,
            temperature=temperature,
            top_p=top_p,
            max_tokens=max_tokens,
            schema=schema,
            timeout=timeout,
        )
        request = sending(self._document, self._id, model, chosen, values, options, max_cost)
        answering = Answering(request, screen() if show else Nowhere())
        follow(session, answering)
        return Run(session, answering.data, shown=show, schema=schema)

    async def asend(  # noqa: PLR0913 - as `send`
        self,
        model: str,
        *,
        provider: str | None = None,
        show: bool = False,
        system: str | None = None,
        temperature: float | None = None,
        top_p: float | None = None,
        max_tokens: int | None = None,
        schema: Any = None,  # noqa: ANN401 - a JSON schema, or a model of pydantic
        timeout: float | None = None,  # noqa: ASYNC109 - the server keeps the time
        max_cost: float | None = None,
        variables: Mapping[str, object] | None = None,
        **more_variables: object,
    ) -> Run:
        """Send the prompt without holding up the event loop; parameters as for `send`.

        Cancelling the task stops the provider.
        """
        values = self.values(variables, more_variables)
        session = self._document.session
        async with session.awaiting() as transport:
            chosen = provider or only_provider(await transport.send(PROVIDERS_SET_UP))
            options = Options(
                system=system,
                temperature=temperature,
                top_p=top_p,
                max_tokens=max_tokens,
                schema=schema,
                timeout=timeout,
            )
            request = sending(self._document, self._id, model, chosen, values, options, max_cost)
            answering = Answering(request, screen() if show else Nowhere())
            await follow_async(transport, answering)
        return Run(session, answering.data, shown=show, schema=schema)

    def _keys(self, piece: Selectable) -> list[NodeKey]:
        if isinstance(piece, str):
            project = self.project
            blocks = project.blocks
            return leaves(blocks[piece] if piece in blocks else project.texts[piece])
        if isinstance(piece, Block | Item | SubItem):
            return leaves(piece)
        if isinstance(piece, tuple):
            return [NodeKey(*piece)]
        raise TypeError(f"select takes blocks, items and titles, not {type(piece).__name__}")

    @property
    def document(self) -> Document:
        """What is known here of its project; for other parts of this package."""
        return self._document

    @property
    def _data(self) -> Json:
        return self._document.prompt(self._id)

    def _update(self, **what: Any) -> None:  # noqa: ANN401 - JSON
        self._change(op="update", **what)

    def _change(self, **operation: Any) -> None:  # noqa: ANN401 - JSON
        self._document.change_prompts({**operation, "promptBlockId": self._id})

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Prompt):
            return NotImplemented
        return (self._document.id, self._id) == (other._document.id, other._id)

    def __hash__(self) -> int:
        return hash((self._document.id, self._id))

    def __repr__(self) -> str:
        return f"<Prompt {self._title!r}>"

    @or_plain
    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        template = self.template
        pieces = self.selection
        caption = f"{self.title}: {count(len(pieces), 'selected piece')}"
        html = pieces.html(caption) + preformatted(template)
        return {"text/plain": f"{caption}\n{abridged(template)}", "text/html": html}


def prompt_row(prompt: Prompt) -> dict[str, object]:
    """Return what a list of prompts shows."""
    return {"id": prompt.id, "prompt": prompt.title, "selected": len(prompt.selection)}


def _piece_row(piece: Item | SubItem) -> dict[str, object]:
    return {"selected": piece.title, "chars": piece.chars}


def _selected(key: NodeKey, order: int) -> Json:
    entry: Json = {"blockId": key.block_id, "itemId": key.item_id, "order": order}
    return entry if key.sub_item_id is None else {**entry, "subItemId": key.sub_item_id}
