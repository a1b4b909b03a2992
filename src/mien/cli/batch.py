"""`mien batch`: many pictures and clips into rows, in a folder that outlives crashes."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mien.cli.options import Model, Prior
from mien.cli.terminal import PATIENCE, complain, print_json
from mien.cli.video import seconds_of
from mien.errors import MienError

if TYPE_CHECKING:
    from mien.batch import Summary


def batch(
    out: Annotated[Path, typer.Option(metavar="DIR", help="The folder that rows are written into.")],
    sources: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="SOURCE...", help="Folders, files, patterns, @list.txt, zip and tar archives, s3:// gs:// https://."
        ),
    ] = None,
    lists: Annotated[
        list[Path] | None, typer.Option("--list", metavar="FILE", help="A file with a source a line; like @FILE.")
    ] = None,
    form: Annotated[str, typer.Option("--format", metavar="FORMAT", help="Of the rows: jsonl or parquet.")] = "jsonl",
    workers: Annotated[
        int | None, typer.Option(min=1, metavar="N", help="Processes; by default one a processor.")
    ] = None,
    every: Annotated[
        str | None, typer.Option(metavar="SECONDS", help="Read a frame of a clip this often, not every one: 0.5s.")
    ] = None,
    lean: Annotated[bool, typer.Option("--lean", help="Leave out landmarks and controls: a quarter of the size.")] = (
        False
    ),
    appearance: Annotated[
        bool, typer.Option("--appearance", help="Also the apparent traits and colours of each face.")
    ] = False,
    avatars: Annotated[bool, typer.Option("--avatars", help="Also each face's avatar: spec, SVG and PNG.")] = False,
    report: Annotated[bool, typer.Option("--report", help="Also a page that sums up: report.html.")] = False,
    part_size: Annotated[int, typer.Option(min=1, metavar="N", help="Inputs a file of rows.")] = 5000,
    engine: Annotated[str, typer.Option(metavar="NAME", help="local, or ray for many machines.")] = "local",
    address: Annotated[
        str | None, typer.Option(metavar="ADDRESS", help="With --engine ray: the cluster's; auto finds it.")
    ] = None,
    model: Model = None,
    prior: Prior = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the summary as one JSON object.")] = False,
) -> None:
    """Look at many pictures and clips; write a row a face into files, JSON lines or Parquet.

    Run it again and it goes on where it was stopped: no picture is looked at twice, no row is lost or doubled, not even
    after a crash or a full disk. What cannot be read is listed in bad.jsonl, and tried again the next time.
    """
    from mien.batch import run

    bar = _Bar()
    try:
        summary = run(
            [*(sources or []), *(f"@{path}" for path in lists or [])], out, format=form, workers=workers,
            every=seconds_of("--every", every), lean=lean, appearance=appearance, avatars=avatars, report=report,
            part_size=part_size, model=model, prior=prior, told=bar.show, engine=_engine(engine, address, workers),
        )  # fmt: skip
    finally:
        bar.close()
    if as_json:
        print_json(summary.to_dict())
    else:
        print(said(summary))
    if summary.bad:
        complain(f"{_count(summary.bad, 'input')} could not be read: see {summary.out}/bad.jsonl")
    if summary.stopped:
        complain("stopped; what is done is kept: run the same command again to go on")
        raise typer.Exit(130)
    if not summary.inputs and summary.bad:
        raise typer.Exit(2)


def _engine(name: str, address: str | None, workers: int | None) -> Any:
    if name == "local" and address is None:
        return None
    if name != "ray":
        raise MienError(
            f"--engine {name}: not one of local, ray" if address is None else "--address needs --engine ray"
        )
    from mien.cluster import RayEngine

    return RayEngine(address=address, workers=workers)


def said(summary: Summary) -> str:
    """A run in a few words."""
    seen = summary.tally
    looked = [_count(seen[name], name[:-1]) for name in ("pictures", "clips") if seen[name]] or ["nothing"]
    text = f"{summary.out}: {_count(seen['faces'], 'face')} in {' and '.join(looked)}, {_count(summary.rows, 'row')}"
    if summary.copies:
        text += f"; {_count(summary.copies, 'copy', 'copies')} passed over"
    if summary.passed:
        text += f"; {summary.passed:,} done already"
    if summary.done:
        text += f"; {summary.done:,} in {summary.seconds:.1f} s, {summary.rate:.1f}/s"
    return text


def _count(number: int, one: str, several: str = "") -> str:
    return f"{number:,} {one if number == 1 else several or one + 's'}"


class _Bar:
    """Done, rate and time left on stderr, once the work outlasts `PATIENCE`."""

    def __init__(self) -> None:
        self._start = time.monotonic()
        self._bar: Any = None
        self._seen = sys.stderr.isatty()

    def show(self, now: Summary) -> None:
        if not self._seen or time.monotonic() - self._start < PATIENCE:
            return
        if self._bar is None:
            self._bar = _made_bar()
            self._bar.start()
        rate = f"{now.rate:.0f}/s" if now.rate >= 10 else f"{now.rate:.1f}/s"
        bad = f", {now.bad:,} bad" if now.bad else ""
        self._bar.update(
            self._bar.task_ids[0], completed=now.done + now.passed, total=now.total, rate=rate, bad=bad,
            left=_left(now),
        )  # fmt: skip
        self._bar.refresh()

    def close(self) -> None:
        if self._bar is not None:
            self._bar.stop()


def _left(now: Summary) -> str:
    """Time left, by this run's own rate: what earlier runs have done takes no time."""
    if now.total is None or not now.rate:
        return ""
    seconds = int((now.total - now.done - now.passed) / now.rate)
    if seconds < 0:
        return ""
    hours, minutes = seconds // 3600, seconds // 60 % 60
    return f"{hours}:{minutes:02d}:{seconds % 60:02d} left" if hours else f"{minutes}:{seconds % 60:02d} left"


def _made_bar() -> Any:
    from rich import progress
    from rich.console import Console

    columns = (
        progress.TextColumn("Looking"),
        progress.BarColumn(),
        progress.MofNCompleteColumn(),
        progress.TextColumn("{task.fields[rate]}{task.fields[bad]}"),
        progress.TextColumn("{task.fields[left]}"),
    )
    bar = progress.Progress(
        *columns, console=Console(stderr=True), transient=True, auto_refresh=False, redirect_stdout=False
    )
    bar.add_task("", total=None, rate="", bad="", left="")
    return bar
