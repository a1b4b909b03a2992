"""What an exported emojify model reaches on people and drawings that were held back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from mien.avatar.expression import LABEL_EMOJI, look
from mien.avatar.neural.emojifier import Emojified, Emojifier, Views
from mien.avatar.neural.slots import NONE, Layout, current_layout
from mien.avatar.parts import HAIR
from mien.avatar.parts.facial_hair import TRAIT_OF_FACIAL_HAIR
from mien.avatar.presets import random_person
from mien.avatar.spec import AvatarSpec
from mien.errors import DataError
from mien.lab.appearance.net import ANSWERS
from mien.lab.appearance.scoring import CEILING
from mien.lab.emojify.batches import make_batch
from mien.lab.emojify.decoder import Judge
from mien.lab.emojify.decoding import held_drawings
from mien.lab.emojify.drawings import Drawings, draw, effective, prepare_drawings
from mien.lab.emojify.judging import as_pictures, prepare_judge
from mien.lab.emojify.losses import IDENTITY
from mien.lab.emojify.people import People, prepare_people
from mien.lab.emojify.settings import Recipe
from mien.lab.likeness import ranks_of
from mien.types import CONTROLS, LABELS, TRAITS

STRANGERS = 50  #: random people who wear the eight expressions
FIRST_STRANGER = 10**6  #: seed of the first; none is drawn for training


def evaluate(
    model: Path | str | None, data: Path | str, prepared: Path | str, recipe: Recipe | None = None
) -> dict[str, Any]:
    """Measure an exported model (None: the shipped one) on held-out people. Raises `MienError`.

    prepared: where faces and drawings are kept, see `mien.lab.emojify.training.train`; made where it is empty.
    `pictures`: mean squared errors between the decoder's and the engine's drawing (colours times alpha and alpha,
    0..1). `attributes`: agreement with the labeller beside the appearance network's, which `personalise` draws from.
    `drawn`: agreement of what is worn in the spec, beside `personalise`'s. `expression`, `identity`: see `expressions`
    and `identity`.
    """
    recipe = recipe or Recipe()
    people = prepare_people(data, prepared, limit=recipe.faces)
    drawings = prepare_drawings(recipe.drawings, prepared, people.controls[~people.held], people.target)
    judge = prepare_judge(prepared, drawings, held_drawings(len(drawings), people.held), recipe)
    return measure(Emojifier(model), people, drawings, judge)


def measure(emojifier: Emojifier, people: People, drawings: Drawings, judge: Judge) -> dict[str, Any]:
    """The same for what is prepared; the last drawings are the people's."""
    if emojifier.layout.choices != current_layout().choices:
        raise DataError("the model was trained for other parts than are drawn now: train it anew")
    rows = np.flatnonzero(people.held)
    if not len(rows):
        raise DataError("no face is held back: give more pictures")
    batch = make_batch(people, rows, None)
    said = emojifier.read_views(Views(batch.head, batch.points))
    return {
        "faces": len(rows),
        "pictures": pictures(emojifier, said, people, rows, drawings),
        "attributes": attributes(said, people, rows),
        "drawn": drawn(said, people, rows),
        "controls": controls(said, people, rows),
        "expression": expressions(emojifier, said, judge, drawings, people, rows),
        "identity": identity(emojifier.layout, said, people, rows),
    }


def premultiplied(pictures: NDArray[np.uint8]) -> NDArray[np.floating[Any]]:
    """N x 64 x 64 x 4, straight alpha -> colours times alpha and alpha, 0..1."""
    whole = pictures.astype(np.float32) / 255
    whole[..., :3] *= whole[..., 3:]
    return whole


def mse(said: NDArray[np.floating[Any]], wanted: NDArray[np.floating[Any]]) -> float:
    """Mean squared error, five places."""
    return round(float(((said - wanted) ** 2).mean()), 5)


def pictures(
    emojifier: Emojifier, said: list[Emojified], people: People, rows: NDArray[np.int64], drawings: Drawings
) -> dict[str, Any]:
    """Mean squared errors between the decoder's and the engine's drawing: `own_spec`, of the spec and the controls that
    the network emits for a face; `undecided`, the decoder drawing the probabilities of every choice instead;
    `target`, of the emitted spec against the engine's drawing of the target; `random_people`, of held-back random
    people; and `mean_picture`, what one average picture for all would reach on the first."""
    undecided = premultiplied(np.stack([one.picture for one in said]))
    neural = premultiplied(np.stack([emojifier.draw(one.spec, one.controls) for one in said]))
    engine = np.stack([draw(one.spec, one.controls) for one in said]).astype(np.float32) / 255
    first = len(drawings) - len(people)
    target = drawings.pictures[first + rows].astype(np.float32) / 255
    strangers = np.flatnonzero(held_drawings(len(drawings), people.held))
    strangers = strangers[strangers < first][:400]
    random = premultiplied(emojifier.draw_vectors(drawings.vectors[strangers]))
    return {
        "n": len(rows),
        "own_spec": mse(neural, engine),
        "undecided": mse(undecided, engine),
        "target": mse(neural, target),
        "engine_against_target": mse(engine, target),
        "mean_picture": mse(engine.mean(0, keepdims=True), engine),
        "random_people": mse(random, drawings.pictures[strangers].astype(np.float32) / 255),
        "random_n": len(strangers),
    }


def attributes(said: list[Emojified], people: People, rows: NDArray[np.int64]) -> dict[str, dict[str, Any]]:
    """By set and trait: labelled faces, agreement of the network, of the appearance network, of two labellers."""
    labels = people.labels[rows]
    origin = np.array([name.split("/")[0] for name in people.names[rows]])
    result: dict[str, dict[str, Any]] = {}
    for column, trait in enumerate(TRAITS):
        codes = list(ANSWERS[trait])
        best = np.array([codes.index(max(one.traits[trait], key=one.traits[trait].__getitem__)) for one in said])
        for name in sorted(set(origin)):
            known = (origin == name) & (labels[:, column] >= 0) & (labels[:, column] < len(codes))
            if not known.any():
                continue
            wanted = labels[known, column]
            result[f"{name}.{trait}"] = {
                "n": int(known.sum()),
                "agreement": _share(best[known] == wanted),
                "personalise": _share(people.said[rows][known, column] == wanted),
                "labellers": CEILING.get(name, {}).get(trait),
            }
            if trait == "mst":
                near = np.abs(best[known] - wanted) <= 1
                usual = np.abs(people.said[rows][known, column] - wanted) <= 1
                result[f"{name}.mst_within_1"] = {
                    "n": int(known.sum()), "agreement": _share(near), "personalise": _share(usual),
                    "labellers": CEILING.get(name, {}).get("mst_within_1"),
                }  # fmt: skip
    means = {
        key: round(float(np.mean([row[key] for row in result.values()])), 4) for key in ("agreement", "personalise")
    }
    return {"mean": means, **result} if result else {}


def worn(spec: AvatarSpec) -> dict[str, str]:
    """What a spec shows of some traits, as codes of the codebook: glasses and headwear worn (1) or not (0)."""
    hair = HAIR[spec.hair.style]
    return {
        "glasses": "0" if spec.glasses.style == NONE else "1",
        "headwear": "0" if spec.headwear.style == NONE else "1",
        "facial_hair": TRAIT_OF_FACIAL_HAIR.get(spec.facial_hair.style, "B"),
        "hair_len": "U" if hair.length == 5 else str(hair.length),
    }


def drawn(said: list[Emojified], people: People, rows: NDArray[np.int64]) -> dict[str, dict[str, Any]]:
    """By trait: for how many labelled faces the spec wears what the labeller saw, beside the spec of `personalise`.
    Hair length only where no headwear was seen."""
    layout = current_layout()
    ours = [worn(one.spec) for one in said]
    rules = [worn(layout.decode(people.ruled[row])[0]) for row in rows]
    result = {}
    for trait in ("glasses", "headwear", "facial_hair", "hair_len"):
        column = list(TRAITS).index(trait)
        wanted = [_code(trait, int(people.labels[row, column])) for row in rows]
        bare = people.labels[rows, list(TRAITS).index("headwear")] == 0
        known = [i for i, code in enumerate(wanted) if code is not None and (trait != "hair_len" or bare[i])]
        if known:
            result[trait] = {
                "n": len(known),
                "agreement": _share(np.array([ours[i][trait] == wanted[i] for i in known])),
                "personalise": _share(np.array([rules[i][trait] == wanted[i] for i in known])),
            }
    return result


def _code(trait: str, index: int) -> str | None:
    """A labeller's code as `worn` gives it; None where it is unknown or cannot be drawn."""
    if index < 0:
        return None
    code = TRAITS[trait][index]
    if trait in ("glasses", "headwear"):
        return "0" if code == "N" else "1"
    return None if code == "C" else code


def controls(said: list[Emojified], people: People, rows: NDArray[np.int64]) -> dict[str, float]:
    """Mean absolute error against the landmark network's controls, and of controls that are always their mean."""
    wanted = people.controls[rows]
    emitted = np.array([[one.controls[name] for name in CONTROLS] for one in said])
    return {
        "error": round(float(np.abs(emitted - wanted).mean()), 4),
        "of_the_mean": round(float(np.abs(wanted.mean(0) - wanted).mean()), 4),
    }


def expressions(
    emojifier: Emojifier,
    said: list[Emojified],
    judge: Judge,
    drawings: Drawings,
    people: People,
    rows: NDArray[np.int64],
) -> dict[str, Any]:
    """Of `STRANGERS` random people wearing each of the eight expressions, the share that the judge reads right off the
    engine's drawing and off the decoder's; and off the decoder's drawing of held-out photos, the share that it reads
    as off the engine's of their target."""
    people_drawn, neural = [], []
    for number in range(STRANGERS):
        spec = random_person(FIRST_STRANGER + number)
        for label in LABELS:
            controls_worn = effective(look(LABEL_EMOJI[label]))
            people_drawn.append(draw(spec, controls_worn))
            neural.append(emojifier.draw(spec, controls_worn))
    wanted = np.tile(np.arange(len(LABELS)), STRANGERS)
    engine = judged(judge, np.stack(people_drawn))
    decoder = judged(judge, (premultiplied(np.stack(neural)) * 255 + 0.5).astype(np.uint8))
    photos = judged(judge, (premultiplied(np.stack([one.picture for one in said])) * 255 + 0.5).astype(np.uint8))
    target = judged(judge, drawings.pictures[len(drawings) - len(people) + rows])
    return {
        "n": len(wanted),
        "engine": _share(engine == wanted),
        "decoder": _share(decoder == wanted),
        "by_label": {label: _share(decoder[wanted == i] == i) for i, label in enumerate(LABELS)},
        "photos_n": len(rows),
        "photos_as_target": _share(photos == target),
        "most_common": _share(target == np.bincount(target).argmax()),
    }


def judged(judge: Judge, drawn_pictures: NDArray[np.uint8]) -> NDArray[np.int64]:
    """Index of the expression that the judge reads off each picture (N x 64 x 64 x 4, colours times alpha)."""
    with torch.inference_mode():
        parts = [judge(as_pictures(part)).argmax(1).numpy() for part in np.array_split(drawn_pictures, 8) if len(part)]
    return np.concatenate(parts)


def identity(layout: Layout, said: list[Emojified], people: People, rows: NDArray[np.int64]) -> dict[str, Any]:
    """Among the measured people of the videos, is the right one's nearest to that of a second photo? First and last
    picture of each, both ways: by `AvatarSpec.similarity` of the emitted specs and of `personalise`'s, and by the
    distance of the emitted vectors."""
    who = people.person[rows]
    pairs = [np.flatnonzero(who == one) for one in np.unique(who[who >= 0])]
    ends = [
        (own[np.argsort(people.names[rows][own])][0], own[np.argsort(people.names[rows][own])][-1]) for own in pairs
    ]
    ends = [(a, b) for a, b in ends if a != b]
    if len(ends) < 2:
        return {}
    rules = [layout.decode(people.ruled[row])[0] for row in rows]
    scale = np.concatenate([np.full(field.size, IDENTITY[field.kind]) for field in layout.fields])
    first, last = (np.stack([said[pair[side]].vector for pair in ends]) * scale for side in (0, 1))
    tables = {
        "spec": np.array([[said[a].spec.similarity(said[b].spec) for _, b in ends] for a, _ in ends]),
        "vector": -np.linalg.norm(first[:, None] - last[None], axis=2),
        "personalise": np.array([[rules[a].similarity(rules[b]) for _, b in ends] for a, _ in ends]),
    }
    result: dict[str, Any] = {"people": len(ends), "queries": 2 * len(ends), "chance_top1": round(1 / len(ends), 4)}
    for name, table in tables.items():
        found = np.concatenate([ranks_of(table), ranks_of(table.T)])
        result[name] = {
            "top1": _share(found < 1),
            "top5": _share(found < 5),
            "median_rank": float(np.median(found) + 1),
        }
    return result


def _share(right: NDArray[np.bool_]) -> float:
    return round(float(np.mean(right)), 4)
