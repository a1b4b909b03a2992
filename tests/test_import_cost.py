"""`import mien` costs nothing, and looking at a photo loads neither a trainer nor a web framework."""

import json
import subprocess
import sys

import pytest

SAMPLE = "from mien.doctor import sample_photo; mien.look(sample_photo())"


def modules_after(code: str) -> set[str]:
    """The top-level modules that a fresh interpreter holds after running some code."""
    report = "import sys, json; print(json.dumps(sorted({name.split('.')[0] for name in sys.modules})))"
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\n{report}"], capture_output=True, text=True, check=True, timeout=120
    )
    return set(json.loads(done.stdout.splitlines()[-1]))


def test_importing_mien_loads_nothing_heavy() -> None:
    heavy = {"numpy", "PIL", "onnxruntime", "torch", "typer", "rich", "av", "pydantic"}
    assert not modules_after("import mien") & heavy


def test_importing_the_command_line_loads_nothing_heavy() -> None:
    assert not modules_after("import mien.cli") & {"numpy", "PIL", "onnxruntime", "torch", "av", "resvg_py"}


def test_looking_at_a_photo_loads_neither_trainer_nor_web() -> None:
    loaded = modules_after(f"import mien; {SAMPLE}")
    assert "onnxruntime" in loaded
    assert not loaded & {"torch", "cv2", "matplotlib", "skimage", "fastapi", "uvicorn", "requests", "av"}


def test_looking_at_a_photo_leaves_the_lab_alone() -> None:
    code = f"import mien, sys; {SAMPLE}; assert not [m for m in sys.modules if m.startswith('mien.lab')]"
    modules_after(code)


@pytest.mark.parametrize("name", ["look", "recognise", "Scene", "Face", "Expression", "LABELS", "CONTROLS"])
def test_promised_names_are_there(name: str) -> None:
    import mien

    assert getattr(mien, name) is not None
    assert name in dir(mien)


def test_an_unknown_name_is_an_attribute_error() -> None:
    import mien

    with pytest.raises(AttributeError, match="watercolour"):
        mien.watercolour  # noqa: B018
