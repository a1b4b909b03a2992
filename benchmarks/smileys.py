"""How fast emoji are drawn, how much the engine weighs, and which emoji look alike to whom.

    python benchmarks/smileys.py [--json]

Times are medians over 60 emoji, of the plain face and of a person, in processor time, which a busy machine hardly
changes; the set is drawn by several processes and timed by the clock as well. Pairs are counted as in
tests/test_smileys.py: of the 1,024 pixels at 32 x 32, how many differ by more than an eighth of a channel's range.
"""

from __future__ import annotations

import argparse
import io
import itertools
import json
import os
import statistics
import sys
import time
import zipfile
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

import numpy as np
from PIL import Image

from mien.avatar import AvatarSpec, emoji_svg, rasterise
from mien.avatar.many import rasterise_all
from mien.emoji import RECIPES

SOURCE = Path(__file__).parents[1] / "src/mien"
ENGINE = ("avatar", "emoji")
#: The 24 that a set of stickers has.
SET = tuple("😀😂😅😉😊😍😘😋😎🤔😐😏🙄😴🤢🥳🙁😮😢😭😱😡😠🥺")
CLEARLY = 32

#: Linear RGB as people with full dichromacy see it: Machado, Oliveira and Fernandes, "A Physiologically-based Model for
#: Simulation of Color Vision Deficiency", IEEE TVCG 2009, severity 1.0. "no colour" is Rec. 709 luminance.
VISION = {
    "full colour": np.eye(3),
    "protanopia": np.array(
        ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998))
    ),
    "deuteranopia": np.array(
        ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881))
    ),
    "tritanopia": np.array(
        ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900))
    ),
    "no colour": np.array(((0.2126, 0.7152, 0.0722),) * 3),
}


def seen(picture: np.ndarray, vision: str) -> np.ndarray:
    """An sRGB picture (HxWx3, 0..255) as somebody with this vision sees it; the same shape and range."""
    share = picture / 255
    linear = np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)
    moved = (linear @ VISION[vision].T).clip(0, 1)
    return np.where(moved <= 0.0031308, 12.92 * moved, 1.055 * moved ** (1 / 2.4) - 0.055) * 255


def pixels(svg: str, size: int = 32) -> np.ndarray:
    """A drawing on white, HxWx3, 0..255."""
    rgba = np.asarray(Image.open(io.BytesIO(rasterise(svg, size))).convert("RGBA")).astype(float)
    alpha = rgba[..., 3:] / 255
    return rgba[..., :3] * alpha + 255 * (1 - alpha)


def differing(a: np.ndarray, b: np.ndarray) -> int:
    """Pixels that differ clearly."""
    return int((np.abs(a - b).max(axis=2) > CLEARLY).sum())


def closest(pictures: Mapping[str, np.ndarray], vision: str) -> list[tuple[int, str, str]]:
    """All pairs with their differing pixels, the most alike first."""
    views = {emoji: seen(picture, vision) for emoji, picture in pictures.items()}
    return sorted((differing(views[a], views[b]), a, b) for a, b in itertools.combinations(views, 2))


def milliseconds(work: Callable[[str], object], emoji: Iterable[str]) -> float:
    """Median processor time of one call."""
    times = []
    for one in emoji:
        start = time.process_time()
        work(one)
        times.append(1000 * (time.process_time() - start))
    return statistics.median(times)


def person() -> AvatarSpec:
    return AvatarSpec().edited(
        {"skin.colour": "monk-6", "hair.style": "bun-low", "glasses.style": "round", "facial_hair.style": "circle"}
    )


def speed() -> dict[str, float]:
    """What -> milliseconds."""
    spec, worn = person(), list(RECIPES)[:60]
    spec.svg(), emoji_svg("😀"), rasterise(spec.svg(), 512)  # load and warm up
    start, used = time.perf_counter(), sum(os.times()[:4])
    rasterise_all([spec.svg(emoji, size=512) for emoji in SET], 512)
    clock, used = 1000 * (time.perf_counter() - start), 1000 * (sum(os.times()[:4]) - used)
    return {
        "SVG text, plain": milliseconds(emoji_svg, worn),
        "SVG text, person": milliseconds(spec.svg, worn),
        "PNG 512, plain": milliseconds(lambda emoji: rasterise(emoji_svg(emoji), 512), worn),
        "PNG 512, person": milliseconds(lambda emoji: spec.png(512, emoji), worn),
        f"set of {len(SET)}, PNG 512, person, by the clock": clock,
        f"set of {len(SET)}, PNG 512, person, processor time": used,
    }


def weight() -> dict[str, float]:
    """What -> kB (1,000 bytes): the sources of engine and recipes, as they are and as a wheel packs them."""
    files = [path for room in ENGINE for path in sorted((SOURCE / room).rglob("*.py"))]
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as wheel:
        for path in files:
            wheel.write(path, path.relative_to(SOURCE))
    recipes = [path for path in files if path.name.startswith("recipe")]
    return {
        "engine and recipes": sum(path.stat().st_size for path in files) / 1000,
        "of that recipes": sum(path.stat().st_size for path in recipes) / 1000,
        "engine and recipes, zipped": packed.tell() / 1000,
    }


def alike() -> dict[str, list[tuple[int, str, str]]]:
    """Whose eyes, which face -> the five closest pairs at 32 pixels."""
    faces = {
        "plain": {emoji: pixels(emoji_svg(emoji, bold=True)) for emoji in RECIPES},
        "plain, high contrast": {emoji: pixels(emoji_svg(emoji, bold=True, high_contrast=True)) for emoji in RECIPES},
    }
    return {f"{face}, {vision}": closest(faces[face], vision)[:5] for face in faces for vision in VISION}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    as_json = parser.parse_args().json
    measured = {"emoji": len(RECIPES), "ms": speed(), "kB": weight(), "closest": alike()}
    if as_json:
        print(json.dumps(measured, ensure_ascii=False))
        return 0
    print(f"{len(RECIPES)} emoji")
    for unit in ("ms", "kB"):
        for name, value in measured[unit].items():  # type: ignore[attr-defined]
            print(f"{name:48}{value:9.1f} {unit}")
    print("closest pairs at 32 pixels: pixels of 1,024 that differ clearly")
    for name, pairs in measured["closest"].items():  # type: ignore[attr-defined]
        print(f"{name:36}" + "  ".join(f"{a} {b} {count}" for count, a, b in pairs))
    return 0


if __name__ == "__main__":
    sys.exit(main())
