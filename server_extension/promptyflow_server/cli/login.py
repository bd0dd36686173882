"""``login`` and ``logout``: a way in to a service for notebooks and programs on this machine."""

from __future__ import annotations

import asyncio
import sys
import webbrowser
from getpass import getpass
from typing import TYPE_CHECKING

from promptyflow_server.cli.messages import CommandError, said

if TYPE_CHECKING:
    import argparse

    from promptyflow_server.cli.messages import Commands
    from promptyflow_server.settings import Settings


def add_to(commands: Commands) -> None:
    """Describe the commands."""
    parser = commands.add_parser("login", help="sign in to a service from this machine")
    parser.add_argument("url", help="address of the service")
    how = parser.add_mutually_exclusive_group()
    how.add_argument(
        "--no-browser", action="store_true", help="only show the address to open on this machine"
    )
    how.add_argument(
        "--paste",
        action="store_true",
        help="the browser is on another machine: paste the address at which it ends",
    )
    parser.set_defaults(run=_login)
    parser = commands.add_parser("logout", help="revoke and forget what login has kept")
    parser.add_argument("url", nargs="?", help="address of the service; default: all of them")
    parser.set_defaults(run=_logout)


async def _login(_: Settings, options: argparse.Namespace) -> int:
    from promptyflow_lab.client.errors import PromptyFlowError
    from promptyflow_lab.client.login import Login
    from promptyflow_lab.client.sign_ins import sign_ins_file

    language, file = options.language, sign_ins_file()

    def show(address: str) -> None:
        _say(said("paste_address" if options.paste else "open_address", language, said=address))
        if not options.paste and not options.no_browser:
            webbrowser.open(address)

    def ask() -> str:
        # Not echoed: the address holds a code.
        return getpass(said("pasted", language) + " ")

    def sign_in() -> str:
        login = Login(options.url, file, said("signed_in_page", language))
        return login.by_hand(show, ask) if options.paste else login.in_browser(show)

    try:
        who = await asyncio.to_thread(sign_in)
    except (PromptyFlowError, OSError, EOFError) as error:
        raise CommandError("login_failed", said=str(error)) from None
    _say(said("signed_in", language, said=who, file=file))
    return 0


async def _logout(_: Settings, options: argparse.Namespace) -> int:
    from promptyflow_lab.client.errors import PromptyFlowError
    from promptyflow_lab.client.login import log_out
    from promptyflow_lab.client.sign_ins import sign_ins_file

    try:
        left = await asyncio.to_thread(log_out, options.url, sign_ins_file())
    except (PromptyFlowError, OSError) as error:
        raise CommandError("logout_failed", said=str(error)) from None
    for url in left:
        _say(said("signed_out", options.language, said=url))
    if not left:
        _say(said("nowhere_signed_in", options.language))
    return 0


def _say(text: str) -> None:
    sys.stderr.write(text + "\n")
    sys.stderr.flush()
