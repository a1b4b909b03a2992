"""The live view as text: for each person the emoji, the name, a bar for each expression, and the last seconds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich.cells import cell_len
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from mien.live.gauges import LATELY, Gauge, labels_of
from mien.media.palette import colour
from mien.types import UNSURE

#: Cells that one person's bars need, and with the avatar beside them.
NARROW, WIDE = 36, 76
#: Rows of the full form: title, eight bars, sparkline, and the blank ones around.
ROWS = 16
#: Columns of an avatar; it is half as many rows high.
AVATAR = 30
#: Cells of a bar at most: longer ones tell no more.
LONGEST = 46
LEVELS = "▁▂▃▄▅▆▇█"
PARTS = " ▏▎▍▌▋▊▉"
#: Valence beyond which the sparkline takes the colour of something pleasant or unpleasant.
TOLD = 0.12

#: ANSI colours: the terminal's own theme keeps them readable on its ground.
INKS = {
    "happiness": "yellow", "surprise": "bright_yellow", "sadness": "blue", "anger": "red", "disgust": "green",
    "fear": "magenta", "contempt": "cyan", "neutral": "bright_black", UNSURE: "bright_black",
}  # fmt: skip


def screen(
    people: Sequence[Gauge], now: float, width: int, height: int, *, avatars: Mapping[int, Text] | None = None,
    status: str = "", keys: str = "",
) -> RenderableType:  # fmt: skip
    """Everything, for a terminal of `width` x `height` cells. avatars: by person, as `blocks` makes them; status: how
    it goes, on the last line; keys: what can be pressed."""
    room = max(1, height - 3)
    body: RenderableType
    if not people:
        body = Padding(Text("Nobody in view yet.", style="dim"), (1, 2))
    else:
        body = _people(people, now, width, room, avatars or {})
    return Group(body, Text(""), _foot(width, status, keys))


def _people(people: Sequence[Gauge], now: float, width: int, room: int, avatars: Mapping[int, Text]) -> RenderableType:
    columns = max(1, min(len(people), (width + 2) // (NARROW + 2)))
    rows = -(-len(people) // columns)
    if rows * ROWS > max(room, ROWS) or width < 24:
        lines = [line(gauge, now, width, len(people) > 1) for gauge in people[: max(1, room - 1)]]
        return Group(Text(""), *lines)
    cell = (width - 2 * (columns - 1)) // columns
    grid = Table.grid(padding=(0, 2), pad_edge=False)
    for _ in range(columns):
        grid.add_column(width=cell, no_wrap=True)
    full = [person(gauge, now, cell, len(people) > 1, avatars.get(gauge.number)) for gauge in people]
    for start in range(0, len(full), columns):
        part = full[start : start + columns]
        grid.add_row(*part, *([""] * (columns - len(part))))
    return grid


def person(gauge: Gauge, now: float, width: int, numbered: bool, avatar: Text | None = None) -> RenderableType:
    """One person in full, `ROWS` rows high."""
    beside = avatar is not None and width >= WIDE
    name = 11
    inner = min(width - 4 - (AVATAR + 4 if beside else 0), name + LONGEST + 5)
    bars = [
        Text.assemble(
            (f"{label[:name]:<{name}}", "bold" if label == gauge.face.expression.label else "dim"),
            bar(gauge.bars[label], max(4, inner - name - 5), ink(label)),
            f"{gauge.bars[label]:>5.0%}" if gauge.bars[label] >= 0.005 else "     ",
        )
        for label in labels_of(gauge)[:12]
    ]
    spark = Text.assemble((f"{'valence':<{name}}", "dim"), sparkline(gauge, now, max(4, inner - name)))
    lines = [title(gauge, inner, numbered), Text(""), *bars, Text(""), spark]
    told: RenderableType = Group(*([Text("")] if beside else []), *lines)
    if beside and avatar is not None:
        grid = Table.grid(padding=(0, 4), pad_edge=False)
        grid.add_column(width=inner)
        grid.add_column(width=AVATAR)
        grid.add_row(told, avatar)
        told = grid
    return Padding(told, (1, 2, 0, 2))


def title(gauge: Gauge, width: int, numbered: bool) -> Text:
    """Emoji, expression, how sure, and why where it is unsure."""
    said = gauge.face.expression
    text = Text(no_wrap=True, overflow="ellipsis")
    if numbered and gauge.number >= 0:
        text.append(f"{gauge.number}  ", "dim")
    text.append(said.emoji)
    text.append(" " * (3 - min(2, cell_len(said.emoji))))
    text.append(said.label, f"bold {ink(said.label)}" if said.label != "neutral" else "bold")
    text.append(f"  {said.confidence:.0%}")
    if said.reason:
        text.append(f"  {said.reason}", "dim")
    text.truncate(max(1, width), overflow="ellipsis")
    return text


def line(gauge: Gauge, now: float, width: int, numbered: bool) -> Text:
    """One person in one line, for small terminals and crowds."""
    text = title(gauge, width - 2, numbered)
    left = width - 2 - text.cell_len - 2
    if left >= 8:
        cells = min(left, 40)
        text.append(" " * (left - cells + 2))
        text.append_text(sparkline(gauge, now, cells))
    return Text.assemble(" ", text, no_wrap=True)


def bar(share: float, cells: int, style: str) -> Text:
    """A bar in eighths of a cell, on nothing but the terminal's ground."""
    eighths = round(min(1.0, max(0.0, share)) * cells * 8)
    whole, rest = divmod(eighths, 8)
    drawn = "█" * whole + (PARTS[rest] if rest else "")
    return Text(drawn + " " * (cells - len(drawn)), style)


def sparkline(gauge: Gauge, now: float, cells: int) -> Text:
    """Valence over the last seconds, -1 the lowest step and 1 the highest."""
    text = Text()
    for value in gauge.spark(cells, now):
        if value is None:
            text.append(" ")
            continue
        style = "yellow" if value > TOLD else "blue" if value < -TOLD else "bright_black"
        text.append(LEVELS[min(7, int((value + 1) * 4))], style)
    return text


def ink(label: str) -> str:
    """The terminal colour of a label."""
    if label in INKS:
        return INKS[label]
    red, green, blue = colour(label)
    return f"#{red:02x}{green:02x}{blue:02x}"


def _foot(width: int, status: str, keys: str) -> Text:
    room = width - 4
    text = Text("  ", style="dim", no_wrap=True)
    if len(keys) + len(status) + 3 <= room:
        text.append(keys + " " * (room - len(keys) - len(status)) + status)
    else:
        text.append((keys or status)[:room])
    return text


__all__ = ["AVATAR", "LATELY", "screen"]
