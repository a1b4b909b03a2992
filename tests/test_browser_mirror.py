"""The page Mirror in a real browser, whose camera plays a clip of a drawn person that changes expression."""

from __future__ import annotations

from typing import Any

import pytest

from studio_browser import ACTED, PHONE, OpenPage, wide

#: Remembers every stream that the page gets, so that a test can see whether the camera was let go.
STREAMS = """
  window.streams = [];
  const real = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
  navigator.mediaDevices.getUserMedia = async (wanted) => {
    const stream = await real(wanted);
    window.streams.push(stream);
    return stream;
  };
"""
RUNNING = "window.streams.flatMap((stream) => stream.getTracks()).filter((track) => track.readyState === 'live').length"
#: What is shown of a person who shows an expression: the emoji, the avatar's description. Read in one go, since both
#: change by themselves.
SHOWN = """expression => {
  const person = document.querySelector(`.live-person[data-label="${expression}"]`);
  return person && [person.dataset.emoji, person.querySelector("img").alt];
}"""
#: A camera that sees two photos side by side.
TWO_PEOPLE = """
  navigator.mediaDevices.getUserMedia = async () => {
    const canvas = Object.assign(document.createElement("canvas"), { width: 640, height: 320 });
    const photos = await Promise.all(["collins", "hopper"].map(async (name) => {
      const photo = new Image();
      photo.src = `/static/sample/${name}.webp`;
      await photo.decode();
      return photo;
    }));
    const paint = () => photos.forEach((photo, i) => canvas.getContext("2d").drawImage(photo, 320 * i, 0, 320, 320));
    paint();
    setInterval(paint, 100);
    return canvas.captureStream(10);
  };
"""
GREEN = "#12ab34"


def start(page: Any) -> None:
    page.get_by_role("button", name="Start the camera").click()


def test_the_emoji_and_the_avatar_follow_a_change_of_expression(open_page: OpenPage) -> None:
    page = open_page("mirror")
    start(page)
    happy, surprised, *_ = (page.wait_for_function(SHOWN, arg=one).json_value() for one in (*ACTED, *ACTED))
    assert happy[0] != surprised[0]
    assert (happy[1], surprised[1]) == ("Avatar: Happiness", "Avatar: Surprise")
    page.locator(".live-box .live-emoji[src]").wait_for()
    assert page.locator(".live-person img").evaluate("image => image.naturalWidth") > 0
    assert page.locator(".live-box").count() == 1
    assert page.get_by_text("Camera is on").first.is_visible()

    page.get_by_role("radio", name="Yellow face").click()
    page.wait_for_function("() => document.querySelector('.mirror-rate').dataset.rate > 0")


def test_the_camera_stops_when_told_left_and_hidden(open_page: OpenPage) -> None:
    page = open_page("mirror", before=STREAMS, viewport=PHONE)
    start(page)
    page.locator(".live-person img[src]").wait_for()
    assert page.evaluate(RUNNING) == 1
    assert not wide(page)
    page.get_by_role("button", name="Stop").click()
    page.get_by_role("button", name="Start the camera").wait_for()
    assert page.evaluate(RUNNING) == 0

    start(page)
    page.locator(".camera-sign").wait_for()
    page.evaluate("""() => {
      Object.defineProperty(document, "hidden", { value: true, configurable: true });
      document.dispatchEvent(new Event("visibilitychange"));
      Object.defineProperty(document, "hidden", { value: false, configurable: true });
    }""")
    page.get_by_role("heading", name="The camera stopped while you were away").wait_for()
    assert page.evaluate(RUNNING) == 0

    start(page)
    page.locator(".camera-sign").wait_for()
    page.get_by_role("link", name="Photo").click()
    page.get_by_role("heading", name="Drop photos here").wait_for()
    page.wait_for_function(f"() => ({RUNNING}) === 0")


@pytest.mark.parametrize(
    ("error", "title", "advice"),
    [
        ("NotAllowedError", "The camera was not allowed", "site settings"),
        ("NotFoundError", "No camera found", "use a photo instead"),
        ("NotReadableError", "The camera cannot be opened", "Another program"),
    ],
)
def test_a_camera_that_cannot_be_had_is_explained(open_page: OpenPage, error: str, title: str, advice: str) -> None:
    refuse = f"navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('', '{error}'))"
    page = open_page("mirror", before=refuse)
    start(page)
    alert = page.get_by_role("alert")
    alert.get_by_role("heading", name=title).wait_for()
    assert advice in alert.inner_text()
    assert alert.get_by_role("button", name="Try again").is_visible()


def test_a_lost_connection_turns_the_camera_off_and_says_so(open_page: OpenPage) -> None:
    page = open_page("mirror", before=STREAMS)
    page.route_web_socket("**/api/live", lambda line: line.close())
    start(page)
    page.get_by_role("heading", name="The connection to the studio was lost").wait_for()
    assert page.evaluate(RUNNING) == 0


def test_nobody_in_view_is_told(open_page: OpenPage) -> None:
    """A camera that sees a wall: a canvas instead of the clip."""
    wall = """
      navigator.mediaDevices.getUserMedia = async () => {
        const canvas = Object.assign(document.createElement("canvas"), { width: 320, height: 240 });
        const paint = () => canvas.getContext("2d").fillRect(0, 0, 320, 240);
        paint();
        setInterval(paint, 100);
        return canvas.captureStream(10);
      };
    """
    page = open_page("mirror", before=wall)
    start(page)
    page.get_by_text("No face in view").wait_for()
    assert page.locator(".live-person").count() == 0


def test_several_people_get_an_emoji_and_an_avatar_each(open_page: OpenPage) -> None:
    page = open_page("mirror", before=TWO_PEOPLE)
    start(page)
    page.locator(".live-person img:not(.waiting)").nth(1).wait_for()
    page.locator(".live-emoji[src]").nth(1).wait_for()
    left, right = (box.bounding_box()["x"] for box in page.locator(".live-box").all())
    assert left != right


def test_whoever_has_an_avatar_wears_it(open_page: OpenPage) -> None:
    spec = {"version": 1, "background": {"style": "circle", "colour": GREEN}}
    page = open_page("mirror", before=f"localStorage.setItem('mien.me', JSON.stringify({spec!r}))")
    start(page)
    assert page.get_by_role("radio", name="Me", exact=True).get_attribute("aria-checked") == "true"
    image = page.locator(".live-person img")
    image.and_(page.locator(f'[src*="{GREEN.replace("#", "%23")}"]')).wait_for()
    page.get_by_role("radio", name="As I look").click()
    image.and_(page.locator(f':not([src*="{GREEN.replace("#", "%23")}"])')).wait_for()
