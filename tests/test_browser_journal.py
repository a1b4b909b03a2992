"""The page Journal in a real browser: nothing before consent, then a recording, its chart, and nothing again."""

from __future__ import annotations

import csv
import re
from typing import Any
from urllib.request import Request, urlopen

import pytest

from studio_browser import ACTED, PHONE, OpenPage, wide

API = "/api/journal"


@pytest.fixture(autouse=True)
def _off(studio: str) -> None:
    """Each test finds the journal off."""
    urlopen(Request(f"{studio}{API}", method="DELETE")).close()


def check_accessibility(page: Any) -> None:
    """axe-core finds nothing serious."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    serious = [v for v in axe.run(page).response["violations"] if v["impact"] in ("serious", "critical")]
    assert not serious, [(v["id"], [node["target"] for node in v["nodes"]]) for v in serious]


def agree(page: Any) -> None:
    page.get_by_role("heading", name="The journal is off").wait_for()
    check_accessibility(page)
    page.get_by_role("button", name="I have read this and agree").click()
    page.get_by_role("heading", name="Nothing is recorded yet").wait_for()


def test_consent_then_a_recording_then_nothing(open_page: OpenPage, studio: str) -> None:
    """The whole way: agree, record what the camera shows, look, take along, delete, take the consent back."""
    page = open_page("journal")
    agree(page)
    page.get_by_role("button", name="Record in the Mirror").click()
    page.get_by_role("button", name=re.compile("camera", re.IGNORECASE)).first.click()
    page.get_by_role("button", name="Recording for me").wait_for()
    page.wait_for_timeout(2500)
    page.get_by_role("button", name="Recording for me").click()
    page.get_by_role("button", name="Record", exact=True).wait_for()

    page.goto(f"{studio}/#/journal")
    page.locator(".session-head h2", has_text="Mirror, ").wait_for()
    page.locator(".whole li").first.wait_for()
    assert page.locator(".whole li span").nth(0).inner_text().lower() in ACTED
    assert page.locator(".chart-areas polygon").count() >= 1
    page.get_by_text("As a table").click()
    check_accessibility(page)
    plot = page.get_by_role("slider")
    plot.focus()
    page.keyboard.press("End")
    assert "%" in plot.get_attribute("aria-valuetext")
    with page.expect_download() as download:
        page.get_by_role("link", name="Take along (CSV)").click()
    rows = list(csv.DictReader(download.value.path().open(encoding="utf-8", newline="")))
    assert len(rows) >= 2 and {row["person"] for row in rows} == {"me"}

    page.get_by_role("button", name="Delete session").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete session").click()
    page.get_by_role("heading", name="Nothing is recorded yet").wait_for()
    page.get_by_role("button", name="Take back the consent of me").click()
    page.get_by_role("button", name="Stop and delete").click()
    page.get_by_role("heading", name="The journal is off").wait_for()


def test_the_mirror_does_not_record_while_the_journal_is_off(open_page: OpenPage, studio: str) -> None:
    page = open_page("mirror")
    page.get_by_role("button", name=re.compile("camera", re.IGNORECASE)).first.click()
    page.get_by_role("button", name="Record", exact=True).click()
    page.locator(".toast", has_text="The journal is off").wait_for()
    assert page.get_by_role("button", name="Record", exact=True).get_attribute("aria-pressed") == "false"
    assert page.request.get(f"{studio}{API}").json()["sessions"] == []


def test_a_group_agrees_and_the_expiry_is_chosen(open_page: OpenPage, studio: str) -> None:
    page = open_page("journal", viewport=PHONE)
    page.get_by_label("Who agrees?").fill("guests")
    page.get_by_text("This is a group").click()
    page.get_by_role("button", name="They have read this and agree").click()
    page.get_by_text("everybody in view, since").wait_for()
    page.get_by_label("Delete entries after").select_option(label="7 days")
    page.locator(".toast", has_text="Entries are deleted after 7 days").wait_for()
    state = page.request.get(f"{studio}{API}").json()
    assert state["days_kept"] == 7 and state["consents"][0]["everyone"]
    assert not wide(page)
    page.get_by_role("button", name="Delete everything").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete everything").click()
    page.get_by_role("heading", name="The journal is off").wait_for()


def test_a_name_that_cannot_be_is_told(open_page: OpenPage, studio: str) -> None:
    page = open_page("journal", provokes="422")
    page.get_by_label("Who agrees?").fill("a\u200bb")
    page.get_by_role("button", name="They have read this and agree").click()
    page.locator(".toast", has_text="a name has 1 to 80 printable characters").wait_for()
    assert page.request.get(f"{studio}{API}").json()["on"] is False


@pytest.mark.parametrize("language", ["ar", "ja"])
def test_it_speaks_other_languages(open_page: OpenPage, language: str) -> None:
    page = open_page("journal", language=language, viewport=PHONE)
    page.locator(".consent").wait_for()
    assert "journal." not in page.locator("main").inner_text()
    assert not re.search("[a-z]{4}", page.locator(".consent-lists").inner_text().replace("me", ""))
    assert not wide(page)
