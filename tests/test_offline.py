"""Nothing leaves the machine: no network code in the package, and everything works with the network gone."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import mien
from mien.doctor import network_imports, privacy

ROOT = Path(__file__).parents[1]
PHOTO = ROOT / "docs/figures/astronaut.jpg"


def test_network_code_is_only_where_it_belongs() -> None:
    assert network_imports(Path(mien.__file__).parent) == set()


def test_network_code_would_be_noticed(tmp_path: Path) -> None:
    (tmp_path / "spy.py").write_text("def report():\n    from urllib import request\n    import socket as s\n")
    (tmp_path / "batch").mkdir()
    (tmp_path / "batch" / "remote.py").write_text("import aiohttp\n")
    (tmp_path / "batch" / "rows.py").write_text("import fsspec\n")
    (tmp_path / "studio").mkdir()
    (tmp_path / "studio" / "server.py").write_text("import socket\n")
    assert network_imports(tmp_path) == {"batch/rows.py: fsspec", "spy.py: urllib", "spy.py: socket"}


def test_a_watched_look_touches_no_socket() -> None:
    checks = {check.name: check for check in privacy()}
    assert checks["sockets"].ok, checks["sockets"].detail


def test_the_watch_would_notice_a_socket(monkeypatch: pytest.MonkeyPatch) -> None:
    import mien.doctor as doctor

    reach_out = "import mien, socket; socket.create_connection(('::1', 9))"
    spying = doctor._GUARDED_LOOK.replace("import mien", reach_out, 1)
    monkeypatch.setattr(doctor, "_GUARDED_LOOK", spying)
    checks = {check.name: check for check in privacy()}
    assert checks["sockets"].ok is False
    assert "socket" in checks["sockets"].detail


@pytest.mark.skipif(shutil.which("unshare") is None, reason="needs unshare(1) of Linux")
def test_a_photo_is_read_with_no_network_at_all(tmp_path: Path) -> None:
    """In a network namespace of its own, where native code finds no interface either."""
    if subprocess.run(["unshare", "-rn", "true"], capture_output=True).returncode:
        pytest.skip("this machine does not let us make a network namespace")
    command = [sys.executable, "-m", "mien", "photo", "--out", str(tmp_path), str(PHOTO)]
    done = subprocess.run(["unshare", "-rn", *command], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / PHOTO.name).stat().st_size > 0
