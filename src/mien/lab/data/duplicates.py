"""Pictures that are the same, exactly or nearly: found among tens of thousands in seconds.

Nearly the same means one photo twice: brightened, compressed, marked, mirrored, or cropped up to four pixels elsewhere.
Candidates come from a perceptual hash in the manner of pHash (Zauner 2010), the low frequencies of the discrete cosine
transform, compared by their cosine and not by bits. Each pair is then verified by the normalised cross-correlation
(Lewis 1995) of the pictures without their slow changes of light, at every shift, first small, then in full.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from mien.lab.data.faceset import SIZE, digests
from mien.lab.data.reading import Progress

Floats = NDArray[np.float32]
Pairs = NDArray[np.int64]

#: Correlation from which two pictures count as the same. Of 40 pairs of FER2013 drawn from all that were found, 40 show
#: one photo to the eye; of the 40 that are least alike, 36: the others are of one person, a moment apart.
NEAR = 0.86
#: The same for mirrored pictures, which are rarer, so that chance needs to be kept out further.
MIRRORED = 0.90
#: From here on the moment is the same too, so that two labels contradict each other.
CERTAIN = 0.90

_FREQUENCIES = 10  #: of the cosine transform in each direction
_HASH_LIKE = 0.66  #: cosine of two hashes from which the pair is looked at
_NEIGHBOURS = 64  #: most candidates looked at for one face
_BLOCK = 1 << 25  #: most hash cosines held at once (4 bytes each)
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

    of_first: look only for copies of the first so many pictures. Time grows with the square of the pictures' number, by
    one matrix product: about ten seconds for 30,000 faces.
    """
    hashes, small = _describe(images)
    rows = len(images) if of_first is None else of_first
    found = [_search(images, hashes, small, False, rows, progress, what)]
    if mirrored:
        found.append(_search(images, hashes, small, True, rows, progress, f"{what} with mirrored copies"))
    pairs = np.concatenate([pairs for pairs, _ in found])
    likeness = np.concatenate([values for _, values in found])
    flipped = np.repeat([False, True], [len(found[0][0]), len(pairs) - len(found[0][0])])
    # A symmetrical face may be like its copy both ways: the better one counts.
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


def _describe(images: NDArray[np.uint8]) -> tuple[Floats, Floats]:
    """The hash of each picture, of length 1, and its texture at the side of the first stage."""
    angle = np.pi / SIZE * np.outer(np.arange(_FREQUENCIES), np.arange(SIZE) + 0.5)
    wave = np.cos(angle).astype(np.float32)
    u, v = _frequencies()
    weight = np.sqrt(np.hypot(u, v)).astype(np.float32)  # a photo's low frequencies would drown the others
    hashes = np.empty((len(images), len(u)), np.float32)
    side = _STAGES[0].side
    small = np.empty((len(images), side, side), np.float32)
    for start in range(0, len(images), 2048):
        block = images[start : start + 2048].astype(np.float32)
        hashes[start : start + 2048] = (wave @ block @ wave.T)[:, u, v] * weight
        small[start : start + 2048] = _reduced(texture(block), side)
    hashes /= np.linalg.norm(hashes, axis=1, keepdims=True).astype(np.float32) + np.float32(1e-6)
    return hashes, small


def _frequencies() -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The frequencies in the hash, down and across: not the lowest, which tell how a face is lit."""
    u, v = np.mgrid[:_FREQUENCIES, :_FREQUENCIES]
    kept = (u + v >= 3) & (u + v < _FREQUENCIES + 2)
    return u[kept], v[kept]


def _reduced(pictures: Floats, side: int) -> Floats:
    step = SIZE // side
    means: Floats = pictures.reshape(-1, side, step, side, step).mean((2, 4))
    return means


def _search(
    images: NDArray[np.uint8], hashes: Floats, small: Floats, mirrored: bool, rows: int,
    progress: Progress | None, what: str,
) -> tuple[Pairs, Floats]:  # fmt: skip
    """Pairs whose first picture, of the first `rows`, is like the second or its mirror image, and how much."""
    kept, likeness = [np.empty((0, 2), np.int64)], [np.empty(0, np.float32)]
    for pairs, done in _candidates(hashes, mirrored, rows):
        first, *later = _STAGES
        pairs = pairs[_correlation(small, small, pairs, mirrored, first.shift) > first.least]
        values = np.empty(0, np.float32)
        for stage in later:
            least = MIRRORED if mirrored and stage.side == SIZE else stage.least
            values = _at_side(images, pairs, mirrored, stage)
            pairs, values = pairs[values > least], values[values > least]
        kept.append(pairs)
        likeness.append(values)
        if progress is not None:
            progress(what, done, rows)
    return np.concatenate(kept), np.concatenate(likeness)


def _candidates(hashes: Floats, mirrored: bool, count: int) -> Iterator[tuple[Pairs, int]]:
    """Pairs with like hashes, the first of the two among `count`, block by block, and how many faces are done."""
    others = hashes * np.where(_frequencies()[1] % 2, -1, 1).astype(np.float32) if mirrored else hashes
    rows = max(16, _BLOCK // max(1, len(hashes)))
    for start in range(0, count, rows):
        alike = hashes[start : min(count, start + rows)] @ others[start:].T
        alike[np.tril_indices(len(alike), 0, alike.shape[1])] = -1  # each pair once
        found = alike > _HASH_LIKE
        for row in np.flatnonzero(found.sum(1) > _NEIGHBOURS):
            best = np.argpartition(alike[row], -_NEIGHBOURS)[-_NEIGHBOURS:]
            found[row] = False
            found[row, best] = True
        first, second = np.nonzero(found)
        yield np.stack([first + start, second + start], 1), min(count, start + rows)


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
    flat = images.reshape(len(images), -1)
    found = np.empty(len(images), bool)
    for start in range(0, len(images), 2048):
        block = np.sort(flat[start : start + 2048], axis=1)
        run = int(block.shape[1] * 0.95)
        same = (block[:, run:] == block[:, : block.shape[1] - run]).any(1)
        found[start : start + 2048] = same | (block.std(1) < 4)
    return found
