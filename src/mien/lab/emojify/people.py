"""Photos of people with the avatar that each is to become: a cut of the head, landmarks, controls, traits, spec.

The spec is what `mien.personalise` gives, except that a labeller's word replaces the appearance network's where there
is one. Pictures without a labeller teach too: their spec is the rules' own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from mien.avatar.neural.slots import Layout, current_layout
from mien.avatar.personalise.details import read_details
from mien.avatar.personalise.faces import appearance_of
from mien.avatar.personalise.specs import spec_of
from mien.errors import DataError
from mien.lab.appearance.data import UNKNOWN, load
from mien.lab.appearance.places import Place, find_places
from mien.lab.likeness import measured_people, read_people
from mien.media import read_picture
from mien.types import CONTROLS, TRAITS, UNSURE, Appearance, Box, Expression, Face, Pose, Quality, Trait
from mien.vision.crop import HEAD_SIZE, Matrix, crop_seen, head_crop_matrix, map_points
from mien.vision.head import cut_head

#: What lies around the head view in a cut, pixels: room for augmentation.
MARGIN = 16
CUT = HEAD_SIZE + 2 * MARGIN
VIDEOS = "ytfaces"  #: the set that tells who is who
FRAMES = 4  #: pictures of each of its people that are used: the first, the last, and others evenly between
SHARD = 400  #: faces in a file


@dataclass
class People:
    """Faces, one row each."""

    names: NDArray[np.str_]  #: N: "set/file"
    cuts: NDArray[np.uint8]  #: N x 160 x 160 x 3, see `cut_matrix`
    points: NDArray[np.float32]  #: N x 68 x 2, pixels of the cut
    controls: NDArray[np.float32]  #: N x 52, of the landmark network
    labels: NDArray[np.int64]  #: N x traits: index of the labeller's code, -1 unknown
    weight: NDArray[np.float32]  #: N: of the labels
    ruled: NDArray[np.float32]  #: N x V: vector of the spec that `mien.personalise` gives
    target: NDArray[np.float32]  #: N x V: the same with the labeller's word
    said: NDArray[np.int64]  #: N x traits: what the appearance network says
    person: NDArray[np.int64]  #: N: who it is; -1 unknown
    held: NDArray[np.bool_]  #: N: held back for measuring

    def __len__(self) -> int:
        return len(self.names)


class _Photo(NamedTuple):
    name: str
    picture: NDArray[np.uint8]
    place: Place
    labels: NDArray[np.int64]
    weight: float
    person: int
    held: bool


def prepare_people(data: Path | str, folder: Path | str, *, limit: int | None = None) -> People:
    """Read the folders portraits, utkface and ytfaces of `data`; what was prepared before is taken from `folder`.

    limit: at most so many faces; labelled ones and those of known people come first. A killed preparation goes on.
    Raises `DataError`.
    """
    from rich.console import Console
    from rich.progress import track

    Path(folder).mkdir(parents=True, exist_ok=True)
    if (files := sorted(Path(folder).glob("people-*-of-*.npz"))) and len(files) == int(files[0].stem.split("-")[-1]):
        return load_people(files)
    photos = sorted(_photos(Path(data), Path(folder)), key=lambda p: (p.person < 0 and (p.labels < 0).all(), p.name))
    photos = photos[:limit]
    if not photos:
        raise DataError(f"{data}: no faces in the folders portraits, utkface and {VIDEOS}")
    count = -(-len(photos) // SHARD)
    files = [Path(folder) / f"people-{number:03}-of-{count:03}.npz" for number in range(count)]
    for number, file in enumerate(track(files, description="personalising", console=Console(stderr=True))):
        if not file.exists():
            rows = [_row(photo, current_layout()) for photo in photos[number * SHARD : (number + 1) * SHARD]]
            part = file.with_name(f".{file.stem}.part.npz")
            np.savez(part, **{name: np.array([row[name] for row in rows]) for name in rows[0]})  # type: ignore[arg-type]
            part.replace(file)
    return load_people(files)


def load_people(files: Sequence[Path]) -> People:
    """What `prepare_people` wrote. Raises `DataError` when the parts that can be drawn have changed since."""
    columns: dict[str, list[NDArray[Any]]] = {field.name: [] for field in fields(People)}
    for file in files:
        with np.load(file) as kept:
            for name, column in columns.items():
                column.append(kept[name])
        if columns["target"][-1].shape[1] != current_layout().size:
            raise DataError(f"{file}: prepared for other parts than are drawn now: delete the folder and prepare anew")
    return People(**{name: np.concatenate(column) for name, column in columns.items()})


def _photos(data: Path, folder: Path) -> Iterator[_Photo]:
    faces = load(data, folder / "places.npz")
    targets = faces.targets()
    for i, name in enumerate(faces.names):
        yield _Photo(name, faces.pictures[i], faces.places[i], targets[i], faces.weight[i], -1, faces.held[i])
    if (data / VIDEOS / "faces.csv").is_file():
        people = read_people(data / VIDEOS)
        measured = set(measured_people(people))
        files = {f"{VIDEOS}/{file.name}": (who, file) for who, own in people.items() for file in spread(own)}
        pictures = {name: read_picture(file) for name, (_, file) in files.items()}
        nothing = np.full(len(TRAITS), UNKNOWN, np.int64)
        for name, place in find_places(pictures, folder / "places-videos.npz").items():
            who = files[name][0]
            yield _Photo(name, pictures[name], place, nothing, 0.0, list(people).index(who), who in measured)


def spread(files: Sequence[Path]) -> list[Path]:
    """`FRAMES` of the files: first, last, and others evenly between."""
    chosen = np.unique(np.linspace(0, len(files) - 1, FRAMES).round().astype(int))
    return [files[i] for i in chosen.tolist()]


def cut_matrix(points: NDArray[np.float32]) -> Matrix:
    """Picture -> cut: the head view with `MARGIN` more on every side."""
    return np.asarray(head_crop_matrix(points) + np.array([[0.0, 0.0, MARGIN], [0.0, 0.0, MARGIN]]))


def _row(photo: _Photo, layout: Layout) -> dict[str, object]:
    face = face_of(photo.picture, photo.place)
    matrix = cut_matrix(photo.place.points)
    look = appearance_of(face)
    assert look is not None  # the face carries its head
    details = read_details(face, look)
    told = with_labels(look, photo.labels)
    return {
        "names": photo.name,
        "cuts": crop_seen(photo.picture, matrix, CUT),
        "points": map_points(photo.place.points, matrix).astype(np.float32),
        "controls": photo.place.controls,
        "labels": photo.labels,
        "weight": np.float32(photo.weight),
        "ruled": layout.encode(spec_of(look, details), face.controls),
        "target": layout.encode(spec_of(told, details), face.controls),
        "said": np.array([_index(trait, code) for trait, code in look.codes().items()], np.int64),
        "person": photo.person,
        "held": photo.held,
    }


def _index(trait: str, code: str) -> int:
    return TRAITS[trait].index(code)


def face_of(picture: NDArray[np.uint8], place: Place) -> Face:
    """A face as `mien.look` would give it, without its expression."""
    low, high = place.points.min(0), place.points.max(0)
    nothing = Expression({}, UNSURE, 0.0, 0.0, 0.0, 0.0, "")
    return Face(
        Box(*low.tolist(), *(high - low).tolist()), 1.0, place.points, Pose(*place.pose.tolist()),
        dict(zip(CONTROLS, place.controls.tolist(), strict=True)), nothing, Quality(1.0),
        head=cut_head(picture, place.points, place.matrix),
    )  # fmt: skip


def with_labels(look: Appearance, labels: NDArray[np.int64]) -> Appearance:
    """An appearance with the labeller's word in place of the network's, where there is one."""
    from dataclasses import replace

    told: dict[str, Any] = {}
    for trait, index in zip(TRAITS, labels.tolist(), strict=True):
        if index >= 0:
            code = TRAITS[trait][index]
            known = {name: float(name == code) for name in getattr(look, trait).probabilities}
            told[trait] = Trait(code, 1.0, known)
    return replace(look, **told)
