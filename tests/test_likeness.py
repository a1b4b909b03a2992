"""Whether avatars tell people apart: the measure itself, on made-up specs."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from mien.avatar import AvatarSpec
from mien.avatar.presets import random_person
from mien.avatar.spec.similarity import WEIGHTS, likenesses, similarity
from mien.errors import DataError
from mien.lab import likeness


def test_a_person_is_most_like_themselves() -> None:
    people = [random_person(seed) for seed in range(12)]
    table = np.array([[a.similarity(b) for b in people] for a in people])
    assert np.allclose(np.diag(table), 1)
    assert np.allclose(table, table.T)
    assert table[~np.eye(12, dtype=bool)].max() < 1
    assert table.min() >= 0


@pytest.mark.parametrize(
    "change",
    [
        {"hair.style": "afro"}, {"hair.colour": "white"}, {"skin.colour": "monk-9"}, {"glasses.style": "round"},
        {"facial_hair.style": "full"}, {"marks.wrinkles": 1.0}, {"shape.jaw": 1.0}, {"brows.thickness": 1.0},
        {"mouth.width": -1.0}, {"nose.width": 1.0}, {"eyes.spacing": -1.0}, {"headwear.style": "cap"},
    ],
)  # fmt: skip
def test_every_visible_difference_counts(change: dict[str, object]) -> None:
    assert similarity(AvatarSpec(), AvatarSpec().edited(change)) < 0.999


def test_clothes_and_grounds_do_not_count() -> None:
    dressed = AvatarSpec().edited({"clothing.style": "crew", "background.style": "circle", "presentation": "f"})
    assert similarity(AvatarSpec(), dressed) == 1


def test_stubble_lies_between_a_shaven_chin_and_a_beard() -> None:
    bare, stubble, full = (AvatarSpec().edited({"facial_hair.style": s}) for s in ("none", "stubble", "full"))
    assert similarity(bare, stubble) > similarity(bare, full)
    assert similarity(stubble, full) > similarity(bare, full)


def test_each_likeness_has_a_weight() -> None:
    assert set(likenesses(AvatarSpec(), AvatarSpec())) == set(WEIGHTS)


def test_ranks_count_those_who_are_nearer_and_half_of_the_ties() -> None:
    table = np.array([[0.9, 0.1, 0.2], [0.8, 0.5, 0.5], [0.1, 0.2, 0.9]])
    assert likeness.ranks_of(table).tolist() == [0, 1.5, 0]


def test_learning_finds_the_part_that_tells_people_apart() -> None:
    rng = np.random.default_rng(0)
    who = rng.normal(size=40)
    telling = np.exp(-((who[:, None] - (who + 0.1 * rng.normal(size=40))[None]) ** 2))
    noise = rng.uniform(size=(40, 40))
    weights = likeness.fit(np.stack([telling, noise], 2), np.array([0.5, 0.5]), 200, 0.01)
    assert weights[0] > 0.8
    assert sum(weights) == pytest.approx(1, abs=1e-3)


def test_the_same_people_are_measured_whatever_the_order() -> None:
    names = [f"person {i}" for i in range(300)]
    chosen = likeness.measured_people(names)
    assert len(chosen) == 50
    assert chosen == likeness.measured_people(reversed(names))


@pytest.mark.parametrize(
    ("text", "words"),
    [(None, "faces.csv"), ("image,person\na.jpg,\n", "line 2"), ("image,person\na.jpg,x\n", "two pictures")],
)
def test_data_that_cannot_be_used_is_named(text: str | None, words: str, tmp_path: Path) -> None:
    if text is not None:
        (tmp_path / "faces.csv").write_text(text)
    with pytest.raises(DataError, match=words) as caught:
        likeness.read_people(tmp_path)
    assert "\n" not in str(caught.value)
    assert str(tmp_path) in str(caught.value)


def test_two_photos_of_drawn_people_find_each_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The whole measure, with the photos' specs put in the place of reading them."""
    rows = [(f"{person}_{i}.jpg", str(person)) for person in range(6) for i in range(2)]
    (tmp_path / "faces.csv").write_text("image,person\n" + "".join(f"{a},{b}\n" for a, b in rows))
    specs = {f"{person}": random_person(person) for person in range(6)}
    monkeypatch.setattr(likeness, "_spec", lambda pictures: specs[pictures[0].name.split("_")[0]])
    result = likeness.measure_likeness(tmp_path)
    assert result["top1"] == result["top5"] == 1
    assert result["people"] == 6
    assert result["same_person"] == 1
