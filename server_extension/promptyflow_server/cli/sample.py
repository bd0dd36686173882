"""``sample``: a project to play with."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse

    from promptyflow_server.cli.messages import Commands
    from promptyflow_server.settings import Settings


def add_to(commands: Commands) -> None:
    """Describe the command."""
    parser = commands.add_parser("sample", help="make a project to play with, if there is none")
    # Left out here, it is what stands before the command.
    parser.add_argument("--language", choices=["en", "ru"], dest="sample_language")
    parser.set_defaults(run=run)


async def run(settings: Settings, options: argparse.Namespace) -> int:
    """Make the project."""
    from promptyflow_server.http.call import Call, Principal
    from promptyflow_server.projects.schemas import ListProjectsQuery
    from promptyflow_server.services import build_services
    from promptyflow_server.shared.ids import new_id

    language = options.sample_language or options.language
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
            language=language,
            if_match=None,
            idempotency=None,
            headers={},
            request_id=new_id().hex,
        )
        await services.projects.create_sample(call)
    finally:
        await services.database.close()
    return 0
