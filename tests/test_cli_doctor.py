"""`mien doctor` and the frame of the command line: help, version, errors."""

import json
import subprocess
import sys

import pytest

from mien import __version__, doctor
from mien.cli import main
from mien.doctor import Check
from mien.models import manifest

Capture = pytest.CaptureFixture[str]


def call(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    monkeypatch.setattr(sys, "argv", ["mien", *arguments])
    try:
        main()
    except SystemExit as leaving:
        return int(leaving.code or 0)
    return 0


def test_a_sound_installation_passes(monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    code = call(monkeypatch, "doctor", "--json")
    report = json.loads(capsys.readouterr().out)
    assert code == 0, [check for check in report["checks"] if check["ok"] is False]
    assert report["ok"] is True
    groups = {check["group"] for check in report["checks"]}
    assert groups == {"versions", "models", "formats", "extras", "privacy"}
    names = {check["name"]: check for check in report["checks"]}
    assert names["mien"]["detail"] == __version__
    assert {model.name for model in manifest()} <= set(names)
    assert names["JPEG"]["ok"] and names["AVIF"]["ok"] and names["sockets"]["ok"]


def test_a_damaged_model_fails(monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    import mien.models

    shipped = mien.models.verify()
    damaged = [(model, index != 0) for index, (model, _) in enumerate(shipped)]
    monkeypatch.setattr(mien.models, "verify", lambda: damaged)
    monkeypatch.setattr(doctor, "privacy", lambda: iter(()))
    assert call(monkeypatch, "doctor") == 2
    (line,) = [line for line in capsys.readouterr().out.splitlines() if "FAILED" in line]
    assert "damaged" in line


def test_a_missing_extra_is_no_failure_and_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "_installed", lambda name: False)
    checks = {check.name: check for check in doctor.extras()}
    assert checks["heif"] == Check("extras", "heif", None, "pip install 'mien[heif]'  (missing: pi-heif)")
    assert set(checks) >= {"heif", "lab", "dev"}


@pytest.mark.parametrize("command", [[], ["photo"], ["doctor"], ["bench"]], ids=["mien", "photo", "doctor", "bench"])
def test_every_command_has_help_with_an_example(
    command: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call(monkeypatch, *command, "--help") == 0
    assert "Example:  mien " in capsys.readouterr().out


def test_version(monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    assert call(monkeypatch, "--version") == 0
    assert capsys.readouterr().out == f"mien {__version__}\n"


def test_an_unknown_option_is_a_usage_error(monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    assert call(monkeypatch, "photo", "--jsno", "x.jpg") == 2
    assert "--jsno" in capsys.readouterr().err


def test_a_missing_extra_becomes_one_line(monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    import mien.cli

    def torchless(standalone_mode: bool) -> None:
        raise ModuleNotFoundError("No module named 'torch'", name="torch")

    monkeypatch.setattr(mien.cli, "app", torchless)
    assert call(monkeypatch) == 2
    assert capsys.readouterr().err == "mien: the lab needs torch: pip install 'mien[lab]'\n"


def test_the_module_runs_as_the_command_line() -> None:
    done = subprocess.run([sys.executable, "-m", "mien", "--version"], capture_output=True, text=True, check=True)
    assert done.stdout == f"mien {__version__}\n"
