"""Picks are learned in the user's own file: quickly, privately, without touching what was never picked in."""

import os
import sqlite3
import stat
import subprocess
import sys

import numpy as np
import pytest

from mien import Learner, MienError, suggest
from mien.emoji.suggesting import default_file
from mien.types import LABELS

MOODS = ("happiness", "sadness", "anger", "surprise")


def seen(label, intensity=0.5):
    return {"probabilities": {label: 0.9, "neutral": 0.1}, "intensity": intensity}


def first(label, learner, **options):
    return suggest(seen(label), k=1, learner=learner, **options)[0].emoji


@pytest.fixture
def learner(tmp_path):
    with Learner.open(tmp_path / "picks.db") as opened:
        yield opened


@pytest.mark.parametrize("favourite", ["🐙", "😬", "🇫🇷"])
def test_a_favourite_comes_first_within_twenty_picks_and_stays(learner, favourite):
    for number in range(12):
        learner.pick(favourite, seen("sadness", 0.2 + 0.06 * number), shown=suggest(seen("sadness"), learner=learner))
    for intensity in (0.2, 0.5, 0.9):
        assert suggest(seen("sadness", intensity), k=1, learner=learner)[0].emoji == favourite


def test_a_single_odd_pick_does_not_take_over_the_strongest_match(learner):
    shown = suggest(seen("happiness"), learner=learner)
    learner.pick("🐙", seen("sadness"))
    assert suggest(seen("happiness"), learner=learner) == shown


def test_moods_never_picked_in_keep_their_lists(learner):
    others = [label for label in LABELS if label not in (*MOODS, "neutral")]
    before = {label: [s.emoji for s in suggest(seen(label))] for label in others}
    for mood in MOODS:
        for _ in range(5):
            learner.pick("🐸", seen(mood), shown=suggest(seen(mood), learner=learner))
    for label in others:
        assert first(label, learner) == before[label][0]


def test_what_is_passed_over_again_and_again_falls(learner):
    top = first("happiness", None)
    other = suggest(seen("happiness"))[3].emoji
    for _ in range(10):
        learner.pick(other, seen("happiness"), shown=suggest(seen("happiness"), learner=learner))
    found = [s.emoji for s in suggest(seen("happiness"), learner=learner)]
    assert found[0] == other
    assert top not in found[:1]
    assert suggest(seen("happiness"), k=1, learner=learner)[0].reason == "you often pick it"


def test_words_for_something_else_still_win_over_a_favourite(learner):
    for _ in range(10):
        learner.pick("🐙", seen("happiness"))
    assert suggest(seen("happiness"), text="happy birthday!", k=1, learner=learner)[0].emoji == "🎂"


def test_the_users_skin_tone_is_used(learner):
    for _ in range(3):
        learner.pick("👍🏾", seen("neutral"))
    assert "🙏🏾" in [s.emoji for s in suggest(text="thank you", learner=learner)]
    assert "👍🏾" in [s.emoji for s in suggest(text="ok, sure", learner=learner)]
    assert "🙏" in [s.emoji for s in suggest(text="thank you")]


def test_nothing_is_kept_but_counts_emoji_and_coarse_context(learner):
    secret = "meet me at the old harbour"
    learner.pick("🎉", seen("happiness", 0.8123), text=secret, shown=["😀", "🎉"])
    assert [count.to_dict() for count in learner.counts()] == [
        {"mood": "happiness", "strong": True, "text": True, "emoji": "🎉", "picked": 1, "passed": 0},
        {"mood": "happiness", "strong": True, "text": True, "emoji": "😀", "picked": 0, "passed": 1},
    ]
    content = learner.path.read_bytes()
    assert b"harbour" not in content and b"0.81" not in content
    columns = [row[1] for row in sqlite3.connect(learner.path).execute("PRAGMA table_info(picks)")]
    assert columns == ["mood", "strong", "text", "emoji", "picked", "passed"]


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX's")
def test_the_file_and_its_folder_are_the_users_alone(tmp_path):
    with Learner.open(tmp_path / "mien" / "picks.db") as learner:
        learner.pick("🎉", seen("happiness"))
        assert stat.S_IMODE(learner.path.stat().st_mode) == 0o600
        assert stat.S_IMODE(learner.path.parent.stat().st_mode) == 0o700
        assert [p.name for p in learner.path.parent.iterdir()] == ["picks.db"]


def test_forgetting_leaves_no_trace(learner):
    for _ in range(5):
        learner.pick("🐙", seen("happiness"))
    assert first("happiness", learner) == "🐙"
    learner.forget()
    assert learner.counts() == []
    assert "🐙".encode() not in learner.path.read_bytes()
    assert first("happiness", learner) == first("happiness", None)


def test_two_processes_lose_no_pick(tmp_path):
    path = tmp_path / "picks.db"
    Learner.open(path).close()
    code = (
        "import sys; from mien.emoji.suggesting import Learner\n"
        "learner = Learner.open(sys.argv[1])\n"
        "for _ in range(20): learner.pick('🎉', {'happiness': 1.0}, shown=['😀', '🎉'])"
    )
    running = [subprocess.Popen([sys.executable, "-c", code, str(path)]) for _ in range(2)]
    assert [process.wait(60) for process in running] == [0, 0]
    with Learner.open(path) as learner:
        assert {c.emoji: (c.picked, c.passed) for c in learner.counts()} == {"🎉": (40, 0), "😀": (0, 40)}


def test_a_pick_by_another_is_seen_at_once(tmp_path):
    with Learner.open(tmp_path / "p.db") as one, Learner.open(tmp_path / "p.db") as other:
        before = first("fear", one)
        for _ in range(5):
            other.pick("🐙", seen("fear"))
        assert before != first("fear", one) == "🐙"


def test_without_a_learner_nothing_is_written(tmp_path, monkeypatch):
    monkeypatch.setenv("MIEN_PICKS", str(tmp_path / "own.db"))
    suggest(seen("happiness"), text="hello")
    assert default_file() == tmp_path / "own.db"
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_none_of_ours_is_refused_and_left_alone(tmp_path):
    path = tmp_path / "letter.txt"
    path.write_text("Dear Ana, " * 200)
    path.chmod(0o644)
    with pytest.raises(MienError, match=r"letter\.txt: no file of picks"):
        Learner.open(path)
    assert path.read_text() == "Dear Ana, " * 200
    assert os.name != "posix" or stat.S_IMODE(path.stat().st_mode) == 0o644


def test_what_is_no_emoji_cannot_be_picked(learner):
    with pytest.raises(MienError, match="'smile' is no emoji"):
        learner.pick("smile", seen("happiness"))
    assert learner.counts() == []


def test_learned_scores_stay_in_range(learner):
    rng = np.random.default_rng(0)
    for label in LABELS:
        for text in rng.choice(["🎉", "🐙", "😂", "👍", "🔥"], 4):
            learner.pick(str(text), seen(label))
    for label in LABELS:
        assert all(0 <= s.score <= 1 for s in suggest(seen(label), k=10, learner=learner))
