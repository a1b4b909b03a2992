"""`Watcher`: one source read by a row of threads, frame after frame; and `watch`, the short way to use it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from itertools import pairwise
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from mien.expression.prior import Prior
from mien.media.clips import MAX_PIXELS, Source, open_clip, shown_url
from mien.media.frames import Frame, Trouble
from mien.pipeline import Reader, reader
from mien.types import Scene
from mien.watching.channel import Channel, Closed
from mien.watching.following import INTERVAL, Followed, Follower
from mien.watching.reading import SceneReader
from mien.watching.steadying import Calibrate

#: Frames between two stages: enough that no stage waits for another's hiccup, few enough to stay small in memory.
ROOM = 3
#: Larger pictures are read from a copy whose long side has this many pixels: no face network sees more.
WORK_SIDE = 1920
#: Seconds that `close` waits for a thread that hangs in a network read; it ends with the program.
PATIENCE = 3.0


class Seen(NamedTuple):
    """A frame and what was seen in it."""

    frame: Frame  #: its `picture` is HxWx3 uint8 RGB, upright
    scene: Scene


class _Work(NamedTuple):
    """A frame on its way through the threads."""

    frame: Frame
    picture: NDArray[np.uint8]  #: the frame's, reduced to `WORK_SIDE`
    followed: Sequence[Followed] = ()
    rows: NDArray[np.float32] | None = None  #: what the expression network says of each


class Watcher:
    """Reads a clip, stream or camera: an iterator of `Seen`, each a frame and its `Scene`.

        with Watcher("clip.mp4") as watcher:
            for frame, scene in watcher:
                ...
        print(watcher.trouble.lines)

    For a clip four threads work side by side: decode, follow (detector, landmarks, tracks), recognise (expressions)
    and read (quality, telling steadily). Its frames all come, in order. A live source has two: one takes its frames,
    one does all the rest with the newest of them, so that no frame ages in a queue; where that takes too long, older
    ones are dropped and counted in `dropped`. Memory is constant. Leaving the block, `close`, the end of the source,
    Ctrl-C and errors all stop the threads.

    Arguments as in `watch`. Attributes: `clip` (`name`, `live`, and, where known, `rate`, `duration`, `frames`);
    `count` scenes so far; `dropped` frames of a live source; `trouble` (`damaged` packets skipped, how it `ended` early
    if it did, and the same in `lines` for people).
    """

    def __init__(
        self, source: Source, *, model: str | Path | None = None, appearance: bool = False,
        every: float | None = None, live: bool | None = None, max_pixels: int = MAX_PIXELS,
        detect_every: float = INTERVAL, smooth: bool = True, calibrate: Calibrate = None, prior: Prior = None,
    ) -> None:  # fmt: skip
        with ThreadPoolExecutor(1) as pool:  # a camera takes its time to open: load the models meanwhile
            models = pool.submit(_ready, model, prior)
            self.clip = open_clip(source, live=live, max_pixels=max_pixels)
            try:
                self._reader = models.result()
            except BaseException:
                self.clip.close()
                raise
        self._every = every
        self._follower = Follower(self._reader, detect_every)
        name = shown_url(str(source)) if isinstance(source, str | Path) else None
        self._scenes = SceneReader(self._reader, appearance=appearance, source=name, smooth=smooth, calibrate=calibrate)
        newest = self.clip.live
        self._decoded: Channel[_Work] = Channel(1 if newest else ROOM, newest=newest)
        self._followed: Channel[_Work] = Channel(ROOM)
        self._recognised: Channel[_Work] = Channel(ROOM)
        self._seen: Channel[Seen] = Channel(1 if newest else ROOM, newest=newest)
        self._threads: list[threading.Thread] = []
        self._failure: BaseException | None = None
        self._closed = False
        self.count = 0

    @property
    def trouble(self) -> Trouble:
        return self.clip.trouble

    @property
    def dropped(self) -> int:
        """Frames of a live source that nobody had time for."""
        return self._decoded.dropped + self._seen.dropped

    def __enter__(self) -> Watcher:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __iter__(self) -> Iterator[Seen]:
        return self

    def __next__(self) -> Seen:
        if self._closed:
            raise StopIteration
        if not self._threads:
            self._start()
        try:
            seen = self._seen.get()
        except Closed:
            self.close()
            if self._failure is not None:
                failure, self._failure = self._failure, None
                raise failure from None
            raise StopIteration from None
        except BaseException:  # Ctrl-C
            self.close()
            raise
        self.count += 1
        return seen

    def recalibrate(self, seconds: float = 3.0) -> None:
        """Forget everybody's resting face and learn it anew from the next so many seconds, in which they rest."""
        self._scenes.recalibrate(seconds)

    def close(self) -> None:
        """Stop reading and let go of the source. Harmless when done twice."""
        self._closed = True
        for channel in self._channels():
            channel.close()
        started = [thread for thread in self._threads if thread is not threading.current_thread()]
        for thread in started:
            thread.join(PATIENCE)
        if not self._threads:
            self.clip.close()

    def _channels(self) -> tuple[Channel[Any], ...]:
        return self._decoded, self._followed, self._recognised, self._seen

    def _start(self) -> None:
        stages: list[tuple[str, Callable[[], None], Channel[Any]]] = [("decode", self._decode, self._decoded)]
        if self.clip.live:
            stages.append(("read", partial(self._pass, self._decoded, self._all, self._seen), self._seen))
        else:
            steps = self._follow, self._recognise, self._read
            names = "follow", "recognise", "read"
            for name, step, (source, out) in zip(names, steps, pairwise(self._channels()), strict=True):
                stages.append((name, partial(self._pass, source, step, out), out))
        for name, stage, out in stages:
            thread = threading.Thread(target=self._run, args=(stage, out), name=f"mien {name}", daemon=True)
            self._threads.append(thread)
        for thread in self._threads:
            thread.start()

    def _run(self, stage: Callable[[], None], out: Channel[Any]) -> None:
        """One thread: a stage until its input ends; a failure stops all of them."""
        try:
            with suppress(Closed):
                stage()
            out.end()
        except BaseException as error:
            self._failure = self._failure or error
            for channel in self._channels():
                channel.close()

    def _decode(self) -> None:
        due = 0.0
        with self.clip:
            for frame in self.clip:
                if self._every and frame.time < due - 1e-6:
                    continue
                if self._every:
                    due = frame.time + self._every - (frame.time - due) % self._every
                scale = min(1.0, WORK_SIDE / max(frame.size))
                self._decoded.put(_Work(frame, frame.picture if scale == 1 else frame.scaled(scale)))

    def _pass(self, source: Channel[Any], step: Callable[[_Work], object], out: Channel[Any]) -> None:
        while True:
            out.put(step(source.get()))

    def _all(self, work: _Work) -> Seen:
        return self._read(self._recognise(self._follow(work)))

    def _follow(self, work: _Work) -> _Work:
        return work._replace(followed=self._follower.follow(work.picture, work.frame.time))

    def _recognise(self, work: _Work) -> _Work:
        return work._replace(rows=self._scenes.recognise(work.picture, work.followed))

    def _read(self, work: _Work) -> Seen:
        frame, picture, followed, rows = work
        assert rows is not None
        return Seen(frame, self._scenes.read(picture, followed, rows, frame.time, frame.size))


def _ready(model: str | Path | None, prior: Prior) -> Reader:
    """The models, loaded and run once: the first run of a session takes longest."""
    loaded = reader(model, prior)
    loaded.detector.detect(np.full((240, 320, 3), 127, np.uint8), thorough=False)
    loaded.landmark_reader.session.run(None, {"crops": np.zeros((1, 96, 96, 3), np.uint8)})
    loaded.recogniser.probabilities(np.zeros((1, 48, 48), np.uint8))
    return loaded


def watch(
    source: Source, *, model: str | Path | None = None, appearance: bool = False, every: float | None = None,
    live: bool | None = None, max_pixels: int = MAX_PIXELS, smooth: bool = True,
    calibrate: Calibrate = None, prior: Prior = None,
) -> Iterator[Scene]:  # fmt: skip
    """Read every face in a clip, stream or camera, frame by frame: an iterator of `Scene`, in constant memory.

    Each scene has its `time` in seconds from the first frame, and each face its `track_id`, the same for one person
    through the clip: through head turns, when something covers them, when people cross, and when they are away for
    less than two seconds.

    source: the path of a clip (MP4, MOV, MKV, WEBM, AVI, GIF, animated WebP or PNG, MJPEG ...), a URL (rtsp://,
    http://; nothing is fetched unless one is passed), a camera's number, the bytes of a clip, a binary file object, or
    an iterable of HxWx3 uint8 RGB arrays, or of (seconds, array).
    model: an ONNX file from `mien lab export` instead of the shipped expression model.
    prior: how common expressions are taken to be, as for `mien.look`.
    appearance: also read apparent traits and colours, once a person and again where they are seen better.
    every: seconds from one scene to the next; by default every frame.
    live: whether the source runs on by itself, so that frames are dropped when reading takes too long (the newest
    wins); by default so for cameras and streams. A clip never drops one.
    max_pixels: frames with more are refused.
    smooth: tell each person's expression, controls, pose, landmarks and box steadily, by what all frames so far show;
    False: by each frame alone.
    calibrate: learn each person's resting face and tell expressions against it: from their first so many seconds, in
    which they rest, or, with "auto", slowly as they are watched. Kept in memory only. Smooths as well.

    Stops cleanly at the end, on Ctrl-C, when a camera is unplugged, where a file is cut short, or when the iterator is
    closed. Damaged packets are skipped. Use `Watcher` for the frames' pictures, and for what was dropped or damaged.
    Raises `ClipError`, in one line, for what cannot be read, at once; `ModelError` for a model that cannot be used.
    """
    return _scenes(
        Watcher(
            source,
            model=model,
            appearance=appearance,
            every=every,
            live=live,
            max_pixels=max_pixels,
            smooth=smooth,
            calibrate=calibrate,
            prior=prior,
        )
    )


def _scenes(watcher: Watcher) -> Iterator[Scene]:
    with watcher:
        for _, scene in watcher:
            yield scene
