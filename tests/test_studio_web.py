"""The studio's page as files: words in every language, weight, nothing inline, nothing foreign."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

WEB = Path(__file__).parents[1] / "src/mien/studio/web"
SOURCES = sorted(path for path in WEB.rglob("*") if path.suffix in {".js", ".css", ".html"})
LANGUAGES = {"en", "es", "fr", "de", "hi", "ar", "zh", "ja"}


def words(language: str) -> dict[str, str | dict[str, str]]:
    told = json.loads((WEB / "lang" / f"{language}.json").read_text())
    assert isinstance(told, dict)
    return told


def test_there_are_eight_languages() -> None:
    assert {path.stem for path in (WEB / "lang").glob("*.json")} == LANGUAGES


@pytest.mark.parametrize("language", sorted(LANGUAGES - {"en"}))
def test_a_language_has_every_key_with_its_slots(language: str) -> None:
    english, told = words("en"), words(language)
    assert set(told) == set(english)

    def slots(text: str | dict[str, str]) -> set[str]:
        return set(re.findall(r"\{(\w+)\}", text if isinstance(text, str) else text["other"]))

    assert not [key for key in english if slots(told[key]) != slots(english[key])]


def test_every_key_that_a_page_asks_for_exists() -> None:
    asked = {
        key
        for path in SOURCES
        for key in re.findall(r'[^\w.]t\("([\w.-]+)"', path.read_text())
        if not key.endswith(".")
    }
    assert len(asked) > 100
    assert asked <= {*words("en"), "NAME.word"}  # the latter is app.js telling how


def test_the_page_is_light() -> None:
    """All of it, but for the sample photos, fits 500 kB; a visit loads one language and one page."""
    once = [path for path in WEB.rglob("*") if path.is_file() and path.parent.name not in {"sample", "lang"}]
    language = max(path.stat().st_size for path in (WEB / "lang").glob("*.json"))
    assert sum(path.stat().st_size for path in once) + language <= 500_000


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.name)
def test_nothing_is_inline_or_foreign(path: Path) -> None:
    code = re.sub(r"^\s*//.*$", "", path.read_text(), flags=re.MULTILINE)
    name = "http://www.w3.org/2000/svg"  # not an address
    assert not re.findall(r"//[a-z][\w-]*\.[a-z]\S*", code.replace(name, ""))
    assert not re.search(r"innerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function", code)
    if path.suffix == ".html":
        assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)", code)
