"""A project in a notebook."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from .context import Block, block_row, texts_of
from .core import get, write
from .document import Document
from .listing import Listing, pages
from .live import look, refreshed, source_row
from .node import LAST, placed
from .prompt import Prompt, prompt_row
from .share import Share, share_row
from .show import count, or_plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from os import PathLike

    from promptyflow_lab.batch import Comparison
    from promptyflow_lab.batch.comparison import Model
    from promptyflow_lab.domain import ProjectData

    from .context import Item, SubItem
    from .following import Following
    from .live import Refreshed
    from .node import Last, Node

_NOT_FRESH: Final = ("stale", "gone")


class Project:
    """A project: context and the prompts that use it.

    The names and the order of things are read when they are asked for here (`blocks`, `prompts`),
    and after every change made here. What is reached from there shares that reading; `refresh`
    makes it anew.
    """

    def __init__(self, document: Document) -> None:
        self._document = document

    @property
    def id(self) -> str:
        """A UUID."""
        return self._document.id

    @property
    def name(self) -> str:
        """What it is called; setting it renames it."""
        return str(self._document.told["name"])

    @name.setter
    def name(self, name: str) -> None:
        self.rename(name)

    @property
    def version(self) -> int:
        """Grows by one with every change."""
        return int(self._document.told["version"])

    @property
    def chars(self) -> int:
        """Characters of all blocks."""
        return int(self._document.told["chars"])

    @property
    def summary(self) -> dict[str, Any]:
        """What the server tells of it in a list: counts, times, the person's role."""
        return {name: value for name, value in self._document.told.items() if name != "data"}

    @property
    def role(self) -> str:
        """What one may do with it: ``owner``, ``edit`` or ``view``."""
        return str(self._document.told["role"])

    @property
    def owner(self) -> str | None:
        """Who shares it; None for one's own."""
        owner = self._document.told.get("owner")
        return None if owner is None else str(owner["name"])

    @property
    def shares(self) -> Listing[Share]:
        """With whom it is shared; for its owner."""
        told = self._document.session.send(get(f"{self._document.path}/shares"))["items"]
        return Listing((Share(self._document, data) for data in told), "share", share_row)

    def share(
        self, user: str | None = None, *, group: str | None = None, role: str = "view"
    ) -> Share:
        """Share it, at once; who has it already has this role from now on.

        Parameters
        ----------
        user
            The e-mail address or the sign-in name of a person, in full.
        group
            The name of a group of the Hub, instead.
        role
            ``view``, or ``edit``.

        Examples
        --------
        >>> project.share("ann@example.org", role="edit")  # doctest: +SKIP
        """
        whom = {"user": user, "group": group}
        body = {name: value for name, value in whom.items() if value is not None} | {"role": role}
        path = f"{self._document.path}/shares"
        return Share(self._document, self._document.session.send(write("POST", path, body)))

    @property
    def blocks(self) -> Listing[Block]:
        """The context blocks, in their order."""
        outline = self._document.refresh()
        found = (Block(self._document, (block["id"],)) for block in outline["contextBlocks"])
        return Listing(found, "block", block_row)

    @property
    def prompts(self) -> Listing[Prompt]:
        """The prompts, in their order."""
        self._document.refresh()
        return self._prompts()

    def _prompts(self) -> Listing[Prompt]:
        outline = self._document.outline()
        found = (Prompt(self._document, prompt["id"]) for prompt in outline["promptBlocks"])
        return Listing(found, "prompt", prompt_row)

    def block(self, wanted: int | str) -> Block:
        """Return the context block with that title or id."""
        return self.blocks.get(wanted)

    def prompt(self, wanted: int | str) -> Prompt:
        """Return the prompt with that title or id."""
        return self.prompts.get(wanted)

    def add_block(
        self,
        title: str | None = None,
        *,
        after: Node | Last | None = LAST,
        exist_ok: bool = False,
    ) -> Block:
        """Add a context block.

        Parameters
        ----------
        title
            By default one is made up.
        after
            The block it comes behind; None for the first place.
        exist_ok
            Return the block of that title where there is one, as it is.
        """
        if exist_ok and title in (blocks := self.blocks):
            return blocks.get(str(title))
        given = placed({"op": "addBlock"}, title, after)
        return Block(self._document, *self._document.create(given))

    def add_prompt(
        self,
        title: str | None = None,
        template: str = "",
        *,
        wrap_in_tags: bool = True,
        variables: dict[str, str] | None = None,
        exist_ok: bool = False,
    ) -> Prompt:
        """Add a prompt.

        Parameters
        ----------
        title
            By default one is made up.
        template
            The text to send; ``{{context}}`` stands for what is selected, ``{{name}}`` for the
            value of a variable.
        wrap_in_tags
            Whether the context comes with headings and tags.
        variables
            Values for names in the template; sending and compiling can give others.
        exist_ok
            Take the prompt of that title where there is one, and make it say this; what it selects
            stays.
        """
        if exist_ok and title in (prompts := self.prompts):
            found = prompts.get(str(title))
            found.rewrite(template, wrap_in_tags=wrap_in_tags, variables=variables or {})
            return found
        operation = placed({"op": "addPrompt", "template": template}, title, LAST)
        operation |= {"wrapInTags": wrap_in_tags, "variables": variables or {}, "clientId": "new"}
        changed = self._document.change_prompts(operation)
        created = int(changed["created"]["new"]["promptBlockId"])
        titles = {prompt["promptBlockId"]: prompt["title"] for prompt in changed["prompts"]}
        return Prompt(self._document, created, titles.get(created))

    def compare(
        self,
        prompt: Prompt | int | str,
        models: Iterable[Model],
        **options_and_variables: Any,  # noqa: ANN401 - as `Prompt.compare` takes them
    ) -> Comparison:
        """Send a prompt, or the one of that title or id, to several models; see `Prompt.compare`.

        Examples
        --------
        >>> project.compare("Summary", ["small-model", "large-model"])  # doctest: +SKIP
        """
        chosen = prompt if isinstance(prompt, Prompt) else self.prompt(prompt)
        return chosen.compare(models, **options_and_variables)

    async def acompare(
        self,
        prompt: Prompt | int | str,
        models: Iterable[Model],
        **options_and_variables: Any,  # noqa: ANN401 - as `Prompt.compare` takes them
    ) -> Comparison:
        """Send a prompt to several models without holding up the event loop; as `compare`."""
        if isinstance(prompt, Prompt):
            chosen = prompt
        else:
            await self.arefresh()
            chosen = self._prompts().get(prompt)
        return await chosen.acompare(models, **options_and_variables)

    def rename(self, name: str) -> Project:
        """Give it another name."""
        self._document.rename(name)
        return self

    def duplicate(self) -> Project:
        """Return a copy of it, which has a name of its own."""
        session, path = self._document.session, self._document.path
        return Project(Document(session, session.send(write("POST", f"{path}/duplicate", {}))))

    def delete(self) -> None:
        """Delete it with all it holds."""
        self._document.session.send(write("DELETE", self._document.path))

    def refresh(self) -> Project:
        """Read again what it is called, what it holds and in which order."""
        self._document.refresh()
        return self

    async def arefresh(self) -> Project:
        """Read it again without holding up the event loop."""
        await self._document.arefresh()
        return self

    @property
    def texts(self) -> Listing[Item | SubItem]:
        """Every item and sub-item of all blocks."""
        return Listing(texts_of(self._document), "text", source_row)

    @property
    def stale(self) -> Listing[Item | SubItem]:
        """The texts whose source says something else now, or is gone."""
        found = (text for text in self.refresh().texts if look(text).status in _NOT_FRESH)
        return Listing(found, "text", source_row)

    def refresh_stale(self, *, overwrite: bool = False) -> list[Refreshed]:
        """Take every text anew whose source says something else now; as `Item.refresh`.

        Returns
        -------
        list of Refreshed
            Of those that are not fresh, what has become of them.
        """
        seen = [(text, look(text)) for text in self.refresh().texts]
        return [
            refreshed(text, found, overwrite=overwrite)
            for text, found in seen
            if found.status in _NOT_FRESH
        ]

    def refresh_on_run(self) -> Following:
        """Refresh what was taken from this notebook whenever one of its cells has run.

        Returns
        -------
        Following
            ``stop()`` ends it.
        """
        from .following import Following

        return Following(self)

    def data(self) -> ProjectData:
        """Return everything it holds, with all texts, as plain objects."""
        from promptyflow_lab.domain import ProjectData

        whole = self._document.session.send(get(self._document.path))
        return ProjectData.from_dict(whole["data"])

    def export(self, path: str | PathLike[str] | None = None) -> dict[str, Any]:
        """Return it as a document that can be imported; with a path, write it there too."""
        document: dict[str, Any] = self._document.session.send(get(f"{self._document.path}/export"))
        if path is not None:
            import json
            from pathlib import Path

            text = json.dumps(document, ensure_ascii=False, indent=1)
            Path(path).write_text(text, encoding="utf-8")
        return document

    def search(self, words: str, *, limit: int = 20) -> list[dict[str, Any]]:
        """Find words in context, prompts and answers, in any order and form, the best first."""
        request = get(f"{self._document.path}/search", q=words, limit=min(limit, 100))
        return list(self._document.session.send(request)["items"])

    def history(self, *, limit: int | None = 50) -> list[dict[str, Any]]:
        """Return versions with author, time and what was changed, the newest first."""
        return list(pages(self._document.session, get(f"{self._document.path}/history"), limit))

    def restore(self, version: int) -> Project:
        """Make it what it was at a version, as a new version."""
        path = f"{self._document.path}/history/{int(version)}/restore"
        self._document.session.send(write("POST", path, {}))
        return self.refresh()

    def __getitem__(self, wanted: str) -> Block:
        return self.block(wanted)

    def __contains__(self, wanted: object) -> bool:
        return wanted in self.blocks

    def __iter__(self) -> Iterator[Block]:
        return iter(self.blocks)

    def _ipython_key_completions_(self) -> list[str]:
        return [block.title for block in self.blocks]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Project) and other.id == self.id

    def __hash__(self) -> int:
        return hash(self.id)

    def __repr__(self) -> str:
        if self.owner is None:
            return f"<Project {self.name!r}>"
        return f"<Project {self.name!r} of {self.owner}: {self.role}>"

    @or_plain
    def _repr_html_(self) -> str:
        caption = f"{self.name}: {count(self.chars, 'character')}"
        return self.blocks.html(caption) + self.prompts.html()


def project_row(project: Project) -> dict[str, object]:
    """Return what a list of projects shows."""
    told = project.summary
    changed = str(told.get("updatedAt", ""))[:16].replace("T", " ")
    counts = {"blocks": told.get("blocks", ""), "prompts": told.get("prompts", "")}
    shared = "" if project.owner is None else f"{project.role}, of {project.owner}"
    shown = {"project": project.name, **counts, "chars": project.chars, "changed": changed}
    return {**shown, "shared": shared}
