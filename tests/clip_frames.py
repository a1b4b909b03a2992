"""Reading clips in the tests: every frame of one."""

from __future__ import annotations

from mien.media.clips import open_clip
from mien.media.frames import Frame


def frames_of(source: object, **options: object) -> list[Frame]:
    with open_clip(source, **options) as clip:  # type: ignore[arg-type]
        return list(clip)
