"""How a scene reads on a terminal and in a pipe."""

import io
import json
import sys
from pathlib import Path

import numpy as np
import pytest
from rich.cells import cell_len

from mien.cli import scenes, terminal
from mien.types import CONTROLS, LABELS, UNSURE, Box, Expression, Face, Pose, Quality, Scene


class Screen(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def face(label: str, confidence: float, box: Box, emoji: str, reason: str | None = None) -> Face:
    best = LABELS[0] if label == UNSURE else label
    rest = (1 - confidence) / (len(LABELS) - 1)
    probabilities = {name: confidence if name == best else rest for name in LABELS}
    expression = Expression(probabilities, label, confidence, 0.1, 0.1, 0.5, emoji, reason)
    points = np.zeros((68, 2), np.float32)
    return Face(box, 0.9, points, Pose(0, 0, 0), dict.fromkeys(CONTROLS, 0.0), expression, Quality(1.0))


PARTY = Scene(
    1280,
    720,
    [
        face("happiness", 0.974, Box(100.4, 80.2, 80, 99.6), "😄"),
        face("sadness", 0.7, Box(1030, 200, 52, 60), "☹️"),
        face(UNSURE, 0.31, Box(-3.6, 12, 20, 24), "🫥", "too small"),
    ],
)


def test_a_pipe_gets_one_line_a_face_with_tabs() -> None:
    assert scenes.plain_lines("a b.jpg", PARTY) == [
        "a b.jpg\t😄\thappiness\t97%\t80x100+100+80\t",
        "a b.jpg\t☹️\tsadness\t70%\t52x60+1030+200\t",
        "a b.jpg\t🫥\tunsure\t31%\t20x24-4+12\ttoo small",
    ]


def test_columns_line_up_whatever_the_emoji() -> None:
    lines = [line.plain for line in scenes.column_lines(PARTY)]
    for word in ("at", "%"):
        assert len({cell_len(line[: line.index(word)]) for line in lines}) == 1
    assert lines[2].endswith("too small")


def test_the_bar_is_as_long_as_the_face_is_sure() -> None:
    assert [line.plain.count("━") for line in scenes.column_lines(PARTY)] == [10, 7, 3]
    assert [line.plain.count("─") for line in scenes.column_lines(PARTY)] == [0, 3, 7]


def test_several_pictures_get_headings_and_a_blank_line_between(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = Screen()
    monkeypatch.setattr(sys, "stdout", screen)
    monkeypatch.setenv("NO_COLOR", "1")
    printer = scenes.Printer(several=True)
    printer.print("one [draft].jpg", Scene(640, 480, []))
    printer.print("two.jpg", PARTY, Path("out/two.jpg"))
    text = terminal_text(screen)
    assert text.startswith("one [draft].jpg  640 × 480\n  no face found\n\ntwo.jpg  1280 × 720\n  😄")
    assert text.endswith("→ out/two.jpg\n")


def test_a_single_picture_needs_no_heading(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = Screen()
    monkeypatch.setattr(sys, "stdout", screen)
    monkeypatch.setenv("NO_COLOR", "1")
    scenes.Printer(several=False).print("one.jpg", PARTY)
    assert "one.jpg" not in terminal_text(screen)


def terminal_text(screen: Screen) -> str:
    """What was printed, without colours and styles."""
    from rich.text import Text

    return Text.from_ansi(screen.getvalue()).plain


def test_the_bar_shows_only_after_a_while_and_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    for patience, shown in ((60.0, False), (0.0, True)):
        screen = Screen()
        monkeypatch.setattr(sys, "stderr", screen)
        monkeypatch.setattr(terminal, "PATIENCE", patience)
        with terminal.Progress(3, "Looking") as progress:
            assert list(progress.over("abc")) == ["a", "b", "c"]
        assert ("Looking" in screen.getvalue()) == shown
    assert screen.getvalue().endswith("\x1b[2K")  # the line was wiped


def test_there_is_no_bar_in_a_pipe(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(terminal, "PATIENCE", 0.0)
    with terminal.Progress(3, "Looking") as progress:
        assert list(progress.over(range(3))) == [0, 1, 2]
    assert capsys.readouterr() == ("", "")


def test_a_complaint_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    terminal.complain("first\n  second")
    assert capsys.readouterr().err == "mien: first second\n"


@pytest.mark.parametrize("name", ["plain", "smile 😄", "caf\udce9"])
def test_json_is_one_line_whatever_the_file_name(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    terminal.print_json({"source": name})
    printed = capsys.readouterr().out
    assert printed.count("\n") == 1
    assert json.loads(printed) == {"source": name}
