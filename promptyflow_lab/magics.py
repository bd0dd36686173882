"""``%%prompt`` and ``%promptyflow``: a cell that is a prompt, a line that tells what is there."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Any, Final

from IPython.core.error import UsageError
from IPython.core.magic import Magics, cell_magic, line_magic, magics_class
from IPython.core.magic_arguments import argument, magic_arguments

from promptyflow_lab.client import PromptyFlow, PromptyFlowError
from promptyflow_lab.client.show import count
from promptyflow_lab.domain import find_placeholders
from promptyflow_lab.sources import place

if TYPE_CHECKING:
    from promptyflow_lab.client import Prompt, Run

_PROJECT: Final = "Notebook cells"
_TITLE: Final = "Cell"
_COMPLETED: Final = ("%%prompt", "%promptyflow")


@magics_class
class PromptMagics(Magics):
    """What `load_ext` adds."""

    _client: PromptyFlow | None = None

    @property
    def client(self) -> PromptyFlow:
        """The client of this notebook's server, made at first use."""
        if self._client is None:
            self._client = PromptyFlow()
        return self._client

    @line_magic
    def promptyflow(self, _: str) -> None:
        """Tell which server is used, what is set up there, and what it holds."""
        try:
            keys, projects = self.client.keys(), self.client.projects()
        except PromptyFlowError as error:
            print(error)  # noqa: T201
            return
        told = [f"PromptyFlow Lab at {self.client.url}"]
        names = ", ".join(key["provider"] for key in keys) or "none; see pf.set_key(…)"
        told.append(f"AI providers set up: {names}")
        told.append(f"{count(len(projects), 'project')}{': ' if projects else ''}")
        told[-1] += ", ".join(project.name for project in projects[:10])
        print("\n".join(told))  # noqa: T201

    @magic_arguments()
    @argument("model", help="The model's id at the provider.")
    @argument("--project", help="A project, whose prompt of that title is used.")
    @argument("--prompt", default=_TITLE, help="The prompt's title; it is made where it is new.")
    @argument("--provider", help="The provider's id, where several are set up.")
    @argument("--into", help="The variable that gets the run.")
    @argument("--temperature", type=float, help="As the model takes it.")
    @argument("--max-tokens", type=int, help="The longest answer.")
    @cell_magic
    def prompt(self, line: str, cell: str) -> Run | None:
        """Send the cell to a model.

        ``{{context}}`` stands for what the project's prompt selects, ``{{name}}`` for a variable of
        the notebook. The cell becomes the template of the prompt, so that the panel shows it, too.
        """
        given = self.prompt.parser.parse_args(_words(line))
        if given.into and not given.into.isidentifier():
            raise UsageError(f"--into takes the name of a variable, not {given.into!r}")
        prompt = self._prompt(given.project or _PROJECT, given.prompt, cell.strip())
        run = prompt.send(
            given.model,
            provider=given.provider,
            temperature=given.temperature,
            max_tokens=given.max_tokens,
            variables=self._variables(prompt, cell),
        )
        if given.into:
            place.variables()[given.into] = run
            return None
        return run

    def _prompt(self, project_name: str, title: str, template: str) -> Prompt:
        """Return the prompt that a cell is, with the cell as its template."""
        found = [each for each in self.client.projects(project_name) if each.name == project_name]
        project = found[0] if found else self.client.create_project(project_name)
        for prompt in project.prompts:
            if prompt.title == title:
                if prompt.template != template:
                    prompt.template = template
                return prompt
        return project.add_prompt(title, template)

    def _variables(self, prompt: Prompt, cell: str) -> dict[str, object]:
        """Return the values of the names that are variables here."""
        names = {each.name for each in find_placeholders(cell) if each.kind == "variable"}
        names -= prompt.variables.keys()
        known = place.variables()
        return {name: known[name] for name in names if name in known}


def _words(line: str) -> list[str]:
    """Return the words of a line, without the quotes that keep some together."""
    try:
        return shlex.split(line)
    except ValueError as error:
        raise UsageError(f"{error}: {line}") from None


def load(shell: Any) -> None:  # noqa: ANN401 - IPython's own
    """Add the magics to a shell, once."""
    magics = PromptMagics(shell)
    shell.register_magics(magics)
    for name in _COMPLETED:
        shell.set_hook("complete_command", _completer(magics), str_key=name)


def unload(shell: Any) -> None:  # noqa: ANN401 - IPython's own
    """Take the magics away."""
    manager = shell.magics_manager
    manager.magics["line"].pop("promptyflow", None)
    manager.magics["cell"].pop("prompt", None)


def _completer(magics: PromptMagics) -> Any:  # noqa: ANN401 - as IPython calls it
    """Return what completes names behind ``%%prompt``: options, models, projects, prompts."""

    def complete(_: object, event: Any) -> list[str]:  # noqa: ANN401 - IPython's own
        words = event.line.split()
        before = words[-1] if event.line.endswith(" ") else words[-2] if len(words) > 1 else ""
        try:
            return _names(magics, before)
        except PromptyFlowError:  # a key pressed is no place to complain
            return []

    return complete


def _names(magics: PromptMagics, before: str) -> list[str]:
    client = magics.client
    match before:
        case "--project":
            names = [project.name for project in client.projects()]
        case "--provider":
            names = [str(told["provider"]) for told in client.keys()]  # noqa: SIM118 - no dict
        case "%%prompt":
            names = [str(model["id"]) for model in client.models()]
        case "--prompt" | "--into" | "--temperature" | "--max-tokens" | "%promptyflow":
            return []
        case _:
            return [
                "--project",
                "--prompt",
                "--provider",
                "--into",
                "--temperature",
                "--max-tokens",
            ]
    return [f'"{name}"' if " " in name else name for name in names]
