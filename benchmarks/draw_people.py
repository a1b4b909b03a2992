"""Draws contact sheets of people: to look at, and for docs/figures.

    python benchmarks/draw_people.py OUT [SHEET ...]      # all sheets, or those named: tones people emoji ...
    python benchmarks/draw_people.py docs/figures avatars # the figure of docs/how-to-avatar.md, light and dark

Everything is drawn at `SIZE` pixels on a light ground and at 32 pixels on a light and a dark one; the figure of the
documentation is one picture for each ground.
"""

from __future__ import annotations

import io
import random
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

from PIL import Image

from mien.avatar import MONK, AvatarSpec, rasterise
from mien.avatar.parts import BACKGROUNDS, CLOTHING, EARRINGS, EXTRAS, FACIAL_HAIR, GLASSES, HAIR, HEADWEAR
from mien.types import CONTROLS, LABELS, Pose

SIZE = 160
LIGHT, DARK = "#ffffff", "#1d1e22"
Cell = tuple[AvatarSpec, dict[str, object]]
HAIR_COLOURS = (
    "black",
    "off-black",
    "dark-brown",
    "brown",
    "light-brown",
    "auburn",
    "ginger",
    "blond",
    "grey",
    "white",
)
EMOJI = (
    "😐", "🙂", "😊", "😀", "😃", "😄", "😁", "😆", "😂", "😉", "😛", "😮",
    "😲", "😳", "😱", "😟", "☹️", "🥺", "😢", "😭", "😠", "😡", "😏", "🤢",
)  # fmt: skip


def person(seed: int) -> AvatarSpec:
    """A random person: every field within what people have, parts out of the registries."""
    r = random.Random(seed)

    def signed() -> float:
        return round(max(-1.0, min(1.0, r.gauss(0, 0.45))), 2)

    def rarely(names: Iterable[str], chance: float) -> str:
        worn = [name for name in names if name != "none"]
        return r.choice(worn) if worn and r.random() < chance else "none"

    monk = r.choice(MONK)
    hair = r.choice(HAIR_COLOURS[:4] if MONK.index(monk) > 5 else HAIR_COLOURS)
    return AvatarSpec().edited({
        "skin.colour": monk, "hair.colour": hair, "hair.style": r.choice(list(HAIR)), "hair.volume": signed(),
        "hair.parting": r.choice(("left", "right")), "hair.hairline": signed(),
        **{f"shape.{name}": signed() for name in ("width", "length", "jaw", "chin", "cheeks")},
        "brows.shape": r.choice(("soft", "straight", "arched", "angled", "bushy")), "brows.thickness": signed(),
        "eyes.shape": r.choice(("almond", "round", "hooded", "monolid", "upturned", "downturned")),
        "eyes.size": signed(), "eyes.spacing": signed(), "eyes.lashes": round(r.random(), 2),
        "eyes.colour": r.choice(("#4a2c17", "#5b3a21", "#7c5a2e", "#3f6fa5", "#4f7a4c")),
        "nose.kind": r.choice(("straight", "button", "broad", "aquiline", "snub", "bulbous", "narrow")),
        "nose.width": signed(), "nose.length": signed(), "mouth.width": signed(), "mouth.fullness": signed(),
        "facial_hair.style": rarely(FACIAL_HAIR, 0.2), "glasses.style": rarely(GLASSES, 0.25),
        "headwear.style": rarely(HEADWEAR, 0.12), "earrings.style": rarely(EARRINGS, 0.2),
        "clothing.style": rarely(CLOTHING, 0.0),
    })  # fmt: skip


def picture(cell: Cell, size: int) -> Image.Image:
    spec, how = cell
    svg = spec.svg(size=size, **how)  # type: ignore[arg-type]
    return Image.open(io.BytesIO(rasterise(svg, size))).convert("RGBA")


def sheet(cells: list[Cell], columns: int) -> Image.Image:
    """Large on light above; small on light and on dark below."""
    rows = -(-len(cells) // columns)
    width = columns * SIZE
    small = width // 40
    strip = 40 * -(-len(cells) // small)
    out = Image.new("RGB", (width, rows * SIZE + 2 * strip), LIGHT)
    out.paste(DARK, (0, rows * SIZE + strip, width, rows * SIZE + 2 * strip))
    for i, cell in enumerate(cells):
        large = picture(cell, SIZE)
        out.paste(large, (i % columns * SIZE, i // columns * SIZE), large)
        tiny = picture(cell, 32)
        x, y = i % small * 40 + 4, rows * SIZE + i // small * 40 + 4
        out.paste(tiny, (x, y), tiny)
        out.paste(tiny, (x, y + strip), tiny)
    return out


def tones() -> Image.Image:
    base = AvatarSpec().edited({"hair.style": "short", "hair.colour": "off-black"})
    return sheet([(base.edited({"skin.colour": tone}), {}) for tone in MONK], 5)


def people() -> Image.Image:
    return sheet([(person(seed), {}) for seed in range(24)], 8)


def labels() -> Image.Image:
    who = (person(3), person(8))
    return sheet([(spec, {"expression": label}) for spec in who for label in LABELS], 8)


def emoji() -> Image.Image:
    return sheet([(person(5), {"expression": char}) for char in EMOJI], 8)


def controls() -> Image.Image:
    rest = {"mouthClose": {"jawOpen": 1.0}}
    cells = [
        (AvatarSpec(), {"expression": rest.get(name, {}) | {name: value}}) for name in CONTROLS for value in (0.5, 1.0)
    ]
    return sheet(cells, 12)


def extremes() -> Image.Image:
    r = random.Random(1)
    cells = []
    for i in range(24):
        chosen = r.sample(CONTROLS, r.choice((4, 8, 16, 52)))
        cells.append((person(i), {"expression": {name: r.choice((0.5, 1.0, r.random())) for name in chosen}}))
    return sheet(cells, 8)


def poses() -> Image.Image:
    turns = [(-30, 0), (-15, 0), (0, 0), (15, 0), (30, 0), (0, 30), (0, -30), (25, 20)]
    who = (
        AvatarSpec(),
        AvatarSpec().edited({"hair.style": "long-straight", "glasses.style": "round"}),
        AvatarSpec().edited({"hair.style": "afro", "skin.colour": "monk-8", "facial_hair.style": "full"}),
    )
    return sheet([(spec, {"pose": Pose(yaw, pitch, 0)}) for spec in who for yaw, pitch in turns], 8)


def parts(registry: dict[str, object], field: str) -> Image.Image:
    shapes = ({}, {"shape.width": -0.7, "shape.length": 0.7}, {"shape.width": 0.8, "shape.jaw": 0.7})
    worn = [(name,) if field == "extras.worn" else name for name in registry]
    cells: list[Cell] = [(AvatarSpec().edited({field: value, **shape}), {}) for shape in shapes for value in worn]
    return sheet(cells, min(max(len(registry), 4), 12))


def features() -> Image.Image:
    """Every field of the face at its ends, and every kind of eye, brow and nose."""
    fields = (
        "shape.width", "shape.length", "shape.jaw", "shape.chin", "shape.cheeks", "ears.size", "ears.stick_out",
        "brows.thickness", "brows.angle", "eyes.size", "eyes.spacing", "eyes.tilt", "nose.width", "nose.length",
        "mouth.width", "mouth.fullness",
    )  # fmt: skip
    edits: list[dict[str, object]] = [{field: end} for field in fields for end in (-1, 1)]
    edits += [{"eyes.lashes": 0}, {"eyes.lashes": 1}, {"eyes.lid": 0}, {"eyes.lid": 1}]
    for path, kinds in (
        ("eyes.shape", ("almond", "round", "hooded", "monolid", "upturned", "downturned")),
        ("nose.kind", ("straight", "button", "broad", "aquiline", "snub", "bulbous", "narrow")),
        ("brows.shape", ("soft", "straight", "arched", "angled", "bushy")),
    ):
        edits += [{path: kind} for kind in kinds]
    edits += [{"marks.freckles": 1}, {"marks.wrinkles": 0.5}, {"marks.wrinkles": 1}, {"marks.blush": 1}]
    edits += [{"marks.moles": ("chin", "cheek-left", "lip-right", "nose", "brow-left")}]
    edits += [{"marks.lipstick": "#b3243c", "marks.eye_shadow": "#7d5bb0", "marks.eyeliner": 1.0}]
    base = AvatarSpec().edited({"hair.style": "short", "skin.colour": "monk-4"})
    return sheet([(base.edited(edit), {}) for edit in edits], 10)


#: The people of the figure, and what they wear on their faces.
FIGURE: tuple[tuple[str, dict[str, object]], ...] = (
    ("😊", {"skin.colour": "monk-9", "hair.colour": "black", "hair.style": "afro", "earrings.style": "hoops",
            "eyes.lashes": 0.7, "brows.shape": "arched", "mouth.fullness": 0.6, "nose.kind": "broad"}),
    ("😄", {"skin.colour": "monk-3", "hair.colour": "#b0512a", "hair.style": "quiff", "facial_hair.style": "boxed",
            "marks.freckles": 0.7, "eyes.colour": "#5f7d4e", "shape.jaw": 0.5}),
    ("🙂", {"skin.colour": "monk-6", "headwear.style": "hijab", "headwear.colour": "#2f8f8a", "eyes.lashes": 0.8,
            "brows.shape": "soft", "shape.length": 0.3}),
    ("😉", {"skin.colour": "monk-4", "hair.colour": "black", "hair.style": "bob-fringe", "eyes.shape": "monolid",
            "eyes.lashes": 0.6, "glasses.style": "round", "glasses.colour": "#a8323e"}),
    ("😁", {"skin.colour": "monk-8", "hair.colour": "black", "hair.style": "curly-fade", "facial_hair.style": "circle",
            "nose.kind": "broad", "mouth.fullness": 0.5, "shape.jaw": 0.4}),
    ("🤔", {"skin.colour": "monk-2", "hair.colour": "#b5b3b0", "hair.style": "horseshoe", "glasses.style": "slim",
            "marks.wrinkles": 0.8, "brows.shape": "bushy", "nose.kind": "bulbous"}),
    ("😎", {"skin.colour": "monk-5", "hair.colour": "#3f2a1e", "hair.style": "man-bun", "facial_hair.style": "full",
            "shape.length": 0.4}),
    ("😂", {"skin.colour": "monk-7", "hair.colour": "black", "hair.style": "box-braids", "eyes.lashes": 0.8,
            "brows.shape": "arched", "hair.highlights": "#7d5bb0", "mouth.fullness": 0.5}),
    ("😌", {"skin.colour": "monk-3", "hair.colour": "#ecebe7", "hair.style": "feathered", "marks.wrinkles": 0.7,
            "earrings.style": "studs", "eyes.lashes": 0.5, "eyes.colour": "#4f80b4", "marks.lipstick": "#b3243c"}),
    ("😮", {"skin.colour": "monk-4", "hair.colour": "blond", "hair.style": "bowl", "shape.cheeks": 0.8,
            "shape.length": -0.5, "eyes.size": 0.6, "nose.kind": "button", "marks.freckles": 0.4}),
    ("😏", {"skin.colour": "monk-6", "headwear.style": "turban", "headwear.colour": "#c2622d",
            "facial_hair.style": "full", "hair.colour": "black", "brows.thickness": 0.5}),
    ("🥰", {"skin.colour": "monk-5", "hair.colour": "auburn", "hair.style": "long-wavy", "eyes.lashes": 0.8,
            "brows.shape": "arched", "eyes.colour": "#5f7d4e", "nose.kind": "narrow"}),
)  # fmt: skip


def avatars(out: Path) -> None:
    """The people of `FIGURE`, large and at 32 pixels, on a light and on a dark ground."""
    columns = 6
    who = [(AvatarSpec().edited(edits), {"expression": char}) for char, edits in FIGURE]
    for name, ground in (("light", LIGHT), ("dark", "#0d1117")):
        page = Image.new("RGB", (columns * SIZE, 2 * SIZE + 48), ground)
        for i, cell in enumerate(who):
            large, tiny = picture(cell, SIZE - 12), picture(cell, 32)
            page.paste(large, (i % columns * SIZE + 6, i // columns * SIZE + 6), large)
            page.paste(tiny, (i * SIZE // 2 + (SIZE // 2 - 32) // 2, 2 * SIZE + 8), tiny)
        page.save(out / f"avatars-{name}.webp", quality=90, method=6)
        print(out / f"avatars-{name}.webp")


SHEETS: dict[str, Callable[[], Image.Image]] = {
    "tones": tones, "people": people, "labels": labels, "emoji": emoji, "controls": controls, "extremes": extremes,
    "poses": poses, "features": features,
    "hair": lambda: parts(HAIR, "hair.style"), "beards": lambda: parts(FACIAL_HAIR, "facial_hair.style"),
    "glasses": lambda: parts(GLASSES, "glasses.style"), "headwear": lambda: parts(HEADWEAR, "headwear.style"),
    "clothing": lambda: parts(CLOTHING, "clothing.style"), "earrings": lambda: parts(EARRINGS, "earrings.style"),
    "extras": lambda: parts(EXTRAS, "extras.worn"), "backgrounds": lambda: parts(BACKGROUNDS, "background.style"),
}  # fmt: skip


def main() -> None:
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    out = Path(sys.argv[1])
    out.mkdir(parents=True, exist_ok=True)
    for name in sys.argv[2:] or SHEETS:
        if name == "avatars":
            avatars(out)
            continue
        SHEETS[name]().save(out / f"{name}.png")
        print(out / f"{name}.png")


if __name__ == "__main__":
    main()
