"""`Session`: what all live views share: the people in view, their avatars, snapshots, what keys do."""

from __future__ import annotations

import time as clock
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from mien.avatar.person import BOLD_UP_TO
from mien.clips.annotated import Annotator
from mien.clips.cast import BUST, Cast
from mien.clips.drawers import Drawers, Pixels
from mien.clips.puppets import Puppet, Puppeteer
from mien.live.feed import Feed, Moment
from mien.live.gauges import Gauges
from mien.watching import Watcher

if TYPE_CHECKING:
    from mien.journal import Recording
    from mien.media.frames import Frame
    from mien.types import Scene

#: Seconds that a message stands on the last line.
TOLD = 3.0
#: Seconds of rest that `r` asks for.
REST = 3.0
#: What the keys do, in words.
KEYS = "q quit  space pause  s snapshot  r recalibrate"


class Session:
    """A live source and what is known of those in view. A context manager; leaving it stops everything.

    source: a camera's number, a URL, or a clip, which then plays at its own pace. drawings: pixels of the avatars.
    """

    def __init__(self, source: int | str, *, drawings: int = 0, bust: bool = False, **how: Any) -> None:
        """bust: avatars have shoulders, and tilt their heads themselves. how: `model`, `every` and `calibrate`, as for
        `Watcher`. Raises `ClipError`, `ModelError`."""
        self.watcher = Watcher(source, **how)
        self.feed = Feed(self.watcher, self._idle)
        self.gauges = Gauges()
        self.drawings = drawings
        self._drawers = Drawers(1) if drawings else None
        self.cast = Cast(BUST if bust else None)
        self._puppeteer: Puppeteer | None = None
        if self._drawers is not None:
            finer = 1 if drawings > BOLD_UP_TO else 4
            self._puppeteer = Puppeteer(self.cast, self._drawers, live=True, finer=finer, tilted=bust)
        self.recording: Recording | None = None  #: takes every scene, where there is one
        self._last: tuple[Frame, Scene] | None = None
        self._done: dict[int, Pixels] = {}
        self._message, self._message_until = "", 0.0
        self.leaving = False
        self.on_idle: Callable[[], None] = lambda: None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.watcher.close()
        if self._drawers is not None:
            self._drawers.close()

    def moments(self) -> Iterator[Moment]:
        """Moments as they happen, taken in; ends with the source, or when `leaving` is set."""
        for moment in self.feed:
            self._last = (moment.frame, moment.scene)
            if self.recording is not None:
                self.recording.add(moment.scene)
            self.gauges.see(moment.scene)
            self.cast.meet(moment.scene)
            yield moment
            if self.leaving:
                return

    def _idle(self) -> None:
        self.on_idle()
        if self.leaving:
            self.feed.paused = False

    def press(self, keys: str) -> None:
        """Do what the pressed keys ask for."""
        for key in keys.lower():
            if key in ("q", "\x1b", "\x03"):
                self.leaving, self.feed.paused = True, False
            elif key == " ":
                self.feed.paused = not self.feed.paused
            elif key == "s":
                self.tell(f"saved {self.snapshot()}")
            elif key == "r":
                self.tell(self.recalibrate())

    def recalibrate(self) -> str:
        """Learn everybody's resting face anew; says what happens."""
        self.watcher.recalibrate(REST)
        return f"look neutral for {REST:.0f} seconds"

    def snapshot(self, folder: Path | None = None) -> Path:
        """Save what is seen now, annotated, as a PNG in the current folder (or another); its name."""
        from PIL import Image

        from mien.media import write_picture

        assert self._last is not None
        frame, scene = self._last
        path = (folder or Path()) / clock.strftime("mien-%Y%m%d-%H%M%S.png")
        write_picture(Image.fromarray(Annotator(timeline=False).draw(frame.picture, scene)), path)
        return path

    def tell(self, message: str) -> None:
        """Show a message for a moment."""
        self._message, self._message_until = message, clock.monotonic() + TOLD

    @property
    def status(self) -> str:
        """For the last line: a message, or how fast it goes."""
        if clock.monotonic() < self._message_until:
            return self._message
        if self.feed.paused:
            return "paused"
        dropped = f"  {self.watcher.dropped} dropped" if self.watcher.dropped else ""
        delay = f"  {1000 * self.feed.delay:.0f} ms" if self.watcher.clip.live else ""
        recorded = "  recording" if self.recording is not None else ""
        return f"{self.feed.rate:.0f} fps{delay}{dropped}{recorded}"

    def avatars(self, scene: Scene) -> dict[int, Pixels]:
        """The avatar of everybody as last drawn: drawings come when they are ready, and never hold up the view."""
        if self._puppeteer is None:
            return {}
        for face in scene.faces:
            if face.track_id is not None:
                self._collect(face.track_id, self._puppeteer.puppets.get(face.track_id))
                self._puppeteer.move(face, scene.time or 0.0, self.drawings)
        here = {gauge.number for gauge in self.gauges.people}
        self._done = {number: drawing for number, drawing in self._done.items() if number in here}
        return self._done

    def _collect(self, number: int, puppet: Puppet | None) -> None:
        drawing = puppet.drawing if puppet else None
        if drawing is not None and drawing.done() and not drawing.cancelled():
            self._done[number] = drawing.result()
