"""Photos in, pictures of the emoji out: what the bot's answers are made of. All of it blocks; run it in a thread."""

from __future__ import annotations

import io
import os
import tempfile
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

from mien.bots.messages import Document, Sticker
from mien.errors import MienError, SpecError

if TYPE_CHECKING:
    from mien.avatar.spec import AvatarSpec
    from mien.types import Face

#: Everyday words for the labels.
WORDS = {
    "happy": "happiness", "glad": "happiness", "joy": "happiness", "sad": "sadness", "unhappy": "sadness",
    "angry": "anger", "mad": "anger", "surprised": "surprise", "disgusted": "disgust", "afraid": "fear",
    "scared": "fear", "frightened": "fear", "contemptuous": "contempt", "calm": "neutral", "normal": "neutral",
}  # fmt: skip
#: Fields that give a group its kind, tried in this order: "/set hair afro", "/set skin monk-7", "/set nose snub".
MAIN_FIELDS = ("style", "kind", "shape", "colour", "worn")
#: WebP of one sticker: quick to make; a few kB over the smallest.
WEBP = {"quality": 92, "method": 2}


def read_photo(data: bytes, pixels: int) -> tuple[Face, ...]:
    """The faces in a photo, the largest first. Raises `PictureError`."""
    from mien.media import read_picture
    from mien.pipeline import reader

    return tuple(reader().look(read_picture(data, max_pixels=pixels)).faces)


def worn_by(face: Face) -> tuple[AvatarSpec, Sticker]:
    """Somebody's own emoji, and a sticker of it with the expression of their face."""
    from mien.avatar.personalise import personalised

    spec = personalised([face])
    return spec, sticker(spec, face.expression.emoji)


def warm_up() -> None:
    """Load the models and draw once, so that the first answer comes as quickly as the others."""
    sample = (resources.files("mien.media") / "sample.jpg").read_bytes()
    for face in read_photo(sample, 1_000_000)[:1]:
        worn_by(face)


def sticker(spec: AvatarSpec, expression: str) -> Sticker:
    """A sticker with a white edge. expression: an emoji or a label. Raises `SpecError`."""
    from PIL import Image

    from mien.avatar.alt_text import describe
    from mien.avatar.expression import LABEL_EMOJI, look
    from mien.avatar.raster import rasterise
    from mien.stickers.outline import edged

    svg = edged([spec.svg(expression, size=Sticker.side)])[0]
    stream = io.BytesIO()
    Image.open(io.BytesIO(rasterise(svg, Sticker.side))).convert("RGBA").save(stream, "WEBP", **WEBP)
    alt = describe(spec, look(expression))[0]
    return Sticker(stream.getvalue(), LABEL_EMOJI.get(expression, expression), alt)


def wearable(asked: str) -> str:
    """The emoji or label that somebody means by an emoji, a label or everyday words. Raises `SpecError`."""
    from mien.avatar.expression import look
    from mien.emoji import RECIPES, catalogue
    from mien.types import LABELS

    words = " ".join(asked.split())
    words = WORDS.get(words.lower(), words.lower() if words.lower() in LABELS else words)
    try:
        look(words)
        return next((emoji for emoji, recipe in RECIPES.items() if recipe.name == words), words)
    except SpecError:
        for hit in catalogue.search(words, "en", 20):
            if hit.emoji.text in RECIPES:
                return hit.emoji.text
    raise SpecError(f"I know no expression {words[:40]!r}; try happy, sad, angry, surprised or a face emoji")


def changed(spec: AvatarSpec, asked: str) -> AvatarSpec:
    """The spec with "hair afro", "hair.style=afro" or "hair colour red" set. Raises `SpecError`."""
    words = asked.replace("=", " ", 1).split()
    if len(words) < 2:
        raise SpecError("tell what to change and to what, such as: /set hair afro, or /set glasses.style round")
    known, path = spec.fields(), words[0].lower()
    if len(words) > 2 and f"{path}.{words[1].lower()}" in known:
        path, words = f"{path}.{words[1].lower()}", words[1:]
    value = " ".join(words[1:])
    paths = [path] if path in known else [f"{path}.{field}" for field in MAIN_FIELDS if f"{path}.{field}" in known]
    if not paths:
        groups = sorted({name.split(".")[0] for name in known if "." in name})
        raise SpecError(f"I cannot change {path[:40]!r}; choose from {', '.join(groups)}")
    problem: SpecError | None = None
    for candidate in paths:
        for spelled in dict.fromkeys((value, value.replace(" ", "-"), value.replace(" ", "_"))):
            try:
                return spec.edited({candidate: spelled})
            except SpecError as error:
                problem = problem or error
    assert problem is not None
    raise problem


def pack(spec: AvatarSpec, platform: str) -> Document:
    """A messenger's sticker pack as a zip. Built in a folder of its own, which is deleted. Raises `MienError`."""
    from mien.stickers.making import make_pack
    from mien.stickers.platforms import PLATFORMS

    if platform not in PLATFORMS:
        raise MienError(f"I make no packs for {platform[:40]!r}; choose from {', '.join(PLATFORMS)}")
    memory = Path("/dev/shm")
    place = memory if memory.is_dir() and os.access(memory, os.W_OK) else None
    with tempfile.TemporaryDirectory(prefix="mien-", dir=place) as folder:
        made = make_pack(spec, platform, Path(folder) / "pack", archive=True)
        assert made.archive is not None
        return Document(made.archive.read_bytes(), f"mien-{platform}.zip", "application/zip")
