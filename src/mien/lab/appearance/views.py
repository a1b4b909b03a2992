"""Views of the training faces, made once: what the network is shown, and what the teacher saw of it.

The teacher is too slow to ask at every step, so each face is varied a few times beforehand. Mirroring, patches, blur,
noise and JPEG come on top while the network learns; the teacher never sees those (Xie et al. 2019, noisy student).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from mien.appearance.reader import HEAD_INPUT
from mien.lab.appearance import augment
from mien.lab.appearance.data import GREY, Faces
from mien.lab.appearance.lite import EARLY_CHANNELS, Lite
from mien.lab.appearance.sample import COLOURLESS, NARROW, PAINTED, RELIT, targets_of
from mien.types import TRAITS
from mien.vision.crop import LANDMARK_SIZE, Matrix, crop_seen, head_crop_matrix

Crop = NDArray[np.uint8]
Rng = np.random.Generator

#: Sides of the teacher's views of head and face, pixels.
TEACHER_HEAD, TEACHER_FACE = 224, 160
#: Views of a face with a labeller's traits, and of one without. The first is always as at run time.
LABELLED_VIEWS, OTHER_VIEWS = 3, 1
CHUNK = 32


@dataclass
class Views:
    """V views."""

    rows: NDArray[np.int64]  #: V: of the faces
    head: Crop  #: V x 160 x 160 x 3
    face: Crop  #: V x 96 x 96 x 3
    labels: NDArray[np.int64]  #: V x traits, -1 unknown
    early_head: NDArray[np.float16]  #: V x 112 x 14 x 14: what the teacher's first blocks make of its view
    early_face: NDArray[np.float16]  #: V x 112 x 10 x 10

    def __len__(self) -> int:
        return len(self.rows)


def make_views(faces: Faces, rows: NDArray[np.int64], teacher: Lite, seed: int, varied: bool = True) -> Views:
    """All views of these rows; `varied`: several a face, the first as at run time; else only that one."""
    counts = [(LABELLED_VIEWS if faces.labels[row] else OTHER_VIEWS) if varied else 1 for row in rows]
    repeated = np.repeat(rows, counts)
    first = np.concatenate([[True, *[False] * (count - 1)] for count in counts])
    size = len(repeated)
    views = Views(
        repeated,
        np.empty((size, HEAD_INPUT, HEAD_INPUT, 3), np.uint8),
        np.empty((size, LANDMARK_SIZE, LANDMARK_SIZE, 3), np.uint8),
        np.empty((size, len(TRAITS)), np.int64),
        np.empty((size, EARLY_CHANNELS, TEACHER_HEAD // 16, TEACHER_HEAD // 16), np.float16),
        np.empty((size, EARLY_CHANNELS, TEACHER_FACE // 16, TEACHER_FACE // 16), np.float16),
    )
    from rich.console import Console
    from rich.progress import track

    rng = np.random.default_rng(seed)
    for start in track(range(0, size, CHUNK), description="teacher looks", console=Console(stderr=True)):
        seen = []
        for place in range(start, min(start + CHUNK, size)):
            row = int(repeated[place])
            small, large, labels = one_view(faces, row, None if first[place] else rng)
            views.head[place], views.face[place] = small
            views.labels[place] = targets_of(labels)
            seen.append(large)
        part = slice(start, start + len(seen))
        with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16):
            for side, into in enumerate((views.early_head, views.early_face)):
                batch = torch.from_numpy(np.stack([pair[side] for pair in seen]))
                into[part] = teacher.early(batch).float().numpy().astype(np.float16)
    return views


def one_view(faces: Faces, row: int, rng: Rng | None) -> tuple[tuple[Crop, Crop], tuple[Crop, Crop], dict[str, int]]:
    """Head and face as the network sees them, as the teacher does, and the labels; as at run time without `rng`."""
    picture, place, labels = faces.pictures[row], faces.places[row], dict(faces.labels[row])
    matrices = [head_crop_matrix(place.points, HEAD_INPUT), place.matrix]
    if rng is not None:
        if labels and rng.random() < PAINTED:
            picture = augment.sunglasses(picture, place.points, rng)
            labels["glasses"] = TRAITS["glasses"].index("S")
        turned = float(rng.normal(0, 4))
        sizes = (HEAD_INPUT, LANDMARK_SIZE)
        matrices = [augment.jitter(m, s, rng, False, turned) for m, s in zip(matrices, sizes, strict=True)]
    small = [crop_seen(picture, matrices[0], HEAD_INPUT), crop_seen(picture, matrices[1], LANDMARK_SIZE)]
    large = [
        crop_seen(picture, _scaled(matrices[0], TEACHER_HEAD / HEAD_INPUT), TEACHER_HEAD),
        crop_seen(picture, _scaled(matrices[1], TEACHER_FACE / LANDMARK_SIZE), TEACHER_FACE),
    ]
    if rng is not None:
        small, large, labels = _varied(small, large, labels, rng)
    return (small[0], small[1]), (large[0], large[1]), labels


def _scaled(matrix: Matrix, factor: float) -> Matrix:
    return np.asarray(matrix * factor)


def _varied(
    small: list[Crop], large: list[Crop], labels: dict[str, int], rng: Rng
) -> tuple[list[Crop], list[Crop], dict[str, int]]:
    """Both pairs narrowed, relit, without colour alike."""
    if rng.random() < NARROW:
        same = int(rng.integers(1 << 30))
        small[0] = augment.narrow(small[0], np.random.default_rng(same))
        large[0] = augment.narrow(large[0], np.random.default_rng(same))
    if rng.random() < RELIT:
        table = augment.light_table(rng)
        small, large = ([augment.relit(view, table) for view in pair] for pair in (small, large))
    if rng.random() < COLOURLESS:
        toning = np.array([1.06, 1.0, 0.88]) if rng.random() < 0.2 else np.ones(3)
        small, large = ([augment.without_colour(view, toning) for view in pair] for pair in (small, large))
        labels.update({trait: index for trait, index in GREY.items() if trait in labels})
    return small, large, labels
