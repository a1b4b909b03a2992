"""The page Lab in a real browser: from a folder of faces to the network that the studio uses; stopping, cleaning."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest

from lab_studio import tiny_folder, tiny_zip
from studio_browser import PHONE, OpenPage, wide

#: What is waited for where a process starts that imports torch, ms: a busy machine is slow.
LONG = 120_000


@pytest.fixture(autouse=True)
def _empty(studio: str) -> Iterator[None]:
    """Each test finds the lab empty, and leaves it so."""
    urlopen(Request(f"{studio}/api/lab", method="DELETE")).close()
    yield
    urlopen(Request(f"{studio}/api/lab", method="DELETE")).close()


def bring(page: Any, folder: Path) -> None:
    page.locator(".dropzone input[webkitdirectory]").set_input_files(folder)
    page.locator(".lab-verdict").wait_for(timeout=LONG)


def press(page: Any, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def choose(page: Any, epochs: int) -> None:
    """From the look at the data to a training that runs."""
    press(page, "Next")
    page.get_by_label("Level the head").uncheck()
    page.locator(".lab-sheet:not([aria-busy])").wait_for()
    press(page, "Next")
    page.get_by_role("radio", name="mobile").check()
    page.get_by_role("spinbutton", name="Epochs").fill(str(epochs))
    page.get_by_text("Advanced").click()
    page.get_by_label("Faces in a batch").fill("8")
    press(page, "Start training")
    page.locator(".lab-plot").first.wait_for()


#: Notes how many points the curve of accuracy has whenever the page changes.
WATCH = """() => {
  window.points = [];
  const look = () => {
    const line = document.querySelector("polyline.lab-valid");
    const points = (line?.getAttribute("points") ?? "").split(" ").filter(Boolean);
    const count = document.querySelector("circle.lab-valid") ? 1 : points.length;
    if (line || count) { if (window.points.at(-1) !== count) window.points.push(count); }
  };
  new MutationObserver(look).observe(document.querySelector("main"), { childList: true, subtree: true });
}"""


def no_serious_finding(page: Any) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    told = axe.run(page).response
    serious = [one for one in told["violations"] if one["impact"] in ("serious", "critical")]
    assert told["passes"] and not serious, [(one["id"], one["nodes"][0]["html"][:160]) for one in serious]


def test_a_beginner_follows_the_button_to_a_network_in_use(open_page: OpenPage, studio: str, tmp_path: Path) -> None:
    page = open_page("lab")
    bring(page, tiny_folder(tmp_path / "tiny"))
    assert "Nothing wrong found" in page.locator(".lab-verdict").inner_text()
    assert page.locator(".lab-counts li").count() == 2
    page.evaluate(WATCH)
    choose(page, epochs=2)
    page.get_by_role("button", name="Measure it", exact=True).wait_for(timeout=LONG)
    moved = page.evaluate("window.points")
    assert moved[0] == 0 and moved[-1] == 2 and moved == sorted(moved)
    no_serious_finding(page)
    press(page, "Measure it")
    page.locator(".lab-tile").first.wait_for(timeout=LONG)
    assert [one.inner_text() for one in page.locator(".lab-tile dt").all()] == [
        "Accuracy", "Mean recall", "Mean F1", "Calibration error",
    ]  # fmt: skip
    assert sum(int(cell) for cell in page.locator(".lab-cell").all_inner_texts()) == 16
    assert page.locator(".lab-examples img").count() >= 4
    press(page, "Take a sample")
    page.locator(".lab-said").wait_for()
    no_serious_finding(page)
    with page.expect_download() as download:
        page.get_by_role("link", name="Download (ONNX)").click()
    assert download.value.suggested_filename == "mobile-tiny.onnx" and download.value.path().stat().st_size > 1_000_000

    press(page, "Use it in the studio")
    page.locator(".toast", has_text="now reads faces with your network").wait_for()
    assert active(studio) == "mobile-tiny.onnx"
    press(page, "Back to the shipped network")
    page.locator(".toast", has_text="The shipped network is in use again").wait_for()
    assert active(studio) == "expression"


def active(studio: str) -> str:
    with urlopen(f"{studio}/api/models") as answer:
        return str(json.load(answer)["active"])


def test_a_training_is_stopped_and_goes_on_on_a_phone(open_page: OpenPage, tmp_path: Path) -> None:
    page = open_page("lab", viewport=PHONE)
    bring(page, tiny_folder(tmp_path / "tiny"))
    assert not wide(page)
    choose(page, epochs=400)
    page.locator(".lab-table tbody tr").first.wait_for(state="attached", timeout=LONG)
    press(page, "Stop")
    page.get_by_role("button", name="Go on", exact=True).wait_for(timeout=LONG)
    assert page.locator(".lab-state").inner_text() == "Stopped" and not wide(page)
    done = page.locator(".lab-table tbody tr").count()
    page.reload()  # it is found again, where it was
    press(page, "Go on")
    page.locator(".lab-table tbody tr").nth(done).wait_for(state="attached", timeout=LONG)
    page.get_by_role("button", name="Data", exact=True).click()
    page.get_by_role("button", name="Delete mobile, tiny").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete", exact=True).click()
    page.get_by_role("heading", name="Your trainings").wait_for(state="detached")


def test_what_is_wrong_is_cleaned(open_page: OpenPage, tmp_path: Path) -> None:
    page = open_page("lab")
    page.locator('.dropzone input[accept=".zip,.csv"]').set_input_files(tiny_zip(tmp_path, spoilt=True))
    page.locator(".lab-verdict.bad").wait_for(timeout=LONG)
    page.get_by_text("cannot be read, and are left out").click()
    page.get_by_text("train/sad/broken.png").wait_for()
    no_serious_finding(page)
    press(page, "Clean it up")
    page.locator(".lab-verdict.good", has_text="Cleaned: 2 faces dropped").wait_for(timeout=LONG)


def test_a_path_is_enough_and_what_cannot_be_used_is_told(open_page: OpenPage, tmp_path: Path) -> None:
    page = open_page("lab", provokes="404")
    (tmp_path / "table.csv").write_text("a,b\n1,2\n")
    page.get_by_text("Use a path on this computer").click()
    field = page.get_by_label("Whole path of a folder")
    field.fill(str(tmp_path / "nothing.csv"))
    field.press("Enter")
    page.locator(".toast", has_text="no such file or folder").wait_for()
    field.fill(str(tmp_path / "table.csv"))
    field.press("Enter")
    page.get_by_role("heading", name="This data cannot be used").wait_for(timeout=LONG)
    press(page, "Choose other data")
    page.get_by_role("heading", name="Bring a set of faces").wait_for()


def test_without_the_lab_s_packages_one_sentence_says_what_to_do(open_page: OpenPage) -> None:
    page = open_page("about")
    told = page.request.get("/api/lab").json() | {"available": False}
    page.route("**/api/lab", lambda route: route.fulfill(json=told))
    page.evaluate("location.hash = '#/lab'")
    page.get_by_role("heading", name="The lab is not installed").wait_for()
    assert page.locator(".message code").inner_text() == "pip install 'mien[lab]'"
    assert not page.locator(".dropzone").count()


@pytest.mark.parametrize("language", ["ar", "hi", "zh"])
def test_the_steps_speak_other_languages(open_page: OpenPage, tmp_path: Path, language: str) -> None:
    page = open_page("lab", language=language, viewport=PHONE)
    bring(page, tiny_folder(tmp_path / "tiny"))
    for number in (2, 3):
        page.locator(".lab-stop").nth(number).click()
        page.locator('.lab-stop[aria-current="step"]').nth(0).wait_for()
        page.locator(f".lab-{('prepare', 'network')[number - 2]} .lab-card").first.wait_for()
        assert not re.search(r"\blab\.[a-z]", page.locator("main").inner_text())
        assert not wide(page)
