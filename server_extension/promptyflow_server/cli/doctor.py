"""``doctor``: what is configured, what works, and what to do about the rest."""

from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING, Final

from promptyflow_server.cli.doctor_messages import STATES, TITLES, told

if TYPE_CHECKING:
    import argparse

    from promptyflow_server.cli.findings import Finding
    from promptyflow_server.cli.messages import Commands
    from promptyflow_server.settings import Settings
    from promptyflow_server.shared.messages import Language

_SIGNS: Final = {"ok": "✓", "note": "·", "warning": "!", "problem": "✗"}


def add_to(commands: Commands) -> None:
    """Describe the command."""
    parser = commands.add_parser(
        "doctor", help="say what is configured, what works, and what to do; changes nothing"
    )
    parser.add_argument("--quick", action="store_true", help="do not count the texts' characters")
    parser.set_defaults(run=run)


async def run(settings: Settings, options: argparse.Namespace) -> int:
    """Print the findings; 1 if there is a problem."""
    from promptyflow_server.cli.checks import examine

    findings = await asyncio.to_thread(examine, settings, quick=options.quick)
    language = options.language
    for line in lines(findings, language):
        sys.stdout.write(line + "\n")
    states = [finding.state for finding in findings]
    problems, warnings = states.count("problem"), states.count("warning")
    summary = told("summary", language, problems=problems, warnings=warnings)
    sys.stdout.write(summary + "\n")
    return 1 if problems else 0


def lines(findings: list[Finding], language: Language) -> list[str]:
    """Return what is printed: a line for each finding, the advice below it."""
    shown: list[str] = []
    index = language == "ru"
    for finding in findings:
        title = TITLES[finding.area][index]
        text = told(finding.name, language, **finding.params)
        sign = _SIGNS[finding.state]
        shown.append(f"{sign} {title}: {text}" + f" [{STATES[finding.state][index]}]")
        if finding.advice is not None:
            shown.append(f"    → {told(finding.advice, language, **finding.params)}")
    return shown
