"""How much mien weighs and how fast it starts: wheel, installed size, import, first photo, memory.

    python benchmarks/footprint.py [--check] [--json]

Builds the wheel, installs nothing but that wheel in a fresh virtual environment, and measures there. `--check` ends
with exit code 2 when a size is over its limit; times are only reported, since they say as much about a busy machine.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[1]
PHOTO = ROOT / "docs/figures/astronaut.jpg"

#: What must not come along when somebody installs mien to look at photos.
UNWANTED = (
    "torch", "cv2", "fastapi", "starlette", "tensorflow", "mediapipe", "sklearn", "scipy", "matplotlib", "skimage",
)  # fmt: skip

#: Starts that are measured, to report their median.
REPEAT = 5

IMPORT = "import time; start = time.perf_counter(); import mien; print(time.perf_counter() - start)"


class Row(NamedTuple):
    name: str
    value: float
    unit: str
    limit: float
    hard: bool  #: a size, which is the same on every machine, and not a time

    @property
    def fits(self) -> bool:
        return self.value <= self.limit


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="exit with 2 when a size is over its limit")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        rows, unwanted = measure(Path(scratch))
    if arguments.json:
        print(json.dumps({"rows": [row._asdict() | {"fits": row.fits} for row in rows], "unwanted": unwanted}))
    else:
        for row in rows:
            mark = "ok" if row.fits else "OVER"
            print(f"{row.name:<48}{row.value:>9.2f} {row.unit:<3} limit {row.limit:>6.2f} {row.unit:<3} {mark}")
        print(f"{'unwanted packages in the installed core':<48}{', '.join(unwanted) or 'none':>9}")
    over = [row for row in rows if row.hard and not row.fits]
    return 2 if arguments.check and (over or unwanted) else 0


def measure(scratch: Path) -> tuple[list[Row], list[str]]:
    """All rows, and the unwanted packages that were installed along."""
    wheel = build_wheel(scratch / "wheel")
    python = install(wheel, scratch / "venv")
    site = site_packages(python)
    photo = one_megapixel(python, scratch / "photo.jpg")
    look = [str(python), "-m", "mien", "photo", str(photo)]
    first = run(look)  # compiles the sources to bytecode; not counted
    starts = [run(look) for _ in range(REPEAT)]
    imports = [float(output([str(python), "-c", IMPORT])) for _ in range(REPEAT)]
    weights = sum(path.stat().st_size for path in (site / "mien" / "models").glob("*.onnx"))
    pyav = sum(size_of(path) for path in site.glob("av*"))
    rows = [
        Row("wheel, all weights in it", wheel.stat().st_size / 1e6, "MB", 15, True),
        Row("weights alone", weights / 1e6, "MB", 15, True),
        Row("installed core, with all it needs but PyAV", (size_of(site) - pyav) / 1e6, "MB", 200, True),
        Row("PyAV with its FFmpeg, for clips", pyav / 1e6, "MB", 120, True),
        Row("import mien", statistics.median(imports), "s", 0.15, False),
        Row("mien photo, 1 megapixel, cold, wall clock", statistics.median(s for s, _ in starts), "s", 1.0, False),
        Row("mien photo, peak memory", max(memory for _, memory in (first, *starts)) / 1e6, "MB", 350, True),
    ]
    return rows, [name for name in UNWANTED if (site / name).exists()]


def build_wheel(folder: Path) -> Path:
    subprocess.run([sys.executable, "-m", "pip", "wheel", "-qq", "--no-deps", "-w", folder, ROOT], check=True)
    (wheel,) = folder.glob("mien-*.whl")
    return wheel


def install(wheel: Path, folder: Path) -> Path:
    """A fresh virtual environment with the wheel and what it asks for; returns its interpreter."""
    # Without pip inside: it would count as ours.
    venv.create(folder, with_pip=False)
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    subprocess.run([sys.executable, "-m", "pip", "--python", python, "install", "-qq", wheel], check=True)
    return python


def site_packages(python: Path) -> Path:
    return Path(output([str(python), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]))


def one_megapixel(python: Path, path: Path) -> Path:
    """The README's photo, enlarged to 1024 x 1024."""
    code = f"from PIL import Image; Image.open({str(PHOTO)!r}).resize((1024, 1024)).save({str(path)!r}, quality=90)"
    output([str(python), "-c", code])
    return path


def run(command: Sequence[str]) -> tuple[float, int]:
    """Wall-clock seconds and peak memory in bytes of a command in a process of its own."""
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    return seconds, usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def output(command: Sequence[str]) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def size_of(folder: Path) -> int:
    """Bytes of all files below, without the bytecode that Python adds."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file() and path.suffix != ".pyc")


if __name__ == "__main__":
    sys.exit(main())
