"""`mien.watch` gives a Scene a frame: none dropped of a clip, the newest of a camera."""

import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import mien
from clip_files import make_clip
from conftest import make_photo
from watched_astronaut import sliding, wait_for_no_threads


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
