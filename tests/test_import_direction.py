"""The house stays a house: imports go down only, and the lab is never needed to look at a photo."""

import ast
from pathlib import Path

import pytest

import mien

PACKAGE = Path(mien.__file__).parent

#: Ground floor first. A room may import the rooms below it.
FLOORS = (
    ("errors", "types", "rates"),
    ("media", "models", "database"),
    ("vision",),
    ("expression",),
    ("appearance",),
    ("emoji",),
    ("avatar",),
    ("pipeline",),
    ("watching",),
    ("stickers", "journal", "clips", "batch"),
    ("bench", "doctor", "lab", "bots", "cluster", "live"),
    ("studio",),
    ("cli",),
    ("__main__",),
)
HEIGHT = {room: height for height, rooms in enumerate(FLOORS) for room in rooms}

#: Too large for the wheel's users: only the lab may import these.
HEAVY = {
    "torch",
    "torchmetrics",
    "matplotlib",
    "onnx",
    "safetensors",
    "tensorboard",
    "mediapipe",
    "cv2",
    "skimage",
    "optuna",
}


def room_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imported(path: Path) -> set[str]:
    """Dotted names that a file imports, `TYPE_CHECKING` blocks included."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.name}: relative import; write the whole name"
            module = node.module or ""
            names |= {f"{module}.{alias.name}" for alias in node.names} if module == "mien" else {module}
    return names


SOURCES = sorted(path for path in PACKAGE.rglob("*.py") if path != PACKAGE / "__init__.py")


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_imports_go_down_only(path: Path) -> None:
    here = room_of(path)
    assert here in HEIGHT, f"{here} has no floor: add it to FLOORS and to docs/architecture.md"
    for name in imported(path):
        parts = name.split(".")
        if parts[0] != "mien" or len(parts) == 1:
            continue
        there = parts[1]
        if there not in HEIGHT:  # a name of mien itself, such as mien.__version__ or mien.MienError
            assert hasattr(mien, there)
            continue
        assert there == here or HEIGHT[there] < HEIGHT[here], f"{here} may not import {name}"


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_only_the_lab_and_the_comparison_import_heavy_packages(path: Path) -> None:
    if room_of(path) in ("lab", "bench") or path.is_relative_to(PACKAGE / "cli" / "lab"):
        return  # these import them inside functions: test_import_cost.py holds them to that
    assert not {name for name in imported(path) if name.split(".")[0] in HEAVY}
