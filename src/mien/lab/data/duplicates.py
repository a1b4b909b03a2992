"""Pictures that are the same, exactly or nearly: found among tens of thousands in seconds.

Nearly the same means one photo twice: brightened, compressed, marked, mirrored, or cropped up to four pixels elsewhere.
Pairs whose hashes are alike (`mien.lab.data.hashing`) are verified by the normalised cross-correlation (Lewis 1995) of
the pictures without their slow changes of light, at every shift, first small, then in full.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from mien.lab.data.faceset import SIZE, digests
from mien.lab.data.hashing import Floats, Pairs, candidates
from mien.lab.data.reading import Progress

#: Correlation from which two pictures count as the same. Of 40 pairs of FER2013 drawn from all that were found, 40 show
#: one photo to the eye; of the 40 that are least alike, 36: the others are of one person, a moment apart.
NEAR = 0.86
#: The same for mirrored pictures, which are rarer, so that chance needs to be kept out further.
MIRRORED = 0.90
#: From here on the moment is the same too, so that two labels contradict each other.
CERTAIN = 0.90

_FLOOR = 0.5  #: contrast in grey levels below which texture counts as noise


class Stage(NamedTuple):
    """One look at pairs of pictures: their side in pixels, the shifts tried, and the correlation needed to go on."""

    side: int
    shift: int
    least: float


_STAGES = (Stage(16, 1, 0.68), Stage(24, 2, 0.74), Stage(48, 4, NEAR))


class Duplicates(NamedTuple):
    """Pairs of faces by index, the lower one first, and how alike they are (correlation; 1 = every pixel)."""

    pairs: Pairs  #: P x 2
    likeness: Floats  #: P
    mirrored: NDArray[np.bool_]  #: P


class Copies(NamedTuple):
    """All copies among some pictures."""

    groups: list[list[int]]  #: pictures with the same pixels, two and more, by index
    near: Duplicates  #: between the first pictures of such groups, and pictures that stand alone
    blank: NDArray[np.bool_]  #: N: pictures that show nothing; no near copies of these are looked for


def find(images: NDArray[np.uint8], *, progress: Progress | None = None, what: str = "Comparing") -> Copies:
    """Every copy, exact, near or mirrored, among N pictures."""
    groups = exact(images)
    empty = blank(images)
    alone = ~empty
    for group in groups:
        alone[group[1:]] = False
    unique = np.flatnonzero(alone)
    pairs = near(images[unique], progress=progress, what=what)
    return Copies(groups, pairs._replace(pairs=unique[pairs.pairs]), empty)


def exact(images: NDArray[np.uint8]) -> list[list[int]]:
    """Groups of two and more faces with the same pixels, by index."""
    groups: dict[bytes, list[int]] = {}
    for i, pixels in enumerate(digests(images)):
        groups.setdefault(pixels, []).append(i)
    return [group for group in groups.values() if len(group) > 1]


def near(
    images: NDArray[np.uint8], *, mirrored: bool = True, of_first: int | None = None,
    progress: Progress | None = None, what: str = "Comparing",
) -> Duplicates:  # fmt: skip
    """Pairs that show one photo, without the exact ones: give every picture once, and no blank ones.

    of_first: look only for copies of the first so many pictures. Time grows with the square of the pictures' number;
    30,000 faces take about half a minute of one core.
    """
    first, *later = _STAGES
    small = _small(images, first.side)
    kept, likeness, flips = [np.empty((0, 2), np.int64)], [np.empty(0, np.float32)], [np.empty(0, bool)]
    waiting: dict[bool, list[Pairs]] = {False: [], True: []}
    found = candidates(images, len(images) if of_first is None else of_first, mirrored)
    for some in chain(found, [None]):
        if some is not None:
            pairs = some.pairs[_correlation(small, small, some.pairs, some.mirrored, first.shift) > first.least]
            waiting[some.mirrored].append(pairs)
            if progress is not None:
                progress(what, round(1000 * some.done), 1000)
        for flip, parts in waiting.items():
            if parts and (some is None or sum(map(len, parts)) >= 2048):
                pairs, values = _verified(images, np.concatenate(parts), flip, later)
                kept.append(pairs)
                likeness.append(values)
                flips.append(np.full(len(pairs), flip))
                parts.clear()
    return _better_of_two(np.concatenate(kept), np.concatenate(likeness), np.concatenate(flips))


def _verified(images: NDArray[np.uint8], pairs: Pairs, mirrored: bool, stages: Sequence[Stage]) -> tuple[Pairs, Floats]:
    """The pairs that pass every stage, and their correlation in the last."""
    values = np.empty(0, np.float32)
    for stage in stages:
        least = MIRRORED if mirrored and stage.side == SIZE else stage.least
        values = _at_side(images, pairs, mirrored, stage)
        pairs, values = pairs[values > least], values[values > least]
    return pairs, values


def _better_of_two(pairs: Pairs, likeness: Floats, flipped: NDArray[np.bool_]) -> Duplicates:
    """Each pair once, in order: a symmetrical face may be like its copy both ways, and the better one counts."""
    order = np.lexsort((-likeness, pairs[:, 1], pairs[:, 0]))
    pairs, likeness, flipped = pairs[order], likeness[order], flipped[order]
    first = np.ones(len(pairs), bool)
    first[1:] = (pairs[1:] != pairs[:-1]).any(1)
    return Duplicates(pairs[first], likeness[first], flipped[first])


def texture(images: NDArray[Any]) -> Floats:
    """N x 48 x 48: the pictures less their slow changes of light: means over 3 x 3 less twice means over 11 x 11."""
    fine = _mean_filter(1)
    coarse = _mean_filter(5) @ _mean_filter(5)
    grey = images.astype(np.float32)
    return (fine @ grey @ fine.T - coarse @ grey @ coarse.T).astype(np.float32, copy=False)


def _mean_filter(radius: int) -> Floats:
    """SIZE x SIZE: a matrix that takes the mean over 2 radius + 1 pixels, edge pixels repeated."""
    matrix = np.zeros((SIZE, SIZE), np.float32)
    for row in range(SIZE):
        for offset in range(-radius, radius + 1):
            matrix[row, min(max(row + offset, 0), SIZE - 1)] += 1 / (2 * radius + 1)
    return matrix


def _small(images: NDArray[np.uint8], side: int) -> Floats:
    """The texture of each picture, `side` pixels wide and high."""
    small = np.empty((len(images), side, side), np.float32)
    for start in range(0, len(images), 2048):
        small[start : start + 2048] = _reduced(texture(images[start : start + 2048]), side)
    return small


def _reduced(pictures: Floats, side: int) -> Floats:
    step = SIZE // side
    means: Floats = pictures.reshape(-1, side, step, side, step).mean((2, 4))
    return means


def _at_side(images: NDArray[np.uint8], pairs: Pairs, mirrored: bool, stage: Stage) -> Floats:
    values = np.empty(len(pairs), np.float32)
    for start in range(0, len(pairs), 2048):
        block = pairs[start : start + 2048]
        a, b = (_reduced(texture(images[block[:, k]]), stage.side) for k in (0, 1))
        own = np.repeat(np.arange(len(block))[:, None], 2, 1)
        values[start : start + 2048] = _correlation(a, b, own, mirrored, stage.shift)
    return values


def _correlation(first: Floats, second: Floats, pairs: Pairs, mirrored: bool, shift: int) -> Floats:
    """The best correlation of each pair over all shifts of the second by up to `shift` pixels either way."""
    best = np.full(len(pairs), -1, np.float32)
    inner = first.shape[1] - 2 * shift
    for start in range(0, len(pairs), 2048):
        block = slice(start, start + 2048)
        a = first[pairs[block, 0], shift : shift + inner, shift : shift + inner]
        b = second[pairs[block, 1]]
        b = b[:, :, ::-1] if mirrored else b
        a = a.reshape(len(a), -1)
        a = a - a.mean(1, keepdims=True)
        a /= np.sqrt((a * a).sum(1, keepdims=True) + a.shape[1] * _FLOOR**2)
        for dy in range(2 * shift + 1):
            for dx in range(2 * shift + 1):
                c = b[:, dy : dy + inner, dx : dx + inner].reshape(len(a), -1)
                spread = np.einsum("ij,ij->i", c, c) - c.sum(1) ** 2 / c.shape[1]
                spread = np.sqrt(np.maximum(spread, 0) + c.shape[1] * _FLOOR**2)
                best[block] = np.maximum(best[block], np.einsum("ij,ij->i", a, c) / spread)
    return best


def blank(images: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """N: which pictures show next to nothing: contrast (standard deviation) below 4 grey levels, or 95 % one value."""
    flat = images.reshape(len(images), SIZE * SIZE)
    found = np.empty(len(images), bool)
    for start in range(0, len(images), 2048):
        block = np.sort(flat[start : start + 2048], axis=1)
        run = int(block.shape[1] * 0.95)
        same = (block[:, run:] == block[:, : block.shape[1] - run]).any(1)
        found[start : start + 2048] = same | (block.std(1) < 4)
    return found
