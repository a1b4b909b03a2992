"""Cameras by number: found where the platform keeps them, refused in one line where there is none."""

import errno
from pathlib import Path

import av
import pytest

import mien
from mien.errors import ClipError
from mien.media import cameras
from mien.media.cameras import Camera, find_camera, is_camera, open_camera, refusal


def test_numbers_and_devices_are_cameras() -> None:
    assert is_camera(0)
    assert is_camera("/dev/video2")
    assert not is_camera(True)
    assert not is_camera("0.mp4")


def test_each_platform_calls_them_its_own_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "video2").touch()
    assert find_camera(2, "linux", tmp_path) == Camera("camera 2", str(tmp_path / "video2"), "v4l2")
    assert find_camera(1, "darwin") == Camera("camera 1", "1:none", "avfoundation")
    monkeypatch.setattr(cameras, "_direct_show", lambda: ["Front", "USB camera"])
    assert find_camera(1, "win32") == Camera("camera 1", "video=USB camera", "dshow")


def test_a_camera_that_is_not_there_names_those_that_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ClipError, match="no such camera; plug one in"):
        find_camera(0, "linux", tmp_path)
    (tmp_path / "video2").touch()
    (tmp_path / "video10").touch()
    with pytest.raises(ClipError, match="there is 2, 10"):
        find_camera(0, "linux", tmp_path)
    monkeypatch.setattr(cameras, "_direct_show", lambda: [])
    with pytest.raises(ClipError, match="no such camera"):
        find_camera(0, "win32")
    with pytest.raises(ClipError, match="counted from 0"):
        find_camera(-1)


def test_watching_a_camera_that_is_not_there_fails_at_once() -> None:
    with pytest.raises(ClipError, match="camera 977"):
        mien.watch(977)


@pytest.mark.parametrize(
    ("code", "says"),
    [(errno.EBUSY, "in use"), (errno.EACCES, "no permission"), (errno.ENODEV, "no such camera"), (errno.EIO, "cannot")],
)
def test_a_refusal_is_told_in_one_line(code: int, says: str, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def refuse(*_: object, options: dict[str, str], **__: object) -> None:
        asked.append(options)
        raise OSError(code, "what the system says")

    monkeypatch.setattr(av, "open", refuse)
    with pytest.raises(ClipError, match=says) as caught:
        open_camera(Camera("camera 0", "/dev/video0", "v4l2"))
    assert "\n" not in str(caught.value)
    assert len(asked) == (3 if code == errno.EIO else 1)  # a camera that cannot do what is asked is asked for less


def test_a_refusal_without_a_reason_is_told_too() -> None:
    assert "camera 0" in str(refusal("camera 0", None))
