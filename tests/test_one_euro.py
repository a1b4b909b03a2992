"""The One-Euro filter: still values lie still, quick ones are followed, at any rate."""

import numpy as np
import pytest
from numpy.typing import NDArray

from mien.expression.one_euro import OneEuro, share
from mien.expression.smoother import FaceSmoother, Observed
from mien.types import CONTROLS, Box, Pose

BLINK = CONTROLS.index("eyeBlinkLeft")
#: Standard deviation from frame to frame that the landmark network shows on still heads of real clips.
CONTROL_NOISE, POSE_NOISE, POINT_NOISE = 0.01, 0.3, 0.0025
SIDE = 100.0  #: of the box, pixels


def filtered(times: NDArray[np.float64], values: NDArray[np.float64], **how: float) -> NDArray[np.float64]:
    euro = OneEuro(**how)
    return np.array([euro.update(t, v) for t, v in zip(times, values, strict=True)])


def faces(times: NDArray[np.float64], controls: NDArray[np.float64], noise: float = 0.0) -> list[Observed]:
    """A face in front of the camera whose controls move, and whose landmarks, box and pose are measured with noise."""
    rng = np.random.default_rng(0)
    calm = np.array([1.0] + [0.0] * 7)
    points = rng.uniform(0, SIDE, (68, 2))
    return [
        Observed(
            calm,
            row,
            Pose(*rng.normal(0, noise * POSE_NOISE, 3)),
            points + rng.normal(0, noise * POINT_NOISE * SIDE, (68, 2)),
            Box(*(np.array([10, 10, SIDE, SIDE]) + rng.normal(0, noise * POINT_NOISE * SIDE, 4))),
            1.0,
        )
        for _, row in zip(times, controls, strict=True)
    ]


def blink(times: NDArray[np.float64], start: float) -> NDArray[np.float64]:
    """Shut in 80 ms, shut for 50, open again in 150."""
    return np.interp(times - start, [0, 0.08, 0.13, 0.28], [0.1, 0.9, 0.9, 0.1])


def when_half(times: NDArray[np.float64], values: NDArray[np.float64]) -> float:
    fine = np.arange(times[0], times[-1], 0.001)
    return float(fine[(np.interp(fine, times, values) >= 0.5).argmax()])


def test_the_first_sample_passes_and_a_constant_stays() -> None:
    out = filtered(np.arange(30) / 30, np.full(30, 3.25), min_cutoff=1.0, beta=2.0)
    assert np.allclose(out, 3.25)


def test_without_speed_it_is_a_low_pass_of_the_given_cutoff() -> None:
    times = np.arange(0, 20, 1 / 200)
    for hertz, expected in ((0.1, 0.995), (1.0, 0.707), (10.0, 0.1)):
        out = filtered(times, np.sin(2 * np.pi * hertz * times), min_cutoff=1.0, beta=0.0)
        assert np.abs(out[len(out) // 2 :]).max() == pytest.approx(expected, abs=0.02)


def test_a_quick_move_lags_less_than_a_fixed_cutoff_would_make_it() -> None:
    times = np.arange(0, 1, 1 / 30)
    step = (times > 0.3).astype(float)
    slow, quick = (filtered(times, step, min_cutoff=1.0, beta=beta) for beta in (0.0, 10.0))
    after = int((times > 0.3).argmax()) + 2
    assert quick[after] > 0.9 > 0.5 > slow[after]


def test_time_counts_not_frames() -> None:
    at = {}
    for rate in (15, 30, 60):
        times = np.arange(0, 2, 1 / rate)
        out = filtered(times, np.clip(times - 0.5, 0, 0.5), min_cutoff=1.0, beta=2.0)
        at[rate] = np.interp([0.8, 1.0, 1.4], times, out)
    assert np.abs(at[15] - at[60]).max() < 0.03
    assert np.abs(at[30] - at[60]).max() < 0.01


def test_time_that_stands_still_changes_nothing() -> None:
    euro = OneEuro(1.0, 1.0)
    euro.update(0.0, 1.0)
    before = euro.update(0.1, 2.0)
    assert euro.update(0.1, 50.0) == before
    assert euro.update(0.05, 50.0) == before


def test_share_is_that_of_a_first_order_filter() -> None:
    assert share(0.0, 1.0) == 0
    assert share(1e9, 1.0) == pytest.approx(1.0)
    assert share(1 / (2 * np.pi), 1.0) == pytest.approx(0.5)


@pytest.mark.parametrize("rate", [30, 60])
def test_a_blink_is_told_in_time_and_in_full(rate: int) -> None:
    for phase in np.linspace(0, 1 / rate, 5, endpoint=False):
        times = np.arange(-1, 1, 1 / rate) + phase
        controls = np.zeros((len(times), len(CONTROLS)))
        controls[:, BLINK] = blink(times, 0.0)
        smoother = FaceSmoother(8)
        told = np.array(
            [smoother.update(t, f).controls[BLINK] for t, f in zip(times, faces(times, controls), strict=True)]
        )
        assert when_half(times, told) - when_half(times, controls[:, BLINK]) < 0.015
        assert told.max() > 0.95 * controls[:, BLINK].max()


def test_a_still_head_lies_still() -> None:
    times = np.arange(0, 20, 1 / 30)
    rng = np.random.default_rng(1)
    controls = 0.3 + rng.normal(0, CONTROL_NOISE, (len(times), len(CONTROLS)))
    given = faces(times, controls, noise=1.0)
    smoother = FaceSmoother(8)
    told = [smoother.update(t, f) for t, f in zip(times, given, strict=True)]
    for name, most in (("controls", 0.3), ("pose", 0.25), ("points", 0.3), ("box", 0.3)):
        before, after = (np.array([np.ravel(getattr(x, name)) for x in rows])[30:] for rows in (given, told))
        calmer = np.abs(np.diff(after, axis=0)).mean() / np.abs(np.diff(before, axis=0)).mean()
        assert calmer < most, f"{name} move {calmer:.2f} times as much from frame to frame as they were measured to"
    assert np.abs(np.diff([np.ravel(t.points) for t in told[30:]], axis=0)).max() < 0.006 * SIDE


def test_a_moving_head_is_not_left_behind() -> None:
    times = np.arange(0, 4, 1 / 30)
    smoother = FaceSmoother(8)
    calm = faces(times, np.zeros((len(times), len(CONTROLS))))
    behind = []
    for t, face in zip(times, calm, strict=True):
        by = 0.3 * SIDE * np.sin(np.pi * t)
        moved = face._replace(points=face.points + by, box=Box(face.box.x + by, face.box.y + by, SIDE, SIDE))
        told = smoother.update(t, moved)
        behind.append(float(np.abs(told.points - moved.points).max()) / SIDE)
    assert max(behind[30:]) < 0.03  # of the face's side, at almost a whole side a second


def test_roll_passes_over_the_half_turn() -> None:
    times = np.arange(0, 1, 1 / 30)
    smoother = FaceSmoother(8)
    rolls = (170 + 20 * times + 180) % 360 - 180
    calm = faces(times, np.zeros((len(times), len(CONTROLS))))
    told = [
        smoother.update(t, f._replace(pose=Pose(0, 0, r))).pose.roll for t, f, r in zip(times, calm, rolls, strict=True)
    ]
    assert all(-180 <= roll <= 180 for roll in told)
    assert max(abs((a - b + 180) % 360 - 180) for a, b in zip(told, rolls, strict=True)) < 5
