"""What the readers of all layouts share: what they have read so far, and what to do about what cannot be read."""

from __future__ import annotations

import io
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from mien.errors import DataError, PictureError
from mien.expression.prepare import to_input
from mien.lab.data.classes import ClassMap
from mien.lab.data.faceset import SIZE, SPLIT_TYPE, FaceSet
from mien.lab.data.listing import Files

#: Called with what is being done, how much of it is done, and how much there is (0 = not known).
Progress = Callable[[str, int, int], None]

#: Names under which public data sets know the three splits.
SPLIT_NAMES = {
    "train": "Training", "training": "Training", "train_set": "Training", "fer2013train": "Training",
    "validation": "PublicTest", "valid": "PublicTest", "val": "PublicTest", "dev": "PublicTest",
    "publictest": "PublicTest", "fer2013valid": "PublicTest", "test": "PrivateTest", "testing": "PrivateTest",
    "test_set": "PrivateTest", "privatetest": "PrivateTest", "fer2013test": "PrivateTest",
}  # fmt: skip


class Trouble(NamedTuple):
    """Something wrong with a source."""

    kind: str  #: unreadable, missing, wrong_size or ignored
    place: str  #: the file, and the row where there is one
    what: str  #: in plain words


class Reading:
    """One pass over sources. A strict one raises at the first thing that cannot be read; else troubles are collected.

    Missing pictures, odd sizes and files that belong to no layout never raise: they are only noted.
    """

    def __init__(self, class_map: ClassMap, *, strict: bool = True, progress: Progress | None = None) -> None:
        self.class_map = class_map
        self.troubles: list[Trouble] = []
        self._strict = strict
        self._progress = progress
        self._told = 0.0

    def unreadable(self, place: str, what: str) -> None:
        """Note, or raise as a `DataError`, that a file or row cannot be read."""
        if self._strict:
            raise DataError(f"{place}: {what}; mien lab data check lists all such places, --fix leaves them out")
        self.troubles.append(Trouble("unreadable", place, what))

    def note(self, kind: str, place: str, what: str) -> None:
        """Note what does not keep the data from being read."""
        self.troubles.append(Trouble(kind, place, what))

    def step(self, what: str, done: int, total: int) -> None:
        """Tell how far the reading is, ten times a second at most."""
        if self._progress is not None and time.monotonic() - self._told > 0.1:
            self._told = time.monotonic()
            self._progress(what, done, total)

    def picture(self, files: Files, path: str) -> tuple[NDArray[np.uint8], tuple[int, int]] | None:
        """A picture as 48 x 48 grey, as the recogniser sees it, and its width and height; None if it is unreadable."""
        try:
            return decode(files.read(path))
        except DataError as error:
            self.unreadable(files.place(path), str(error))
            return None


def decode(content: bytes) -> tuple[NDArray[np.uint8], tuple[int, int]]:
    """An encoded picture as 48 x 48 grey, and its width and height. Raises `DataError` that says what is wrong."""
    try:  # the fast way for the tens of thousands that are as they should be
        with Image.open(io.BytesIO(content), formats=("PNG", "JPEG")) as image:
            if image.mode == "L" and image.size == (SIZE, SIZE) and "exif" not in image.info:
                return np.asarray(image).copy(), image.size
    except Exception:  # decoders meet damaged bytes and raise anything; the slow way says what is wrong
        pass
    from mien.media import read_picture

    try:
        picture = read_picture(content)
    except PictureError as error:
        what = str(error).partition(" bytes: ")[2] or str(error)
        raise DataError(what.rpartition("; ")[0] or what) from None
    height, width = picture.shape[:2]
    return to_input(picture), (width, height)


@dataclass
class Part:
    """The faces of one layout, before the names of their classes are settled."""

    source: str
    layout: str
    images: list[NDArray[np.uint8]] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    split: list[str] = field(default_factory=list)  #: one of `SPLITS`, or "" where the source does not say
    labels: list[str | None] = field(default_factory=list)  #: names of classes
    votes: list[Sequence[float] | None] = field(default_factory=list)
    groups: dict[str, list[str]] = field(default_factory=dict)
    sizes: list[tuple[int, int]] = field(default_factory=list)  #: width and height before any scaling
    stored_sizes: dict[str, int] = field(default_factory=dict)  #: what a data set of mien's own remembers of these

    def __len__(self) -> int:
        return len(self.images)

    def add(
        self, image: NDArray[np.uint8], name: str, split: str, label: str | None = None,
        votes: Sequence[float] | None = None, size: tuple[int, int] = (SIZE, SIZE),
    ) -> None:  # fmt: skip
        """Add a face; `size` is what it had before it was scaled."""
        self.images.append(image)
        self.names.append(name)
        self.split.append(split)
        self.labels.append(label)
        self.votes.append(votes)
        self.sizes.append(size)

    def note_odd_sizes(self, reading: Reading) -> None:
        """Note pictures of another size than nine tenths have.

        Where sizes vary more, only those that scaling harms: smaller than 48 pixels, or a quarter longer than wide.
        """
        if not self.sizes:  # of a data set of mien's own
            return
        (common, count), *_ = Counter(self.sizes).most_common(1)
        uniform = count >= 0.9 * len(self.sizes)
        for name, (width, height) in zip(self.names, self.sizes, strict=True):
            harmed = min(width, height) < SIZE or max(width, height) > 1.25 * min(width, height)
            if (width, height) != common if uniform else harmed:
                usual = f", where {common[0]}x{common[1]} is usual" if uniform else ""
                reading.note("wrong_size", name, f"{width}x{height}{usual}")

    def face_set(self, classes: tuple[str, ...], index: dict[str, int]) -> FaceSet:
        """The faces as a `FaceSet` without those whose class is dropped."""
        labels = np.array([-1 if name is None else index[name] for name in self.labels], np.int64)
        dropped = np.array([name is not None and index[name] < 0 for name in self.labels], bool)
        none: Any = [np.nan] * 10
        faces = FaceSet(
            np.stack(self.images) if self.images else np.empty((0, SIZE, SIZE), np.uint8),
            np.array([none if v is None else v for v in self.votes], np.float32).reshape(-1, 10),
            labels,
            np.array(self.split, SPLIT_TYPE),
            list(self.names),
            classes,
            {column: np.array(values, str) for column, values in self.groups.items()},
        )
        return faces.where(~dropped) if dropped.any() else faces
