"""What the commands share about the terminal: streams, one-line complaints, a late progress bar, tables."""

from __future__ import annotations

import io
import json
import os
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Self, TypeVar

if TYPE_CHECKING:
    from rich.console import Console

Item = TypeVar("Item")

#: Seconds that a command may stay silent before it shows a progress bar.
PATIENCE = 2.0


def prepare_streams() -> None:
    """Let stdout and stderr carry emoji and any file name, whatever the locale says."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            utf8 = stream.encoding.lower().replace("-", "") == "utf8"
            # A file name that is not UTF-8 reaches Python as surrogates; write its bytes back as they were.
            stream.reconfigure(errors="surrogateescape" if utf8 else "replace")


def complain(message: str) -> None:
    """Print one line on stderr, `mien: ...`, however many lines the message has."""
    start = "\033[1;31mmien:\033[0m" if sys.stderr.isatty() and "NO_COLOR" not in os.environ else "mien:"
    print(start, " ".join(message.split()), file=sys.stderr)


def print_json(value: dict[str, Any] | list[Any]) -> None:
    """Print a value as one line of JSON, at once, so that whoever reads the pipe need not wait."""
    line = json.dumps(value, ensure_ascii=False)
    try:
        line.encode()
    except UnicodeEncodeError:  # a file name with bytes that are not UTF-8: escape them
        line = json.dumps(value)
    print(line, flush=True)


def console() -> Console:
    """A console on stdout that neither guesses at what is a number or a path nor reads `[...]` as markup."""
    from rich.console import Console

    return Console(highlight=False, markup=False, emoji=False)


class Progress:
    """A bar on stderr that appears only when work outlasts `PATIENCE`, and steps aside for printed results."""

    def __init__(self, total: int, what: str) -> None:
        self._total, self._what, self._done = total, what, 0
        self._start = time.monotonic()
        self._bar: Any = None
        self._seen = sys.stderr.isatty() and total > 1

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.stop()

    def over(self, items: Iterable[Item]) -> Iterator[Item]:
        """Yield the items, counting each one as done when the next is asked for."""
        for item in items:
            yield item
            self._done += 1
            self._draw()

    def at(self, done: int, total: int) -> None:
        """So many items are done, of so many."""
        self._done, self._total = done, total
        self._draw()

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Take the bar off the screen while something is printed; the next step draws it again."""
        if self._bar is not None:
            self._bar.stop()
        yield

    def _draw(self) -> None:
        if not self._seen or time.monotonic() - self._start < PATIENCE:
            return
        from rich import progress
        from rich.console import Console

        if self._bar is None:
            columns = (
                progress.TextColumn("{task.description}"),
                progress.BarColumn(),
                progress.MofNCompleteColumn(),
                progress.TimeRemainingColumn(),
            )
            # Drawn by hand: a refreshing thread would fight with the results that are printed meanwhile.
            bar = progress.Progress(
                *columns, console=Console(stderr=True), transient=True, auto_refresh=False, redirect_stdout=False
            )
            bar.add_task(self._what, total=self._total)
            self._bar = bar
        self._bar.update(self._bar.task_ids[0], completed=self._done, total=self._total)
        self._bar.start()
        self._bar.refresh()


def print_table(
    titles: Sequence[str], rows: Sequence[Sequence[str]], *, caption: str | None = None, spare: Sequence[str] = ()
) -> None:
    """Print rows in aligned columns on a terminal, or separated by tabs in a pipe. Numbers stand to the right.

    A terminal that is too narrow for all does without the columns in `spare`, the first of them first.
    """
    if not sys.stdout.isatty():
        for row in (titles, *rows):
            print("\t".join(" ".join(cell.split()) for cell in row))
        return
    from rich import box
    from rich.table import Table

    titles, rows = _fitting(titles, rows, spare, console().width)
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, collapse_padding=True)
    for column, title in enumerate(titles):
        numeric = all(row[column][:1].isdigit() or row[column] == "-" for row in rows)
        table.add_column(title, justify="right" if numeric else "left", no_wrap=True)
    for row in rows:
        table.add_row(*row)
    screen = console()
    screen.print(table)
    if caption:
        screen.print("\n" + caption, style="dim", soft_wrap=True)


def _fitting(
    titles: Sequence[str], rows: Sequence[Sequence[str]], spare: Sequence[str], width: int
) -> tuple[Sequence[str], Sequence[Sequence[str]]]:
    """The columns that fit `width`, without as many of `spare` as need be."""
    for title in spare:
        widest = [max(len(row[i]) for row in (titles, *rows)) for i in range(len(titles))]
        if sum(widest) + 2 * len(titles) <= width:
            break
        if title in titles:
            at = list(titles).index(title)
            titles, rows = [*titles[:at], *titles[at + 1 :]], [[*row[:at], *row[at + 1 :]] for row in rows]
    return titles, rows
