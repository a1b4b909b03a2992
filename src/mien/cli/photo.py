"""`mien photo`: the emoji, the expression and the place of every face in photos."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mien.cli.options import Model, Prior
from mien.cli.scenes import Printer
from mien.cli.terminal import Progress, complain, print_json
from mien.errors import MienError

if TYPE_CHECKING:
    from mien.types import Scene

#: The path that stands for standard input.
STDIN = "-"

#: Endings under which an annotated copy can be written; a copy of any other file becomes a .jpg.
KEPT_ENDINGS = (".jpg", ".jpeg", ".png", ".webp", ".gif", ".tif", ".tiff", ".bmp", ".avif")


def photo(
    paths: Annotated[
        list[str], typer.Argument(metavar="PATH", help="Photos, folders or globs; - reads one photo from stdin.")
    ],
    as_json: Annotated[bool, typer.Option("--json", help="Print one line of JSON a picture.")] = False,
    appearance: Annotated[
        bool, typer.Option("--appearance", help="With --json: also the apparent traits and colours of each face.")
    ] = False,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="DIR", help="Also write the annotated photos into this folder.")
    ] = None,
    emoji_dir: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Draw your own pictures, one a label (happiness.png...), for the emoji."),
    ] = None,
    model: Model = None,
    prior: Prior = None,
) -> None:
    """Print the emoji, the expression and the place of every face in photos.

    In a pipe each face is one line, its fields separated by tabs: file, emoji, expression,
    confidence, place (WIDTHxHEIGHT+X+Y in pixels), and why, where it is unsure.
    """
    if emoji_dir is not None and out is None:
        raise MienError("--emoji-dir needs --out DIR: its pictures are drawn on the annotated photos")
    if appearance and not as_json:
        raise MienError("--appearance needs --json: traits and colours are printed as data only")
    failed = _look_at(
        paths, as_json=as_json, appearance=appearance, out=out, emoji_dir=emoji_dir, model=model, prior=prior
    )
    if failed:
        raise typer.Exit(2)


def _look_at(
    paths: list[str], *, as_json: bool, appearance: bool, out: Path | None, emoji_dir: Path | None, model: Path | None,
    prior: str | None,
) -> int:  # fmt: skip
    """Look at each picture and print what is there; return how many could not be read or written."""
    from mien.media import find_pictures, read_picture
    from mien.pipeline import Reader

    pictures = [str(path) for path in find_pictures(paths)]
    reader = Reader(model, prior)
    writer = _Writer(out, pictures, emoji_dir) if out is not None else None
    printer = Printer(several=len(pictures) > 1)
    failed = 0
    with Progress(len(pictures), "Looking") as progress:
        for path in progress.over(pictures):
            try:
                picture = read_picture(sys.stdin.buffer if path == STDIN else path)
                scene = reader.look(picture, source=path, appearance=appearance)
                written = writer.write(path, picture, scene) if writer else None
            except MienError as error:
                failed += 1
                with progress.aside():
                    complain(str(error))
                continue
            with progress.aside():
                if as_json:
                    print_json(scene.to_dict())
                else:
                    printer.print(path, scene, written)
    return failed


class _Writer:
    """Writes annotated photos into a folder: never over an input, never two photos under one name."""

    def __init__(self, folder: Path, pictures: list[str], emoji_dir: Path | None) -> None:
        from mien.avatar import EmojiPainter

        self._paint = EmojiPainter(emoji_dir)
        self._folder = folder
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise MienError(f"{folder}: cannot write there ({error.strerror})") from error
        # Compared without case: on some disks Photo.JPG and photo.jpg are one file.
        self._taken = {str(Path(picture).resolve()).casefold() for picture in pictures if picture != STDIN}

    def write(self, path: str, picture: Any, scene: Scene) -> Path:
        from mien.media import annotate, write_picture

        target = self._free(Path("stdin.jpg" if path == STDIN else path))
        write_picture(annotate(picture, scene, self._paint), target)
        return target

    def _free(self, source: Path) -> Path:
        """The first of photo.jpg, photo-2.jpg, photo-3.jpg... that is neither an input nor written in this run."""
        ending = source.suffix if source.suffix.lower() in KEPT_ENDINGS else ".jpg"
        number = 1
        while True:
            name = f"{source.stem}{ending}" if number == 1 else f"{source.stem}-{number}{ending}"
            key = str((self._folder / name).resolve()).casefold()
            if key not in self._taken:
                self._taken.add(key)
                return self._folder / name
            number += 1
