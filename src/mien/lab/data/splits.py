"""A split for faces whose source gives none: seeded, every class alike, copies of one photo together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from mien.errors import DataError
from mien.lab.data import duplicates
from mien.lab.data.duplicates import Copies
from mien.lab.data.faceset import SPLIT_TYPE, SPLITS, FaceSet, digests
from mien.lab.data.reading import Progress

#: Shares of Training, PublicTest and PrivateTest in a drawn split.
SHARES = (0.8, 0.1, 0.1)


def complete(
    faces: FaceSet, seed: int = 0, copies: Copies | None = None, progress: Progress | None = None
) -> tuple[FaceSet, list[str]]:
    """Give every face a split, and the data something to choose by; say what was done.

    Faces without a split are drawn 80/10/10. Where that leaves no PublicTest, a tenth of Training becomes it, as for
    the folders `train` and `test` alone. Data that has a split for everything comes back as it is.
    """
    notes = []
    if (open_ones := faces.split == "").any():
        faces = draw(faces, open_ones, SHARES, seed, copies=copies, progress=progress)
        parts = ", ".join(f"{int((faces.split[open_ones] == split).sum()):,} {split}" for split in SPLITS)
        notes.append(f"{int(open_ones.sum()):,} faces came without a split; drawn with seed {seed}: {parts}")
    training = faces.split == "Training"
    if training.any() and not (faces.split == "PublicTest").any():
        faces = draw(faces, training, (0.9, 0.1, 0.0), seed, copies=copies, progress=progress)
        moved = int((faces.split == "PublicTest").sum())
        if moved:
            notes.append(f"no PublicTest to choose by; drew {moved:,} of the {int(training.sum()):,} Training faces")
    return faces, notes


def draw(
    faces: FaceSet, chosen: NDArray[np.bool_], shares: Sequence[float] = SHARES, seed: int = 0, *,
    together: str | None = None, copies: Copies | None = None, progress: Progress | None = None,
) -> FaceSet:  # fmt: skip
    """Draw a split for the chosen faces, with `shares` of each class in Training, PublicTest and PrivateTest.

    Copies of one photo (`copies`, as `duplicates.find` gives them) stay in one split, and so do faces with the same
    value in the column `together`, such as a person's. A chosen face with a copy among the others goes where that is,
    or to Training if that split has no share. The order is drawn from the pixels, so that a few new faces move hardly
    any of the old ones. A class with fewer than three photos stays in Training. Raises `DataError` for an unknown
    column, or shares that do not add up to 1.
    """
    if len(shares) != len(SPLITS) or min(shares) < 0 or abs(sum(shares) - 1) > 1e-6:
        raise DataError(f"shares {'/'.join(f'{s:g}' for s in shares)}: expected three that add up to all, as 80/10/10")
    cluster = _clusters(faces, together, copies, progress)
    split = faces.split.astype(SPLIT_TYPE)
    split[chosen] = ""
    taken: dict[int, str] = {}
    for i in np.flatnonzero(~chosen):
        if split[i] and taken.get(int(cluster[i]), "Training") == "Training":
            taken[int(cluster[i])] = str(split[i])
    members: dict[int, list[int]] = {}
    for i in np.flatnonzero(chosen):
        if known := taken.get(int(cluster[i])):
            split[i] = known if shares[SPLITS.index(known)] else "Training"
        else:
            members.setdefault(int(cluster[i]), []).append(int(i))
    for rows, to in _deal(faces, list(members.values()), shares, seed):
        split[rows] = to
    return replace(faces, split=split)


def _deal(faces: FaceSet, clusters: list[list[int]], shares: Sequence[float], seed: int) -> list[tuple[list[int], str]]:
    """Each cluster with its split; class by class, in an order drawn from seed and pixels."""
    key = seed.to_bytes(8, "big", signed=True)
    order = [blake2b(pixels, key=key, digest_size=8).digest() for pixels in digests(faces.images)]
    truth = faces.truth()
    classes: dict[int, list[list[int]]] = {}
    for rows in sorted(clusters, key=lambda rows: min(order[i] for i in rows)):
        classes.setdefault(int(truth[rows[0]]), []).append(rows)
    dealt = []
    for found in classes.values():
        count = sum(map(len, found))
        room = {
            split: max(1, round(share * count)) if share and len(found) >= 3 else 0
            for split, share in zip(SPLITS[1:], shares[1:], strict=True)
        }
        for rows in found:
            to = next((split for split, left in room.items() if len(rows) <= left), "Training")
            if to != "Training":
                room[to] -= len(rows)
            dealt.append((rows, to))
    return dealt


def _clusters(
    faces: FaceSet, together: str | None, copies: Copies | None, progress: Progress | None
) -> NDArray[np.int64]:
    """N: one number for all faces that must stay in one split."""
    parent = np.arange(len(faces))

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = int(parent[i])
        return i

    copies = copies or duplicates.find(faces.images, progress=progress, what="Keeping copies together")
    groups = copies.groups + copies.near.pairs.tolist()
    if together is not None:
        if together not in faces.groups:
            raise DataError(f"no column {together!r}: the data has {', '.join(faces.groups) or 'none'}")
        column = faces.groups[together]
        groups += [np.flatnonzero(column == value).tolist() for value in np.unique(column) if value]
    for group in groups:
        for other in group[1:]:
            parent[root(other)] = root(group[0])
    return np.array([root(i) for i in range(len(faces))], np.int64)
