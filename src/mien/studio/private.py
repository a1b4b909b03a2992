"""Folders that nobody else can read: the studio's own, and a temporary one that goes with the process."""

from __future__ import annotations

import os
import shutil
import tempfile
import uuid
from pathlib import Path
from typing import IO

from mien.media.folders import lock
from mien.studio.settings import StudioError

#: What temporary folders are called; the number of the process that made it follows.
PREFIX = "mien-studio-"
#: Those of this process. Another with its number is of one that is gone: in containers each has the same.
_OWN: set[Path] = set()


def private_folder(path: Path) -> Path:
    """The folder, made if need be, readable by its owner alone. Raises `StudioError`."""
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.chmod(0o700)
    except OSError as error:
        raise StudioError(f"{path}: cannot keep the studio's data there ({error.strerror}); set MIEN_STUDIO") from None
    return path


class TemporaryFolder:
    """A folder with mode 0700 for what is uploaded. Those of studios that crashed are removed when one starts."""

    def __init__(self, parent: Path) -> None:
        sweep(parent)
        self.path = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-", dir=parent))  # mkdtemp makes it 0700
        _OWN.add(self.path)
        self._held = _hold(self.path)  # processes of other containers are not seen, but what they hold

    def file(self, ending: str = "") -> Path:
        """A path nobody has used yet. What the sender called the file is never part of it."""
        return self.path / f"{uuid.uuid4().hex}{ending}"

    def remove(self) -> None:
        if self._held is not None:
            os.close(self._held)
            self._held = None
        shutil.rmtree(self.path, ignore_errors=True)
        _OWN.discard(self.path)


class FolderLock:
    """Held by one process on a folder; the system lets go of it when the process ends, however it does."""

    def __init__(self, folder: Path) -> None:
        self._file: IO[bytes] | None = (folder / "lock").open("ab")
        self.held = lock(self._file)

    def release(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file, self.held = None, False


def _hold(folder: Path) -> int | None:
    """Lock the folder itself, so that no file of ours lies in it: a descriptor to close, or None where it is held."""
    if os.name == "nt":
        return os.open(os.devnull, os.O_RDONLY)  # there folders cannot be locked, and studios share none
    import fcntl

    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        return None
    return descriptor


def sweep(parent: Path) -> list[Path]:
    """Remove the temporary folders of our own processes that are gone; which ones."""
    removed = []
    for folder in parent.glob(f"{PREFIX}*"):
        number = folder.name.removeprefix(PREFIX).split("-")[0]
        if folder.is_symlink() or not folder.is_dir() or not number.isdigit():
            continue
        if folder in _OWN if int(number) == os.getpid() else _runs(int(number)):
            continue
        if (held := _hold(folder)) is None:
            continue
        os.close(held)
        if hasattr(os, "getuid") and folder.stat().st_uid != os.getuid():
            continue
        shutil.rmtree(folder, ignore_errors=True)
        removed.append(folder)
    return removed


def _runs(process: int) -> bool:
    if os.name == "nt":  # there os.kill(pid, 0) would end the process
        return _is_open_windows(process)
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def _is_open_windows(process: int) -> bool:
    import ctypes

    kernel = getattr(ctypes, "windll").kernel32  # noqa: B009
    handle = kernel.OpenProcess(0x1000, False, process)  # PROCESS_QUERY_LIMITED_INFORMATION
    if not handle:
        return False
    kernel.CloseHandle(handle)
    return True
