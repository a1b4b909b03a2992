"""`mien doctor`: what is installed, which models, and that nothing reaches out."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
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
    for group, members in groupby(examine(), key=lambda check: check.group):
        if as_json:
            checks += members
        elif sys.stdout.isatty():
            checks += _print_group(group, members)
        else:
            checks += _print_lines(members)
    if as_json:
        print_json({"ok": _passed(checks), "checks": [check.to_dict() for check in checks]})
    elif sys.stdout.isatty():
        _print_verdict(checks)
    if not _passed(checks):
        raise typer.Exit(2)


def _passed(checks: list[Check]) -> bool:
    return all(check.ok is not False for check in checks)


def _print_lines(checks: Iterable[Check]) -> Iterator[Check]:
    """For a pipe: one line a check, fields separated by tabs."""
    for check in checks:
        print(check.group, check.name, _WORDS[check.ok], check.detail, sep="\t", flush=True)
        yield check


def _print_group(group: str, checks: Iterable[Check]) -> Iterator[Check]:
    """For a terminal: a heading and a line a check; what merely works as all its siblings do shares one line."""
    from rich.text import Text

    screen = console()
    screen.print(group, style="bold")
    alike = Text()
    for check in checks:
        mark, style = _MARKS[check.ok]
        if group == "formats" and check.ok:
            alike.append_text(Text.assemble(("  " + mark, style), f" {check.name}"))
        else:
            detail = "dim" if check.ok is None else "red" if check.ok is False else ""
            line = Text.assemble(("  " + mark, style), f" {check.name:<16}", (check.detail, detail))
            screen.print(line, soft_wrap=True)
        yield check
    if alike:
        screen.print(alike, soft_wrap=True)
    screen.print()


def _print_verdict(checks: list[Check]) -> None:
    failed = sum(check.ok is False for check in checks)
    if failed:
        console().print(f"{failed} of {len(checks)} checks failed", style="bold red")
    else:
        console().print("Everything works, and nothing leaves this machine.", style="bold green")
