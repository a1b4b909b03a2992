"""The lab's bar for work in stages: on a terminal only, only when it takes long, and gone at the end."""

import io
import sys
from contextlib import suppress

import pytest

from mien.cli.lab import progress


class Stream(io.StringIO):
    def __init__(self, terminal):
        super().__init__()
        self.terminal = terminal

    def isatty(self):
        return self.terminal


@pytest.fixture
def shown(monkeypatch):
    """What stands on stderr after some work."""

    def work(terminal, patience, fails=False):
        stream = Stream(terminal)
        with monkeypatch.context() as during, suppress(ZeroDivisionError):
            during.setattr(sys, "stderr", stream)
            during.setattr(progress, "PATIENCE", patience)
            during.setenv("TERM", "xterm")
            with progress.stages() as step:
                step("Looking around", 0, 0)
                step("Reading faces", 1, 3)
                if fails:
                    raise ZeroDivisionError
        return stream.getvalue()

    return work


def test_long_work_shows_what_is_being_done(shown):
    text = shown(terminal=True, patience=-1)
    assert "Looking around" in text
    assert "Reading faces" in text


def test_quick_work_and_pipes_show_nothing(shown):
    assert shown(terminal=True, patience=60) == ""
    assert shown(terminal=False, patience=-1) == ""


def test_the_bar_goes_away_also_when_the_work_fails(shown):
    for fails in (False, True):
        text = shown(terminal=True, patience=-1, fails=fails)
        assert text.endswith("\x1b[2K"), "the line is not wiped"
        assert "\x1b[?25h" in text, "the cursor is not back"
