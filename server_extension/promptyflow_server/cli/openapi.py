"""``openapi``: the REST contract of this version, for whoever generates a client or checks one."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse

    from promptyflow_server.cli.messages import Commands
    from promptyflow_server.settings import Settings


def add_to(commands: Commands) -> None:
    """Describe the command."""
    parser = commands.add_parser("openapi", help="print the OpenAPI document of the REST API")
    parser.set_defaults(run=run)


async def run(settings: Settings, options: argparse.Namespace) -> int:  # noqa: ARG001 - has none
    """Print the document; no database is needed."""
    from promptyflow_server.http.openapi import openapi_document
    from promptyflow_server.services import build_dispatcher

    document = openapi_document(build_dispatcher(settings).router.endpoints)
    sys.stdout.write(json.dumps(document, ensure_ascii=False, indent=1) + "\n")
    return 0
