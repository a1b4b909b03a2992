"""The page Me in a real browser: an avatar guessed, edited, kept, taken along."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from studio_browser import ASTRONAUT, PHONE, WEB, OpenPage, wide

LARGE = ".me-glass .avatar"
#: Somebody is in the browser's storage before the page looks.
SOMEBODY = "localStorage.setItem('mien.me', JSON.stringify(%s))"


def somebody(**groups: Any) -> str:
    from mien.avatar.presets import random_person

    return SOMEBODY % json.dumps(random_person(5).edited(groups).to_dict())


def spec(page: Any) -> dict[str, Any]:
    """The avatar as the other pages have it."""
    told = page.evaluate("import('/static/me.js').then(({ me }) => me.spec)")
    assert isinstance(told, dict)
    return told


def ready(page: Any) -> None:
    page.locator(f"{LARGE}[src]").wait_for()


def after(page: Any, act: Any) -> None:
    """Do something, and wait until the large drawing is another one."""
    before = page.locator(LARGE).get_attribute("src")
    act()
    page.wait_for_function("([large, before]) => document.querySelector(large).src !== before", arg=[LARGE, before])


def group(page: Any, name: str) -> None:
    page.locator(f'[role="tab"][data-group="{name}"]').click()


def test_a_photo_becomes_an_avatar_whose_every_step_can_be_taken_back(open_page: OpenPage) -> None:
    page = open_page("me")
    page.locator('input[accept^="image"]').last.set_input_files(str(ASTRONAUT))
    ready(page)
    page.locator('.face[data-expression="surprise"] img[src]').wait_for()
    guessed = spec(page)
    assert page.evaluate("localStorage.getItem('mien.me')") is None  # nothing is kept unasked

    after(page, page.get_by_role("radio", name="Afro", exact=True).click)
    after(page, page.locator('[data-path="hair.colour"]').get_by_role("radio", name="Pink").click)
    edited = spec(page)
    assert (edited["hair"]["style"], edited["hair"]["colour"]) == ("afro", "#e58aa8")

    after(page, lambda: page.keyboard.press("Control+z"))
    after(page, page.get_by_role("button", name="Undo").click)
    assert spec(page) == guessed
    assert page.get_by_role("button", name="Undo").is_disabled()
    after(page, lambda: page.keyboard.press("Control+Shift+z"))
    after(page, lambda: page.keyboard.press("Control+y"))
    assert spec(page) == edited

    group(page, "me")  # guesses are told with how sure they are
    assert page.locator(".bars .bar").count() >= 10


def test_every_part_has_a_picker_that_changes_it(open_page: OpenPage) -> None:
    page = open_page("me", before=somebody(**{"facial_hair.style": "full", "glasses.style": "round"}))
    ready(page)
    parts = {one["path"] for one in page.request.get("/api/avatar/choices").json()["choices"]}
    seen: set[str] = set()
    for tab in page.locator('[role="tab"]').all():
        tab.click()
        seen |= set(page.eval_on_selector_all("[data-path]", "found => found.map((one) => one.dataset.path)"))
    assert seen == parts

    group(page, "face")
    jaw = page.get_by_label("Jaw")
    before = spec(page)["shape"]["jaw"]
    jaw.focus()
    after(page, lambda: page.keyboard.press("End"))
    after(page, lambda: page.keyboard.press("ArrowLeft"))
    assert spec(page)["shape"]["jaw"] == pytest.approx(0.99)
    page.get_by_label("Any colour").fill("#12aa34")
    page.wait_for_function("() => import('/static/me.js').then(({ me }) => me.spec.skin.colour === '#12aa34')")
    group(page, "marks")
    page.get_by_role("button", name="Dimples").click()
    page.get_by_role("button", name="Hearing aid").click()
    assert spec(page)["extras"]["worn"] == ["dimples", "hearing-aid"]
    for _ in range(3):
        page.keyboard.press("Control+z")
    page.keyboard.press("Control+z")  # the two keys of the slider are one step each
    page.keyboard.press("Control+z")
    assert spec(page)["shape"]["jaw"] == before


def test_expressions_are_drawn_and_worn(open_page: OpenPage) -> None:
    page = open_page("me", before=somebody(), viewport=PHONE)
    ready(page)
    page.locator('.face[data-expression="surprise"] img[src]').wait_for()
    after(page, page.get_by_role("radio", name="Surprise").click)
    assert page.locator(LARGE).get_attribute("alt") == "Your avatar: Surprise"
    page.keyboard.press("ArrowRight")
    page.locator(f'{LARGE}[data-expression="sadness"]').wait_for()
    page.get_by_role("button", name="All faces").click()
    assert page.locator("dialog .face").count() > 100
    page.locator('dialog .face[data-expression="🤠"]').click()
    page.locator(f'{LARGE}[data-expression="🤠"]').wait_for()
    assert page.locator('.face[data-expression="🤠"]').get_attribute("aria-checked") == "true"
    assert not wide(page)


def test_it_is_kept_when_told_and_taken_along(open_page: OpenPage, tmp_path: Path) -> None:
    page = open_page("me", provokes="422")
    page.get_by_role("button", name="Surprise me").click()
    ready(page)
    stored = "JSON.parse(localStorage.getItem('mien.me'))"
    page.locator(".me-out").get_by_role("button", name="Download").click()
    page.get_by_text("Keep it in this browser").click()
    page.wait_for_function(f"() => {stored} !== null")
    with page.expect_download() as wait:
        page.get_by_role("button", name="Save as a file").click()
    wait.value.save_as(tmp_path / "me.json")
    first = spec(page)
    with page.expect_download() as wait:
        page.locator(".me-panel").get_by_role("button", name="Download").click()
    wait.value.save_as(tmp_path / "me.png")
    assert (tmp_path / "me.png").read_bytes().startswith(b"\x89PNG")

    after(page, page.get_by_role("button", name="Surprise me").click)
    page.wait_for_function(
        f"() => import('/static/me.js').then(({{ me }}) => me.saved && {stored} !== null)"
    )  # it follows
    assert spec(page) != first
    page.locator('.me-panel input[type="file"]').set_input_files(str(tmp_path / "me.json"))
    page.wait_for_function(
        "told => import('/static/me.js').then(({ me }) => JSON.stringify(me.spec) === told)",
        arg=json.dumps(first, separators=(",", ":"), ensure_ascii=False),
    )
    page.get_by_text("Keep it in this browser").click()
    page.wait_for_function(f"() => {stored} === null")

    (tmp_path / "not.json").write_text('{"hair": {"style": "no such hair"}}')
    page.locator('.me-panel input[type="file"]').set_input_files(str(tmp_path / "not.json"))
    page.get_by_text("This is not an avatar’s file").first.wait_for()
    assert spec(page) == first


def test_the_camera_is_guessed_from_and_let_go(open_page: OpenPage) -> None:
    page = open_page("me")
    page.get_by_role("button", name="Use the camera").click()
    video = page.locator("dialog video")
    video.wait_for()
    page.wait_for_function("() => document.querySelector('dialog video').videoWidth > 0")
    stream = video.evaluate_handle("video => video.srcObject")
    page.get_by_role("button", name="Take the picture").click()
    ready(page)
    assert stream.evaluate("stream => stream.getTracks().every((track) => track.readyState === 'ended')")


def test_a_sticker_pack_is_made_and_downloaded(open_page: OpenPage, tmp_path: Path) -> None:
    page = open_page("me", before=somebody())
    ready(page)
    page.route("**/api/stickers", lambda route: route.continue_(
        post_data=json.dumps({**route.request.post_data_json, "count": 3})))  # fmt: skip
    page.locator(".me-out").get_by_role("button", name="Stickers").click()
    page.get_by_role("radio", name="Slack").click()
    page.get_by_role("button", name="Make the pack").click()
    page.locator(".me-panel").get_by_text("3 stickers").wait_for()
    assert page.locator(".me-pack img").count() == 3
    with page.expect_download() as wait:
        page.get_by_role("link", name="Download the pack").click()
    wait.value.save_as(tmp_path / "pack.zip")
    assert (tmp_path / "pack.zip").read_bytes().startswith(b"PK")


def test_the_platforms_are_those_there_are() -> None:
    from mien.stickers import PLATFORMS

    table = re.search(r"PLATFORMS = \{(.+?)\};", (WEB / "pages/me-stickers.js").read_text(), re.DOTALL)
    assert table
    assert set(re.findall(r'"?([\w-]+)"?: "', table[1])) == set(PLATFORMS)


def test_axe_finds_nothing_serious_in_the_editor(open_page: OpenPage) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    page = open_page("me", before=somebody(), color_scheme="light", reduced_motion="reduce")
    ready(page)
    found = {}
    for name, theme in (("hair", "light"), ("face", "dark"), ("take", "dark"), ("stickers", "light")):
        page.emulate_media(color_scheme=theme)
        group(page, name)
        found[name] = [
            (one["id"], one["nodes"][0]["html"][:160])
            for one in axe.run(page).response["violations"] if one["impact"] in ("serious", "critical")
        ]  # fmt: skip
    assert not any(found.values()), found
