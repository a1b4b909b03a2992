"""A studio and a browser for tests: Debian's Chromium, whose camera plays a clip of a drawn person."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from PIL import Image

from conftest import need_program

ROOT = Path(__file__).parents[1]
WEB = ROOT / "src/mien/studio/web"
ASTRONAUT = ROOT / "docs/figures/astronaut.jpg"
HOPPER = WEB / "sample/hopper.webp"
#: The two faces that the camera sees, in turn: what the network reads on drawings of one person.
ACTED = ("happiness", "surprise")
FRAMES = 90  #: of each; the fake camera plays 20 to 30 a second
PATIENCE = 30_000  #: ms; a busy machine is slow, and waiting for a condition costs nothing otherwise
PERMISSIONS = ["camera", "clipboard-read", "clipboard-write"]
DESKTOP, PHONE = {"width": 1280, "height": 800}, {"width": 360, "height": 740}


@pytest.fixture(scope="session")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a studio that runs for these tests."""
    pytest.importorskip("fastapi")
    folder = tmp_path_factory.mktemp("studio")
    environment = os.environ | {
        "MIEN_STUDIO": str(folder),
        "MIEN_JOURNAL": str(folder / "journal"),
        "OMP_NUM_THREADS": "1",
    }
    command = [sys.executable, "-m", "mien", "studio", "--no-open", "--lab-paths"]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().strip().rstrip("/")
        finally:
            process.terminate()


@pytest.fixture(scope="session")
def camera(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clip (motion JPEG) of somebody drawn who looks happy, then surprised, and so on."""
    from mien.avatar.presets import random_person

    path = tmp_path_factory.mktemp("camera") / "camera.mjpeg"
    with path.open("wb") as clip:
        for expression in ACTED:
            frame = Image.new("RGBA", (640, 480), (235, 238, 242, 255))
            drawn = Image.open(io.BytesIO(random_person(5).png(480, expression))).convert("RGBA")
            frame.alpha_composite(drawn, (80, 0))
            stream = io.BytesIO()
            frame.convert("RGB").save(stream, "JPEG", quality=88)
            clip.write(stream.getvalue() * FRAMES)
    return path


@pytest.fixture(scope="module")
def browser(camera: Path) -> Iterator[Any]:
    """Chromium, with the clip for a camera."""
    program = need_program("chromium", "apt-get install chromium")
    playwright = pytest.importorskip("playwright.sync_api")
    arguments = [
        "--no-sandbox", "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream",
        f"--use-file-for-fake-video-capture={camera}",
    ]  # fmt: skip
    with playwright.sync_playwright() as tool:
        chromium = tool.chromium.launch(executable_path=program, args=arguments)
        yield chromium
        chromium.close()


class Watched:
    """A page, and what went wrong in it. Nothing may: `check` is called at the end of every test."""

    def __init__(self, page: Any, studio: str, provoked: str | None) -> None:
        self._host, self._provoked = urlsplit(studio).netloc, provoked
        self.foreign: list[str] = []
        self.errors: list[str] = []
        page.on("request", self._asked)
        page.on("websocket", self._asked)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", lambda said: self.errors.append(said.text) if said.type == "error" else None)

    def _asked(self, request: Any) -> None:
        address = urlsplit(request.url)
        if address.scheme not in ("blob", "data") and address.netloc != self._host:
            self.foreign.append(request.url)

    def check(self) -> None:
        """No other host was asked, and no error told but those that the test provokes."""
        assert not self.foreign
        assert not [error for error in self.errors if self._provoked is None or self._provoked not in error]


# `page.wait_for_function` takes a function ("() => ..."): an expression would need eval, which the page forbids.

#: What the fixture `open_page` gives: open_page("mirror", language="ar", viewport=PHONE) -> page. before: a script that
#: runs first; provokes: words in the errors that the test provokes.
OpenPage = Callable[..., Any]


@pytest.fixture
def open_page(browser: Any, studio: str) -> Iterator[OpenPage]:
    """Open pages of the studio. They may ask no other host, no script may fail, and nothing may be blocked."""
    contexts, watched = [], []

    def start(page: str = "photo", *, language: str = "en", viewport: Any = DESKTOP, before: str = "",
              provokes: str | None = None, **more: Any) -> Any:  # fmt: skip
        context = browser.new_context(
            base_url=studio,
            viewport=viewport,
            locale=language,
            permissions=["camera", "clipboard-read", "clipboard-write"],
            **more,
        )
        contexts.append(context)
        context.set_default_timeout(PATIENCE)
        if before:
            context.add_init_script(before)
        opened = context.new_page()
        watched.append(Watched(opened, studio, provokes))
        opened.goto(f"{studio}/#/{page}")
        opened.wait_for_selector("html[data-ready]")
        return opened

    yield start
    for context in contexts:
        context.close()
    for one in watched:
        one.check()


def wide(page: Any) -> int:
    """Pixels by which a page is wider than its window."""
    excess = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert isinstance(excess, int)
    return max(0, excess)
