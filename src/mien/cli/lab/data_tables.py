"""How `mien lab data` shows its answers: tables on a terminal, lines of fields with tabs between in a pipe."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from mien.cli.terminal import console

if TYPE_CHECKING:
    from rich.table import Table

    from mien.lab.data.balancing import Balanced
    from mien.lab.data.fixing import Fixed
    from mien.lab.data.report import Report

#: What the kinds of findings are called on the screen.
_TITLES = {
    "unreadable": "unreadable", "missing": "missing", "leak": "leak", "conflict": "conflict",
    "duplicate": "duplicate", "near_duplicate": "near duplicate", "blank": "blank", "wrong_size": "odd size",
}  # fmt: skip
_GRAVE = ("unreadable", "missing", "leak", "conflict")
_BAR = 24  #: columns of the longest bar


def print_summary(summary: dict[str, Any]) -> None:
    """What `mien lab data show` found."""
    kinds = (("labels", "labels"), ("votes", "votes (majority)"))
    if not sys.stdout.isatty():
        for key, _ in kinds:
            for split, row in (summary[key] or {}).items():
                for name, count in row.items():
                    print(key, split, name, count, sep="\t")
        return
    screen = console()
    sizes = list(summary["sizes"])
    size = f"{sizes[0]} pixels" if len(sizes) == 1 else f"{len(sizes)} sizes, mostly {sizes[0]}" if sizes else ""
    screen.print(f"[bold]{summary['faces']:,} faces[/]   {size}   {summary['megabytes']:,} MB\n", markup=True)
    for key, title in kinds:
        if summary[key]:
            rest = summary["undecided"] if key == "votes" else summary["unlabelled"]
            word = "no majority" if key == "votes" else "no label"
            screen.print(_counts(title, summary[key], {word: rest} if any(rest.values()) else {}))
            screen.print()
    for column, values in summary["groups"].items():
        shown = ", ".join(f"{value or 'unknown'} {count:,}" for value, count in values.items())
        screen.print(f"{column}: {shown}")
    for source in summary["sources"]:
        screen.print(f"{source['layout']:<14}{source['faces']:>9,} faces   {source['path']}", style="dim")
    for note in summary["notes"]:
        screen.print(note, style="yellow")


def _counts(title: str, counts: dict[str, dict[str, int]], rest: dict[str, dict[str, int]]) -> Table:
    """Classes down, splits across, with a bar for each class's share of the faces."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    splits = [split for split in counts if any(counts[split].values())]
    total = {name: sum(row[name] for row in counts.values()) for name in counts["Training"]}
    faces, most = sum(total.values()), max(total.values())
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, collapse_padding=True)
    first = max(16, *map(len, (title, *total)))
    table.add_column(title, min_width=first)
    for name in (*splits, "all"):
        table.add_column(name, justify="right", min_width=max(9, len(name)))
    table.add_column("", width=7, justify="right")
    room = console().width - first - sum(2 + max(9, len(name)) for name in (*splits, "all")) - 11
    width = min(_BAR, room) if room >= 8 else 0  # a narrow terminal does without
    if width:
        table.add_column("", no_wrap=True, width=width)
    for name, count in total.items():
        if not count:
            continue
        cells = [f"{counts[split][name]:,}" if counts[split][name] else "-" for split in splits]
        bar = [Text("━" * round(width * count / most) or "╸", style="cyan")] if width else []
        table.add_row(name, *cells, f"{count:,}", f"{count / faces:.1%}", *bar)
    every = [f"{sum(counts[split].values()):,}" for split in splits]
    table.add_row("total", *every, f"{faces:,}", style="bold")
    for word, others in rest.items():
        cells = [f"{others[split]:,}" for split in splits]
        table.add_row(word, *cells, f"{sum(others.values()):,}", style="dim")
    if absent := [name for name, count in total.items() if not count]:
        table.caption = Text(f"none of {', '.join(absent)}", style="dim")
        table.caption_justify = "left"
    return table


def print_report(report: Report, fixed: Fixed | None, examples: int) -> None:
    """What `mien lab data check` found, and what `--fix` wrote."""
    if not sys.stdout.isatty():
        for finding in report.findings:
            print(finding.kind, finding.what, *finding.places, sep="\t")
        return
    from mien.lab.data.report import KINDS

    screen = console()
    screen.print(f"{', '.join(report.data)}: {report.faces:,} faces\n", style="bold")
    for kind in KINDS:
        if report.of(kind):
            screen.print(_findings(report, kind, examples))
            screen.print()
    if report.clean:
        screen.print("clean: no bad files, no copies, no leaks, no contradictions\n", style="green")
    for split, row in report.counts.items():
        if every := sum(row.values()):
            each = ", ".join(f"{name} {count:,}" for name, count in row.items() if count)
            screen.print(f"{split}: {every:,} with a class ({each})")
    if spread := report.imbalance():
        screen.print(f"{spread['largest']} has {spread['ratio']:g} times the Training faces of {spread['smallest']}")
    for note in report.notes:
        screen.print(note, style="dim")
    if fixed is not None:
        gone = ", ".join(f"{count:,} {_TITLES[reason]}" for reason, count in fixed.dropped.items()) or "nothing"
        screen.print(f"\nwritten: {fixed.out} ({fixed.faces:,} faces; dropped: {gone}; listed in dropped.csv)")
    elif not report.clean:
        screen.print(f"\nA cleaned copy: mien lab data check {report.data[0]} --fix NEW", style="dim")


def _findings(report: Report, kind: str, examples: int) -> Table:
    """How many findings of a kind there are, what that means, and the first few."""
    from rich.table import Table
    from rich.text import Text

    from mien.lab.data.report import KINDS

    style = "bold red" if kind in _GRAVE else "bold yellow"
    found = report.of(kind)
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(width=7, justify="right", style=style)
    table.add_column()
    table.add_row(f"{len(found):,}", Text.assemble((f"{_TITLES[kind]:<16}", style), KINDS[kind]))
    for split, count in report.leaking.items() if kind == "leak" else ():
        if count:
            before = "Training" if split == "PublicTest" else "Training or PublicTest"
            every = sum(report.counts[split].values())
            table.add_row("", f"{count:,} of {every:,} {split} faces are in {before} too")
    for finding in found[:examples]:
        table.add_row("", Text(f"{'  +  '.join(finding.places)}   {finding.what}", style="dim"))
    return table


def print_balance(made: Balanced) -> None:
    """What `mien lab data balance` wrote."""
    from mien.cli.terminal import print_table

    rows = [[name, f"{made.before[name]:,}", f"{made.after[name]:,}"] for name in made.before]
    print_table(["Training faces", "before", "after"], rows)
    if sys.stdout.isatty():
        print(f"\nwritten: {made.out}")
