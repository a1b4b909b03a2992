"""Scenes for the journal's tests: made-up faces that show what a test says, and journals filled with them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import numpy as np

from mien.journal import Journal
from mien.journal.times import now
from mien.types import LABELS, UNSURE, Box, Expression, Face, Pose, Quality, Scene


def showing(label: str, probability: float = 0.9, track_id: int | None = None) -> Face:
    """A face that shows one expression; "unsure" for one that tells none."""
    rest = (1 - probability) / (len(LABELS) - 1)
    told = {name: probability if name == label else rest for name in LABELS}
    if label == UNSURE:
        told = dict.fromkeys(LABELS, 1 / len(LABELS))
    said = Expression(told, label, probability, 0.0, 0.0, 0.5, "🙂")
    points = np.zeros((68, 2), np.float32)
    return Face(Box(0, 0, 9, 9), 1.0, points, Pose(0, 0, 0), {}, said, Quality(1.0), track_id=track_id)


def acted(*parts: tuple[str, float], rate: int = 10, track_id: int | None = 1) -> Iterator[Scene]:
    """One person who shows each label for so many seconds."""
    frame = 0
    for label, seconds in parts:
        for _ in range(round(seconds * rate)):
            yield Scene(640, 480, [showing(label, track_id=track_id)], time=frame / rate)
            frame += 1


def hours_ago(hours: float) -> datetime:
    """A whole second, so that entries begin with it."""
    return (now() - timedelta(hours=hours)).replace(microsecond=0)


def record(journal: Journal, session: str, *parts: tuple[str, float], person: str = "me", hours: float = 1) -> None:
    """Record somebody who acts, with their consent."""
    if person not in {c.person for c in journal.consents()}:
        journal.consent(person)
    with journal.recording(session, person, began=hours_ago(hours)) as recording:
        for scene in acted(*parts):
            recording.add(scene)
