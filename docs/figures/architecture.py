"""Draw the two pictures of docs/architecture.md: flow.svg and house.svg.

python docs/figures/architecture.py
"""

from __future__ import annotations

from html import escape
from pathlib import Path

HERE = Path(__file__).parent
#: Ink and the sun of an emoji, as in the studio; a page that is dark shows them dark.
STYLE = """<style>
  text { font-family: system-ui, -apple-system, "Segoe UI", "DejaVu Sans", sans-serif; fill: #1a2030; }
  .name { font-size: 17px; font-weight: 600; }
  .note { font-size: 13px; fill: #535c6e; }
  .code { font-family: ui-monospace, Menlo, "DejaVu Sans Mono", monospace; font-size: 16px; font-weight: 600; }
  .ground { fill: #f1f3f7; }
  .box { fill: #ffffff; stroke: #d5dbe5; stroke-width: 1.5; }
  .data { fill: #fff0c4; stroke: #f2a91c; stroke-width: 1.5; }
  .roof { fill: #ffc83d; stroke: #f2a91c; stroke-width: 1.5; stroke-linejoin: round; }
  .roof + .name { fill: #241a02; }
  .arrow { fill: none; stroke: #7d8798; stroke-width: 2; }
  .tip { fill: #7d8798; }
  @media (prefers-color-scheme: dark) {
    text { fill: #eceff5; }
    .note { fill: #a8b1c2; }
    .ground { fill: #161a23; }
    .box { fill: #1f2530; stroke: #2c3443; }
    .data { fill: #3a3012; stroke: #f2a91c; }
  }
</style>
<defs><marker id="tip" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7" markerHeight="7"
 orient="auto-start-reverse"><path class="tip" d="M0 0.8 10 5 0 9.2z"/></marker></defs>"""
WIDE, HIGH, ACROSS, DOWN = 196, 92, 245, 129  #: of a box, and from one to the next

FLOW_TITLE = (
    "A photo, clip or camera is decoded, faces are found, followed and cropped; landmarks, quality, expression and "
    "appearance are read, an emoji is chosen; out come a Scene and an AvatarSpec, which everything else is made of"
)
#: Column, row, name, notes, kind.
BOXES = [
    (0, 0, "picture or clip", ["a path, a URL, bytes,", "an array, a camera"], "data"),
    (1, 0, "media", ["decode, turn upright,", "limits"], "box"),
    (2, 0, "vision.detector", ["boxes and 5 points;", "in clips now and then"], "box"),
    (3, 0, "vision.tracker", ["who is who,", "from frame to frame"], "box"),
    (3, 1, "vision.landmarks", ["68 points, 52 controls,", "pose, is it a face?"], "box"),
    (2, 1, "vision.quality", ["blurred, dark, small,", "turned, covered"], "box"),
    (1, 1, "expression", ["8 probabilities, calibrated,", "held steady over time"], "box"),
    (0, 1, "emoji.match", ["expression, intensity", "and controls decide"], "box"),
    (0, 2, "Scene", ["its faces, largest first"], "data"),
    (3, 2, "appearance", ["visible traits, colours;", "once a person"], "box"),
    (2, 2, "AvatarSpec", ["a person, editable"], "data"),
]
ARROWS = [((0, 0), (1, 0)), ((1, 0), (2, 0)), ((2, 0), (3, 0)), ((3, 0), (3, 1)), ((3, 1), (2, 1)), ((2, 1), (1, 1)),
          ((1, 1), (0, 1)), ((0, 1), (0, 2)), ((3, 1), (3, 2)), ((3, 2), (2, 2))]  # fmt: skip

FLOORS = [
    [("cli", "one file a command", 1)],
    [("studio", "everything in the browser, and the API for other programs", 1)],
    [("live", "the camera", 2), ("bots", "in messengers", 2), ("cluster", "Ray", 2), ("lab", "train (torch)", 2),
     ("bench, doctor", "how fast, how sound", 3)],
    [("stickers", "packs", 2), ("journal", "the consented log", 3), ("clips", "annotated, replaced", 3),
     ("batch", "many pictures", 2)],
    [("watching", "watch: clips and cameras, four threads", 1)],
    [("pipeline", "look, recognise, personalise: the flow in one file", 1)],
    [("avatar", "AvatarSpec, parts, drawing, animation; personalise", 1)],
    [("emoji", "the catalogue, recipes; match, suggest", 1)],
    [("appearance", "visible traits and colours of a face", 1)],
    [("expression", "crop to probabilities; unsure; a face over time", 1)],
    [("vision", "detector, tracker, crop geometry, landmarks, controls, pose, quality", 1)],
    [("media", "pictures, clips, cameras in and out", 3), ("models", "the shipped networks", 2),
     ("database", "of a studio", 2)],
    [("types", "Scene, Face, Expression, Appearance", 3), ("errors", "MienError and its kinds", 2),
     ("rates", "how often", 1)],
]  # fmt: skip


def box(x: float, y: float, width: float, height: float, name: str, notes: list[str], kind: str) -> str:
    middle, lines = x + width / 2, len(notes)
    top = y + height / 2 + 6 - 9 * lines
    parts = [f'<rect class="{kind}" x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" rx="12"/>']
    style = "name" if kind == "data" else "code"
    parts.append(f'<text class="{style}" x="{middle:g}" y="{top:g}" text-anchor="middle">{escape(name)}</text>')
    for i, note in enumerate(notes):
        y_note = top + 20 + 18 * i
        parts.append(f'<text class="note" x="{middle:g}" y="{y_note:g}" text-anchor="middle">{escape(note)}</text>')
    return "\n".join(parts)


def arrow(start: tuple[int, int], end: tuple[int, int]) -> str:
    (a, b), (c, d) = start, end
    x, y = 34 + ACROSS * a, 40 + DOWN * b
    if b == d:
        from_x, to_x = (x + WIDE, 32 + ACROSS * c) if c > a else (x, 36 + ACROSS * c + WIDE)
        return f'<path class="arrow" d="M{from_x} {y + HIGH / 2:g} H{to_x}" marker-end="url(#tip)"/>'
    return f'<path class="arrow" d="M{x + WIDE / 2:g} {y + HIGH} V{38 + DOWN * d}" marker-end="url(#tip)"/>'


def flow() -> str:
    parts = [box(34 + ACROSS * c, 40 + DOWN * r, WIDE, HIGH, *rest) for c, r, *rest in BOXES]
    parts += [arrow(*ends) for ends in ARROWS]
    y, half = 40 + 3 * DOWN, WIDE + ACROSS
    read = ["tables, JSON, rows · marked photos and clips · the journal", "emoji suggestions · the studio and its API"]
    drawn = ["SVG, PNG, WebP, reactions · sticker packs · avatars over faces", "a live avatar, the mirror"]
    parts.append(box(34, y, half, HIGH, "what faces show", read, "box"))
    parts.append(box(34 + 2 * ACROSS, y, half, HIGH, "emoji of a person", drawn, "box"))
    foot = 38 + 3 * DOWN
    parts.append(f'<path class="arrow" d="M132 {foot + 2 - (DOWN - HIGH)} V{foot}" marker-end="url(#tip)"/>')
    parts.append(f'<path class="arrow" d="M622 {foot + 2 - (DOWN - HIGH)} V{foot}" marker-end="url(#tip)"/>')
    level = 40 + 2 * DOWN + HIGH / 2
    into = f"H492 q10 0 10 10 V{y + HIGH / 2 - 10:g} q0 10 10 10 H522"
    parts.append(f'<path class="arrow" d="M230 {level:g} {into}" marker-end="url(#tip)"/>')
    parts.append(
        f'<text class="note" x="366" y="{level - 10:g}" text-anchor="middle">expression and pose to wear</text>'
    )
    return picture(1000, 40 + 3 * DOWN + HIGH + 34, FLOW_TITLE, parts)


def house() -> str:
    left, full, high, gap, top = 70, 810.0, 58, 10, 102
    parts = [
        '<path class="roof" d="M36 92 L475 14 L914 92 z"/>',
        '<text class="name" x="475" y="72" text-anchor="middle">mien</text>',
    ]
    for i, rooms in enumerate(FLOORS):
        x, y = float(left), top + i * (high + gap)
        shares = sum(share for *_, share in rooms)
        for name, note, share in rooms:
            width = (full - gap * (len(rooms) - 1)) * share / shares
            parts.append(box(x, y, width, high, name, [note], "box"))
            x += width + gap
    bottom = top + len(FLOORS) * (high + gap)
    parts.append(f'<path class="arrow" d="M942 110 V{bottom - 14}" marker-end="url(#tip)"/>')
    parts.append(
        f'<text class="note" transform="translate(964 {(110 + bottom) / 2:g}) rotate(90)" text-anchor="middle">'
        "imports go down only</text>"
    )
    title = "Rooms on floors, from types and errors at the ground to the command line at the top; imports go down only"
    return picture(1000, bottom + 18, title, parts)


def picture(width: int, height: int, title: str, parts: list[str]) -> str:
    body = "\n".join(parts)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        f'role="img" aria-labelledby="title">\n<title id="title">{escape(title)}</title>\n{STYLE}\n'
        f'<rect width="{width}" height="{height}" rx="18" class="ground"/>\n{body}\n</svg>\n'
    )


if __name__ == "__main__":
    (HERE / "flow.svg").write_text(flow(), encoding="utf-8")
    (HERE / "house.svg").write_text(house(), encoding="utf-8")
