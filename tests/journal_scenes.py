"""Scenes for the journal's tests: made-up faces that show what a test says, and journals filled with them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

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


def fill(journal: Journal, began: Any) -> None:
    journal.consent("Ilsa")
    journal.consent("Zoë'; DROP TABLE users; --")
    journal.consent("guests", everyone=True)
    for name, people, days, parts in (
        ("Casablanca", "Ilsa", 9, (("happiness", 31), ("unsure", 3), ("surprise", 5))),
        ("Metropolis", "Zoë'; DROP TABLE users; --", 2, (("neutral", 12.5), ("happiness", 8.5))),
    ):
        with journal.recording(name, people, began=began - timedelta(days=days)) as recording:
            for scene in acted(*parts):
                recording.add(scene)
    with journal.recording("Nosferatu", "guests", began=began - timedelta(hours=3)) as recording:
        for frame in range(90):
            faces = [showing("happiness" if frame > 40 else "fear", 0.8, track) for track in (1, 2, 7)]
            recording.add(Scene(640, 480, faces[: 1 + frame // 30], time=frame / 5))


def everything(journal: Journal) -> list[Any]:
    """All that a journal tells."""
    listed = journal.sessions()
    whom = [None, *sorted({name for one in listed for name in one.people})]
    told: list[Any] = [[one.to_dict() for one in listed], journal.days(), journal.days_kept]
    told += [(one.person, one.everyone, one.holds) for one in journal.consents()]
    told += [journal.day(day, whom[-1]).to_dict() for day, _ in journal.days()]
    for one in listed:
        told += [journal.timeline(one.name, points=points).to_dict() for points in (2, 600)]
        told += [journal.timeline(one.name, one.people[-1]).to_dict(), journal.summary(one.name).to_dict()]
    return told + ["".join(journal.export_text(".csv", person=name)) for name in whom]
