"""Augmentation: every strength does what its name says, presets are what they promise, and seeds repeat."""

import math
from dataclasses import asdict, replace

import numpy as np
import pytest

from mien import DataError

torch = pytest.importorskip("torch", reason="the lab needs torch: pip install 'mien[lab]'")
torch.set_num_threads(1)

from mien.lab.expression.augment import Augment, augment, mixup  # noqa: E402

NONE = Augment.none()


def seeded(seed=0):
    return torch.Generator().manual_seed(seed)


@pytest.fixture
def faces():
    """64 smooth faces that lean to one side: 64 x 48 x 48 bytes."""
    small = torch.rand(64, 1, 7, 7, generator=seeded(3)) * 200 + 20
    small[..., :3] += 25
    smooth = torch.nn.functional.interpolate(small, size=(48, 48), mode="bicubic")
    return smooth.clamp(0, 255).byte()[:, 0]


def test_the_same_seed_gives_the_same_faces(faces):
    first, again, other = (augment(faces, seeded(s)) for s in (1, 1, 2))
    assert torch.equal(first, again)
    assert not torch.equal(first, other)
    assert first.dtype == torch.float32
    assert first.shape == faces.shape
    assert float(first.min()) >= 0
    assert float(first.max()) <= 255


def test_the_default_is_miens_own_preset(faces):
    assert torch.equal(augment(faces, seeded()), augment(faces, seeded(), Augment.parse("mien")))


def test_the_default_draws_what_it_always_drew():
    """Figures of the augmentation that trained the shipped model, on one made-up face, 512 times."""
    y, x = torch.meshgrid(torch.arange(48.0), torch.arange(48.0), indexing="ij")
    face = (128 + 60 * torch.sin(x / 5) + 40 * torch.cos(y / 7)).byte().expand(512, 48, 48)
    out = augment(face, seeded(7))
    assert float(out.mean()) == pytest.approx(142.27, abs=0.02)
    assert float(out.std()) == pytest.approx(59.97, abs=0.02)


def test_none_leaves_faces_as_they_are(faces):
    assert torch.equal(augment(faces, seeded(), Augment.parse("none")), faces.float())


def test_still_faces_are_shifted_by_whole_pixels_and_not_blurred():
    noise = torch.randint(0, 256, (64, 48, 48), generator=seeded(5), dtype=torch.uint8)
    moving = replace(NONE, rotation=20, zoom=(0.8, 1.2), stretch=0.1, shift=0.08)
    still = augment(noise, seeded(), replace(moving, still=1.0))
    assert torch.allclose(still, still.round(), atol=0.01)  # no pixel was mixed with its neighbour
    inner = still[:, 8:40, 8:40]
    shifts = [(y, x) for y in range(-4, 5) for x in range(-4, 5)]
    far = torch.stack([(torch.roll(noise, s, (1, 2))[:, 8:40, 8:40] - inner).abs().amax((1, 2)) for s in shifts])
    assert float(far.min(0).values.max()) < 0.01
    assert len(set(far.argmin(0).tolist())) > 20
    some = augment(noise, seeded(), replace(moving, still=0.3))
    share = float(((some - some.round()).abs() < 0.01).flatten(1).all(1).float().mean())
    assert 0.1 < share < 0.5


def test_a_certain_flip_mirrors(faces):
    assert torch.allclose(augment(faces, seeded(), replace(NONE, flip=1.0)), faces.float().flip(2), atol=0.02)


def bars(faces, **strengths):
    """The angle and the size that best explain where a bright bar went, for each face: degrees, factors."""
    bar = torch.zeros(len(faces), 48, 48)
    bar[:, 22:26, 8:40] = 255
    out = augment(bar, seeded(4), replace(NONE, **strengths))
    ys, xs = torch.meshgrid(torch.arange(48.0) - 23.5, torch.arange(48.0) - 23.5, indexing="ij")
    mass = out.sum((1, 2))
    xx, yy, xy = ((out * m).sum((1, 2)) / mass for m in (xs * xs, ys * ys, xs * ys))
    angle = 0.5 * torch.atan2(2 * xy, xx - yy) * 180 / math.pi
    return angle.numpy(), (mass / bar.sum((1, 2))).sqrt().numpy()


def test_rotation_goes_as_far_as_asked_and_no_further(faces):
    angle, _ = bars(faces, rotation=20.0, wild=0.0)
    assert 15 < np.abs(angle).max() <= 20.5
    angle, _ = bars(faces, rotation=20.0, wild=1.0)
    assert 25 < np.abs(angle).max() <= 41


def test_zoom_makes_faces_larger_and_smaller(faces):
    _, size = bars(faces, zoom=0.1)
    assert 0.88 < size.min() < 0.94
    assert 1.06 < size.max() < 1.12
    _, larger = bars(faces, zoom=(1.2, 1.3))
    assert larger.min() > 1.15


def test_shift_moves_by_a_share_of_the_side(faces):
    dot = torch.zeros(64, 48, 48)
    dot[:, 24, 24] = 255
    out = augment(dot, seeded(), replace(NONE, shift=0.25))
    place = out.flatten(1).argmax(1)
    moved = torch.stack([place // 48, place % 48]) - 24
    assert 9 <= int(moved.abs().max()) <= 12


def test_light_changes_brightness_and_the_balance_of_sides(faces):
    flat = torch.full((64, 48, 48), 100, dtype=torch.uint8)
    gained = augment(flat, seeded(), replace(NONE, gain=0.3)).mean((1, 2))
    assert 100 / 1.36 < float(gained.min()) < 80
    assert 120 < float(gained.max()) < 136
    lit = augment(flat, seeded(), replace(NONE, side_light=0.25))
    sides = (lit[:, :, 0] - lit[:, :, -1]).mean(1)
    assert 30 < float(sides.abs().max()) <= 50
    curved = augment(flat, seeded(), replace(NONE, gamma=0.5)).mean((1, 2))
    assert float(curved.max()) > 130 > 75 > float(curved.min())


def sharpness(x):
    return (x[:, :, 1:] - x[:, :, :-1]).abs().mean((1, 2))


@pytest.mark.parametrize("field", ["blur", "low_resolution"])
def test_blur_and_low_resolution_soften_the_share_asked_for(field):
    noise = torch.randint(0, 256, (400, 48, 48), generator=seeded(), dtype=torch.uint8)
    out = augment(noise, seeded(1), replace(NONE, **{field: 0.3}))
    softened = sharpness(out) < 0.9 * sharpness(noise.float())
    assert 0.22 < float(softened.float().mean()) < 0.38
    assert torch.equal(out[~softened], noise[~softened].float())


def test_the_share_asked_for_has_been_a_jpeg_file():
    ramp = torch.arange(48).mul(5).byte().expand(200, 48, 48)
    out = augment(ramp, seeded(), replace(NONE, jpeg=0.3, jpeg_quality=(20, 40)))
    error = (out - ramp).abs().mean((1, 2))
    assert 0.2 < float((error > 0).float().mean()) < 0.4
    assert float(error.max()) < 12, "compressed, not destroyed"
    rough = (augment(ramp, seeded(), replace(NONE, jpeg=1, jpeg_quality=(5, 5))) - ramp).abs().mean()
    assert float(rough) > float(error.max())


def test_noise_is_as_strong_and_as_frequent_as_asked():
    flat = torch.full((400, 48, 48), 128, dtype=torch.uint8)
    deviation = augment(flat, seeded(), replace(NONE, noise=12.0, noise_probability=0.5)).std((1, 2))
    assert 0.4 < float((deviation > 0).float().mean()) < 0.6
    assert 10 < float(deviation.max()) < 12.5


def test_erasing_covers_a_patch_of_the_area_asked_for():
    flat = torch.full((400, 48, 48), 128, dtype=torch.uint8)
    gone = (augment(flat, seeded(), replace(NONE, erase=0.5, erase_area=(0.1, 0.2))) != 128).float().mean((1, 2))
    assert 0.4 < float((gone > 0).float().mean()) < 0.6
    assert 0.15 < float(gone.max()) < 0.22


def test_a_table_changes_fields_of_a_preset():
    asked = Augment.parse({"preset": "classic", "rotation": 15, "zoom": 0.2})
    assert asked == replace(Augment.classic(), rotation=15, zoom=(0.8, 1.2))
    assert Augment.parse({"erase": 0.5}) == replace(Augment(), erase=0.5)


@pytest.mark.parametrize("name", Augment.PRESETS)
def test_a_preset_survives_json(name):
    import json

    assert Augment.parse(json.loads(json.dumps(asdict(Augment.parse(name))))) == Augment.parse(name)


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ("strong", "none, classic, mien"),
        ({"preset": "strong"}, "none, classic, mien"),
        ({"rotate": 10}, "no field 'rotate'"),
        ({"flip": 1.5}, "from 0 to 1"),
        ({"flip": "often"}, "a number"),
        ({"flip": True}, "a number"),
        ({"rotation": [5, 10]}, "a number"),
        ({"zoom": [1.2, 0.8]}, "[from, to]"),
        ({"zoom": 1.0}, "[from, to]"),
        ({"noise": float("nan")}, "a number"),
        ({"blur": 0.7, "low_resolution": 0.6}, "more than 1"),
        (["mien"], "expected a preset"),
    ],
)
def test_a_wrong_augmentation_is_refused_in_one_line(given, why):
    with pytest.raises(DataError) as caught:
        Augment.parse(given)
    assert why in str(caught.value)
    assert "\n" not in str(caught.value)


def test_mixup_blends_faces_and_targets_alike(faces):
    goals = torch.nn.functional.one_hot(torch.arange(64) % 8, 8).float()
    mixed, (soft,) = mixup(faces.float(), [goals], 0.4, seeded())
    assert torch.allclose(soft.sum(1), torch.ones(64))
    share = float(soft[0].max())
    partner = [
        j
        for j in range(64)
        for lam in (share, 1 - share)
        if torch.allclose(mixed[0], faces[0] * lam + faces[j] * (1 - lam), atol=0.1)
    ]
    assert partner
    assert torch.equal(mixup(faces.float(), [goals], 0.4, seeded())[0], mixed)
