"""What happens to faces in clips: the situations that trackers are measured on."""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import pairwise

from mien.lab.tracking.moving import Mover, Pose, Scenario

Path = Callable[[float], Pose]


def line(x0: float, x1: float, seconds: float, y: float = 240, height: float = 110, start: float = 0.0) -> Path:
    """Walks straight from `x0` to `x1` in so many seconds, bobbing a little."""

    def path(t: float) -> Pose:
        share = min(1.0, max(0.0, (t - start) / seconds))
        return Pose(x0 + (x1 - x0) * share, y + 4 * math.sin(9 * t), height, 3 * math.sin(4.5 * t))

    return path


def steps(*stops: tuple[float, float], y: float = 240, height: float = 110) -> Path:
    """Goes through (seconds, x), at even speed between them."""

    def path(t: float) -> Pose:
        for (t0, x0), (t1, x1) in pairwise(stops):
            if t <= t1:
                share = (t - t0) / (t1 - t0)
                return Pose(x0 + (x1 - x0) * share, y + 3 * math.sin(7 * t), height, 2 * math.sin(3 * t))
        return Pose(stops[-1][1], y + 3 * math.sin(7 * t), height)

    return path


def still(x: float, y: float = 240, height: float = 110) -> Path:
    """Sits, and sways a little."""
    return lambda t: Pose(x + 5 * math.sin(1.7 * t + x), y + 3 * math.sin(2.3 * t + y), height, 4 * math.sin(t + x))


def turning(x: float, y: float = 240, height: float = 140) -> Path:
    """Turns to both sides and tilts."""
    return lambda t: Pose(
        x + 25 * math.sin(2.1 * t), y + 8 * math.sin(3 * t), height, 35 * math.sin(2.5 * t), 62 * math.sin(1.9 * t)
    )


def dancing(i: int) -> Path:
    """One of ten who move through each other's neighbourhood."""
    column, row = i % 5, i // 5
    return lambda t: Pose(
        70 + 125 * column + 48 * math.sin(1.3 * t + 2.1 * i),
        130 + 210 * row + 30 * math.sin(1.9 * t + 1.3 * i),
        72 + 6 * math.sin(t + i),
        8 * math.sin(2 * t + i),
    )


def shaken(path: Path) -> Path:
    """The same, seen by a camera that is shaken and panned."""

    def seen(t: float) -> Pose:
        pose = path(t)
        x = pose.x + 60 * math.sin(1.8 * t) + 9 * math.sin(23 * t)
        return pose._replace(x=x, y=pose.y + 25 * math.sin(2.7 * t) + 7 * math.sin(29 * t))

    return seen


def doorway(t: float) -> list[tuple[float, float, float, float]]:
    """A pillar in the middle."""
    return [(275, 0, 365, 480)]


def hand(t: float) -> list[tuple[float, float, float, float]]:
    """Something held before a sitting face, three times, up to 1.2 seconds long."""
    covered = 1.5 <= t < 1.9 or 3.2 <= t < 4.0 or 5.2 <= t < 6.4
    return [(150, 130, 290, 340)] if covered else []


SCENARIOS = (
    Scenario("walking past", 5, [Mover(0, line(90, 550, 4)), Mover(1, line(550, 90, 4, 250))]),
    Scenario(
        "crossing, one nearer", 5, [Mover(0, line(70, 570, 4, 220, 90)), Mover(1, line(580, 60, 4.5, 260, 150))]
    ),
    Scenario(
        "meeting and turning back", 6,
        [Mover(0, steps((0, 110), (2.5, 285), (3.2, 285), (6, 100))),
         Mover(1, steps((0, 540), (2.5, 345), (3.2, 345), (6, 550), y=250))],
    ),
    Scenario("behind a pillar", 6, [Mover(0, line(90, 550, 4, 230, 100)), Mover(1, line(560, 80, 5, 300, 100, 1.0))],
             doorway),
    Scenario("covered by a hand", 7.5, [Mover(0, still(220)), Mover(1, still(450, 230))], hand),
    Scenario(
        "out and in again", 8,
        [Mover(0, still(200)), Mover(1, steps((0, 420), (1.2, 730), (2.2, 730), (3.4, 430), (4.2, 430), (5.4, 720),
                                             (6.2, 720), (7.4, 430)))],
    ),
    Scenario("heads turning", 8, [Mover(0, turning(200)), Mover(1, turning(460, 250, 120))]),
    Scenario("a shaken camera", 6, [Mover(0, shaken(still(220))), Mover(1, shaken(still(430, 250, 130)))]),
    Scenario("ten faces", 7, [Mover(i, dancing(i)) for i in range(10)]),
)  # fmt: skip
