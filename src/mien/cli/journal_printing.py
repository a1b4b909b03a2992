"""How `mien journal` prints what it shows."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import typer

from mien.cli.terminal import print_json, print_table

if TYPE_CHECKING:
    from mien.journal import Journal, Session, Shares, Summary


def print_sessions(found: Sequence[Session]) -> None:
    from mien.journal.report.words import length

    rows = [
        [s.name, f"{s.began.astimezone():%Y-%m-%d %H:%M}", length(s.seconds), f"{s.entries:,}", _named(s.people)]
        for s in found
    ]
    print_table(("session", "began", "length", "entries", "people"), rows, spare=("entries", "length"))


def _named(people: tuple[str, ...]) -> str:
    return ", ".join(people[:4]) + (f" and {len(people) - 4} more" if len(people) > 4 else "")


def print_session(journal: Journal, name: str, person: str | None, as_json: bool) -> None:
    from mien.journal.report.words import MOMENTS, clock, length

    told, shares = journal.summary(name), journal.timeline(name, person)
    if as_json:
        print_json(told.to_dict() | {"timeline": shares.to_dict()})
        return
    if sys.stdout.isatty():
        began = told.session.began.astimezone()
        typer.echo(f"{name}  {began:%Y-%m-%d %H:%M}  {length(told.session.seconds)}  {told.audience} in view at once\n")
    print_shares(shares, False, {})
    if told.moments:
        typer.echo("")
        rows = [
            [MOMENTS[m.name][0], clock(m.at), length(m.seconds), m.person or f"{m.value:.0f} people"]
            for m in told.moments
        ]
        print_table(("moment", "at", "for", "who"), rows)


def print_shares(shares: Shares, as_json: bool, more: dict[str, Any]) -> None:
    from mien.journal.report.words import percent

    if as_json:
        print_json(more | shares.to_dict())
        return
    overall = sorted(shares.overall().items(), key=lambda pair: -pair[1])
    rows = [[label, percent(share), "█" * round(30 * share)] for label, share in overall if share > 0]
    if sys.stdout.isatty():
        print_table(("expression", "share", ""), rows)
    else:
        print_table(("expression", "share"), [row[:2] for row in rows])


def print_state(journal: Journal, as_json: bool) -> None:
    consents, days = journal.consents(), journal.days()
    state = {
        "on": any(consent.holds for consent in consents), "path": journal.where, "days_kept": journal.days_kept,
        "consents": [consent.to_dict() for consent in consents],
        "days": [{"day": day.isoformat(), "entries": entries} for day, entries in days],
    }  # fmt: skip
    if as_json:
        print_json(state)
        return
    typer.echo(f"The journal is {'on' if state['on'] else 'off: nobody has agreed to it'}.")
    if consents:
        typer.echo(f"Entries are deleted after {journal.days_kept} days. Journal: {journal.where}\n")
        rows = [
            [c.person, "everybody in view" if c.everyone else "one person", f"{c.given.astimezone():%Y-%m-%d %H:%M}",
             "" if c.withdrawn is None else f"{c.withdrawn.astimezone():%Y-%m-%d %H:%M}"]
            for c in consents
        ]  # fmt: skip
        print_table(("agreed", "stands for", "since", "taken back"), rows)


def print_comparison(told: Sequence[Summary]) -> None:
    from mien.journal.report.words import MOMENTS, clock, percent
    from mien.journal.shares import SHARES

    rows = [[label, *(percent(s.shares[label]) for s in told)] for label in SHARES]
    for name, (words, _) in MOMENTS.items():
        at = [next((clock(m.at) for m in s.moments if m.name == name), "-") for s in told]
        if set(at) != {"-"}:
            rows.append([words.lower(), *at])
    print_table(("", *(s.session.name for s in told)), rows)
