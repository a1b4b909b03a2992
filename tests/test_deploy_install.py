"""deploy/install.sh for real: in a fresh Debian, made by debootstrap, without a network and without build tools."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from conftest import need_program
from mien.doctor import sample_photo

ROOT = Path(__file__).parents[1]
SUITE, PYTHON = "bookworm", "3.11"  #: a release of Debian, and its Python
MIRROR = "http://deb.debian.org/debian"
#: What pip takes wheels for there: glibc 2.36 and all that is older.
PLATFORMS = [f"--platform=manylinux_2_{minor}_x86_64" for minor in range(36, 16, -1)] + [
    f"--platform=manylinux{old}_x86_64" for old in ("2014", "2010", "1")
]
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


def as_root(*command: object) -> subprocess.CompletedProcess[str]:
    done = subprocess.run([*SUDO, *map(str, command)], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    return done


SUDO = [] if os.geteuid() == 0 else ["sudo", "-n"]


def inside(debian: Path, *command: str, user: str = "root", check: bool = True) -> subprocess.CompletedProcess[str]:
    """Run something in it, with nothing of this machine's environment."""
    clean = ["env", "-i", f"PATH={PATH}", "HOME=/tmp", "PIP_NO_INDEX=1", "PIP_FIND_LINKS=/wheels"]
    done = subprocess.run(
        [*SUDO, "chroot", f"--userspec={user}:{user}", debian, *clean, *command], capture_output=True, text=True
    )
    assert not check or done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    return done


@pytest.fixture(scope="module")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with our wheel and all that it needs there, fetched with this machine's settings for pip."""
    pytest.importorskip("hatchling", reason="needs mien[release]")
    folder = tmp_path_factory.mktemp("wheels")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (ours,) = folder.glob("mien-*.whl")
    pip = [sys.executable, "-m", "pip", "download", "-qq", "--only-binary=:all:", f"--python-version={PYTHON}"]
    what = [f"mien[studio] @ file://{ours}", "--dest", folder]
    subprocess.run([*pip, "--implementation=cp", *PLATFORMS, *what], check=True, cwd=folder)
    return folder


@pytest.fixture(scope="module")
def debian(tmp_path_factory: pytest.TempPathFactory, wheels: Path) -> Iterator[Path]:
    """The root of a small Debian with Python; in memory, since dpkg waits for the disk after every file."""
    debootstrap = need_program("debootstrap", "apt-get install debootstrap")
    if SUDO and subprocess.run(["sudo", "-n", "true"], capture_output=True).returncode:
        need_program("a-way-to-be-root", "a chroot needs root, or sudo without a password")
    mount = tmp_path_factory.mktemp("debian")
    in_memory = not subprocess.run([*SUDO, "mount", "-t", "tmpfs", "-o", "mode=755", "mien", mount]).returncode
    root = mount / "root"
    try:
        as_root(
            debootstrap, "--variant=minbase", "--include=python3,python3-venv", SUITE, root,
            os.environ.get("DEBIAN_MIRROR", MIRROR),
        )  # fmt: skip
        as_root("cp", "-r", wheels, root / "wheels")
        as_root("cp", ROOT / "deploy/install.sh", root / "install.sh")
        as_root("mount", "-t", "proc", "proc", root / "proc")
        yield root
    finally:
        subprocess.run([*SUDO, "umount", root / "proc"], capture_output=True)
        if in_memory:
            as_root("umount", mount)
        else:
            as_root("rm", "-rf", "--one-file-system", root)


def test_a_fresh_debian_gets_a_studio_that_works_and_nothing_to_build_with(debian: Path, wheels: Path) -> None:
    (ours,) = wheels.glob("mien-*.whl")
    command = ["sh", "/install.sh", "--wheel", f"/wheels/{ours.name}", "--extras", "studio", "--trim"]
    assert "account mien" in inside(debian, *command).stdout
    assert inside(debian, "mien", "doctor", user="mien").stdout.count("failed") == 0
    subprocess.run([*SUDO, "tee", debian / "photo.webp"], input=sample_photo(), check=True, stdout=subprocess.DEVNULL)
    assert "happiness" in inside(debian, "mien", "photo", "/photo.webp", user="mien").stdout
    imports = "from mien.studio import make_app; make_app(); import av, mien.avatar.output"
    inside(debian, "/opt/mien/bin/python", "-c", imports, user="mien")
    for tool in ("pip", "gcc", "make", "curl"):
        assert not shutil.which(
            tool, path=os.pathsep.join(f"{debian}{place}" for place in (*PATH.split(":"), "/opt/mien/bin"))
        )
    assert "denied" in inside(debian, "touch", "/opt/mien/x", user="mien", check=False).stderr.lower()
    modes = inside(debian, "stat", "-c", "%a %U", "/var/lib/mien", "/opt/mien").stdout.split("\n")
    assert modes[:2] == ["700 mien", "755 root"]
    size = sum(path.lstat().st_size for path in (debian / "opt/mien").rglob("*") if not path.is_symlink())
    assert size < 340_000_000, "with Debian's Python the container stays below 400 MB"


def test_it_says_what_it_cannot_do(tmp_path: Path) -> None:
    script = ["sh", str(ROOT / "deploy/install.sh"), "--no-user", "--prefix", str(tmp_path / "there")]
    for words, told in (
        (["--wheel", "none.whl"], "none.whl: there is no such file"),
        (["--data", "here"], "here: a folder is given by its whole path"),
        (["--python", "no-python"], "no-python: Python 3.11 or newer"),
        (["--colour", "red"], "--colour: no such option"),
        (["--extras"], "--extras: a value must follow"),
    ):
        done = subprocess.run([*script, *words], capture_output=True, text=True)
        assert done.returncode == 2 and told in done.stderr and done.stderr.count("\n") == 1
    assert not (tmp_path / "there").exists()
