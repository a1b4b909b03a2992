"""`mien photo`: the emoji, the expression and the place of every face in photos."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mien.cli.terminal import Progress, complain, console, print_json
from mien.errors import MienError

if TYPE_CHECKING:
    from rich.text import Text

    from mien.types import Face, Scene

#: The path that stands for standard input.
STDIN = "-"


def photo(
    paths: Annotated[
        list[str], typer.Argument(metavar="PATH", help="Photos, folders or globs; - reads one photo from stdin.")
    ],
    as_json: Annotated[bool, typer.Option("--json", help="Print one line of JSON a picture.")] = False,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="DIR", help="Also write the annotated photos into this folder.")
    ] = None,
    emoji_dir: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Draw your own pictures, one a label (happiness.png...), for the emoji."),
    ] = None,
    model: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Use this expression model (.onnx), not the shipped one.")
    ] = None,
) -> None:
    """Print the emoji, the expression and the place of every face in photos.

    In a pipe each face is one line, its fields separated by tabs: file, emoji, expression,
    confidence, place (WIDTHxHEIGHT+X+Y in pixels), and why, where it is unsure.
    """
    if emoji_dir is not None and out is None:
        raise MienError("--emoji-dir needs --out DIR: its pictures are drawn on the annotated photos")
    pictures, failed = _find(paths)
    if pictures:
        failed += _look_at(pictures, as_json=as_json, out=out, emoji_dir=emoji_dir, model=model)
    if failed:
        raise typer.Exit(2)


def _find(paths: list[str]) -> tuple[list[str], int]:
    """The pictures that the arguments mean, in their order, and how many arguments mean none."""
    from mien.media import find_pictures

    pictures: list[str] = []
    failed = 0
    for path in paths:
        if path == STDIN:
            pictures.append(STDIN)
            continue
        try:
            pictures += [str(found) for found in find_pictures([path])]
        except MienError as error:
            complain(str(error))
            failed += 1
    return pictures, failed


def _look_at(
    pictures: list[str], *, as_json: bool, out: Path | None, emoji_dir: Path | None, model: Path | None
) -> int:
    """Look at each picture and print what is there; return how many could not be read or written."""
    from mien.media import read_picture
    from mien.pipeline import Reader

    reader = Reader(model=model)
    writer = _Writer(out, pictures, emoji_dir) if out is not None else None
    show = print_json if as_json else None
    failed = 0
    progress = Progress(len(pictures), "Looking")
    for path in progress.over(pictures):
        try:
            picture = read_picture(sys.stdin.buffer.read() if path == STDIN else path)
            scene = reader.look(picture, source=path)
            written = writer.write(path, picture, scene) if writer else None
        except (MienError, OSError) as error:
            with progress.aside():
                complain(_one_line(path, error))
            failed += 1
            continue
        with progress.aside():
            if show:
                show(scene.to_dict())
            else:
                _print_scene(path, scene, written, heading=len(pictures) > 1)
    return failed


def _one_line(path: str, error: Exception) -> str:
    if isinstance(error, OSError):
        return f"{error.filename or path}: {error.strerror or error}"
    return str(error)


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

        target = self._free(Path("stdin.png" if path == STDIN else path))
        write_picture(annotate(picture, scene, self._paint), target)
        return target

    def _free(self, source: Path) -> Path:
        """The first of photo.jpg, photo-2.jpg, photo-3.jpg... that is neither an input nor written in this run."""
        number = 1
        while True:
            name = source.name if number == 1 else f"{source.stem}-{number}{source.suffix}"
            key = str((self._folder / name).resolve()).casefold()
            if key not in self._taken:
                self._taken.add(key)
                return self._folder / name
            number += 1


def _print_scene(path: str, scene: Scene, written: Path | None, *, heading: bool) -> None:
    if not sys.stdout.isatty():
        for line in plain_lines(path, scene):
            print(line)
        sys.stdout.flush()
        return
    screen = console()
    if heading:
        from rich.text import Text

        screen.print(Text.assemble((path, "bold"), (f"  {scene.width} × {scene.height}", "dim")), soft_wrap=True)
    for text in screen_lines(scene):
        screen.print(text, soft_wrap=True)
    if written is not None:
        from rich.text import Text

        screen.print(Text(f"  → {written}", "dim"), soft_wrap=True)
    if heading:
        screen.print()


def plain_lines(path: str, scene: Scene) -> list[str]:
    """One line a face, fields separated by tabs: what a pipe gets."""
    if not scene.faces:
        return [f"{path}\t-\tno face found"]
    return ["\t".join((path, *_plain_fields(face))) for face in scene.faces]


def _plain_fields(face: Face) -> tuple[str, ...]:
    x, y, width, height = (round(value) for value in face.box)
    fields = (face.expression.emoji, face.expression.label, f"{face.expression.confidence:.0%}")
    place = f"{width}x{height}{x:+d}{y:+d}"  # the X11 geometry that ImageMagick's -crop takes
    return (*fields, place, face.expression.reason or "")


def screen_lines(scene: Scene) -> list[Text]:
    """One line a face, in columns: emoji, expression, a bar of confidence, the place, and why it is unsure."""
    from rich.text import Text

    if not scene.faces:
        return [Text("  no face found", "dim")]
    return [_screen_line(face) for face in scene.faces]


def _screen_line(face: Face) -> Text:
    from rich.cells import set_cell_size
    from rich.text import Text

    from mien.types import LABELS, UNSURE

    expression = face.expression
    unsure = expression.label == UNSURE
    x, y, width, height = (round(value) for value in face.box)
    filled = round(10 * expression.confidence)
    line = Text.assemble(
        f"  {set_cell_size(expression.emoji, 2)}  ",
        (f"{expression.label:<{max(map(len, (*LABELS, UNSURE)))}}", "dim" if unsure else "bold"),
        ("  " + "━" * filled, "yellow" if unsure else "green"),
        ("━" * (10 - filled), "bright_black"),
        (f"{expression.confidence:>5.0%}", "" if not unsure else "dim"),
        (f"   {f'{width}×{height}':>9} px at {x}, {y}", "dim"),
    )
    if expression.reason:
        line.append(f"   {expression.reason}", "yellow")
    return line
