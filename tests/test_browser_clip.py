"""The page Clip in a real browser: a clip in, progress, a player with a timeline, downloads, nothing left behind."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from PIL import Image

from studio_browser import PHONE, WEB, OpenPage, wide

SIZE, RATE = 320, 10


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two seconds of somebody drawn who looks happy, then surprised."""
    from mien.avatar.presets import random_person

    path = tmp_path_factory.mktemp("clip") / "holiday.mp4"
    with av.open(path, "w") as container:
        stream = container.add_stream("libx264", rate=RATE)
        stream.width, stream.height, stream.pix_fmt = SIZE, SIZE, "yuv420p"
        for expression in ("😀", "😮"):
            frame = Image.new("RGBA", (SIZE, SIZE), (225, 230, 238, 255))
            drawn = Image.open(io.BytesIO(random_person(7).png(240, expression))).convert("RGBA")
            frame.alpha_composite(drawn, (40, 40))
            for _ in range(RATE):
                container.mux(
                    stream.encode(av.VideoFrame.from_ndarray(np.asarray(frame.convert("RGB")), format="rgb24"))
                )
        container.mux(stream.encode())
    return path


def choose(page: Any, path: Path) -> None:
    page.locator('input[type="file"]').last.set_input_files(str(path))


def clips(page: Any) -> list[dict[str, Any]]:
    jobs = page.request.get("/api/jobs").json()["jobs"]
    return [job for job in jobs if job["kind"] == "clip"]


def test_a_clip_is_drawn_played_along_its_timeline_and_deleted(open_page: OpenPage, clip: Path, tmp_path: Path) -> None:
    page = open_page("clip")
    choose(page, clip)
    page.get_by_role("radio", name="Emoji beside faces").wait_for()
    page.get_by_role("button", name="Make it").click()
    page.get_by_role("heading", name="Who showed what when").wait_for()

    assert page.locator(".strip").count() == 1
    tones = page.eval_on_selector_all(".strip-colours rect", "all => all.map((one) => one.classList[0])")
    assert {"tone-happiness", "tone-surprise"} <= set(tones)

    hand = page.get_by_role("slider", name="Position in the clip")
    page.wait_for_function("() => document.querySelector('.clip-film').readyState > 0")
    hand.focus()
    page.keyboard.press("End")
    page.wait_for_function("() => document.querySelector('.clip-film').currentTime > 1.5")
    assert "Surprise" in hand.get_attribute("aria-valuetext")
    box = hand.bounding_box()
    page.mouse.click(box["x"] + 0.25 * box["width"], box["y"] + box["height"] / 2)
    page.wait_for_function("() => Math.abs(document.querySelector('.clip-film').currentTime - 0.5) < 0.2")
    assert "Happiness" in hand.get_attribute("aria-valuetext")

    for name, start in {"Clip": b"\0\0\0", "Reaction GIF": b"GIF8", "Table (CSV)": b"", "Rows (JSON)": b"{"}.items():
        with page.expect_download() as wait:
            page.locator(".clip-download", has_text=name).click()
        wait.value.save_as(tmp_path / "file")
        content = (tmp_path / "file").read_bytes()
        assert content.startswith(start) and len(content) > 200

    page.get_by_role("button", name="Delete this clip").click()
    page.get_by_role("heading", name="Drop a clip here").wait_for()
    assert clips(page) == []


def test_it_goes_on_while_another_page_is_looked_at_and_can_be_cancelled(open_page: OpenPage) -> None:
    page = open_page("clip", viewport=PHONE)
    before = clips(page)
    choose(page, WEB / "sample/clip.mp4")
    page.get_by_role("radio", name="Avatars alone").click()
    page.get_by_role("button", name="Make it").click()
    page.locator(".clip-working").wait_for()
    assert not wide(page)
    page.evaluate("location.hash = '#/about'")
    page.locator(".page-about h1").wait_for()
    assert len(clips(page)) == len(before) + 1
    page.evaluate("location.hash = '#/clip'")
    with page.expect_response(lambda answer: answer.request.method == "DELETE"):
        page.get_by_role("button", name="Cancel").click()
    page.get_by_role("heading", name="Drop a clip here").wait_for()
    assert clips(page) == before


def test_what_is_no_clip_is_told(open_page: OpenPage, tmp_path: Path) -> None:
    page = open_page("clip", provokes="415")
    (tmp_path / "not.mp4").write_bytes(b"no clip at all")
    choose(page, tmp_path / "not.mp4")
    page.get_by_text("This browser cannot show this format").wait_for()
    page.get_by_role("button", name="Make it").click()
    page.locator(".toast.problem").wait_for()
    page.get_by_role("button", name="Another clip").click()
    page.get_by_role("heading", name="Drop a clip here").wait_for()


def test_the_colours_are_those_that_clips_are_drawn_with() -> None:
    from mien.media.palette import COLOURS

    found = re.findall(r"\.tone-(\w+) \{\s+--tone: rgb\((\d+) (\d+) (\d+)\)", (WEB / "css/clip.css").read_text())
    assert {label: tuple(map(int, colour)) for label, *colour in found} == COLOURS
