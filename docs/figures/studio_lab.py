"""Take the picture of the studio's page Lab: a training on drawn faces, as it runs.

    python docs/figures/studio_lab.py        docs/figures/studio-lab.webp: needs the `lab` and `dev` extras and Chromium

Nobody is in the picture: every face that the network learns from is drawn by the avatar engine.
"""

import io
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from PIL import Image

FIGURES = Path(__file__).parent
#: Persons of each class in each split.
SPLITS = {"train": 60, "val": 16, "test": 16}
EXPRESSIONS = ("happiness", "surprise", "sadness", "anger")
#: The picture is taken after so many epochs of so many.
DONE, EPOCHS = 13, 20
PATIENCE = 600_000  # ms


def draw(folder: Path) -> Path:
    """Class folders of drawn persons, no person in two splits."""
    from mien.avatar.presets import random_person

    for start, (split, count) in enumerate(SPLITS.items()):
        for label in EXPRESSIONS:
            place = folder / split / label
            place.mkdir(parents=True)
            for number in range(count):
                drawn = Image.open(io.BytesIO(random_person(1000 * start + number).png(128, label))).convert("RGBA")
                ground = Image.new("RGBA", drawn.size, (200, 205, 215, 255))
                ground.alpha_composite(drawn)
                ground.convert("L").crop((22, 26, 106, 110)).resize((96, 96)).save(place / f"{number}.png")
    return folder


def train(page: Any, faces: Path) -> None:
    """As a beginner does, with small batches for so few faces."""
    page.locator(".dropzone input[webkitdirectory]").set_input_files(faces)
    page.locator(".lab-verdict").wait_for()
    page.locator(".lab-ways .button").last.click()  # as it is, or on
    page.locator(".lab-prepare .button.main").click()
    page.locator(".lab-network input[type=number]").first.fill(str(EPOCHS))
    page.locator(".lab-network input[type=text]").fill("My first network")
    page.get_by_text("Gentle").click()
    page.get_by_text("Advanced").click()
    page.get_by_label("Faces in a batch").fill("16")
    page.locator(".lab-network .button.main").click()
    page.locator(".lab-table tbody tr").nth(DONE - 1).wait_for(state="attached")


def main() -> None:
    from playwright.sync_api import sync_playwright

    with tempfile.TemporaryDirectory() as folder, sync_playwright() as tool:
        faces = draw(Path(folder) / "drawn faces")
        browser = tool.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        command = [sys.executable, "-m", "mien", "studio", "--no-open"]
        environment = os.environ | {"MIEN_STUDIO": str(Path(folder) / "studio")}
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as studio:
            assert studio.stdout is not None
            page = browser.new_page(viewport={"width": 1280, "height": 840}, reduced_motion="reduce")
            page.set_default_timeout(PATIENCE)
            try:
                page.goto(f"{studio.stdout.readline().strip()}#/lab")
                train(page, faces)
                picture = Image.open(io.BytesIO(page.screenshot()))
                picture.convert("RGB").save(FIGURES / "studio-lab.webp", quality=82, method=6)
            finally:
                studio.terminate()


if __name__ == "__main__":
    main()
