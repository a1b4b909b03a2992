"""How common expressions are taken to be, and whether everybody is served alike."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import mien
from conftest import Run
from mien.errors import DataError
from mien.expression.prior import prior_share
from mien.expression.recogniser import Recogniser
from mien.lab.expression.groups import measure_groups
from mien.types import Expression, Face

RARE = ("disgust", "fear", "contempt")


@pytest.fixture(scope="module")
def face() -> Face:
    from skimage.data import astronaut

    return mien.look(astronaut()).faces[0]


def crops() -> list[np.ndarray]:
    rng = np.random.default_rng(0)
    return [rng.integers(60, 200, (48, 48), dtype=np.uint8) for _ in range(6)]


def rare(prior: object) -> float:
    said = mien.recognise(crops(), prior=prior)  # type: ignore[arg-type]
    return sum(e.probabilities[label] for e in said for label in RARE)


def test_with_a_uniform_prior_rare_expressions_are_likelier() -> None:
    assert rare("natural") < rare(0.5) < rare("uniform")
    shipped = Recogniser().calibration.prior_share
    assert rare(shipped) == pytest.approx(rare(None))


@pytest.mark.parametrize(("prior", "share"), [("natural", 1), ("uniform", 0), ("0.25", 0.25), (0.5, 0.5), (None, None)])
def test_a_prior_has_a_name_or_is_a_share(prior: object, share: float | None) -> None:
    assert prior_share(prior) == share  # type: ignore[arg-type]


@pytest.mark.parametrize("prior", ["often", 2, -0.1, "nan"])
def test_another_prior_is_refused_in_one_line(prior: object) -> None:
    with pytest.raises(DataError, match="expected natural, uniform, or a number between 0 and 1"):
        mien.recognise(crops(), prior=prior)  # type: ignore[arg-type]


def test_the_command_line_takes_a_prior(run: Run, tmp_path: Path) -> None:
    Image.new("RGB", (64, 64)).save(tmp_path / "wall.png")
    assert run("photo", tmp_path / "wall.png", "--prior", "uniform")[0] == 0
    code, _, said = run("photo", tmp_path / "wall.png", "--prior", "often")
    assert code == 2
    assert len(said.splitlines()) == 1


def people(folder: Path) -> Path:
    """Pictures whose grey level says what is read of them; labelled as neutral or happy, light or deep."""
    rows = ["image,expression,quality,mst,presentation,age"]
    for i, (level, row) in enumerate(
        [(10, "N,1,2,m,A"), (20, "N,1,9,m,O"), (20, "N,1,9,f,O"), (30, "H,1,9,f,Y"), (10, "H,1,2,-,-"),
         (0, "N,1,2,m,A"), (30, "U,1,2,m,A"), (30, "H,0,2,m,A")]
    ):  # fmt: skip
        Image.new("RGB", (20, 20), (level,) * 3).save(folder / f"{i}.png")
        rows.append(f"{i}.png,{row}")
    (folder / "attributes.csv").write_text("\n".join(rows))
    return folder


def test_groups_are_counted_each_with_its_own_errors(face: Face, tmp_path: Path) -> None:
    said = {10: "neutral", 20: "anger", 30: "happiness"}

    def look(picture: np.ndarray) -> Face | None:
        label = said.get(int(picture[0, 0, 0]))
        if label is None:
            return None
        shares = {name: 0.9 if name == label else 0.0 for name in face.expression.probabilities}
        shown: Expression = replace(face.expression, probabilities=shares, label=label)
        return replace(face, expression=shown)

    result = measure_groups(people(tmp_path), look=look)  # type: ignore[arg-type]
    assert (result["n"], result["found"]) == (6, 5), "surprise and guessed labels are left out"
    light, deep = (result["groups"]["tone"][name] for name in ("light", "deep"))
    assert (light["missed"], light["agreement"]["n"], light["agreement"]["share"]) == (1, 2, 0.5)
    assert (deep["neutral"]["share"], deep["slighted"]["share"], deep["happiness"]["share"]) == (0, 1, 1)
    assert light["slighted"]["share"] == 0
    assert result["groups"]["presentation"]["feminine"]["agreement"]["n"] == 2
    low, high = deep["slighted"]["interval"]
    assert low < 0.6 < 1 == high, "two faces prove little"
    assert json.dumps(result)


def test_a_folder_without_labels_is_refused(run: Run, tmp_path: Path) -> None:
    code, _, said = run("lab", "measure", "groups", "--data", tmp_path)
    assert code == 2
    assert "attributes.csv" in said
    assert len(said.splitlines()) == 1
