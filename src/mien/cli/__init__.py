"""The command line: one file a command, each thin: parse, call the house, print.

Nothing heavy is imported until a command runs, so that `mien --help` answers at once.
"""

from __future__ import annotations

import sys
from typing import Annotated, Any

import typer

from mien import MienError, __version__
from mien.cli.avatar import avatar
from mien.cli.batch import batch
from mien.cli.bench import bench
from mien.cli.bot import bot_app
from mien.cli.doctor import doctor
from mien.cli.emoji import emoji_app
from mien.cli.journal import journal_app
from mien.cli.lab import lab_app
from mien.cli.live import live
from mien.cli.photo import photo
from mien.cli.picks import picks_app
from mien.cli.stickers import stickers_app
from mien.cli.studio import studio_app
from mien.cli.suggest import suggest
from mien.cli.terminal import complain, prepare_streams
from mien.cli.video import video

#: Modules that belong to an extra, and the room that asks for them.
_EXTRAS = {
    "torch": ("the lab", "lab"),
    "torchmetrics": ("the lab", "lab"),
    "matplotlib": ("the lab", "lab"),
    "onnx": ("the lab", "lab"),
    "safetensors": ("the lab", "lab"),
    "tensorboard": ("the lab", "lab"),
    "optuna": ("the lab", "lab"),
    "pi_heif": ("HEIC", "heif"),
    "pyvirtualcam": ("--camera-out", "live"),
    "mediapipe": ("the comparison", "teachers"),
    "fastapi": ("the studio", "studio"),
    "starlette": ("the studio", "studio"),
    "uvicorn": ("the studio", "studio"),
    "python_multipart": ("the studio", "studio"),
    "websockets": ("the studio", "studio"),
    "sqlalchemy": ("the studio", "studio"),
    "alembic": ("the studio", "studio"),
    "psycopg": ("PostgreSQL", "postgres"),
    "nio": ("the bot", "bots"),
    "slixmpp": ("the bot", "bots"),
    "aiohttp": ("the bot", "bots"),
    "ray": ("--engine ray", "cluster"),
}

#: What typer raises for options and arguments that cannot be; it has no public name of its own.
_UsageError: type[Exception] = typer.BadParameter.__bases__[0]

app = typer.Typer(
    name="mien",
    help="Turn faces into emoji: the expression on every face and the emoji that fits, offline.",
    epilog="Example:  mien photo party.jpg",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"mien {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", help="Print the version and leave.", callback=_print_version, is_eager=True)
    ] = False,
) -> None:
    """Turn faces into emoji: the expression on every face and the emoji that fits, offline."""


app.command("photo", epilog="Example:  mien photo --out annotated party.jpg holiday/")(photo)
app.command("avatar", epilog="Example:  mien avatar me.jpg --out me.png --expression 😂 --set hair.style=afro")(avatar)
app.command("video", epilog="Example:  mien video talk.mp4 --out annotated.mp4")(video)
app.command("batch", epilog="Example:  mien batch photos/ shards/*.tar --out out --format parquet")(batch)
app.command("live", epilog="Example:  mien live --camera 0")(live)
app.add_typer(studio_app, name="studio")
app.command("suggest", epilog='Example:  mien suggest me.jpg --text "on my way"')(suggest)
app.add_typer(picks_app, name="picks")
app.command("doctor", epilog="Example:  mien doctor")(doctor)
app.command("bench", epilog="Example:  mien bench --repeat 20")(bench)
app.add_typer(emoji_app, name="emoji")
app.add_typer(journal_app, name="journal")
app.add_typer(stickers_app, name="stickers")
app.add_typer(bot_app, name="bot")
app.add_typer(lab_app, name="lab")


def main() -> None:
    """Run the command line. Every error a user can cause ends in one line on stderr and exit code 2."""
    prepare_streams()
    try:
        sys.exit(app(standalone_mode=False))
    except MienError as error:
        complain(str(error))
    except _UsageError as error:
        _complain_of_usage(error)
    except ModuleNotFoundError as error:
        name = (error.name or "").split(".")[0]
        if name not in _EXTRAS:
            raise
        room, extra = _EXTRAS[name]
        complain(f"{room} needs {name}: pip install 'mien[{extra}]'")
    except KeyboardInterrupt:
        sys.exit(130)
    except typer.Abort:
        complain("stopped")
        sys.exit(1)
    sys.exit(2)


def _complain_of_usage(error: Any) -> None:
    """One line about an option or argument that cannot be; the help where a group of commands was called bare."""
    if type(error).__name__ == "NoArgsIsHelpError":
        error.show()
        return
    asked = f"; see {error.ctx.command_path} --help" if error.ctx else ""
    complain(error.format_message().rstrip(".") + asked)
