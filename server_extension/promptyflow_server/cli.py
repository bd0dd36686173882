"""``jupyter promptyflow``: the standalone service and what an operator needs around it."""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from promptyflow_server.settings import settings_of
from promptyflow_server.shared.errors import AppError
from promptyflow_server.shared.logs import log_to
from promptyflow_server.shared.messages import message, reason

if TYPE_CHECKING:
    from collections.abc import Sequence

    from promptyflow_server.settings import Settings


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; return the exit code."""
    options = _parser().parse_args(arguments)
    folder = Path(options.data_dir or _default_data_dir())
    settings = settings_of(os.environ, data_dir=folder, local=False)
    log_to(sys.stderr, options.log_format, options.log_level, settings.secrets())
    try:
        result: int = asyncio.run(options.run(settings, options))
    except AppError as error:
        details = error.details | {"reason": reason(str(error.details.get("reason")), "en")}
        sys.stderr.write(message(error.code, "en", details) + "\n")
        return 1
    return result


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="jupyter promptyflow", description=__doc__)
    parser.add_argument("--data-dir", help="folder of the embedded database and the master key")
    parser.set_defaults(log_format="text", log_level="WARNING")
    commands = parser.add_subparsers(required=True, metavar="command")
    serve = commands.add_parser("serve", help="serve the API without a Jupyter server")
    serve.add_argument("--host", default="127.0.0.1")
    serve.add_argument("--port", type=int, default=10101)
    serve.add_argument("--prefix", default="/", help="path below which the API is served")
    serve.add_argument(
        "--log-level",
        choices=["DEBUG", "INFO", "WARNING", "ERROR"],
        default="INFO",
        help="the least that is logged",
    )
    serve.add_argument(
        "--log-format",
        choices=["json", "text"],
        default="text" if sys.stderr.isatty() else "json",
        help="default: text on a terminal, else one JSON object a line",
    )
    serve.set_defaults(run=_serve)
    migrate = commands.add_parser("migrate", help="bring the database to this version's schema")
    migrate.set_defaults(run=_migrate)
    token = commands.add_parser("token", help="print a new access token for a user")
    token.add_argument("user", help="name of the user; made if there is none of that name yet")
    token.add_argument("--days", type=int, default=90, help="how long it is valid; 0: for ever")
    token.set_defaults(run=_token)
    sample = commands.add_parser("sample", help="make a project to play with, if there is none")
    sample.add_argument("--language", choices=["en", "ru"], default="en")
    sample.set_defaults(run=_sample)
    return parser


def _default_data_dir() -> Path:
    from jupyter_core.paths import jupyter_data_dir

    return Path(jupyter_data_dir()) / "promptyflow"


async def _serve(settings: Settings, options: argparse.Namespace) -> int:
    from promptyflow_server.service import serve

    await serve(settings, host=options.host, port=options.port, prefix=options.prefix)
    return 0


async def _migrate(settings: Settings, options: argparse.Namespace) -> int:  # noqa: ARG001 - as all commands
    from promptyflow_server.services import build_services

    services = build_services(settings)
    try:
        await services.database.ready()
    finally:
        await services.database.close()
    return 0


async def _token(settings: Settings, options: argparse.Namespace) -> int:
    from promptyflow_server.http.call import Principal
    from promptyflow_server.services import build_services

    services = build_services(settings)
    try:
        await services.database.ready()
        user = await services.identities.resolve(
            Principal("service", options.user, options.user, "access-token")
        )
        lifetime = timedelta(days=options.days) if options.days > 0 else None
        token = await services.access_tokens.create(user.id, "command line", lifetime)
    finally:
        await services.database.close()
    sys.stdout.write(token + "\n")
    return 0


async def _sample(settings: Settings, options: argparse.Namespace) -> int:
    from promptyflow_server.http.call import Call, Principal
    from promptyflow_server.projects.sample import sample_name, sample_project
    from promptyflow_server.projects.schemas import ListProjectsQuery
    from promptyflow_server.services import build_services
    from promptyflow_server.shared.ids import new_id

    services = build_services(settings)
    try:
        await services.database.ready()
        owner = Principal("local", "owner", "owner", "jupyter")
        user = await services.identities.resolve(owner)
        if (await services.projects.page(user, ListProjectsQuery(limit=1))).items:
            return 0  # somebody has begun to work: leave the list as it is
        call = Call(
            user=user,
            services=services,
            language=options.language,
            if_match=None,
            idempotency=None,
            headers={},
            request_id=new_id().hex,
        )
        language = options.language
        await services.projects.create(call, sample_name(language), sample_project(language))
    finally:
        await services.database.close()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
