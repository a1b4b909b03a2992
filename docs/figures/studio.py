"""Draw the faces that the studio's page shows, and take the pictures of its pages for the documentation.

    python docs/figures/studio.py faces        src/mien/studio/web/faces, as the avatar engine draws them
    python docs/figures/studio.py pages        docs/figures/studio-*.webp: needs the `dev` extra and Chromium

Whoever is in the pictures is in the public domain: Eileen Collins (NASA, from scikit-image) and Grace Hopper (US Navy,
from matplotlib). Emoji that are no faces come from the system's font: fonts-noto-color-emoji for these.
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

ROOT = Path(__file__).parents[2]
FIGURES, WEB = ROOT / "docs/figures", ROOT / "src/mien/studio/web"
FACES = {
    "cool": "😎", "grin": "😀", "laugh": "😂", "look": "🫣", "nerd": "🤓", "party": "🥳", "relieved": "😌", "sad": "😢",
    "sleep": "😴", "smile": "🙂", "surprise": "😮", "think": "🤔", "wink": "😉", "zany": "🤪",
}  # fmt: skip
DESKTOP, PHONE = {"width": 1280, "height": 800}, {"width": 390, "height": 844}
PATIENCE = 60_000  # ms


def draw_faces() -> None:
    from mien.avatar.spec import AvatarSpec

    plain = AvatarSpec(plain=True)
    for name, emoji in FACES.items():
        (WEB / "faces" / f"{name}.svg").write_text(plain.svg(emoji), encoding="utf-8")
    shutil.copy(WEB / "faces/wink.svg", WEB / "icons/mien.svg")


def camera(path: Path) -> Path:
    """What the browser takes for a camera: motion JPEG of one photo, again and again."""
    photo = Image.open(FIGURES / "astronaut.jpg").crop((60, 0, 380, 240)).resize((640, 480))
    stream = io.BytesIO()
    photo.save(stream, "JPEG", quality=90)
    path.write_bytes(stream.getvalue() * 60)
    return path


def samples(page: Any) -> None:
    page.locator(".dropzone .button").nth(1).click()
    page.locator(".face-avatar:not(.waiting) img").wait_for()
    page.locator(".chip").nth(7).wait_for()


def mirror(page: Any) -> None:
    page.locator(".mirror-invite .button").click()
    page.locator('.live-person[data-label="happiness"] img:not(.waiting)').wait_for()
    page.wait_for_function("() => document.querySelector('.mirror-rate').dataset.rate > 0")
    page.locator(".mirror-rate").evaluate("rate => { rate.hidden = true }")  # of this machine, with Chromium beside it


def me(page: Any) -> None:
    page.locator('input[accept^="image"]').last.set_input_files(str(FIGURES / "astronaut.jpg"))
    page.locator(".me-glass .avatar[src]").wait_for()
    page.wait_for_function(
        "() => [...document.querySelectorAll('.faces img, .looks img')].slice(0, 46).every((one) => one.src)"
    )


def clip(page: Any) -> None:
    page.locator(".dropzone .button").nth(1).click()
    page.locator(".clip-wish .button.main").click()
    page.locator(".timeline").wait_for()
    page.wait_for_function("() => document.querySelector('.clip-film').readyState > 1")
    page.locator(".clip-film").evaluate("film => { film.controls = false; film.currentTime = 4.4 }")
    page.wait_for_function("() => !document.querySelector('.clip-film').seeking")
    page.locator(".strip-face [src]").nth(1).wait_for()
    page.mouse.move(5, 5)


def shoot(browser: Any, address: str, name: str, page_name: str, do: Any, **more: Any) -> None:
    context = browser.new_context(permissions=["camera"], reduced_motion="reduce", **more)
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    page.goto(f"{address}#/{page_name}")
    page.wait_for_selector("html[data-ready]")
    if do is not None:
        do(page)
    page.wait_for_load_state("networkidle")
    picture = Image.open(io.BytesIO(page.screenshot()))
    picture.convert("RGB").save(FIGURES / f"studio-{name}.webp", quality=82, method=6)
    context.close()


def shoot_pages() -> None:
    from playwright.sync_api import sync_playwright

    with tempfile.TemporaryDirectory() as folder, sync_playwright() as tool:
        film = camera(Path(folder) / "camera.mjpeg")
        browser = tool.chromium.launch(
            executable_path=shutil.which("chromium"),
            args=[
                "--no-sandbox", "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream",
                f"--use-file-for-fake-video-capture={film}",
            ],
        )  # fmt: skip
        command = [sys.executable, "-m", "mien", "studio", "--no-open"]
        environment = os.environ | {"MIEN_STUDIO": folder}
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as studio:
            assert studio.stdout is not None
            address = studio.stdout.readline().strip()
            try:
                shoot(browser, address, "photo", "photo", samples, viewport=DESKTOP)
                shoot(browser, address, "mirror", "mirror", mirror, viewport=DESKTOP, color_scheme="dark")
                shoot(browser, address, "me", "me", me, viewport=DESKTOP)
                shoot(browser, address, "clip", "clip", clip, viewport=DESKTOP)
                shoot(browser, address, "phone", "photo", samples, viewport=PHONE, locale="ar", color_scheme="dark")
            finally:
                studio.terminate()


if __name__ == "__main__":
    {"faces": draw_faces, "pages": shoot_pages}[sys.argv[1]]()
