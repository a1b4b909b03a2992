"""A photo beside its avatar, with what was guessed and how surely: for judging a likeness.

The photo goes into the page or picture that the user asked for, and nowhere else.
"""

from __future__ import annotations

import base64
import io
from collections.abc import Sequence
from html import escape
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from mien.avatar.expression import Wearable, look
from mien.avatar.raster import rasterise
from mien.media.drawing import Canvas, Rect
from mien.types import TRAITS

if TYPE_CHECKING:
    from mien.avatar.spec import AvatarSpec
    from mien.types import Appearance

PAGE = Path(__file__).with_name("compare.html")
#: What the codes of `Appearance` mean, in words.
WORDS: dict[str, dict[str, str]] = {
    "glasses": {"N": "none", "G": "eyeglasses", "S": "sunglasses"},
    "facial_hair": {"N": "none", "T": "stubble", "M": "moustache", "G": "goatee", "B": "full beard"},
    "hair_len": {
        "0": "bald or shaved", "1": "very short or receding", "2": "short", "3": "ear to chin", "4": "long",
        "C": "covered", "U": "tied back",
    },
    "hair_form": {"S": "straight", "W": "wavy", "K": "curly or coily", "B": "braids or locs", "-": "not visible"},
    "hair_colour": {
        "K": "black", "D": "dark brown", "L": "light brown", "Y": "blond", "R": "red", "G": "grey", "W": "white",
        "X": "dyed", "-": "not visible",
    },
    "fringe": {"0": "none", "1": "over the forehead"},
    "headwear": {"N": "none", "C": "cap or hat", "H": "hijab or scarf", "T": "turban", "O": "other"},
    "brows": {"1": "thin", "2": "medium", "3": "thick"},
    "presentation": {"m": "masculine", "f": "feminine", "u": "not clear"},
    "age": {"C": "child", "Y": "young", "A": "adult", "O": "older"},
    "earrings": {"1": "some", "0": "none", "-": "ears not visible"},
}  # fmt: skip
NAMES = {
    "hair_len": "hair length", "hair_form": "hair form", "hair_colour": "hair colour", "facial_hair": "facial hair",
    "mst": "skin tone (Monk)",
}  # fmt: skip


class Row(NamedTuple):
    """One guess."""

    name: str
    value: str
    confidence: float  #: 0..1
    colour: str | None = None  #: "#rrggbb", for colours


def guesses(seen: Appearance, spec: AvatarSpec) -> list[Row]:
    """Every trait that was read, in words, and the colours as they are drawn, with how surely they were measured."""
    drawn = {"skin": spec.skin.colour, "hair": spec.hair.colour, "eyes": spec.eyes.colour}
    rows = []
    for name in TRAITS:
        trait = getattr(seen, name)
        value = WORDS.get(name, {}).get(trait.code, trait.code)
        rows.append(Row(NAMES.get(name, name.replace("_", " ")), value, trait.confidence))
    for name in ("skin", "hair", "eyes", "lips"):
        if colour := getattr(seen, name):
            shown = drawn.get(name, colour.hex)
            rows.append(Row(f"colour of {name}", shown, colour.confidence, shown))
    return rows


def comparison_page(
    photos: Sequence[NDArray[np.uint8]], spec: AvatarSpec, seen: Appearance | None, expression: Wearable = None
) -> str:
    """One self-contained HTML page, light and dark: photos, avatar, guesses with their confidence, and the shape of
    the face. photos: HxWx3 uint8 RGB, at least one. Raises `SpecError` for an expression that is not known."""
    title = look(expression).words or "at rest"
    shown = "".join(f'<img alt="photo {i}" src="{_data_uri(photo)}">' for i, photo in enumerate(photos, 1))
    rows = guesses(seen, spec) if seen else []
    shape = sorted(seen.geometry.items()) if seen else []
    page = Template(PAGE.read_text(encoding="utf-8"))
    return page.substitute(
        photos=shown, avatar=spec.svg(expression, size=512), expression=escape(title),
        rows="".join(_row(row) for row in rows), shape="".join(_departure(*item) for item in shape),
        spec=escape(spec.to_json()),
    )  # fmt: skip


def _row(row: Row) -> str:
    swatch = f'<i style="background:{row.colour}"></i>' if row.colour else ""
    return (
        f"<tr><th>{escape(row.name)}</th><td>{swatch}{escape(row.value)}</td>"
        f'<td class="bar"><b style="width:{100 * row.confidence:.0f}%"></b></td>'
        f'<td class="n">{row.confidence:.0%}</td></tr>'
    )


def _departure(name: str, value: float) -> str:
    """One measure of the face as a bar to the left or right of the mean."""
    wide, start = abs(value) / 6 * 100, 50 + min(value, 0.0) / 6 * 100
    return (
        f"<tr><th>{escape(name.replace('_', ' '))}</th>"
        f'<td class="bar mean"><b style="margin-left:{start:.1f}%;width:{wide:.1f}%"></b></td>'
        f'<td class="n">{value:+.1f}</td></tr>'
    )


def _data_uri(photo: NDArray[np.uint8]) -> str:
    stream = io.BytesIO()
    Image.fromarray(photo).save(stream, "JPEG", quality=90)
    return "data:image/jpeg;base64," + base64.b64encode(stream.getvalue()).decode()


def comparison_picture(
    photos: Sequence[NDArray[np.uint8]],
    spec: AvatarSpec,
    seen: Appearance | None,
    expression: Wearable = None,
    *,
    size: int = 384,
) -> Image.Image:
    """The same as one RGB picture; size: sides of photo and avatar, pixels. Only the first photo is shown."""
    rows, step = guesses(seen, spec) if seen else [], size / 19
    margin = round(0.06 * size)
    width, height = round(3.35 * size) if rows else round(2.2 * size), size + 2 * margin
    canvas = np.full((height, width, 3), 255, np.uint8)
    sheet = Image.fromarray(canvas)
    sheet.paste(_fitted(photos[0], size), (margin, margin))
    drawn = Image.open(io.BytesIO(rasterise(spec.svg(expression, size=size), size))).convert("RGBA")
    sheet.paste(drawn, (2 * margin + size, margin), drawn)
    painted = Canvas(np.asarray(sheet))
    left, letters = 3.4 * margin + 2 * size, 0.62 * step
    for i, row in enumerate(rows):
        y = margin + (i + 1) * (size / len(rows)) - 0.3 * step
        painted.text(left, y, row.name, letters, (110, 116, 126))
        painted.text(left + 0.36 * size, y, row.value, letters, (29, 32, 37))
        if row.colour:
            red, green, blue = (int(row.colour[k : k + 2], 16) for k in (1, 3, 5))
            box = Rect(left + 0.6 * size, y - letters * 0.9, left + 0.6 * size + 2 * letters, y + letters * 0.15)
            painted.fill(box, 3, (red, green, blue))
        start, end = left + 0.82 * size, left + 1.02 * size
        painted.fill(Rect(start, y - 0.6 * letters, end, y - 0.2 * letters), 3, (232, 234, 238))
        painted.fill(
            Rect(start, y - 0.6 * letters, start + (end - start) * row.confidence, y - 0.2 * letters), 3, (44, 104, 176)
        )
        painted.text(end + 0.5 * letters, y, f"{row.confidence:.0%}", letters, (110, 116, 126))
    return Image.fromarray(painted.pixels)


def _fitted(photo: NDArray[np.uint8], size: int) -> Image.Image:
    """A photo in the middle of a square."""
    picture = Image.fromarray(photo)
    scale = size / max(picture.size)
    picture = picture.resize((max(1, round(picture.width * scale)), max(1, round(picture.height * scale))))
    square = Image.new("RGB", (size, size), "#f4f4f1")
    square.paste(picture, ((size - picture.width) // 2, (size - picture.height) // 2))
    return square
