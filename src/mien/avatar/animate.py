"""A looping reaction: at rest, a blink, into the expression with a small overshoot, held, and back.

Disney's principles in numbers (Johnston & Thomas 1981): fast in (80 ms), a follow-through, slow out (200 ms).
"""

from __future__ import annotations

import io
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from mien.avatar.expression import EXAGGERATION, Look, Wearable, look
from mien.avatar.many import rasterise_all
from mien.emoji import RECIPES
from mien.errors import PictureError
from mien.types import Pose

if TYPE_CHECKING:
    from PIL import Image

    from mien.avatar.spec import AvatarSpec

#: (milliseconds, share of the expression, share of a blink): fast in, over it and back, held with a blink, slow out.
BEATS = (
    (420, 0.0, 0.0), (40, 0.0, 0.6), (60, 0.0, 1.0), (40, 0.1, 0.5),
    (40, 0.55, 0.0), (40, 1.0, 0.0), (60, 1.14, 0.0), (60, 1.05, 0.0), (60, 0.97, 0.0),
    (520, 1.0, 0.0), (40, 1.0, 0.6), (60, 1.0, 1.0), (40, 1.0, 0.5), (420, 1.0, 0.0),
    (40, 0.92, 0.0), (40, 0.68, 0.0), (40, 0.38, 0.0), (40, 0.14, 0.0), (40, 0.03, 0.0),
)  # fmt: skip
#: Tears, hearts and hands come when the face has gone this far.
OVERLAYS_FROM = 0.6
NOD = 5.0  #: degrees that the head dips before an expression and comes up in it

#: Bytes that an animation may have; a larger one is written smaller. WebP: what messengers take as a sticker.
LIMITS = {"webp": 500_000, "png": 2_000_000, "gif": 2_000_000}
SMALLEST = 96  #: pixels, below which nothing is written smaller
LARGEST = 1024


@dataclass(frozen=True, slots=True)
class Clip:
    """An animation in memory."""

    frames: list[Image.Image]  #: RGBA, all of one size
    durations: list[int]  #: milliseconds of each frame

    @property
    def seconds(self) -> float:
        return sum(self.durations) / 1000


def animate(spec: AvatarSpec, expression: Wearable = "happiness", *, size: int = 320) -> Clip:
    """A reaction of about two seconds that loops: neutral, the expression, neutral. size: pixels, at most 1024.

    Raises SpecError for an expression that is not known, `PictureError` for a size.
    """
    from PIL import Image

    if not 1 <= size <= LARGEST:
        raise PictureError(f"an animation of {size} pixels: choose a size from 1 to {LARGEST}")
    wanted = look(expression)
    svgs = [moment(spec, wanted, share, blink, size) for _, share, blink in BEATS]
    frames = [Image.open(io.BytesIO(png)).convert("RGBA") for png in rasterise_all(svgs, size)]
    return Clip(frames, [duration for duration, _, _ in BEATS])


def moment(spec: AvatarSpec, wanted: Look, share: float, blink: float, size: int, *, still: bool = False) -> str:
    """One moment of the reaction as SVG: the expression's controls at a share, overlays when it is nearly there, lids
    closed by a blink. still: the head neither nods nor turns; it only tilts."""
    controls = {name: min(value * share, 1.0) for name, value in wanted.controls.items()}
    for lid in ("eyeBlinkLeft", "eyeBlinkRight"):
        controls[lid] = max(controls.get(lid, 0.0), blink)
        controls[lid.replace("Blink", "Wide")] = controls.get(lid.replace("Blink", "Wide"), 0.0) * (1 - blink)
    overlays = wanted.overlays if share >= OVERLAYS_FROM else ()
    nod = NOD * max(0.0, share - 1) * 4 - NOD * max(0.0, 0.3 - abs(share - 0.3))
    pose = Pose(0.0, nod, 0.0) if nod and not still else None
    if wanted.gain == EXAGGERATION:
        turned = replace(wanted, yaw=0.0, pitch=0.0) if still else wanted
        worn = replace(
            RECIPES["😐"], controls=controls, overlays=overlays,
            tilt=turned.tilt * share, yaw=turned.yaw * share, pitch=turned.pitch * share,
        )  # fmt: skip
        return spec.svg(worn, size=size, pose=pose)
    head = Pose(0.0, nod, wanted.tilt * share) if wanted.tilt else pose
    return spec.svg(controls, size=size, pose=head, overlays=overlays)


def encode(clip: Clip, format_name: str, *, limit: int | None = None) -> bytes:
    """An endlessly looping "webp", "png" (APNG) or "gif".

    limit: bytes that it may have, by default `LIMITS`; an animation that has more is written smaller, step by step.
    GIF knows no half transparency: what is at least half seen is shown whole.
    """
    limit = limit or LIMITS[format_name]
    encoded = _encode(clip, format_name, 88)
    if format_name == "webp" and len(encoded) > limit:
        encoded = _encode(clip, format_name, 65)
    while len(encoded) > limit and clip.frames[0].width * 0.8 >= SMALLEST:
        side = round(clip.frames[0].width * 0.8)
        clip = Clip([frame.resize((side, side)) for frame in clip.frames], clip.durations)
        encoded = _encode(clip, format_name, 80)
    return encoded


def _encode(clip: Clip, format_name: str, quality: int) -> bytes:
    frames = [_opaque_or_clear(frame) for frame in clip.frames] if format_name == "gif" else clip.frames
    ways: dict[str, dict[str, Any]] = {
        "webp": {"quality": quality, "method": 4, "minimize_size": True, "background": (0, 0, 0, 0)},
        "png": {"disposal": 0, "blend": 0},
        "gif": {"disposal": 2, "optimize": False},
    }
    stream = io.BytesIO()
    options = {"save_all": True, "append_images": frames[1:], "duration": clip.durations, "loop": 0}
    frames[0].save(stream, format_name, **options, **ways[format_name])
    return stream.getvalue()


def _opaque_or_clear(frame: Image.Image) -> Image.Image:
    """For GIF: edges laid on white, every pixel either seen or not."""
    from PIL import Image

    ground = Image.new("RGBA", frame.size, "white")
    ground.alpha_composite(frame)
    ground.putalpha(frame.getchannel("A").point(lambda alpha: 255 if alpha >= 128 else 0))
    return ground


def size_of(encoded: bytes) -> tuple[int, int]:
    """Width and height of an encoded picture, pixels."""
    from PIL import Image

    with Image.open(io.BytesIO(encoded)) as picture:
        return picture.size
