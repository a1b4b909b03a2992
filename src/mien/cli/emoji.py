"""`mien emoji`: the catalogue of all emoji, in every language that CLDR has."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mien.cli.terminal import print_json

if TYPE_CHECKING:
    from mien.emoji.catalogue import Emoji

emoji_app = typer.Typer(no_args_is_help=True, help="Search emoji and tell their names, in every language of CLDR.")

Language = Annotated[str, typer.Option("--lang", metavar="CODE", help="A language such as fr, pt-PT or zh-Hant.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@emoji_app.command("search", epilog='Example:  mien emoji search "cry" --lang fr')
def search(
    words: Annotated[list[str], typer.Argument(help="What it shows or says; the beginning of a word will do.")],
    lang: Language = "en",
    limit: Annotated[int, typer.Option(min=1, help="At most so many.")] = 10,
    as_json: Json = False,
) -> None:
    """Find emoji by their names and keywords, the best first. Nothing found ends with exit code 1."""
    from mien.emoji import catalogue
    from mien.errors import MienError

    wanted = " ".join(words)
    if not catalogue.folded(wanted).strip():
        raise MienError(f"nothing to search for in {wanted!r}: give a word, such as cake")
    found = catalogue.search(wanted, lang, limit)
    if as_json:
        print_json([describe(f.emoji) | {"score": f.score, "word": f.word} for f in found])
    else:
        gap = "  " if sys.stdout.isatty() else "\t"
        for f in found:
            typer.echo(f"{f.emoji.text}{gap}{f.emoji.name}")
    if not found:
        raise typer.Exit(1)


@emoji_app.command("show", epilog="Example:  mien emoji show 🥹 --lang de --json")
def show(
    text: Annotated[str, typer.Argument(metavar="EMOJI", help="An emoji, in any skin tone, or its CLDR name.")],
    lang: Language = "en",
    as_json: Json = False,
) -> None:
    """Tell an emoji's name, group, version, keywords and skin tones, and what it means where that is known."""
    from mien.emoji import catalogue

    told = describe(catalogue.get(text, lang) if catalogue.known(text) else catalogue.named(text, lang))
    if as_json:
        print_json(told)
        return
    for key, value in told.items():
        if value not in (None, "", [], {}):
            typer.echo(f"{key:<10} {_line(value)}")


@emoji_app.command("languages", epilog="Example:  mien emoji languages")
def languages() -> None:
    """List the languages that names come in."""
    from mien.emoji import catalogue

    typer.echo("\n".join(catalogue.languages()))


def describe(emoji: Emoji) -> dict[str, Any]:
    """An emoji ready for JSON; with what it means (`mien.emoji.meaning`) and, of a face, the recipe's controls."""
    from mien.emoji import RECIPES, meaning

    recipe, meant = RECIPES.get(emoji.text), meaning(emoji.text)
    return {
        "emoji": emoji.text, "name": emoji.name, "group": emoji.group, "subgroup": emoji.subgroup,
        "version": emoji.version, "gender": emoji.gender or None, "keywords": list(emoji.keywords),
        "tones": emoji.tones,
        "valence": meant and round(meant.valence, 3), "arousal": meant and round(meant.arousal, 3),
        "profile": meant and {k: round(v, 3) for k, v in meant.profile.items() if v >= 0.0005},
        "source": meant and meant.source, "ratings": meant and meant.ratings and dict(meant.ratings),
        "controls": None if recipe is None else dict(recipe.controls),
    }  # fmt: skip


def _line(value: Any) -> str:
    if isinstance(value, dict):
        return "  ".join(f"{k} {v:g}" if isinstance(v, int | float) else str(v) for k, v in value.items())
    return ", ".join(value) if isinstance(value, list) else str(value)
