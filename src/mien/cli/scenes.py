"""Scenes as text: columns for a terminal, fields separated by tabs for a pipe."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from mien.cli.terminal import console
from mien.types import LABELS, UNSURE

if TYPE_CHECKING:
    from rich.text import Text

    from mien.types import Box, Face, Scene

#: ANSI colours of the bars: the terminal's own theme keeps them readable on its ground.
COLOURS = {
    "happiness": "yellow", "surprise": "bright_yellow", "sadness": "blue", "anger": "red", "disgust": "green",
    "fear": "magenta", "contempt": "cyan",
}  # fmt: skip

#: Cells of a full bar of confidence.
BAR = 10


class Printer:
    """Prints one scene after the other on stdout; with a heading each when there are several."""

    def __init__(self, several: bool) -> None:
        self._several = several
        self._first = True

    def print(self, path: str, scene: Scene, written: Path | None = None) -> None:
        """Print a scene read from `path`, and where its annotated copy was written."""
        if sys.stdout.isatty():
            self._print_columns(path, scene, written)
        else:
            print(*plain_lines(path, scene), sep="\n", flush=True)

    def _print_columns(self, path: str, scene: Scene, written: Path | None) -> None:
        from rich.text import Text

        lines = column_lines(scene)
        if self._several:
            lines.insert(0, Text.assemble((path, "bold"), (f"  {scene.width} × {scene.height}", "dim")))
            if not self._first:
                lines.insert(0, Text())
        if written is not None:
            lines.append(Text(f"  → {written}", "dim"))
        self._first = False
        screen = console()
        for line in lines:
            screen.print(line, soft_wrap=True)


def plain_lines(path: str, scene: Scene) -> list[str]:
    """One line a face: file, emoji, expression, confidence, place, and why it is unsure, separated by tabs.

    The place is an X11 geometry, WIDTHxHEIGHT+X+Y, which ImageMagick's -crop takes.
    """
    if not scene.faces:
        return [f"{path}\t-\tno face found"]
    return ["\t".join((path, *_fields(face))) for face in scene.faces]


def _fields(face: Face) -> tuple[str, ...]:
    x, y, width, height = whole(face.box)
    expression = face.expression
    place = f"{width}x{height}{x:+d}{y:+d}"
    return expression.emoji, expression.label, f"{expression.confidence:.0%}", place, expression.reason or ""


def column_lines(scene: Scene) -> list[Text]:
    """One line a face, in columns: emoji, expression, a bar of confidence, the place, and why it is unsure."""
    from rich.text import Text

    if not scene.faces:
        return [Text("  no face found", "dim")]
    widest = max(map(len, (*LABELS, UNSURE, *(face.expression.label for face in scene.faces))))
    return [_columns(face, widest) for face in scene.faces]


def _columns(face: Face, widest: int) -> Text:
    from rich.cells import set_cell_size
    from rich.text import Text

    expression = face.expression
    unsure = expression.label == UNSURE
    x, y, width, height = whole(face.box)
    filled = round(BAR * expression.confidence)
    return Text.assemble(
        f"  {set_cell_size(expression.emoji, 2)}  ",
        (f"{expression.label:<{widest}}  ", "dim" if unsure else "bold"),
        ("━" * filled, COLOURS.get(expression.label, "")),
        ("─" * (BAR - filled), "bright_black"),
        (f"{expression.confidence:>5.0%}", "dim" if unsure else ""),
        (f"  {width:>5}×{height:<4} at {x:>5}, {y:<5}", "dim"),
        (expression.reason or "", "yellow"),
    )


def whole(box: Box) -> tuple[int, int, int, int]:
    """x, y, width and height in whole pixels."""
    return round(box.x), round(box.y), round(box.width), round(box.height)
