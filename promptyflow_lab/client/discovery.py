"""Finding the server a notebook belongs to, and the token that opens this very server.

A URL and a token always come from the same place. The token of one server is never sent to
another one.
"""

from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit, urlunsplit

from .errors import ServerNotFound
from .sign_ins import read_sign_ins, sign_ins_file

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    _Note = dict[str, Any]

SERVICE: Final = "promptyflow"
_PAGE: Final = re.compile(r"/(?:lab|tree|notebooks|doc|edit)(?:/.*)?$")
_LOOPBACK: Final = {"127.0.0.1", "::1", "localhost"}
_ANY_ADDRESS: Final = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}  # noqa: S104 - replaced, not bound
_WHAT_TO_DO: Final = (
    "Give both: PromptyFlow(url='http://127.0.0.1:8888/promptyflow', token='…'), or set the "
    "environment variables PROMPTYFLOW_URL and PROMPTYFLOW_TOKEN, or sign in: "
    "jupyter promptyflow login URL."
)


@dataclass(frozen=True, slots=True)
class Server:
    """A server, and what opens it.

    Attributes
    ----------
    url
        Root of the service, without a slash at its end.
    found
        Where both were found, for people.
    """

    url: str
    token: str = field(repr=False)
    found: str

    def __post_init__(self) -> None:
        if not self.token.isascii() or not (self.token.isprintable() and " " not in self.token):
            # Whoever sent it as a header would be told of it with the token in the message.
            raise ServerNotFound(f"The token from {self.found} holds characters no token has.")

    @property
    def is_local(self) -> bool:
        """Whether it runs on this machine."""
        return urlsplit(self.url).hostname in _LOOPBACK


def find_server(
    url: str | None = None,
    token: str | None = None,
    *,
    environment: Mapping[str, str] | None = None,
    runtime: Path | None = None,
    sign_ins: Path | None = None,
) -> Server:
    """Return the server to talk to.

    Parameters
    ----------
    url, token
        What the caller said. A URL alone takes the token of the server at that URL; a token
        alone is refused, for nobody can tell whom it may be shown to.
    environment, runtime, sign_ins
        The environment, Jupyter's runtime folder and the file of ``jupyter promptyflow login``, if
        not those of this process.

    Raises
    ------
    ServerNotFound
        Nothing was said and nothing found, or several servers could be meant.
    """
    env = os.environ if environment is None else environment
    if token and not url:
        raise ServerNotFound(f"A token was given, but not the server it is for. {_WHAT_TO_DO}")
    if url and token:
        return Server(service_url(url), token.strip(), "the arguments")
    notes = dict(_notes(runtime or _runtime_folder()))
    own = list(_own(env, notes))
    named = url or (not env.get("PROMPTYFLOW_TOKEN") and env.get("PROMPTYFLOW_URL"))
    kept = sign_ins or sign_ins_file(env)
    if named:
        return _named(service_url(named), chain(own, _signed_in(kept)), notes.values())
    for server in chain(own, _signed_in(kept)):
        if server.token:
            return server
    if own:
        raise ServerNotFound(
            f"The server of this notebook ({own[0].url}) tells no token: it asks for a password, "
            "and this kernel was started without PromptyFlow's variables. Restart the kernel. "
            f"{_WHAT_TO_DO}"
        )
    return _nearest(notes.values(), Path(env.get("JPY_SESSION_NAME") or Path.cwd()))


def _own(env: Mapping[str, str], notes: Mapping[str, _Note]) -> Iterator[Server]:
    """Yield the server that started this process, as each place tells it; the surest first."""
    if env.get("PROMPTYFLOW_URL") and env.get("PROMPTYFLOW_TOKEN"):
        url = service_url(env["PROMPTYFLOW_URL"])
        yield Server(url, env["PROMPTYFLOW_TOKEN"], "PROMPTYFLOW_URL")
    hub_token = env.get("JUPYTERHUB_API_TOKEN")
    if hub_token and env.get("PROMPTYFLOW_REMOTE_URL"):
        url = service_url(env["PROMPTYFLOW_REMOTE_URL"])
        yield Server(url, hub_token, "PROMPTYFLOW_REMOTE_URL")
    if note := notes.get(env.get("JPY_PARENT_PID", "")):
        yield _of_note(note)
    if hub_token and env.get("JUPYTERHUB_SERVICE_URL"):
        yield Server(_of_hub(env), hub_token, "JUPYTERHUB_SERVICE_URL")


def _signed_in(file: Path) -> Iterator[Server]:
    """Yield the services of ``jupyter promptyflow login``, the last one first."""
    for one in read_sign_ins(file):
        yield Server(one.url, one.token, "jupyter promptyflow login")


def _named(wanted: str, known: Iterable[Server], notes: Iterable[_Note]) -> Server:
    """Return the known server at that URL, spelled as it is known: there its token belongs."""
    meant = {_key(wanted), _key(f"{wanted}/{SERVICE}")}
    for server in chain(known, map(_of_note, notes)):
        if server.token and _key(server.url) in meant:
            return server
    raise ServerNotFound(f"No token is known for {wanted}. {_WHAT_TO_DO}")


def _nearest(notes: Iterable[_Note], here: Path) -> Server:
    """Return the one running server whose folder holds this notebook, if it is the only one."""
    around = [
        (len(Path(root).parts), _of_note(note))
        for note in notes
        if (root := str(note.get("root_dir") or "")) and here.is_relative_to(root)
    ]
    depth = max((depth for depth, _ in around), default=0)
    best = [server for own_depth, server in around if own_depth == depth]
    if not best:
        raise ServerNotFound(f"No Jupyter server with PromptyFlow Lab was found. {_WHAT_TO_DO}")
    if len(best) > 1:
        shown = ", ".join(sorted(server.url for server in best))
        raise ServerNotFound(f"Several Jupyter servers could be meant: {shown}. {_WHAT_TO_DO}")
    if not best[0].token:
        raise ServerNotFound(f"The server {best[0].url} tells no token. {_WHAT_TO_DO}")
    return best[0]


def _notes(folder: Path) -> Iterator[tuple[str, _Note]]:
    """Yield the notes that running Jupyter servers keep, by process id."""
    for path in sorted(folder.glob("jpserver-*.json")):
        pid = path.stem.removeprefix("jpserver-")
        try:
            note = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            continue  # of a server that is just starting or has just gone
        url = note.get("url") if isinstance(note, dict) else None
        if isinstance(url, str) and url.startswith(("http://", "https://")) and _runs(pid):
            yield pid, note


def _runtime_folder() -> Path:
    try:
        from jupyter_core.paths import jupyter_runtime_dir
    except ImportError:  # a plain Python without any Jupyter
        return Path(os.devnull)
    return Path(jupyter_runtime_dir())


def _of_note(note: _Note) -> Server:
    url = f"{str(note['url']).rstrip('/')}/{SERVICE}"
    return Server(_reachable(url), str(note.get("token") or ""), "Jupyter's runtime folder")


def _of_hub(env: Mapping[str, str]) -> str:
    """Return this user's own server; the Hub tells the address it listens on, which may be any."""
    base = urlsplit(env["JUPYTERHUB_SERVICE_URL"])
    prefix = env.get("JUPYTERHUB_SERVICE_PREFIX", base.path).strip("/")
    path = f"/{prefix}/{SERVICE}" if prefix else f"/{SERVICE}"
    return _reachable(urlunsplit((base.scheme, base.netloc, path, "", "")))


def service_url(url: str) -> str:
    """Return the root of the service, checked to be a URL without secrets in it."""
    try:
        parts = urlsplit(url.strip())
        usable = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0
    except ValueError:  # a port out of range, a broken IPv6 address
        usable = False
    if not usable:
        raise ServerNotFound(f"This is not the URL of a server: {_shown(url)!r}. {_WHAT_TO_DO}")
    if parts.username or parts.password:
        raise ServerNotFound(f"A URL must not hold a name or a password. {_WHAT_TO_DO}")
    path = parts.path.rstrip("/")
    if page := _PAGE.search(path):  # copied from the browser's address bar
        path = f"{path[: page.start()]}/{SERVICE}"
    return _reachable(urlunsplit((parts.scheme, parts.netloc, path, "", "")))


def _shown(url: str) -> str:
    """Return a URL without what may be secret in it."""
    return url.partition("?")[0].rpartition("@")[2][:200]


def _reachable(url: str) -> str:
    parts = urlsplit(url)
    host = _ANY_ADDRESS.get(parts.hostname or "")
    if host is None:
        return url
    netloc = host if parts.port is None else f"{host}:{parts.port}"
    return urlunsplit(parts._replace(netloc=netloc))


def _key(url: str) -> tuple[str, str, int, str]:
    """Return what is equal where two URLs name the same service: this machine has many names."""
    parts = urlsplit(url)
    host = "localhost" if parts.hostname in _LOOPBACK else str(parts.hostname).lower()
    port = parts.port or (443 if parts.scheme == "https" else 80)
    return parts.scheme, host, port, parts.path.rstrip("/")


def _runs(pid: str) -> bool:
    """Whether the process of a note is still there; a server killed leaves its note behind."""
    if not pid.isdigit():
        return False
    if os.name == "nt":  # there, asking with signal 0 would end the process
        return True
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
