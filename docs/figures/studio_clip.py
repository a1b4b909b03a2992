"""Draw src/mien/studio/web/sample/clip.mp4: two people who do not exist, and what they show in ten seconds."""

import io
import math
from pathlib import Path

import av
import numpy as np
from PIL import Image

from mien.avatar.presets import random_person
from mien.emoji import RECIPES

TARGET = Path(__file__).parents[2] / "src/mien/studio/web/sample/clip.mp4"
WIDTH, HEIGHT, RATE = 640, 360, 12
EACH, TURN = 1.6, 0.3  # seconds an expression lasts, and the share of them in which it turns into the next
#: Seed, place and expressions. These two are read on drawings as they are meant.
CAST = ((7, 40, "😐😀😀😮😢😀"), (31, 340, "😐😮😀😀😐😮"))


def controls(plan: str, time: float) -> dict[str, float]:
    """What is shown at a time: one recipe, or on the way to the next."""
    step = min(int(time / EACH), len(plan) - 1)
    share = max(0.0, (time / EACH - step - 1 + TURN) / TURN)
    share = share * share * (3 - 2 * share)
    now, then = (RECIPES[plan[min(i, len(plan) - 1)]].controls for i in (step, step + 1))
    return {name: (1 - share) * now.get(name, 0) + share * then.get(name, 0) for name in {*now, *then}}


def ground() -> Image.Image:
    down = np.linspace(0, 1, HEIGHT)[:, None, None]
    colours = (1 - down) * np.array([226, 232, 240]) + down * np.array([196, 208, 222])
    return Image.fromarray(colours.repeat(WIDTH, 1).astype(np.uint8)).convert("RGBA")


def main() -> None:
    with av.open(TARGET, "w") as clip:
        stream = clip.add_stream("libx264", rate=RATE)
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        stream.options = {"crf": "30", "preset": "veryslow"}
        people = [(random_person(seed), place, plan, seed) for seed, place, plan in CAST]
        for number in range(round(EACH * len(CAST[0][2]) * RATE)):
            time, frame = number / RATE, ground()
            for person, place, plan, seed in people:
                worn = {name: min(1.0, max(0.0, value)) for name, value in controls(plan, time).items()}
                drawn = Image.open(io.BytesIO(person.png(260, worn))).convert("RGBA")
                sway = (round(place + 6 * math.sin(1.1 * time + seed)), round(56 + 4 * math.sin(1.7 * time + seed)))
                frame.alpha_composite(drawn, sway)
            clip.mux(stream.encode(av.VideoFrame.from_image(frame.convert("RGB"))))
        clip.mux(stream.encode())


if __name__ == "__main__":
    main()
