"""Sheets that show what preprocessing and augmentation make of a face."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from mien.errors import DataError
from mien.expression.prepare import INPUT_SIZE, to_input
from mien.expression.preprocess import Preprocess
from mien.lab.expression.augment import Augment, augment
from mien.media import read_picture
from mien.pipeline import confirmed, reader
from mien.vision.crop import crop_affine, expression_crop_matrix, invert, map_points, scale_of, similarity

Face = NDArray[np.uint8]  #: 48 x 48, grey

#: Steps on the sheet unless others are asked for.
SHOWN = (
    "", "align", "denoise:0.6", "denoise:1", "equalise", "clahe:2", "clahe:4", "brightness:1.3", "contrast:1.5",
    "gamma:0.6",
)  # fmt: skip
#: A picture no larger than this, pixels, is taken for a face already cut out.
CUT_OUT = 100

_GREY = (136, 255)  # readable on light and on dark pages
_CELL, _GAP, _LINE, _LABEL = 96, 6, 20, 76  # pixels; a face is shown at twice its size
_SAMPLES = 6


@dataclass(frozen=True)
class Conditions:
    """One face as it is, and as bad pictures have it."""

    names: tuple[str, ...]
    faces: NDArray[np.uint8]  #: N x 48 x 48


def conditions(photo: Path | str) -> Conditions:
    """The largest face of a photo: as taken, in the dark, lit from one side, noisy, and tilted by 20 degrees.

    A picture of at most 100 pixels a side is taken as a face already. Raises `PictureError` for a picture that cannot
    be read, `DataError` for one without a face.
    """
    straight, tilted = _crops(photo)
    noise = np.random.default_rng(0).normal(0, 14, straight.shape)
    side_lit = straight * np.linspace(1, 0.12, INPUT_SIZE)
    variants = [straight, straight * 0.3 + 6, side_lit, straight + noise, tilted]
    faces = np.stack([np.clip(np.rint(v), 0, 255).astype(np.uint8) for v in variants])
    return Conditions(("as taken", "dark", "side light", "noisy", "tilted"), faces)


def _crops(photo: Path | str) -> tuple[Face, Face]:
    """The face upright, and turned by 20 degrees, framed as the recogniser sees it."""
    picture = read_picture(photo)
    if max(picture.shape[:2]) <= CUT_OUT:
        side = max(picture.shape[:2])
        turned = similarity((picture.shape[1] / 2, picture.shape[0] / 2), side, -20, INPUT_SIZE)
        return to_input(picture), to_input(crop_affine(picture, turned, INPUT_SIZE))
    models = reader()
    found = models.detect(picture)
    seen = confirmed(found, models.landmarks(picture, found))
    if not seen:
        raise DataError(f"{photo}: no face found in it; choose a photo with one")
    _, reading = max(seen, key=lambda pair: pair[0].box.width * pair[0].box.height)
    upright = expression_crop_matrix(reading.points, reading.matrix)
    x, y = map_points(np.full((1, 2), INPUT_SIZE / 2), invert(upright))[0]
    level = float(np.degrees(np.arctan2(upright[0, 1], upright[0, 0])))
    turned = similarity((x, y), INPUT_SIZE / scale_of(upright), level - 20, INPUT_SIZE)
    return to_input(crop_affine(picture, upright, INPUT_SIZE)), to_input(crop_affine(picture, turned, INPUT_SIZE))


def steps_sheet(photo: Path | str, steps: Sequence[str] = SHOWN) -> Image.Image:
    """What each step makes of a face under five conditions: a column a step, on transparent ground.

    A step may be several, with spaces between; "" is none. Raises `DataError`, also for an unknown step.
    """
    shown = conditions(photo)
    columns = [Preprocess.parse(step)(shown.faces) for step in steps]
    wide = _LABEL + len(columns) * (_CELL + _GAP)
    sheet = Image.new("LA", (wide, _LINE + len(shown.names) * (_CELL + _GAP)))
    for column, (step, faces) in enumerate(zip(steps, columns, strict=True)):
        left = _LABEL + column * (_CELL + _GAP)
        _write(sheet, left + _CELL / 2, _LINE / 2, step or "nothing", "mm")
        for row, face in enumerate(faces):
            sheet.paste(_enlarged(face), (left, _LINE + row * (_CELL + _GAP)))
    for row, name in enumerate(shown.names):
        _write(sheet, _LABEL - 10, _LINE + row * (_CELL + _GAP) + _CELL / 2, name, "rm")
    return sheet


def augmentation_sheet(photo: Path | str, strengths: Augment | None = None, seed: int = 0) -> Image.Image:
    """Each augmentation of `strengths` (default: mien's) alone, then the presets; six draws each.

    What happens to some faces only happens to all six here, so that it shows.
    """
    face = torch.from_numpy(conditions(photo).faces[0].copy())
    rows = _alone(strengths or Augment()) + [(f"preset {name}", Augment.preset(name)) for name in ("classic", "mien")]
    half = -(-len(rows) // 2)
    block = _SAMPLES * (_CELL + _GAP)
    tall = _LINE + _CELL + _GAP
    sheet = Image.new("LA", (2 * block + 4 * _GAP, half * tall))
    for place, (name, asked) in enumerate(rows):
        left, top = place // half * (block + 4 * _GAP), place % half * tall
        _write(sheet, left, top + _LINE / 2, name, "lm")
        drawn = augment(face.expand(_SAMPLES, -1, -1), torch.Generator().manual_seed(seed), asked)
        for number, sample in enumerate(drawn.round().byte().numpy()):
            sheet.paste(_enlarged(sample), (left + number * (_CELL + _GAP), top + _LINE))
    return sheet


def write_sheet(sheet: Image.Image, out: Path | str) -> Path:
    """Write a sheet to a file, whole or not at all; formats without transparency get white ground."""
    out = Path(out)
    part = out.with_name(f".{out.name}.part")
    suffix = out.suffix.lower()
    kind = Image.registered_extensions().get(suffix)
    if kind not in ("PNG", "WEBP", "JPEG"):
        raise DataError(f"{out}: a sheet is written as .png, .webp or .jpg")
    if kind == "JPEG":
        white = Image.new("L", sheet.size, 255)
        white.paste(sheet.getchannel("L"), mask=sheet.getchannel("A"))
        sheet = white
    try:
        sheet.save(part, kind, optimize=True)
        part.replace(out)
    except OSError as error:
        raise DataError(f"{out}: cannot be written ({error.strerror or error})") from None
    finally:
        part.unlink(missing_ok=True)
    return out


def _alone(s: Augment) -> list[tuple[str, Augment]]:
    """Each kind of augmentation with everything else off, and with what it is called on the sheet."""
    kinds: list[tuple[str, dict[str, Any]]] = [
        (f"flip {s.flip:g}", {"flip": s.flip}),
        (f"rotation {s.rotation:g} degrees, wild {s.wild:g}", {"rotation": s.rotation, "wild": s.wild}),
        (f"shift {s.shift:g}", {"shift": s.shift}),
        (f"zoom {s.zoom[0]:g} to {s.zoom[1]:g}", {"zoom": s.zoom}),
        (f"stretch {s.stretch:g}", {"stretch": s.stretch}),
        (f"gamma {s.gamma:g}", {"gamma": s.gamma}),
        (f"gain {s.gain:g}", {"gain": s.gain}),
        (f"side_light {s.side_light:g}", {"side_light": s.side_light}),
        (f"blur, sigma {s.blur_sigma[0]:g} to {s.blur_sigma[1]:g}", {"blur": 1.0, "blur_sigma": s.blur_sigma}),
        ("low_resolution", {"low_resolution": 1.0}),
        (
            f"jpeg, quality {s.jpeg_quality[0]:g} to {s.jpeg_quality[1]:g}",
            {"jpeg": 1.0, "jpeg_quality": s.jpeg_quality},
        ),
        (f"noise {s.noise:g}", {"noise": s.noise, "noise_probability": 1.0}),
        (f"erase, area {s.erase_area[0]:g} to {s.erase_area[1]:g}", {"erase": 1.0, "erase_area": s.erase_area}),
    ]
    return [(name, replace(Augment.none(), **fields)) for name, fields in kinds]


def _enlarged(face: Face) -> Image.Image:
    return Image.fromarray(face).resize((_CELL, _CELL), Image.Resampling.NEAREST)


def _write(sheet: Image.Image, x: float, y: float, text: str, anchor: str) -> None:
    ImageDraw.Draw(sheet).text((x, y), text, _GREY, ImageFont.load_default(14), anchor=anchor)
