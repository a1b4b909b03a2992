"""`mien picks`: what `mien suggest` has learned from you, and how to make it forget."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from mien.cli.terminal import print_json, print_table
from mien.errors import MienError

picks_app = typer.Typer(no_args_is_help=True, help="What suggestions learned from your picks; all on this machine.")

File = Annotated[Path | None, typer.Option("--picks", metavar="FILE", help="This file, not your own.")]


@picks_app.command("show", epilog="Example:  mien picks show")
def show(picks: File = None, as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False) -> None:
    """Tell everything that is known: how often which emoji was picked or passed over, and with which expression."""
    rows = _counts(picks)
    if as_json:
        print_json(rows)
        return
    words = {True: "yes", False: "no"}
    print_table(
        ("emoji", "expression", "strong", "with words", "picked", "passed over"),
        [
            (r["emoji"], r["mood"], words[r["strong"]], words[r["text"]], str(r["picked"]), str(r["passed"]))
            for r in rows
        ],
        caption=str(_path(picks)),
    )


@picks_app.command("export", epilog="Example:  mien picks export my-picks.json")
def export(
    out: Annotated[Path | None, typer.Argument(metavar="FILE", help="Where to; without it, stdout.")] = None,
    picks: File = None,
) -> None:
    """Write everything that is known as JSON."""
    text = json.dumps({"picks": _counts(picks)}, ensure_ascii=False, indent=1) + "\n"
    if out is None:
        sys.stdout.write(text)
        return
    from mien.media import write_whole

    write_whole(out, text.encode())
    typer.echo(out)


@picks_app.command("reset", epilog="Example:  mien picks reset --yes")
def reset(picks: File = None, yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False) -> None:
    """Forget everything: delete the file of picks."""
    path = _path(picks)
    if not path.is_file():
        typer.echo("nothing was known")
        return
    if not yes and not (sys.stdin.isatty() and typer.confirm(f"Forget all picks in {path}?", err=True)):
        raise MienError("nothing was forgotten: say --yes")
    from mien.emoji.suggesting import Learner

    with Learner.open(path) as learner:
        learner.forget()
    path.unlink()
    typer.echo(f"forgotten: {path}")


def _path(picks: Path | None) -> Path:
    from mien.emoji.suggesting import default_file

    return picks if picks is not None else default_file()


def _counts(picks: Path | None) -> list[dict[str, Any]]:
    from mien.emoji.suggesting import Learner

    path = _path(picks)
    if not path.is_file():
        if picks is not None:
            raise MienError(f"{picks}: no such file")
        return []
    with Learner.open(path) as learner:
        return [count.to_dict() for count in learner.counts()]
