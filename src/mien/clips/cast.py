"""Who plays in a clip: everybody's avatar, from the frames that show them best."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mien.avatar.personalise import personalised, trust_in
from mien.avatar.spec import AvatarSpec

if TYPE_CHECKING:
    from mien.media.frames import Frame
    from mien.types import Face, Scene

#: Frames of a person that their avatar is made from, at most.
PORTRAITS = 3
#: Much better than the portrait so far: of a person met live, the avatar is then made anew.
BETTER = 1.35
#: An avatar stands alone on its ground, as emoji do.
ALONE = {"clothing.style": "none", "background.style": "none"}
#: On camera it has shoulders, as people have.
BUST = {"clothing.style": "crew", "background.style": "none"}


@dataclass(slots=True)
class Part:
    """One person."""

    portraits: list[tuple[float, Face]] = field(default_factory=list)  #: how much each tells (0..1), best first
    seconds: float = 0.0  #: in view
    middle: float = 0.0  #: where they mostly are, 0 left .. 1 right
    frames: int = 0
    came: float = 0.0  #: seconds into the clip


class Cast:
    """The persons of a clip by `track_id`, and the avatar of each. dress: what is changed about every spec."""

    def __init__(self, dress: Mapping[str, str] | None = None) -> None:
        self._dress = ALONE if dress is None else dress
        self.parts: dict[int, Part] = {}
        self._specs: dict[int, tuple[float, AvatarSpec]] = {}
        self._last = 0.0
        self.seconds = 0.0  #: how long the clip is, as far as it was seen

    def meet(self, scene: Scene) -> None:
        """Take in who is to be seen. Scenes in order."""
        time = scene.time or 0.0
        step, self._last, self.seconds = max(0.0, time - self._last), time, max(self.seconds, time)
        for face in scene.faces:
            if face.track_id is None:
                continue
            part = self.parts.setdefault(face.track_id, Part(came=time))
            part.seconds += step
            part.frames += 1
            where = (face.box.x + face.box.width / 2) / max(1, scene.width)
            part.middle += (where - part.middle) / part.frames
            if face.head is not None:
                portraits = [*part.portraits, (trust_in(face), face)]
                part.portraits = sorted(portraits, key=lambda item: -item[0])[:PORTRAITS]

    def scout(self, seen: Iterable[tuple[Frame, Scene]], step: Callable[[Frame], None] | None = None) -> None:
        """Go through a whole clip once, so that everybody is known at their best from the first frame on."""
        for frame, scene in seen:
            self.meet(scene)
            if step is not None:
                step(frame)

    def spec(self, track: int) -> AvatarSpec:
        """The avatar of a person; that of nobody in particular where they were never seen well enough.

        It stays the same unless a much better view of them has come since.
        """
        part = self.parts.get(track)
        trust = part.portraits[0][0] if part and part.portraits else 0.0
        known = self._specs.get(track)
        if known is not None and trust <= known[0] * BETTER:
            return known[1]
        spec = personalised([face for _, face in part.portraits]) if part and part.portraits else AvatarSpec()
        spec = spec.edited(self._dress)
        self._specs[track] = (trust, spec)
        return spec

    def leading(self, most: int) -> list[int]:
        """The persons who are in view longest, from left to right; extras who pass by are left out."""
        least = min(1.0, 0.15 * self.seconds)
        named = [track for track, part in self.parts.items() if part.seconds >= least] or list(self.parts)
        longest = sorted(named, key=lambda track: -self.parts[track].seconds)[:most]
        return sorted(longest, key=lambda track: self.parts[track].middle)
