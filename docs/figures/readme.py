"""Draw the picture at the top of the README and refresh the output that it shows, after the networks changed.

    python docs/figures/readme.py

Nothing in it is made up: the frame, the label, the bar and the emoji come from `mien.look` on `astronaut.jpg`.
"""

import re
from pathlib import Path

from PIL import Image, ImageDraw

from mien.avatar import EmojiPainter
from mien.cli.scenes import plain_lines
from mien.media import annotate, read_picture
from mien.pipeline import look

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
PHOTO = HERE / "astronaut.jpg"

SIDE = 512  # of the photo, in pixels
EMOJI = 400
GAP = 56  # on each side of the arrow
ARROW = 72
GREY = (139, 148, 158, 255)  # readable on light and on dark pages


def main() -> None:
    scene = look(PHOTO)
    paint = EmojiPainter()
    photo = annotate(read_picture(PHOTO), scene, paint).convert("RGBA")
    photo.putalpha(rounded(photo.size, 28))
    figure = Image.new("RGBA", (SIDE + 2 * GAP + ARROW + EMOJI, SIDE), (0, 0, 0, 0))
    figure.alpha_composite(photo)
    figure.alpha_composite(arrow(), (SIDE + GAP, SIDE // 2 - ARROW // 2))
    figure.alpha_composite(paint(scene.faces[0].expression, EMOJI), (SIDE + 2 * GAP + ARROW, (SIDE - EMOJI) // 2))
    figure.save(HERE / "readme-astronaut.png", optimize=True)
    refresh_output(plain_lines(PHOTO.relative_to(ROOT).as_posix(), scene))


def refresh_output(lines: list[str]) -> None:
    """Put what `mien photo` prints now under the command in the README, tabs as spaces."""
    readme = ROOT / "README.md"
    text = readme.read_text(encoding="utf-8")
    shown = "".join("  ".join(line.split("\t")).rstrip() + "\n" for line in lines)
    fresh = re.sub(r"(?<=```console\n)(\$ mien photo .*\n)[^`]*", lambda found: found[1] + shown, text)
    readme.write_text(fresh, encoding="utf-8")


def rounded(size: tuple[int, int], radius: int) -> Image.Image:
    """A mask with round corners, drawn four times too large for smooth edges."""
    width, height = size
    mask = Image.new("L", (4 * width, 4 * height), 0)
    ImageDraw.Draw(mask).rounded_rectangle((0, 0, 4 * width - 1, 4 * height - 1), 4 * radius, fill=255)
    return mask.resize(size, Image.Resampling.LANCZOS)


def arrow() -> Image.Image:
    large = Image.new("RGBA", (4 * ARROW, 4 * ARROW), (0, 0, 0, 0))
    pen = ImageDraw.Draw(large)
    middle, tip, stroke = 2 * ARROW, 4 * ARROW - 16, 28
    pen.line((stroke, middle, tip - 10, middle), GREY, stroke)
    pen.line((tip - 90, middle - 90, tip, middle, tip - 90, middle + 90), GREY, stroke, joint="curve")
    for x, y in ((stroke, middle), (tip, middle), (tip - 90, middle - 90), (tip - 90, middle + 90)):
        pen.ellipse((x - stroke / 2, y - stroke / 2, x + stroke / 2, y + stroke / 2), GREY)
    return large.resize((ARROW, ARROW), Image.Resampling.LANCZOS)


if __name__ == "__main__":
    main()
