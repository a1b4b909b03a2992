"""`mien.watch`: a Scene a frame, none dropped of a clip, the newest of a camera, and nothing left behind at the end."""

import gc
import os
import signal
import subprocess
import sys
import threading
import time
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import mien
from clip_files import make_clip
from conftest import make_photo
from mien.errors import ClipError, ModelError
from mien.media.pictures import Pictures
from mien.watching.channel import Channel, Closed

skimage_data = pytest.importorskip("skimage.data", reason="the test photo is in scikit-image: pip install 'mien[dev]'")


@pytest.fixture(scope="module")
def astronaut() -> np.ndarray:
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


class Camera:
    """A live source: a frame every `period` seconds, whether anybody looks or not."""

    def __init__(self, pictures: list[np.ndarray], period: float = 0.01) -> None:
        self.pictures, self.period, self.given = pictures, period, 0

    def __iter__(self) -> Iterator[tuple[float, np.ndarray]]:
        for i, picture in enumerate(self.pictures):
            time.sleep(self.period)
            self.given += 1
            yield i * self.period, picture


# What comes out


def test_every_frame_of_a_clip_is_a_scene(astronaut: np.ndarray, tmp_path: Path) -> None:
    path = make_clip(tmp_path / "clip.mp4", sliding(astronaut, 20), rate=25)
    scenes = list(mien.watch(path))
    assert [scene.time for scene in scenes] == pytest.approx([i / 25 for i in range(20)], abs=0.002)
    assert [[face.track_id for face in scene.faces] for scene in scenes] == [[1]] * 20
    assert {(scene.width, scene.height, scene.source) for scene in scenes} == {(240, 240, str(path))}
    assert scenes[-1].faces[0].box.x - scenes[0].faces[0].box.x == pytest.approx(38, abs=6)
    assert scenes[-1].faces[0].expression.label == "happiness"
    wait_for_no_threads()


def test_watching_agrees_with_looking(astronaut: np.ndarray) -> None:
    seen = mien.look(astronaut).faces[0]
    (scene,) = mien.watch([astronaut], smooth=False)
    face = scene.faces[0]
    assert np.abs(face.landmarks - seen.landmarks).max() < 4
    assert face.expression.label == seen.expression.label
    assert face.expression.probabilities["happiness"] == pytest.approx(
        seen.expression.probabilities["happiness"], abs=0.1
    )
    assert face.quality.score == pytest.approx(seen.quality.score, abs=0.1)


def test_the_frame_comes_with_its_scene(astronaut: np.ndarray, tmp_path: Path) -> None:
    path = make_clip(tmp_path / "clip.mp4", sliding(astronaut, 8))
    with mien.Watcher(path) as watcher:
        assert watcher.clip.rate == pytest.approx(30)
        for i, (frame, scene) in enumerate(watcher):
            assert frame.index == i
            assert frame.time == scene.time
            assert np.abs(frame.picture.astype(int) - np.roll(astronaut, 2 * i, axis=1)).mean() < 8
    assert watcher.count == 8
    assert watcher.dropped == 0
    assert watcher.trouble.lines == []


def test_a_clip_without_faces_has_scenes_without_faces(tmp_path: Path) -> None:
    path = make_clip(tmp_path / "clip.mp4", [make_photo()] * 5)
    assert [scene.faces for scene in mien.watch(path)] == [[]] * 5


def test_people_come_and_go(astronaut: np.ndarray) -> None:
    nobody = np.full_like(astronaut, 120)
    frames = [(i / 20, nobody if 10 <= i < 20 else astronaut) for i in range(30)]
    counts = [len(scene.faces) for scene in mien.watch(frames)]
    assert counts[:10] == [1] * 10
    assert counts[11:20] == [0] * 9
    assert sum(counts[20:23]) >= 1  # found again within three frames
    assert counts[23:] == [1] * 7


def test_every_thins_scenes_out(astronaut: np.ndarray) -> None:
    frames = [(i / 30, astronaut) for i in range(31)]
    assert [scene.time for scene in mien.watch(frames, every=0.25)] == pytest.approx([0, 8 / 30, 0.5, 23 / 30, 1.0])


def test_a_person_is_dressed_once(astronaut: np.ndarray) -> None:
    faces = [scene.faces[0] for scene in mien.watch([astronaut] * 4, appearance=True)]
    assert all(face.appearance is faces[0].appearance is not None for face in faces)
    assert faces[0].head is not None  # what an avatar is made from later
    assert [face.head for face in faces[1:]] == [None] * 3
    plain = next(iter(mien.watch([astronaut])))
    assert plain.faces[0].appearance is None
    assert mien.personalise(plain.faces[0]).svg()


def test_a_large_frame_is_read_small_and_told_large(astronaut: np.ndarray) -> None:
    large = np.asarray(Image.fromarray(astronaut).resize((2400, 2400)))
    small = next(iter(mien.watch([astronaut]))).faces[0]
    scene = next(iter(mien.watch([large])))
    face = scene.faces[0]
    assert (scene.width, scene.height) == (2400, 2400)
    assert np.abs(face.landmarks / 10 - small.landmarks).max() < 4
    assert np.array(face.box) / 10 == pytest.approx(np.array(small.box), abs=6)
    assert mien.personalise(face).similarity(mien.personalise(small)) > 0.7


def test_a_change_of_size_in_the_middle_is_survived(astronaut: np.ndarray) -> None:
    half = np.asarray(Image.fromarray(astronaut).resize((120, 120)))
    scenes = list(mien.watch([astronaut] * 4 + [half] * 4))
    assert [(scene.width, len(scene.faces)) for scene in scenes] == [(240, 1)] * 4 + [(120, 1)] * 4


# Live sources


def test_the_newest_frame_wins_of_a_live_source(astronaut: np.ndarray) -> None:
    camera = Camera([astronaut] * 60, 0.02)
    with mien.Watcher(camera, live=True) as watcher:
        late, times = [], []
        for frame, scene in watcher:
            late.append(camera.given - 1 - frame.index)
            times.append(scene.time)
            time.sleep(0.15)
    assert watcher.count + watcher.dropped == 60
    assert watcher.dropped > 20
    assert times == sorted(times)
    # The slow reader never holds up the source, and gets what was new when it asked: no backlog builds up.
    assert np.mean(late[len(late) // 2 :]) <= np.mean(late[: len(late) // 2]) + 6


def test_a_clip_waits_for_a_slow_reader(astronaut: np.ndarray) -> None:
    camera = Camera([astronaut] * 12, 0)
    with mien.Watcher(camera) as watcher:
        for frame, _ in watcher:
            time.sleep(0.03)
            assert camera.given - frame.index < 20
    assert (watcher.count, watcher.dropped) == (12, 0)


def test_a_camera_that_is_unplugged_ends_the_scenes(astronaut: np.ndarray) -> None:
    import av

    from mien.media.clips import Clip

    class Unplugged:
        def __init__(self, container: object) -> None:
            self.container = container

        def __getattr__(self, name: str) -> object:
            return getattr(self.container, name)

        def demux(self, stream: object) -> Iterator[object]:
            for i, packet in enumerate(self.container.demux(stream)):  # type: ignore[attr-defined]
                if i == 5:
                    raise OSError(19, "No such device")
                yield packet

    container = av.open("testsrc=size=160x120:rate=30", format="lavfi")
    clip = Clip(Unplugged(container), "camera 0", live=True)
    assert [frame.index for frame in clip] == list(range(5))
    assert clip.trouble.ended == "unplugged or disconnected"
    clip.close()


def test_a_camera_that_is_not_ready_is_asked_again() -> None:
    import av

    from mien.media.clips import Clip

    class Hesitant:
        def __init__(self, container: object) -> None:
            self.container, self.asked = container, 0

        def __getattr__(self, name: str) -> object:
            return getattr(self.container, name)

        def demux(self, stream: object) -> Iterator[object]:
            self.asked += 1
            if self.asked % 3:
                raise av.error.BlockingIOError(11, "Resource temporarily unavailable")
            yield from [next(self.container.demux(stream))]  # type: ignore[attr-defined]
            raise av.error.BlockingIOError(11, "Resource temporarily unavailable")

    clip = Clip(Hesitant(av.open("testsrc=size=160x120:rate=30", format="lavfi")), "camera 0", live=True)
    frames = iter(clip)
    assert [next(frames).index for _ in range(4)] == [0, 1, 2, 3]
    frames.close()  # type: ignore[attr-defined]
    clip.close()


# Stopping


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
