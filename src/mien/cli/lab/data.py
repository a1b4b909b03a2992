"""`mien lab data`: look at data sets, check and mend them, join them, balance them."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from mien.cli.lab.apps import Json, lab_app
from mien.cli.lab.data_tables import print_balance, print_report, print_summary
from mien.cli.terminal import PATIENCE, print_json
from mien.errors import DataError

data_app = typer.Typer(
    help="Look at data sets, check and mend them, join them, balance them.",
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)
lab_app.add_typer(data_app, name="data")

Sources = Annotated[
    list[Path],
    typer.Argument(metavar="DATA", help="CSV, zip file, folder or data set of mien's; several are joined."),
]
Map = Annotated[
    list[str] | None,
    typer.Option("--map", metavar="OLD=NEW", help="Rename a class; OLD= drops it. Or a CSV file with two columns."),
]
NewData = Annotated[Path, typer.Option("--out", metavar="DATASET", help="The data set to write.", show_default=False)]


@data_app.command("show", epilog="Example:  mien lab data show fer2013.csv")
def show(data: Sources, class_map: Map = None, as_json: Json = False) -> None:
    """Print how many faces each class and split has, by labels and by votes, and where they come from.

    In a pipe the counts are lines of fields separated by tabs.
    """
    from mien.lab.data.classes import parse_map
    from mien.lab.data.summary import summarise

    with bar() as step:
        summary = summarise(data, class_map=parse_map(class_map or []), progress=step)
    if as_json:
        print_json(summary)
    else:
        print_summary(summary)


@data_app.command("check", epilog="Example:  mien lab data check fer --fix fer-clean")
def check(
    data: Sources,
    fix: Annotated[
        Path | None, typer.Option("--fix", metavar="OUT", help="Write a cleaned copy here; DATA is only read.")
    ] = None,
    class_map: Map = None,
    examples: Annotated[int, typer.Option(min=0, help="On a terminal, so many examples of each kind.")] = 3,
    as_json: Json = False,
) -> None:
    """Look for bad files and rows, copies of one photo, leaks between splits, contradicting labels, blank pictures.

    Ends with 0 when the data is clean or a cleaned copy was written, with 1 when something was
    found, with 2 when there is no data to check. In a pipe each finding is one line, its fields
    separated by tabs: kind, what, then the faces, files or rows.
    """
    from mien.lab.data.checking import check as look
    from mien.lab.data.classes import parse_map
    from mien.lab.data.fixing import fix as mend

    table = parse_map(class_map or [])
    with bar() as step:
        fixed = mend(data, fix, class_map=table, progress=step) if fix is not None else None
        report = fixed.before if fixed else look(data, class_map=table, progress=step)
    if as_json:
        copy = {"out": str(fixed.out), "faces": fixed.faces, "dropped": fixed.dropped} if fixed else None
        print_json({**report.to_dict(), "fixed": copy})
    else:
        print_report(report, fixed, examples)
    if not report.clean and fixed is None:
        raise typer.Exit(1)


@data_app.command("import", epilog="Example:  mien lab data import fer2013.csv my-faces.zip --out all-faces")
def import_command(
    data: Sources,
    out: NewData,
    class_map: Map = None,
    split: Annotated[bool, typer.Option("--split", help="Forget the splits of the sources and draw new ones.")] = False,
    shares: Annotated[
        str, typer.Option(metavar="A/B/C", help="With --split: percent in Training, PublicTest, PrivateTest.")
    ] = "80/10/10",
    together: Annotated[
        str | None,
        typer.Option(metavar="COLUMN", help="With --split: faces alike in this column, as person, stay together."),
    ] = None,
    seed: Annotated[int, typer.Option(help="The same seed draws the same splits.")] = 0,
) -> None:
    """Read data in any layout and write it as a data set of mien's own, which opens at once.

    Faces whose source names no split get one: 80 % Training, 10 % PublicTest, 10 % PrivateTest of
    every class, copies of one photo together.
    """
    from mien.lab.data.classes import parse_map
    from mien.lab.data.importing import import_faces
    from mien.lab.data.summary import summarise

    if (together or shares != "80/10/10") and not split:
        raise DataError("--shares and --together are for --split, which draws new splits")
    with bar() as step:
        import_faces(
            data, out, class_map=parse_map(class_map or []), redraw=split, shares=_shares(shares), seed=seed,
            together=together, progress=step,
        )  # fmt: skip
    print_summary(summarise(out))
    typer.echo(f"written: {out}")


@data_app.command("balance", epilog="Example:  mien lab data balance fer --out fer-balanced --to median")
def balance(
    data: Sources,
    out: NewData,
    to: Annotated[str, typer.Option("--to", metavar="N|max|median", help="Training faces a class has then.")] = "max",
    seed: Annotated[int, typer.Option(help="The same seed makes the same copies.")] = 0,
    class_map: Map = None,
    as_json: Json = False,
) -> None:
    """Write a data set with equally many Training faces of each class, with augmented copies of rare ones.

    A class with more faces than that keeps as many, drawn at random. Copies are named after their
    originals, with #1, #2... PublicTest and PrivateTest stay as they are.
    """
    from mien.lab.data.balancing import balance as make
    from mien.lab.data.classes import parse_map

    with bar() as step:
        made = make(data, out, to, seed=seed, class_map=parse_map(class_map or []), progress=step)
    if as_json:
        print_json({"out": str(made.out), "before": made.before, "after": made.after})
    else:
        print_balance(made)


@data_app.command("forget", epilog="Example:  mien lab data forget fer")
def forget(
    data: Annotated[
        list[Path] | None, typer.Argument(metavar="DATA", help="Data to forget; all of it by default.")
    ] = None,
) -> None:
    """Delete the copies of faces that mien keeps so that data opens at once the second time.

    They lie in $MIEN_CACHE, else in the user's cache folder; MIEN_CACHE=off keeps none.
    """
    from mien.lab.data import cache

    count, size = cache.forget(data or [])
    typer.echo(f"forgotten: {count} data sets, {size / 1e6:,.1f} MB ({cache.folder() or 'the cache is off'})")


def _shares(text: str) -> list[float]:
    try:
        numbers = [float(word) for word in text.split("/")]
    except ValueError:
        numbers = []
    if len(numbers) != 3 or min(numbers) < 0 or sum(numbers) <= 0:
        raise DataError(f"--shares {text}: expected three numbers such as 80/10/10")
    return [number / sum(numbers) for number in numbers]


@contextmanager
def bar() -> Iterator[Callable[[str, int, int], None]]:
    """A bar on stderr that tells what is being done, on a terminal only, once it takes longer than `PATIENCE`."""
    import time

    if not sys.stderr.isatty():
        yield lambda what, done, total: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TimeRemainingColumn())
    progress = Progress(*columns, console=Console(stderr=True), transient=True)
    task = progress.add_task("", total=None)
    began, doing = time.monotonic(), ""

    def step(what: str, done: int, total: int) -> None:
        nonlocal doing
        if what != doing:
            progress.reset(task, description=what)
            doing = what
        progress.update(task, completed=done, total=total or None)
        if time.monotonic() - began > PATIENCE:
            progress.start()

    try:
        yield step
    finally:
        progress.stop()
