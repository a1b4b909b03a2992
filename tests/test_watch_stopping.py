"""`mien.watch` stops at once and leaves nothing behind: no threads, no memory, nobody waiting at a channel."""

import gc
import os
import signal
import subprocess
import sys
import threading
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

import mien
from clip_files import make_clip
from conftest import make_photo
from mien.errors import ClipError, ModelError
from mien.media.pictures import Pictures
from mien.watching.channel import Channel, Closed
from watched_astronaut import sliding, threads, wait_for_no_threads


def test_closing_early_leaves_no_threads(astronaut: np.ndarray, tmp_path: Path) -> None:
    path = make_clip(tmp_path / "clip.mp4", sliding(astronaut, 60))
    scenes = mien.watch(path)
    next(scenes)
    assert len(threads()) == 4
    scenes.close()
    wait_for_no_threads()
    assert list(scenes) == []
    watcher = mien.Watcher(path)
    next(watcher)
    watcher.close()
    watcher.close()
    wait_for_no_threads()
    watcher = mien.Watcher(path)  # never read from
    watcher.close()
    assert list(watcher) == []


def test_scenes_that_nobody_wants_any_more_are_let_go(astronaut: np.ndarray) -> None:
    scenes = mien.watch([astronaut] * 50)
    next(scenes)
    del scenes
    gc.collect()
    wait_for_no_threads()


def test_an_error_in_the_loop_stops_the_threads(astronaut: np.ndarray) -> None:
    with pytest.raises(ZeroDivisionError), mien.Watcher([astronaut] * 50) as watcher:
        for _ in watcher:
            raise ZeroDivisionError
    wait_for_no_threads()


def test_an_error_of_the_source_reaches_the_reader(astronaut: np.ndarray) -> None:
    def broken() -> Iterator[np.ndarray]:
        yield astronaut
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        list(mien.watch(broken()))
    wait_for_no_threads()
    with pytest.raises(ClipError, match="frame 1"):
        list(mien.watch([astronaut, astronaut / 255]))
    wait_for_no_threads()


def test_what_cannot_be_read_is_refused_at_once(tmp_path: Path) -> None:
    with pytest.raises(ClipError, match="no such file"):
        mien.watch(tmp_path / "nowhere.mp4")
    path = make_clip(tmp_path / "clip.mp4", [make_photo()] * 2)
    with pytest.raises(ModelError):
        mien.watch(path, model=tmp_path / "nowhere.onnx")
    with pytest.raises(ClipError, match="over the limit"):
        mien.watch(path, max_pixels=100)
    assert threads() == []


@pytest.mark.skipif(os.name == "nt", reason="Windows sends Ctrl-C another way")
def test_ctrl_c_stops_at_once(tmp_path: Path) -> None:
    code = """
import itertools, signal, sys, threading
import numpy as np, mien
signal.signal(signal.SIGINT, signal.default_int_handler)  # a parent in the background may have switched it off
frame = np.full((120, 160, 3), 127, np.uint8)
try:
    for i, scene in enumerate(mien.watch(itertools.repeat(frame))):
        if i == 3:
            print("running", flush=True)
except KeyboardInterrupt:
    left = [t.name for t in threading.enumerate() if t.name.startswith("mien") and t.is_alive()]
    print("stopped", left, flush=True)
"""
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "running\n"
    process.send_signal(signal.SIGINT)
    assert process.stdout.readline() == "stopped []\n"
    assert process.wait(30) == 0


# Memory


def test_memory_stays_bounded(astronaut: np.ndarray) -> None:
    """A long stream keeps no frame, no scene and no track that is over."""

    def stream(count: int) -> Iterator[tuple[float, np.ndarray]]:
        for i in range(count):
            yield i / 10, np.roll(astronaut, i % 7, axis=1) if i % 40 < 10 else np.full_like(astronaut, 120)

    with mien.Watcher(stream(200)) as watcher:
        sizes = []
        for i, _ in enumerate(watcher):
            if i == 30:
                tracemalloc.start(1)
            if i in (80, 199):
                gc.collect()
                sizes.append(tracemalloc.get_traced_memory()[0])
        tracemalloc.stop()
    assert sizes[1] < sizes[0] + 400_000  # two frames
    assert len(watcher._follower._tracker.tracks) <= 1


# Channels


def test_a_channel_hands_over_in_order_and_ends() -> None:
    channel: Channel[int] = Channel(3)
    for i in range(3):
        channel.put(i)
    channel.end()
    assert [channel.get() for _ in range(3)] == [0, 1, 2]
    with pytest.raises(Closed):
        channel.get()


def test_a_newest_channel_drops_the_oldest() -> None:
    channel: Channel[int] = Channel(1, newest=True)
    for i in range(5):
        channel.put(i)
    assert channel.get() == 4
    assert channel.dropped == 4


def test_closing_a_channel_wakes_everybody() -> None:
    channel: Channel[int] = Channel(1)
    channel.put(0)
    ended = []

    def wait() -> None:
        try:
            channel.put(1)
        except Closed:
            ended.append(True)

    waiting = threading.Thread(target=wait)
    waiting.start()
    channel.close()
    waiting.join(5)
    assert ended == [True]
    with pytest.raises(Closed):
        channel.get()


def test_pictures_with_a_close_are_closed() -> None:
    closed = []

    def stream() -> Iterator[np.ndarray]:
        try:
            while True:
                yield make_photo()
        finally:
            closed.append(True)

    with Pictures(stream()) as clip:
        next(iter(clip))
    assert closed == [True]
