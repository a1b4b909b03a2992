"""`mien stickers`: a sticker pack for a messenger, and the check that says whether a pack is valid."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from mien.cli.terminal import Progress, complain, print_json, print_table

if TYPE_CHECKING:
    from mien.stickers import Pack


class For(StrEnum):
    """The messengers."""

    whatsapp = "whatsapp"
    telegram = "telegram"
    telegram_emoji = "telegram-emoji"
    discord = "discord"
    discord_emoji = "discord-emoji"
    slack = "slack"
    signal = "signal"
    imessage = "imessage"
    matrix = "matrix"


class MakeUnlessNamed(TyperGroup):
    """`mien stickers PHOTO` makes a pack; only `mien stickers check` is another command."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        if args and args[0] == "":
            return "", self.commands["make"], args[1:]
        return super().resolve_command(ctx, args)

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        if not args or args[0] not in ("check", "make"):
            args = ["", *args]  # options too belong to the command, not to the group
        return super().parse_args(ctx, args)


stickers_app = typer.Typer(cls=MakeUnlessNamed, help="Make a sticker pack for a messenger, or check one.")

Platform = Annotated[For, typer.Option("--for", help="The messenger.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@stickers_app.command(
    "make", hidden=True,
    epilog="Example:  mien stickers me.jpg --for whatsapp --out my-stickers    "
    "To check a pack:  mien stickers check my-stickers --for whatsapp",
)  # fmt: skip
def make(
    source: Annotated[
        Path, typer.Argument(metavar="PHOTO|SPEC.json|FOLDER", help="A photo, a person's spec, a folder of pictures.")
    ],
    platform: Platform,
    out: Annotated[Path, typer.Option(metavar="DIR", help="The folder to make.")],
    animated: Annotated[bool, typer.Option("--animated", help="Stickers that move.")] = False,
    lang: Annotated[str, typer.Option("--lang", metavar="CODE", help="Of names and alternative texts.")] = "en",
    name: Annotated[str | None, typer.Option(help="The pack's name.")] = None,
    count: Annotated[int, typer.Option(min=1, metavar="N", help="How many expressions, the most used first.")] = 24,
    format: Annotated[
        str | None, typer.Option(metavar="FORMAT", help="For Telegram tgs or webm; by default the best.")
    ] = None,
    edge: Annotated[
        bool | None, typer.Option("--edge/--no-edge", help="A white die-cut edge; by default as is the habit there.")
    ] = None,
    zip: Annotated[bool, typer.Option("--zip", help="Also write DIR.zip.")] = False,
    as_json: Json = False,
) -> None:
    """Make a complete, valid sticker pack; `mien stickers check DIR --for PLATFORM` checks one."""
    from mien.stickers.making import NAME, make_pack

    with Progress(count, "Making stickers") as progress:
        pack = make_pack(
            source, platform.value, out, animated=animated, language=lang, name=NAME if name is None else name,
            count=count, format=format, edge=edge, archive=zip, progress=progress.at,
        )  # fmt: skip
    if as_json:
        print_json(pack.to_dict())
    else:
        _tell(pack)


def _tell(pack: Pack) -> None:
    rows = [
        [" ".join(s.emoji), s.name, s.file.rpartition("/")[2], s.format, f"{s.size / 1000:.1f}", s.how]
        for s in pack.stickers
    ]
    print_table(
        ["emoji", "name", "file", "format", "kB", "how"], rows, spare=["how", "format", "file"],
        caption=f"{len(rows)} stickers in {pack.archive or pack.folder}",
    )  # fmt: skip


@stickers_app.command("check", epilog="Example:  mien stickers check my-stickers --for whatsapp")
def check(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The folder of a pack.")],
    platform: Platform,
    as_json: Json = False,
) -> None:
    """Check a pack against everything that the messenger demands. A pack with faults ends with exit code 1."""
    from mien.stickers.checking import check_pack

    findings = check_pack(folder, platform.value)
    if as_json:
        told: dict[str, Any] = {"platform": platform.value, "folder": str(folder), "valid": not findings}
        print_json(told | {"findings": [finding.to_dict() for finding in findings]})
    elif findings:
        print_table(["rule", "file", "what is wrong"], [[f.rule, f.file, f.message] for f in findings])
        if sys.stdout.isatty():
            complain(f"{folder}: {len(findings)} fault{'s' * (len(findings) > 1)}; {platform.value} would not take it")
    else:
        typer.echo(f"{folder}: valid for {platform.value}")
    if findings:
        raise typer.Exit(1)
