"""The documentation's pages, their blocks of code, and the folder that they speak of."""

from __future__ import annotations

import io
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
PHOTO = DOCS / "figures/astronaut.jpg"
PAGES = [ROOT / "README.md", *sorted(DOCS.rglob("*.md")), ROOT / "benchmarks/README.md"]

FENCE = re.compile(r"^```([\w{}-]*)[^\n]*\n(.*?)^```$", re.MULTILINE | re.DOTALL)
INLINE = re.compile(r"(?<!`)`(mien [a-z][^`]*)`(?!`)")


class Block(NamedTuple):
    page: Path
    number: int  #: on its page, from 1
    language: str
    body: str

    @property
    def name(self) -> str:
        return f"{self.page.relative_to(ROOT).as_posix()}:{self.number}"


def blocks(*languages: str) -> list[Block]:
    """Every fenced block of these languages; of all, where none is named."""
    return [
        Block(page, number, language, body)
        for page in PAGES
        for number, (language, body) in enumerate(FENCE.findall(page.read_text(encoding="utf-8")), 1)
        if not languages or language in languages
    ]


def command_lines(body: str) -> Iterator[str]:
    """The lines of a block that call something, as they are typed; the two sides of && are two."""
    for line in body.replace("\\\n", " ").replace(" && ", "\n").splitlines():
        if line.strip() and not line.lstrip().startswith("#"):
            yield line.strip().removeprefix("$ ")


def words_of(line: str) -> list[str]:
    """The words of a command line, without its comment. (`shlex` sees one in `--background circle:#cfe3f5`.)"""
    return shlex.split(re.sub(r"\s+#.*", "", line))


def inline_commands() -> list[tuple[Path, str]]:
    """Command lines within the prose, `mien ...`."""
    found = []
    for page in PAGES:
        prose = FENCE.sub("", page.read_text(encoding="utf-8"))
        found += [(page, " ".join(code.split())) for code in INLINE.findall(prose)]
    return found


def lay_desk(folder: Path) -> None:
    """The folder that the pages speak of: photos, a party, a clip, a person, own emoji, a model, a data set."""
    import numpy as np
    from PIL import Image

    from clip_files import make_clip
    from mien import LABELS, UNSURE
    from mien.avatar.presets import random_person
    from mien.models import manifest

    for name in ("party", "photos", "my-emoji", "docs/figures"):
        (folder / name).mkdir(parents=True)
    for name in ("photo.jpg", "docs/figures/astronaut.jpg", "party/astronaut.jpg", "photos/one.jpg"):
        shutil.copy(PHOTO, folder / name)
    Image.new("RGB", (120, 80), "navy").save(folder / "party" / "night.jpg")
    (folder / "me.json").write_text(random_person(3).to_json(), encoding="utf-8")
    make_clip(folder / "clip.mp4", [np.asarray(Image.open(PHOTO).convert("RGB").resize((160, 160)))] * 6)
    for label in (*LABELS, UNSURE):
        Image.new("RGBA", (64, 64), "orange").save(folder / "my-emoji" / f"{label}.png")
    shipped = {model.name: model.path for model in manifest()}
    shutil.copy(shipped["expression"], folder / "my.onnx")
    draw_data(folder / "DATA")


def draw_data(folder: Path) -> None:
    """A data set in class folders: two expressions, drawn."""
    from PIL import Image

    from mien.avatar import face_svg, rasterise

    for split, count in (("train", 6), ("validation", 3)):
        for name, control in (("happy", "mouthSmile"), ("sad", "mouthFrown")):
            (folder / split / name).mkdir(parents=True)
            for i in range(count):
                pull = {f"{control}{side}": 0.5 + 0.08 * i for side in ("Left", "Right")}
                drawn = Image.open(io.BytesIO(rasterise(face_svg(pull), 48))).convert("RGBA")
                face = Image.new("RGBA", drawn.size, "white")
                face.alpha_composite(drawn)
                face.convert("L").save(folder / split / name / f"{i}.png")


def in_shell(command: str, desk: Path) -> tuple[int, str, str]:
    """Run a line as a reader would, with the `mien` of this environment: exit code, stdout, stderr."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        command, shell=True, cwd=desk, env=os.environ | {"PATH": path}, capture_output=True, text=True, timeout=300
    )
    return done.returncode, done.stdout, done.stderr
