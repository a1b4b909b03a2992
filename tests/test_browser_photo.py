"""The page Photo in a real browser."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from studio_browser import ASTRONAUT, HOPPER, PHONE, OpenPage, wide

DROP = """([name, event, encoded]) => {
  const bytes = Uint8Array.from(atob(encoded), (c) => c.charCodeAt(0));
  const data = new DataTransfer();
  data.items.add(new File([bytes], name, { type: "image/jpeg" }));
  const options = { bubbles: true, cancelable: true };
  window.dispatchEvent(event === "paste"
    ? new ClipboardEvent("paste", { ...options, clipboardData: data })
    : new DragEvent(event, { ...options, dataTransfer: data }));
}"""


def add(page: Any, *paths: Path) -> None:
    page.locator('input[type="file"]').last.set_input_files([str(path) for path in paths])


@pytest.fixture
def two_people(tmp_path: Path) -> Path:
    """Two photos side by side in one picture."""
    picture = Image.new("RGB", (960, 480), (120, 130, 150))
    for i, path in enumerate((ASTRONAUT, HOPPER)):
        picture.paste(Image.open(path).convert("RGB").resize((480, 480)), (480 * i, 0))
    path = tmp_path / "two.jpg"
    picture.save(path)
    return path


def test_samples_are_read_copied_and_worn(open_page: OpenPage) -> None:
    page = open_page()
    page.get_by_role("button", name="Try samples").click()
    page.locator(".face-panel h2", has_text="Happiness").wait_for()
    assert page.locator(".thumb img").count() == 2
    assert page.locator(".bar").count() == 8
    assert page.locator(".bar.strong").inner_text().startswith("Happiness")

    page.locator(".face-avatar:not(.waiting) img").wait_for()
    assert page.locator(".face-avatar img").evaluate("image => image.decode().then(() => image.naturalWidth)") > 0

    chip = page.locator(".chip").first
    chip.locator("[data-emoji][src]").wait_for()
    chip.click()
    page.locator(".chip.copied").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == chip.locator("[data-emoji]").get_attribute("data-emoji")

    page.get_by_role("button", name="Make this me").click()
    assert page.evaluate("localStorage.getItem('mien.me')") is None  # nothing is kept unasked
    page.get_by_role("button", name="Keep it in this browser").click()
    assert "hair" in page.evaluate("localStorage.getItem('mien.me')")


def test_several_faces_are_chosen_by_arrow_key_and_click(open_page: OpenPage, two_people: Path) -> None:
    page = open_page()
    add(page, two_people)
    boxes = page.get_by_role("radio")
    boxes.nth(1).wait_for()
    assert boxes.count() == 2
    boxes.first.focus()
    page.keyboard.press("ArrowRight")
    page.get_by_text("Face 2 of 2").wait_for()
    assert boxes.nth(1).get_attribute("aria-checked") == "true"
    assert boxes.nth(1).evaluate("box => box === document.activeElement")
    boxes.first.click()
    page.get_by_text("Face 1 of 2").wait_for()
    left, right = (box.bounding_box() for box in boxes.all())
    middle = page.locator(".photo-picture").bounding_box()
    centre = middle["x"] + middle["width"] / 2
    assert {left["x"] < centre, right["x"] < centre} == {True, False}


def test_what_cannot_be_read_is_told_calmly(open_page: OpenPage, tmp_path: Path) -> None:
    page = open_page(provokes="415")
    Image.new("RGB", (200, 150), (90, 120, 160)).save(tmp_path / "empty.png")
    (tmp_path / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\n nothing")
    add(page, tmp_path / "empty.png")
    page.get_by_role("heading", name="No face in this picture").wait_for()
    add(page, tmp_path / "broken.png")
    page.get_by_role("heading", name="not a picture that can be read").wait_for()
    page.get_by_role("button", name="Remove this picture").click()
    page.get_by_role("heading", name="No face in this picture").wait_for()
    page.get_by_role("button", name="Remove this picture").click()
    page.get_by_role("heading", name="Drop photos here").wait_for()


def test_unsure_is_an_answer_with_the_reason(open_page: OpenPage) -> None:
    """The studio's own answer, for a face that could not be read."""
    page = open_page()

    photo = {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": ASTRONAUT.read_bytes()}
    scene = page.request.post("/api/look", multipart={"picture": photo}).json()
    (face,) = scene["faces"]
    face["expression"] |= {"label": "unsure", "confidence": 0.4, "emoji": "🫥", "reason": "too blurred"}
    face["quality"] = {"score": 0.2, "reason": "blur"}
    page.route("**/api/look", lambda route: route.fulfill(json=scene))
    add(page, ASTRONAUT)
    panel = page.locator(".face-panel")
    panel.get_by_role("heading", name="Unsure").wait_for()
    assert "The face is too blurred to tell." in panel.inner_text()
    assert page.locator(".bar.strong").count() == 0
    assert page.get_by_role("radio", name="Face 1: Unsure: The face is too blurred to tell.").is_visible()


def test_pictures_are_dropped_and_pasted(open_page: OpenPage) -> None:
    page = open_page(viewport=PHONE)
    encoded = base64.b64encode(ASTRONAUT.read_bytes()).decode()
    page.evaluate(DROP, ["a.jpg", "dragenter", encoded])
    page.locator(".dropping").wait_for()
    page.evaluate(DROP, ["a.jpg", "drop", encoded])
    page.get_by_role("radio").wait_for()
    page.evaluate(DROP, ["b.jpg", "paste", encoded])
    page.locator(".thumb img").nth(1).wait_for()
    page.locator(".thumb-count").nth(1).wait_for()
    assert not wide(page)


def test_the_studio_gone_is_told_with_what_to_do(open_page: OpenPage) -> None:
    page = open_page(provokes="ERR_FAILED")
    page.route("**/api/look", lambda route: route.abort())
    with page.expect_request("**/api/look"):
        add(page, ASTRONAUT)
    page.get_by_role("heading", name="The studio does not answer").wait_for()
    page.get_by_text("mien studio").wait_for()
