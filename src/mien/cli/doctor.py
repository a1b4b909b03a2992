"""`mien doctor`: what is installed, which models, and that nothing reaches out."""

from __future__ import annotations

import sys
from itertools import groupby
from typing import TYPE_CHECKING, Annotated

import typer

from mien.cli.terminal import console, print_json

if TYPE_CHECKING:
    from mien.doctor import Check

_MARKS = {True: ("✓", "green"), False: ("✗", "bold red"), None: ("·", "bright_black")}
_WORDS = {True: "ok", False: "FAILED", None: "absent"}


def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Check the installation: versions, models and their hashes, picture formats, and that nothing reaches out.

    Ends with exit code 2 if a check fails. In a pipe each check is one line, its fields separated by tabs.
    """
    from mien.doctor import examine

    checks: list[Check] = []
    if as_json:
        checks = list(examine())
        print_json({"ok": _passed(checks), "checks": [check.to_dict() for check in checks]})
    else:
        for group, members in groupby(examine(), key=lambda check: check.group):
            _print_group(group)
            for check in members:
                _print_check(check)
                checks.append(check)
        _print_verdict(checks)
    if not _passed(checks):
        raise typer.Exit(2)


def _passed(checks: list[Check]) -> bool:
    return all(check.ok is not False for check in checks)


def _print_group(group: str) -> None:
    if sys.stdout.isatty():
        console().print(group, style="bold")


def _print_check(check: Check) -> None:
    if not sys.stdout.isatty():
        print(check.group, check.name, _WORDS[check.ok], check.detail, sep="\t", flush=True)
        return
    from rich.text import Text

    mark, style = _MARKS[check.ok]
    detail = "dim" if check.ok is None else "red" if check.ok is False else ""
    console().print(Text.assemble(("  " + mark, style), f" {check.name:<14}", (check.detail, detail)), soft_wrap=True)


def _print_verdict(checks: list[Check]) -> None:
    if not sys.stdout.isatty():
        return
    failed = sum(check.ok is False for check in checks)
    if failed:
        console().print(f"{failed} of {len(checks)} checks failed", style="bold red")
    else:
        console().print("Everything works, and nothing leaves this machine.", style="bold green")
