"""Write the public-domain photos that the README, the tests and the benchmarks use.

    python docs/figures/photos.py        (needs the `dev` extra)

The photo is NASA's portrait of the astronaut Eileen Collins, which scikit-image carries (`skimage.data.astronaut()`);
works of NASA are in the public domain. `src/mien/media/sample.jpg` is its head and shoulders, small enough to travel in
the wheel, for `mien doctor` and `mien bench`.
"""

from pathlib import Path

from PIL import Image
from skimage import data

ROOT = Path(__file__).parents[2]
HEAD_AND_SHOULDERS = (96, 0, 352, 256)  # left, top, right, bottom


def main() -> None:
    photo = Image.fromarray(data.astronaut())
    photo.save(ROOT / "docs/figures/astronaut.jpg", quality=86, optimize=True)
    photo.crop(HEAD_AND_SHOULDERS).save(ROOT / "src/mien/media/sample.jpg", quality=85, optimize=True)


if __name__ == "__main__":
    main()
