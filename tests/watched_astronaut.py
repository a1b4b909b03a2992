"""What the tests of `mien.watch` look at, the astronaut's face, and the threads that watching starts."""

from __future__ import annotations

import threading
import time

import numpy as np
import pytest
from PIL import Image


@pytest.fixture(scope="module")
def astronaut() -> np.ndarray:
    reason = "the test photo is in scikit-image: pip install 'mien[dev]'"
    skimage_data = pytest.importorskip("skimage.data", reason=reason)
    return np.asarray(Image.fromarray(skimage_data.astronaut()[:320, 60:380]).resize((240, 240)))


def sliding(picture: np.ndarray, count: int) -> list[np.ndarray]:
    """The picture, pushed to the right by two pixels a frame."""
    return [np.roll(picture, 2 * i, axis=1) for i in range(count)]


def threads() -> list[str]:
    return [t.name for t in threading.enumerate() if t.name.startswith("mien")]


def wait_for_no_threads() -> None:
    deadline = time.monotonic() + 10
    while threads() and time.monotonic() < deadline:
        time.sleep(0.01)
    assert threads() == []
