"""What is installed, whether the models are the ones that were shipped, and that nothing reaches out.

Every line of the report is found out by trying: formats are decoded, models are hashed, and a look at a photo is taken
in a process of its own that ends at the first touch of a socket.
"""

from __future__ import annotations

import ast
import io
import platform
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from importlib import metadata, resources
from pathlib import Path

import mien

#: Standard and well-known modules through which Python code reaches the network.
NETWORK_MODULES = {
    "aiohttp", "asyncio", "fsspec", "ftplib", "http", "httpx", "imaplib", "poplib", "requests", "smtplib", "socket",
    "socketserver", "ssl", "telnetlib", "urllib", "urllib3", "websockets", "xmlrpc",
}  # fmt: skip

#: What is there to talk to a browser or to other machines: rooms, and the file that reads URLs that a user names.
#: Looking at a photo loads none of it.
NETWORK_ROOMS = ("batch/remote.py", "bots", "cluster", "studio")

#: A look at the sample photo that dies at the first socket, name look-up or URL. Prints how many faces it saw.
_GUARDED_LOOK = """
import sys

def guard(event, arguments):
    if event.split(".")[0] in ("socket", "urllib", "http", "ftplib", "smtplib", "webbrowser"):
        print(event, file=sys.stderr, flush=True)
        import os
        os._exit(3)

sys.addaudithook(guard)
import mien
from mien.doctor import sample_photo
print(len(mien.look(sample_photo()).faces))
"""


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the report. `ok` is None for what is optional and absent: no failure, but worth knowing."""

    group: str  #: versions, models, formats, extras or privacy
    name: str
    ok: bool | None
    detail: str

    def to_dict(self) -> dict[str, object]:
        return asdict(self)


def examine() -> Iterator[Check]:
    """Run all checks, one after the other; they take about a second.

    Yields:
        Each `Check` as soon as its answer is known.
    """
    yield from versions()
    yield from models()
    yield from formats()
    yield from extras()
    yield from privacy()


def sample_photo() -> bytes:
    """The JPEG bytes of a small public-domain photo with one face, for checks and benchmarks."""
    return (resources.files("mien.media") / "sample.jpg").read_bytes()


def versions() -> Iterator[Check]:
    yield Check("versions", "mien", True, mien.__version__)
    python = sys.version_info
    yield Check("versions", "Python", python >= (3, 11), f"{platform.python_version()} ({sys.executable})")
    for name in requirements()[""]:
        try:
            yield Check("versions", name, True, metadata.version(name))
        except metadata.PackageNotFoundError:
            yield Check("versions", name, False, f"not installed: pip install {name}")
    yield Check("versions", "platform", True, platform.platform())


def models() -> Iterator[Check]:
    """Hash each shipped model against the manifest."""
    from mien.models import verify

    shipped = verify()
    if not shipped:
        yield Check("models", "manifest", False, "it lists no models: reinstall mien")
    for model, intact in shipped:
        detail = f"{model.bytes / 1e6:.2f} MB  sha256 {model.sha256[:16]}  {model.file}"
        yield Check("models", model.name, intact, detail if intact else f"{detail}: damaged or missing, reinstall mien")


def formats() -> Iterator[Check]:
    """Decode one tiny picture in each format that mien promises to read."""
    from PIL import Image

    from mien.media import read_picture
    from mien.media.formats import HEIC

    for name in ("JPEG", "PNG", "WebP", "GIF", "BMP", "TIFF", "AVIF"):
        stream = io.BytesIO()
        try:
            Image.new("RGB", (16, 16), (200, 120, 40)).save(stream, name.upper())
            ok = read_picture(stream.getvalue()).shape[:2] == (16, 16)
            yield Check("formats", name, ok, "reads" if ok else "decoded to the wrong size")
        except (KeyError, OSError, mien.MienError) as error:
            yield Check("formats", name, False, f"cannot be read: {error}")
    try:
        HEIC.load()
        yield Check("formats", "HEIC", True, "reads")
    except ImportError:
        yield Check("formats", "HEIC", None, "pip install 'mien[heif]'")


def extras() -> Iterator[Check]:
    """Which optional parts are installed."""
    for extra, names in sorted(requirements().items()):
        if not extra:
            continue
        missing = [name for name in names if not _installed(name)]
        if missing:
            yield Check("extras", extra, None, f"pip install 'mien[{extra}]'  (missing: {', '.join(missing)})")
        else:
            yield Check("extras", extra, True, "installed")


def requirements() -> dict[str, list[str]]:
    """The distributions that mien asks for, by extra; "" is the core. By the package's own metadata."""
    needs: dict[str, list[str]] = {"": []}
    for line in metadata.requires("mien") or ():
        extra = re.search(r"""extra\s*==\s*["']([\w-]+)["']""", line)
        name = re.match(r"[\w.-]+", line)
        if name:
            needs.setdefault(extra[1] if extra else "", []).append(name[0])
    return needs


def _installed(distribution: str) -> bool:
    try:
        metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return False
    return True


def privacy() -> Iterator[Check]:
    """Nothing reaches out: no network code where none belongs, and a look at a photo opens no socket."""
    found = sorted(network_imports(Path(mien.__file__).parent))
    detail = ", ".join(found) if found else f"none but in {', '.join(NETWORK_ROOMS)}"
    yield Check("privacy", "network code", not found, detail)

    # In a process of its own: an audit hook cannot be taken off again.
    look = subprocess.run([sys.executable, "-c", _GUARDED_LOOK], capture_output=True, text=True, timeout=120)
    if look.returncode == 3:
        yield Check("privacy", "sockets", False, f"a look at a photo tried {look.stderr.strip()}")
    elif look.returncode or look.stdout.split() == ["0"]:
        last = (look.stderr.strip().splitlines() or ["it found no face in the sample photo"])[-1]
        yield Check("privacy", "sockets", False, f"the look at the sample photo failed: {last}")
    else:
        yield Check("privacy", "sockets", True, "a look at a photo, watched by an audit hook, touched none")


def network_imports(package: Path) -> set[str]:
    """Which modules under `package` import a network module, as "file: module".

    Reads the sources without running them. What is there to talk (`NETWORK_ROOMS`) does not count.
    """
    found = set()
    for path in package.rglob("*.py"):
        inside = path.relative_to(package)
        if inside.parts[0] in NETWORK_ROOMS or inside.as_posix() in NETWORK_ROOMS:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names: list[str] = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and not node.level:
                names = [node.module or ""]
            found |= {f"{inside.as_posix()}: {name}" for name in names if name.split(".")[0] in NETWORK_MODULES}
    return found
