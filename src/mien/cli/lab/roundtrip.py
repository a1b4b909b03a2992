"""`mien lab measure roundtrip`: are our drawings read as what they were asked to wear?"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from mien.cli.lab.apps import Json, Seed, measure_app


@measure_app.command("roundtrip", epilog="Example:  mien lab measure roundtrip --noto noto-emoji/svg --json")
def measure_roundtrip(
    noto: Annotated[
        Path, typer.Option("--noto", help="Folder of Noto's face SVGs, named u1f600.svg.", show_default=False)
    ],
    people: Annotated[int, typer.Option(min=1, help="Random people, each with the eight expressions.")] = 50,
    seed: Seed = 0,
    as_json: Json = False,
) -> None:
    """Train a judge on Noto's emoji alone, and count how often it reads our drawings right, at 128 and at 32 pixels."""
    from mien.lab.roundtrip import measure_roundtrip

    result = measure_roundtrip(noto, count=people, seed=seed)
    if as_json:
        typer.echo(json.dumps(result))
        return
    for line in lines(result):
        typer.echo(line)


def lines(result: dict[str, Any]) -> list[str]:
    """The figures as text, with a row for each expression."""
    short = [label[:8] for label in result["labels"]]
    names = {
        "people_128": "people, 128 px", "people_32": "people, 32 px", "recogniser": "mien.recognise, 128 px",
    }  # fmt: skip
    told = [_head("the judge on emoji it never saw", result["judge"]["unseen_emoji"])]
    for key, name in names.items():
        if key not in result:
            continue
        told += [_head(name, result[key]), "    " + " " * 10 + "".join(f"{word:>10}" for word in short)]
        told += [
            f"    {label:<10}" + "".join(f"{count:>10}" for count in row)
            for label, row in zip(result["labels"], result[key]["confusion"], strict=True)
        ]
    for key in ("plain_128", "plain_32"):
        wrong = [f"{label} as {said}" for label, said in result[key].items() if label != said]
        told.append(f"  plain face, {key.split('_')[1]} px: " + (", ".join(wrong) if wrong else "all eight right"))
    return told


def _head(name: str, figures: dict[str, Any]) -> str:
    return f"  {name}: {100 * figures['accuracy']:.1f} % of {figures['n']}"
