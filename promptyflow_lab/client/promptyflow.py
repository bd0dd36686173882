"""The way in: ``PromptyFlow()`` in a notebook is the person who started the server."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any
from uuid import UUID

from .answers import Answering, follow
from .core import get, segment, write
from .discovery import find_server
from .document import Document
from .listing import Listing, all_pages, pages
from .project import Project, project_row
from .run import Run
from .sending import PROVIDERS_SET_UP, only_provider
from .session import Session
from .show import Nowhere, Records, count, or_plain

if TYPE_CHECKING:
    from collections.abc import Iterable
    from os import PathLike
    from typing import Self

    from promptyflow_lab.domain import ProjectData
    from promptyflow_lab.runs import Runs

    from .context import Block
    from .core import Request
    from .prompt import Prompt


class PromptyFlow:
    """PromptyFlow Lab from Python.

    Parameters
    ----------
    url, token
        The service and what opens it, as ``http://127.0.0.1:8888/promptyflow``. In a notebook
        neither is needed: the server that started it is found. Elsewhere give both, or set
        ``PROMPTYFLOW_URL`` and ``PROMPTYFLOW_TOKEN``.

    Raises
    ------
    ServerNotFound
        There is no server, or several could be meant; the message says what to set.

    Examples
    --------
    >>> pf = PromptyFlow()  # doctest: +SKIP
    >>> paper = pf.create_project("Paper")  # doctest: +SKIP
    >>> intro = paper.add_block("Docs").add_item("Intro", "…")  # doctest: +SKIP
    >>> prompt = paper.add_prompt("Summary", "Sum up: {{context}}")  # doctest: +SKIP
    >>> prompt.select(intro).send("a-model")  # doctest: +SKIP
    """

    def __init__(self, url: str | None = None, token: str | None = None) -> None:
        self._session = Session(find_server(url, token))
        if "ipykernel" in sys.modules:  # so that the first cell taken is as the browser shows it
            from promptyflow_lab.sources import browser

            browser.ask()

    @property
    def url(self) -> str:
        """The server's address."""
        return self._session.server.url

    def projects(self, search: str = "") -> Listing[Project]:
        """Return the projects, the one changed last first; with a text, those called so."""
        return self._listed(pages(self._session, _projects(search)))

    async def aprojects(self, search: str = "") -> Listing[Project]:
        """Return the projects without holding up the event loop; as `projects`."""
        return self._listed(await all_pages(self._session, _projects(search)))

    def shared_with_me(self) -> Listing[Project]:
        """Return the projects that others share with me, the one changed last first."""
        return self._listed(pages(self._session, get("api/shares")))

    def project(self, wanted: str | UUID) -> Project:
        """Return the project of that name or id."""
        if _is_id(wanted):
            return self._of_id(wanted).refresh()
        found = self.projects(str(wanted))
        if wanted not in found:
            found = self.projects()  # so that the error can tell what is near
        return found.named(str(wanted)).refresh()

    async def aproject(self, wanted: str | UUID) -> Project:
        """Return the project of that name or id without holding up the event loop."""
        if _is_id(wanted):
            return await self._of_id(wanted).arefresh()
        found = await self.aprojects(str(wanted))
        if wanted not in found:
            found = await self.aprojects()
        return await found.named(str(wanted)).arefresh()

    def _listed(self, found: Iterable[dict[str, Any]]) -> Listing[Project]:
        projects = (Project(Document(self._session, data)) for data in found)
        return Listing(projects, "project", project_row)

    def _of_id(self, wanted: str | UUID) -> Project:
        return Project(Document(self._session, {"id": str(wanted)}))

    def create_project(
        self, name: str, data: ProjectData | None = None, *, exist_ok: bool = False
    ) -> Project:
        """Make a project.

        Parameters
        ----------
        name
            What it is called.
        data
            All it shall hold; else it is empty.
        exist_ok
            Return the project of that name where there is one, as it is: a notebook can be run
            again from the top.
        """
        if exist_ok:
            found = [each for each in self.projects(name) if each.name == name]
            if found:
                return Listing(found, "project", project_row).named(name).refresh()
        body: dict[str, Any] = {"name": name}
        if data is not None:
            body["data"] = data.to_dict()
        told = self._session.send(write("POST", "api/projects", body))
        return Project(Document(self._session, told))

    def import_file(
        self, source: str | PathLike[str] | dict[str, Any], *, project: Project | None = None
    ) -> Project | Block | list[dict[str, Any]]:
        """Take in a file, whichever of the known forms it has; it is told by what it holds.

        Parameters
        ----------
        source
            The path of an export of PromptyFlow or of its ancestors, of a text, or of a zip of
            texts; or the document itself.
        project
            The project to which one context block is added.

        Returns
        -------
        Project, Block or list of dict
            What has become of it; for texts, the templates that were added.
        """
        from .interchange import import_file

        return import_file(self._session, source, project)

    def runs(
        self,
        *,
        project: Project | str | None = None,
        prompt: Prompt | None = None,
        status: str | None = None,
        model: str | None = None,
        limit: int | None = None,
    ) -> Runs:
        """Return what was sent to models, the newest first; read as far as it is needed.

        Parameters
        ----------
        project, prompt, status, model
            Only those of it; a project by itself or by its name.
        limit
            At most so many; None for all.

        Examples
        --------
        >>> pf.runs(model="large-model").to_frame()  # doctest: +SKIP
        >>> pf.runs().cost(by="day")  # doctest: +SKIP
        """
        from promptyflow_lab.runs import Runs

        if prompt is not None:
            project = prompt.project
        elif isinstance(project, str):
            project = self.project(project)
        request = get(
            "ai/runs",
            projectId=None if project is None else project.id,
            promptBlockId=None if prompt is None else prompt.id,
            status=status,
            model=model,
        )
        return Runs(self._session, request, limit)

    def send_messages(
        self,
        messages: list[dict[str, str]],
        model: str,
        *,
        provider: str | None = None,
        **options: Any,  # noqa: ANN401 - JSON
    ) -> Run:
        """Send messages as they are, without a project.

        Parameters
        ----------
        messages
            Each with ``role`` (``system``, ``user``, ``assistant``) and ``content``.
        model, provider
            As for `Prompt.send`.
        **options
            As the contract names them: ``temperature``, ``topP``, ``maxTokens``, ``schema``.
        """
        chosen = provider or only_provider(self._session.send(PROVIDERS_SET_UP))
        body = {"provider": chosen, "model": model, "messages": messages, "stream": True}
        answering = Answering(write("POST", "ai/send", body | options), Nowhere())
        follow(self._session, answering)
        return Run(self._session, answering.data)

    def run(self, run_id: str | UUID) -> Run:
        """Return the run of that id."""
        return Run(self._session, {"id": str(run_id)}).refresh()

    def providers(self) -> Records:
        """Return the AI providers, and what each needs."""
        told = self._session.send(get("ai/providers"))
        return Records(_items(told), ("id", "name", "needsKey", "needsBaseUrl", "defaultBaseUrl"))

    def models(self, provider: str | None = None, *, refresh: bool = False) -> Records:
        """Return the models that can be used, with windows in tokens and prices where known."""
        request = get("ai/models", provider=provider, refresh=1 if refresh else None)
        told = self._session.send(request)
        return Records(_items(told), ("provider", "id", "contextWindow", "maxOutput", "prices"))

    def keys(self) -> Records:
        """Return which providers are set up; of a key, its last four characters."""
        told = self._session.send(get("api/user/api-keys"))
        return Records(_items(told), ("provider", "status", "last4", "baseUrl"))

    def set_key(
        self, provider: str, key: str | None = None, *, base_url: str | None = None
    ) -> dict[str, Any]:
        """Set up an AI provider; the server tests the key and seals it.

        Parameters
        ----------
        provider
            Its id, such as ``openai-compatible``.
        key
            A secret. Better than to write it into a cell: ``getpass.getpass()``. Left out, the
            stored one stays; where none is needed, nothing must be given.
        base_url
            Where the provider is, if not at its usual address.

        Returns
        -------
        dict
            What is told of a key: never the key.
        """
        body = {"apiKey": key, "baseUrl": base_url}
        told = {name: value for name, value in body.items() if value is not None}
        path = f"api/user/api-keys/{segment(provider)}"
        answer: dict[str, Any] = self._session.send(write("POST", path, told))
        return answer

    def delete_key(self, provider: str) -> None:
        """Forget the key of a provider."""
        self._session.send(write("DELETE", f"api/user/api-keys/{segment(provider)}"))

    def close(self) -> None:
        """Close the connections; the next use opens new ones."""
        self._session.close()

    def __getitem__(self, wanted: str | UUID) -> Project:
        return self.project(wanted)

    def _ipython_key_completions_(self) -> list[str]:
        return [project.name for project in self.projects()]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<PromptyFlow {self.url}>"

    @or_plain
    def _repr_html_(self) -> str:
        projects = self.projects()
        return projects.html(count(len(projects), "project"))


def _projects(search: str) -> Request:
    return get("api/projects", q=search or None)


def _is_id(wanted: str | UUID) -> bool:
    try:
        UUID(str(wanted))
    except ValueError:
        return False
    return True


def _items(answer: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - JSON
    """Return a short list, whether it comes bare or as a page."""
    return list(answer["items"] if isinstance(answer, dict) else answer)
