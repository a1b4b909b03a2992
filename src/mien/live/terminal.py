"""`mien live` in a terminal, and as lines in a pipe."""

from __future__ import annotations

import sys
import time as clock
from typing import TYPE_CHECKING

from mien.live.keys import Keys
from mien.live.session import KEYS, Session

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

    from mien.clips.drawers import Pixels
    from mien.types import Scene

#: Seconds between two pictures of the terminal: faster only makes it flicker.
REDRAWN = 1 / 15
#: Pixels of an avatar before it becomes cells, and the size it is drawn for: few pixels, bold lines.
DRAWING = 36


def show(session: Session, console: Console) -> None:
    """Draw the session in the terminal until it ends or somebody leaves. Raises what the session raises."""
    from rich.live import Live

    from mien.live.blocks import blocks
    from mien.live.screen import AVATAR, screen

    cells: dict[int, tuple[Pixels, Text]] = {}
    with Keys() as keys, Live(console=console, screen=True, auto_refresh=False, redirect_stdout=False) as live:
        keyed = KEYS if keys.there else "Ctrl-C quit"

        def draw(scene: Scene | None) -> None:
            for number, drawing in (session.avatars(scene) if scene else {}).items():
                if number not in cells or cells[number][0] is not drawing:
                    cells[number] = (drawing, blocks(drawing, AVATAR))
            avatars = {number: text for number, (_, text) in cells.items()}
            width, height = console.size
            people = session.gauges.people
            view = screen(people, session.gauges.now, width, height, avatars=avatars, status=session.status, keys=keyed)
            live.update(view, refresh=True)

        def idle() -> None:
            session.press(keys.pressed())
            if session.feed.paused:
                draw(None)

        session.on_idle = idle
        drawn = 0.0
        for moment in session.moments():
            session.press(keys.pressed())
            now = clock.monotonic()
            if moment.shown and now - drawn >= REDRAWN:
                drawn = now
                draw(moment.scene)


def summary(session: Session) -> str:
    """One line when it is over: how much of the time what was shown."""
    from mien.avatar.expression import LABEL_EMOJI

    total = sum(session.gauges.shares.values())
    if not total:
        return "nobody was in view"
    shares = sorted(session.gauges.shares.items(), key=lambda item: -item[1])
    told = [f"{LABEL_EMOJI.get(label, '')} {label} {part / total:.0%}".strip() for label, part in shares]
    return "  ".join(line for line, (_, part) in zip(told, shares, strict=True) if part / total >= 0.005)


def print_lines(session: Session) -> None:
    """For a pipe: a line whenever somebody's expression changes or they come: seconds, person, emoji, expression,
    confidence, separated by tabs."""
    told: dict[int, str] = {}
    for moment in session.moments():
        for gauge in session.gauges.people:
            said = gauge.face.expression
            if told.get(gauge.number) != said.label:
                told[gauge.number] = said.label
                fields = (f"{session.gauges.now:.2f}", gauge.number, said.emoji, said.label, f"{said.confidence:.0%}")
                print(*fields, sep="\t", flush=True)
        here = {face.track_id for face in moment.scene.faces}
        told = {number: label for number, label in told.items() if number in here}
    sys.stdout.flush()
