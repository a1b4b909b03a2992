"""The catalogue: Unicode's list is whole, names come in CLDR's languages, and a search finds what people look for."""

import json

import pytest
from typer.testing import CliRunner

from mien import MienError
from mien.cli import app
from mien.emoji import RECIPES, catalogue

run = CliRunner().invoke


def test_the_file_is_small_and_carries_its_licences():
    assert catalogue.PLACE.stat().st_size <= 1_500_000
    text = catalogue._text("LICENCES.txt")
    assert "UNICODE LICENSE V3" in text
    assert "MIT License" in text


def test_every_emoji_is_there_once_in_unicode_s_order():
    everything = catalogue.emoji()
    assert len(everything) >= 1900
    assert len({e.text for e in everything}) == len(everything)
    assert [e.text for e in everything[:3]] == ["😀", "😃", "😄"]
    assert [e.order for e in everything] == list(range(len(everything)))
    assert {e.group for e in everything} == {
        "smileys-emotion", "people-body", "animals-nature", "food-drink", "travel-places", "activities", "objects",
        "symbols", "flags",
    }  # fmt: skip


def test_every_face_that_mien_draws_is_in_it_under_its_name():
    for text, recipe in RECIPES.items():
        assert catalogue.get(text).name == recipe.name


@pytest.mark.parametrize("lang", catalogue.languages())
def test_a_language_names_nearly_every_emoji(lang):
    names = [e.name for e in catalogue.emoji(lang)]
    assert all(names)
    if "-" not in lang and lang != "en":
        english = [e.name for e in catalogue.emoji("en")]
        assert sum(a != b for a, b in zip(names, english, strict=True)) > 500
    catalogue.emoji.cache_clear()


@pytest.mark.parametrize(
    ("lang", "name"),
    [("fr", "visage rieur"), ("de", "grinsendes Gesicht"), ("ja", "にっこり笑う"), ("pt-PT", "cara sorridente")],
)
def test_names_are_cldr_s(lang, name):
    assert catalogue.name("😀", lang) == name


def test_skin_tones_and_genders_are_told_and_found():
    wave = catalogue.get("👋")
    assert wave.tones == {str(i + 1): "👋" + chr(catalogue.LIGHT + i) for i in range(5)}
    assert catalogue.get("👋🏽") == wave
    assert len(catalogue.get("🧑‍🤝‍🧑").tones) == 25
    assert (catalogue.get("🙎‍♀️").gender, catalogue.get("🙎‍♂️").gender, catalogue.get("🙎").gender) == ("f", "m", "")
    assert catalogue.get("☺") == catalogue.get("☺️")


@pytest.mark.parametrize(
    ("words", "lang", "wanted"),
    [
        ("cry", "en", "😢"), ("pleurer", "fr", "😢"), ("llora", "es", "😢"), ("weinen", "de", "😢"), ("哭", "zh", "😢"),
        ("泣", "ja", "😢"), ("بكاء", "ar", "😢"), ("birthday cake", "en", "🎂"), ("anniversaire", "fr", "🥳"),
        ("GÂTEAU", "fr", "🎂"), ("gateau", "fr", "🎂"), ("red heart", "en", "❤️"), ("party", "de", "🥳"),
    ],
)  # fmt: skip
def test_a_search_finds_what_people_look_for(words, lang, wanted):
    assert wanted in [f.emoji.text for f in catalogue.search(words, lang, 6)]


def test_all_words_must_fit_and_nothing_fits_nonsense():
    assert all("heart" in " ".join([f.emoji.name, *f.emoji.keywords]) for f in catalogue.search("heart arrow", limit=3))
    assert catalogue.search("qqqqzzz") == []
    assert catalogue.search("  ") == []


def test_languages_are_found_by_locale_names():
    assert catalogue.language("fr_CH.UTF-8") == "fr-CH" if "fr-CH" in catalogue.languages() else "fr"
    assert catalogue.language("pt_BR") == "pt"
    assert catalogue.language("nb") == "no"
    with pytest.raises(MienError, match="no language 'klingon'"):
        catalogue.language("klingon")


def test_what_is_no_emoji_is_refused():
    with pytest.raises(MienError, match="'x' is no emoji"):
        catalogue.get("x")


def test_the_commands_print_lines_and_json():
    found = run(app, ["emoji", "search", "crying", "--lang", "en", "--json"])
    assert found.exit_code == 0
    assert "😢" in [row["emoji"] for row in json.loads(found.stdout)]
    assert run(app, ["emoji", "search", "cake", "birthday", "--limit", "1"]).stdout == "🎂\tbirthday cake\n"
    assert run(app, ["emoji", "search", "qqqqzzz"]).exit_code == 1
    shown = json.loads(run(app, ["emoji", "show", "😢", "--json"]).stdout)
    assert max(shown["profile"], key=shown["profile"].get) == "sadness"
    assert "fr" in run(app, ["emoji", "languages"]).stdout.split()
