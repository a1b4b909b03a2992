"""What pixels tell beyond the codes of an `Appearance`: hairline, parting, colours of what is worn, irises, brows."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mien.appearance import regions
from mien.appearance.colours import measure_skin
from mien.appearance.light import is_grey
from mien.appearance.oklab import hexed, linear, oklab
from mien.avatar.personalise.eyewear import Frame, read_frame
from mien.avatar.personalise.forehead import Forehead, read_forehead
from mien.types import Appearance, Face
from mien.vision.crop import map_points

Floats = NDArray[np.float64]

#: By how much a photo's light may differ from even light, per channel.
GAIN = (0.45, 2.2)
#: Of irises: from the pupil's edge to the iris's, in widths of the eye.
IRIS = (0.075, 0.17)


class Details(NamedTuple):
    """Colours are "#rrggbb" in even light; None is not seen."""

    forehead: Forehead | None = None
    headwear: str | None = None
    beard: str | None = None
    beard_length: float | None = None  #: how far it hangs below the chin, in lengths of the nose
    brows: str | None = None
    irises: str | None = None
    frame: Frame | None = None

    def filled(self, other: Details) -> Details:
        """With what another photo of the same person shows and this one does not."""
        return self._replace(**{k: v for k, v in other._asdict().items() if getattr(self, k) is None})


def read_details(face: Face, look: Appearance) -> Details:
    """Look closer at a face that carries its head; nothing where it does not."""
    if face.head is None:
        return Details()
    points = map_points(face.landmarks, face.head.matrix).astype(np.float32)
    close = regions.close_view(face.head.pixels, points, face.head.crop)
    head = regions.head_view(face.head.pixels, points)
    skin = measure_skin(close)
    if skin is None:
        return Details()
    grey = is_grey(face.head.pixels)
    gain = _gain(skin.light, look.skin.hex if look.skin else None, grey=grey)
    forehead = read_forehead(head, oklab(skin.light))
    return Details(
        forehead=forehead,
        headwear=_headwear(head, gain, forehead.height),
        beard=_beard(close, gain),
        beard_length=_beard_length(head, skin.light),
        brows=_brows(close, gain),
        irises=None if grey else _irises(close, gain),
        frame=read_frame(close, gain, face.pose.yaw),
    )


def _gain(seen: Floats, true: str | None, *, grey: bool) -> Floats:
    """What takes the photo's light off: the skin as it is over the skin as it is seen (linear RGB)."""
    if true is None or grey:
        return np.ones(3)
    own = linear(np.array([int(true[i : i + 2], 16) for i in (1, 3, 5)], np.uint8))
    return np.clip(own / np.maximum(seen, 1e-3), *GAIN)


def _median(pixels: NDArray[np.uint8], gain: Floats, share: tuple[float, float], least: int = 12) -> str | None:
    """The median colour of the pixels whose luminance lies within two quantiles."""
    if len(pixels) < least:
        return None
    light = linear(pixels) * gain
    luminance = light.sum(1)
    low, high = np.quantile(luminance, share)
    return hexed(oklab(np.median(light[(luminance >= low) & (luminance <= high)], 0)))


def _headwear(head: regions.View, gain: Floats, rim: float | None) -> str | None:
    """The band above the rim of a hat or a scarf. rim: where skin ends above the brows, in lengths of the nose."""
    brow, long = head.points[17:27].mean(0), float(np.linalg.norm(head.points[33] - head.points[27]))
    wide = 0.36 * float(np.linalg.norm(head.points[16] - head.points[0]))
    rows, columns = np.mgrid[0 : head.pixels.shape[0], 0 : head.pixels.shape[1]] + 0.5
    up = (brow[1] - rows) / long - (min(rim, 1.2) + 0.1 if rim is not None else 1.0)
    band = (up > 0) & (up < 0.75) & (np.abs(columns - brow[0]) < wide) & head.seen
    return _median(head.pixels[band], gain, (0.25, 0.85), 40)


def _beard(close: regions.View, gain: Floats) -> str | None:
    """The darker half of the chin and jaw below the mouth."""
    p = close.points
    chin = np.concatenate([p[4:13], 0.75 * p[[54, 57, 48]] + 0.25 * p[[10, 8, 6]]])
    return _median(close.pixels[regions.polygon(chin) & close.seen], gain, (0.1, 0.55), 60)


def _beard_length(head: regions.View, skin: Floats) -> float | None:
    """How far the colour of the chin goes on below it, before it turns into a neck or a collar."""
    p, long = head.points, float(np.linalg.norm(head.points[33] - head.points[27]))
    column, low = int(p[8, 0]), int(p[8, 1])
    top = int(0.65 * p[8, 1] + 0.35 * p[57, 1])
    if not 2 <= column < len(head.pixels) - 2 or low >= len(head.pixels) - 4:
        return None
    lab = oklab(linear(head.pixels[top:, column - 2 : column + 3])).mean(1)
    beard, bare = np.median(lab[: max(low - top, 2)], 0), oklab(skin)
    like = np.linalg.norm(lab - beard, axis=1) < np.minimum(np.linalg.norm(lab - bare, axis=1), 0.14)
    below = like[low - top :] & head.seen[low:, column]
    end = len(below) if below.all() else int((~below).argmax())
    return end / long


def _brows(close: regions.View, gain: Floats) -> str | None:
    """The darker half of a narrow band along the brows."""
    p, mask = close.points, np.zeros(close.seen.shape, bool)
    thick = np.array([0.0, 0.05 * float(np.linalg.norm(p[45] - p[36]))])
    for outline in (p[17:22], p[22:27]):
        mask |= regions.polygon(np.concatenate([outline - thick, (outline + thick)[::-1]]))
    return _median(close.pixels[mask & close.seen], gain, (0.05, 0.5), 20)


def _irises(close: regions.View, gain: Floats) -> str | None:
    """The ring between pupil and white, around the darkest spot of each eye."""
    found = []
    for eye in (close.points[36:42], close.points[42:48]):
        wide = float(np.linalg.norm(eye[3] - eye[0]))
        opening = regions.polygon(eye) & close.seen
        rows, columns = np.nonzero(opening)
        if len(rows) < 20 or wide < 14:
            continue
        dark = np.exp(-linear(close.pixels[rows, columns]).sum(1) / 0.15)
        middle = np.array([columns @ dark, rows @ dark]) / dark.sum() + 0.5
        ring = regions.ellipse(middle, IRIS[1] * wide) & ~regions.ellipse(middle, IRIS[0] * wide) & opening
        found.append(close.pixels[ring])
    return _median(np.concatenate(found), gain, (0.35, 0.8), 24) if found else None
