"""What the tests of batches share: small pictures with a face, and an engine without processes."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

from PIL import Image, ImageEnhance

from mien.batch.looking import Looker


@lru_cache(maxsize=64)
def portrait(number: int = 0) -> bytes:
    """A JPEG of 170x170 with NASA's Eileen Collins (public domain); another brightness a number."""
    from skimage import data

    image = Image.fromarray(data.astronaut()).crop((140, 30, 310, 200))
    stream = io.BytesIO()
    ImageEnhance.Brightness(image).enhance(1 - number / 100).save(stream, "JPEG", quality=90)
    return stream.getvalue()


def album(folder: Path, count: int) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(count):
        (folder / f"{number}.jpg").write_bytes(portrait(number))
    return folder


class Inline:
    """An engine that looks in this process."""

    def results(self, feeder: Any, settings: Any, spool: str, stop: Any) -> Iterator[Any]:
        looker = Looker(settings, spool)
        for fed in feeder:
            if isinstance(fed, list):
                yield from looker.look(fed)
            else:
                yield fed


def rows(out: Path) -> list[dict[str, Any]]:
    """All rows of a batch, sorted."""
    lines = [line for part in out.glob("part-*.jsonl") for line in part.read_text("utf-8").splitlines()]
    return [json.loads(line) for line in sorted(lines)]


def manifest(out: Path) -> list[dict[str, Any]]:
    """The manifest's lines without the settings."""
    return [json.loads(line) for line in (out / "manifest.jsonl").read_text("utf-8").splitlines()[1:]]
