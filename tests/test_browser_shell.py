"""What every page of the studio shares, in a real browser: languages, keyboard, themes, accessibility."""

from __future__ import annotations

import re
from typing import Any

import pytest

from studio_browser import DESKTOP, PHONE, WEB, OpenPage, wide

#: As app.js lists them.
PAGES = re.findall(r'"(\w+)"', re.search(r"export const PAGES = (.+);", (WEB / "app.js").read_text())[1])
LANGUAGES = ("en", "es", "fr", "de", "hi", "ar", "zh", "ja")
#: A key that was not translated shows as itself.
BARE_KEY = re.compile(rf"\b({'|'.join(PAGES)}|nav|word|settings|problem|label)\.[a-z]")


def visit(page: Any, name: str) -> None:
    page.evaluate(f"location.hash = '#/{name}'")
    page.locator(f".page-{name} h1").wait_for()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_speaks_the_language_and_fits_a_phone(open_page: OpenPage, language: str) -> None:
    page = open_page(language=language, viewport=PHONE)
    assert page.evaluate("[document.documentElement.lang, document.documentElement.dir]") == [
        language, "rtl" if language == "ar" else "ltr",
    ]  # fmt: skip
    for name in PAGES:
        visit(page, name)
        assert not BARE_KEY.search(page.locator("body").inner_text())
        assert not wide(page), name


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_serious(open_page: OpenPage, theme: str) -> None:
    """axe-core (Deque), whose rules are those of WCAG 2.1 A and AA, and its own best practices. What is dark differs by
    its colours alone."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    page = open_page(color_scheme=theme, reduced_motion="reduce")
    options = None if theme == "light" else {"runOnly": ["color-contrast"]}
    found: dict[str, list[str]] = {}

    def check(what: str) -> None:
        told = axe.run(page, options=options).response
        assert told["passes"]  # it looked
        for one in told["violations"]:
            if one["impact"] in ("serious", "critical"):
                found.setdefault(what, []).append(f"{one['id']}: {one['nodes'][0]['html'][:160]}")

    for name in PAGES:
        visit(page, name)
        check(name)
    visit(page, "photo")
    page.get_by_role("button", name="Try samples").click()
    page.locator(".face-avatar:not(.waiting)").wait_for()
    check("photo with a face")
    page.get_by_role("button", name="Settings").click()
    page.get_by_role("dialog").wait_for()
    check("settings")
    page.keyboard.press("Escape")
    visit(page, "mirror")
    page.get_by_role("button", name="Start the camera").click()
    page.locator(".live-person img[src]").wait_for()
    check("mirror with a face")
    assert not found


def test_the_keyboard_reaches_everything(open_page: OpenPage) -> None:
    page = open_page()
    page.keyboard.press("Tab")
    assert page.locator(":focus").inner_text() == "Skip to the page"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"

    settings = page.get_by_role("button", name="Settings")
    settings.focus()
    page.keyboard.press("Enter")
    page.get_by_role("dialog", name="Settings").wait_for()
    page.keyboard.press("Escape")
    page.get_by_role("dialog").wait_for(state="detached")
    assert settings.evaluate("button => button === document.activeElement")

    page.get_by_role("link", name="About").focus()
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="About and privacy").wait_for()
    page.wait_for_function("() => document.activeElement.id === 'main'")
    page.wait_for_function("() => document.getElementById('live').textContent === 'About'")


def test_theme_and_language_are_chosen_and_kept(open_page: OpenPage) -> None:
    page = open_page(color_scheme="light")
    ground = "getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(ground)
    page.get_by_role("button", name="Settings").click()
    page.get_by_role("radio", name="Dark").click()
    assert page.evaluate(ground) != light
    page.get_by_label("Language").select_option("de")
    page.get_by_role("heading", name="Fotos hierher ziehen").wait_for()
    page.reload()
    page.get_by_role("heading", name="Fotos hierher ziehen").wait_for()
    assert page.evaluate(ground) != light


def test_everything_kept_is_deleted_in_one_step(open_page: OpenPage) -> None:
    page = open_page("about")
    page.evaluate("localStorage.setItem('mien.me', JSON.stringify({ version: 1 }))")
    learnt = {"emoji": "🎂", "face": {"probabilities": {"happiness": 1.0}}, "shown": ["🥳", "🎂"]}
    assert page.request.post("/api/suggest/pick", data=learnt).ok
    page.reload()
    page.get_by_role("button", name="Delete everything").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete everything").click()
    page.get_by_text("Everything is deleted.").first.wait_for()
    assert page.evaluate("Object.keys(localStorage)") == []
    assert page.request.get("/api/suggest/picks").json() == {"picks": []}


def test_the_networks_are_told(open_page: OpenPage) -> None:
    page = open_page("about")
    page.locator(".model-card").nth(4).wait_for()
    assert "In use" in page.locator(".model-card", has_text="docs/models/expression.md").inner_text()


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_the_navigation_is_in_view(open_page: OpenPage, viewport: Any) -> None:
    page = open_page(viewport=viewport)
    for link in page.get_by_role("navigation").get_by_role("link").all():
        box = link.bounding_box()
        assert box["x"] >= 0 and box["x"] + box["width"] <= viewport["width"]
        assert box["y"] >= 0 and box["y"] + box["height"] <= viewport["height"]
        assert box["height"] >= 44 and box["width"] >= 44  # large enough for a finger
