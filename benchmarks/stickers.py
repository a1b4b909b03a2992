"""How long sticker packs take, and how large they become.

    python benchmarks/stickers.py [--count 24] [--platforms whatsapp ...] [--photo FILE] [--json] [--figure FILE]

Of each platform a still and an animated pack is made, in a temporary folder, with as many processes as there are
processors: seconds by the clock, processor seconds of all processes, the largest and the mean sticker, and what was
given up to fit. Without --photo the person is a made-up one; with it the look at the photo is part of the time.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

from mien.avatar.presets import random_person
from mien.stickers import PLATFORMS, make_pack


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=24, help="stickers a pack")
    parser.add_argument("--platforms", nargs="+", choices=PLATFORMS, default=[*PLATFORMS])
    parser.add_argument("--photo", type=Path, help="start from this photo")
    parser.add_argument("--still", action="store_true", help="leave out the animated packs")
    parser.add_argument("--processes", type=int, help="by default as many as there are processors")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--figure", type=Path, metavar="FILE", help="only draw a pack on a light and a dark chat")
    arguments = parser.parse_args()
    if arguments.figure:
        draw(arguments.figure)
        return 0
    rows = []
    for platform in arguments.platforms:
        for animated in (False,) if arguments.still else (False, True):
            rows.append(measure(arguments, platform, animated))
            if not arguments.json:
                tell(rows[-1], first=len(rows) == 1)
    if arguments.json:
        print(json.dumps({"processors": os.cpu_count(), "load": os.getloadavg()[0], "packs": rows}))
    else:
        print(f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}")
    return 0


def measure(arguments: argparse.Namespace, platform: str, animated: bool) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        wall, busy = time.perf_counter(), processor_seconds()
        pack = make_pack(
            arguments.photo or random_person(5), platform, Path(folder) / "pack",
            animated=animated, count=arguments.count, processes=arguments.processes,
        )  # fmt: skip
        wall, busy = time.perf_counter() - wall, processor_seconds() - busy
    sizes = [sticker.size for sticker in pack.stickers]
    return {
        "platform": platform, "animated": animated, "seconds": round(wall, 2), "processor_seconds": round(busy, 2),
        "largest": max(sizes), "mean": round(sum(sizes) / len(sizes)),
        "limit": PLATFORMS[platform].rules[pack.stickers[0].format].limit,
        "how": dict(Counter(f"{s.format}, {s.how}".split(";")[0] for s in pack.stickers)),
    }  # fmt: skip


def processor_seconds() -> float:
    return sum(
        u.ru_utime + u.ru_stime for u in map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    )


def draw(path: Path) -> None:
    """One person's pack of 24 on the grounds of a light and a dark chat, large, and in a row as small as in a tray."""
    from PIL import Image

    cell, small, across = 96, 32, 8
    with tempfile.TemporaryDirectory() as folder:
        pack = make_pack(random_person(23), "whatsapp", Path(folder) / "pack")
        pictures = [Image.open(pack.folder / s.file).convert("RGBA") for s in pack.stickers]
    height = 3 * cell + small + 12
    sheet = Image.new("RGB", (across * cell, 2 * height), "#efeae2")
    sheet.paste("#0b141a", (0, height, sheet.width, 2 * height))
    for top in (0, height):
        for i, picture in enumerate(pictures):
            large = picture.resize((cell - 4, cell - 4), Image.Resampling.LANCZOS)
            sheet.paste(large, (i % across * cell + 2, top + i // across * cell + 2), large)
            tiny = picture.resize((small - 2, small - 2), Image.Resampling.LANCZOS)
            sheet.paste(tiny, (i * small + 1, top + 3 * cell + 6), tiny)
    sheet.save(path, quality=80, method=6)


def tell(row: dict[str, Any], *, first: bool) -> None:
    if first:
        print("platform        kind      seconds  processor s  largest kB  mean kB  limit kB  how")
    how = "; ".join(f"{count} {what}" for what, count in row["how"].items())
    print(
        f"{row['platform']:<15} {'animated' if row['animated'] else 'still':<9} {row['seconds']:7.1f}  "
        f"{row['processor_seconds']:11.1f}  {row['largest'] / 1000:10.1f}  {row['mean'] / 1000:7.1f}  "
        f"{row['limit'] / 1000:8.0f}  {how}",
        flush=True,
    )


if __name__ == "__main__":
    sys.exit(main())
