"""The documentation site: nothing is left out of it, and it opens, searches and changes its colours without a network.

`.ci/run` builds the whole site with warnings as errors; here a few pages are built with the same settings.
"""

from __future__ import annotations

import html
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from conftest import need_program
from doc_pages import DOCS

pytest.importorskip("sphinx", reason="the site needs Sphinx: pip install 'mien[docs]'")

EXTENSIONS = "myst_parser,sphinx.ext.autodoc,pages,api,sidebar,offline"
PAGES = {
    "index.md": """# Front page

<picture>
  <source media="(prefers-color-scheme: dark)" srcset="figures/night.svg">
  <img src="figures/day.svg" width="84" alt="Day or night">
</picture>

## Start

| | |
| --- | --- |
| [tutorial](tutorial.md) | birds |

## Reference

| | |
| --- | --- |
| [Python](reference/python.md) | names |
| [Commands](reference/commands.md) | all of them |
""",
    "tutorial.md": "# Tutorial\n\nA pelican, and [the functions](reference/python.md#functions).\n\n## Steps\n\nOne.\n",
    "reference/python.md": "# Python\n\n## Functions\n\n```{eval-rst}\n.. autofunction:: mien.recognise\n```\n",
    "reference/commands.md": "# Commands\n\n<!-- every command, from its --help -->\n",
}


@pytest.fixture(scope="module")
def sources(monkeypatch_module: pytest.MonkeyPatch) -> None:
    monkeypatch_module.syspath_prepend(DOCS / "_site")


@pytest.fixture(scope="module")
def monkeypatch_module() -> Iterator[pytest.MonkeyPatch]:
    with pytest.MonkeyPatch.context() as patch:
        yield patch


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small site, built as the large one is: warnings are errors."""
    folder = tmp_path_factory.mktemp("site")
    for name, text in PAGES.items():
        (folder / "pages" / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / "pages" / name).write_text(text, encoding="utf-8")
    (folder / "pages/figures").mkdir()
    for name in ("day", "night"):
        (folder / "pages/figures" / f"{name}.svg").write_text(f'<svg xmlns="http://www.w3.org/2000/svg" id="{name}"/>')
    command = [sys.executable, "-m", "sphinx", "-W", "-q", "-c", DOCS, "-D", f"extensions={EXTENSIONS}"]
    done = subprocess.run([*command, folder / "pages", folder / "built"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return folder / "built"


def text_of(page: Path) -> str:
    return html.unescape(re.sub(r"<[^>]*>", "", page.read_text(encoding="utf-8")))


def test_pages_api_and_commands_are_built(site: Path) -> None:
    python = text_of(site / "reference/python.html")
    assert "crops: Sequence[NDArray[uint8]]" in python  # the signature, with arrays by their short name
    assert "Read the expressions of face crops" in python
    commands = text_of(site / "reference/commands.html")
    assert "mien photo [OPTIONS] PATH..." in commands
    assert 'mien journal delete --session "Friday night"' in commands


def test_the_navigation_folds_and_keeps_the_order_of_the_front_page(site: Path) -> None:
    page = (site / "reference/python.html").read_text(encoding="utf-8")
    sections = re.findall(r"<details( open)?><summary>(.*?)</summary>", page)
    assert sections == [("", "Start"), (" open", "Reference")]
    assert re.search(r'href="../tutorial.html">Tutorial</a>', page)


def test_the_site_opens_searches_and_darkens_from_a_disk_without_a_network(site: Path) -> None:
    program = need_program("chromium", "apt-get install chromium")
    playwright: Any = pytest.importorskip("playwright.sync_api", reason="pip install playwright")
    asked, wrong = [], []
    with playwright.sync_playwright() as tool:
        browser = tool.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-gpu"])
        tab = browser.new_page()
        tab.on("request", lambda request: asked.append(request.url))
        tab.on("pageerror", lambda error: wrong.append(str(error)))
        tab.goto((site / "index.html").as_uri())
        shown = 'article img[src*="{}"]'.format
        assert (tab.is_visible(shown("day")), tab.is_visible(shown("night"))) == (True, False)
        light = tab.evaluate("getComputedStyle(document.body).backgroundColor")
        tab.evaluate("document.body.dataset.theme = 'dark'")
        assert (tab.is_visible(shown("day")), tab.is_visible(shown("night"))) == (False, True)
        assert tab.evaluate("getComputedStyle(document.body).backgroundColor") != light
        tab.fill(".sidebar-search", "pelican")
        tab.press(".sidebar-search", "Enter")
        tab.wait_for_selector("ul.search li a")
        assert tab.inner_text("ul.search li a") == "Tutorial"
        browser.close()
    assert not wrong
    assert not [address for address in asked if not address.startswith("file:")]


def test_every_page_is_in_the_navigation_once(sources: None) -> None:
    from pages import navigation

    listed = re.findall(r"<([^>]+)>", navigation((DOCS / "index.md").read_text(encoding="utf-8")))
    written = {path.relative_to(DOCS).as_posix().removesuffix(".md") for path in DOCS.rglob("*.md")} - {"index"}
    assert sorted(listed) == sorted(written)


def test_every_command_is_in_the_reference(sources: None) -> None:
    import typer.main
    from commands import reference

    from mien.cli import app

    text = reference()

    def check(command: Any, name: str) -> None:
        for word, child in getattr(command, "commands", {}).items():
            assert child.hidden or re.search(rf"^#+ {name} {word}$", text, re.MULTILINE), f"{name} {word}"
            check(child, f"{name} {word}")

    check(typer.main.get_command(app), "mien")


def test_things_from_elsewhere_would_be_found(sources: None, tmp_path: Path) -> None:
    from offline import loaded_from_elsewhere

    fine = '<a href="https://example.org">a link</a><img src="figures/me.png">'
    for bad in (
        '<script src="https://cdn.example.org/x.js">', '<img alt="" src="//example.org/x.png">',
        '<link rel="stylesheet" href="https://fonts.example.org/css">',
    ):  # fmt: skip
        (tmp_path / "page.html").write_text(fine + bad)
        assert loaded_from_elsewhere(tmp_path), bad
    (tmp_path / "page.html").write_text(fine)
    assert not loaded_from_elsewhere(tmp_path)
    (tmp_path / "style.css").write_text("@font-face { src: url('https://example.org/x.woff2') }")
    assert loaded_from_elsewhere(tmp_path)


def test_the_sheet_to_print_says_what_the_sheet_to_copy_says() -> None:
    page = (DOCS / "consent-sheet.md").read_text(encoding="utf-8")
    copied = page.split("<!-- sheet -->")[1].split("<!-- end of sheet -->")[0]
    printed = re.sub(r".*</h1>", "", (DOCS / "consent-sheet.html").read_text(encoding="utf-8"), flags=re.DOTALL)
    words = re.sub(r"<[^>]*>", " ", html.unescape(printed)).split()
    assert words == re.sub(r"\*\*|^>", " ", copied, flags=re.MULTILINE).split()
