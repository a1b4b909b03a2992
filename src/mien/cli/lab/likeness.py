"""`mien lab measure likeness`: does an avatar tell who it is?"""

from __future__ import annotations

import json
from typing import Annotated

import typer

from mien.cli.lab.apps import Data, Json, measure_app


@measure_app.command("likeness", epilog="Example:  mien lab measure likeness --data ytfaces --json")
def measure_likeness(
    data: Data,
    photos: Annotated[int, typer.Option(min=1, help="Photos of a person that go into one avatar.")] = 1,
    learn: Annotated[
        bool, typer.Option("--learn", help="Print weights of the similarity, learnt on the other people, instead.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Among 50 people, is the right one's avatar nearest to that of a second photo, far from the first?

    The data is a folder of pictures with faces.csv (image, person).
    """
    from mien.lab import likeness

    result = likeness.learn_weights(data) if learn else likeness.measure_likeness(data, several=photos)
    if as_json:
        typer.echo(json.dumps(result))
        return
    for key, value in result.items():
        typer.echo(f"  {key:<14} {value}")
