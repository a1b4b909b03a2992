"""Training the landmark network: labels, geometry of augmentation, resuming, export. On drawn faces, in seconds."""

import csv
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

torch = pytest.importorskip("torch")

from drawn_points import FACE  # noqa: E402
from mien.errors import DataError  # noqa: E402
from mien.lab.landmarks import Recipe, evaluate, export, train  # noqa: E402
from mien.lab.landmarks.augment import MIRROR_68, MIRROR_CONTROLS, Target, mirror, occlude, tongue  # noqa: E402
from mien.lab.landmarks.convention import fit  # noqa: E402
from mien.lab.landmarks.data import load, overlap  # noqa: E402
from mien.lab.landmarks.exporting import calibrate, load_net  # noqa: E402
from mien.lab.landmarks.levels import levels  # noqa: E402
from mien.lab.landmarks.net import Readable  # noqa: E402
from mien.lab.landmarks.sample import Places, make_face, read_candidates  # noqa: E402
from mien.lab.landmarks.sources import Source, read_teacher  # noqa: E402
from mien.lab.teachers_points import MESH_TO_68, label_points, pose_from_matrix  # noqa: E402
from mien.types import CONTROLS  # noqa: E402

TINY = Recipe(epochs=2, steps=2, batch=8, warmup=1, bf16=False)


def draw_face(rng: np.random.Generator) -> tuple[Image.Image, np.ndarray]:
    """A face of ellipses in a 120x110 picture, and its 68 points."""
    points = FACE * rng.uniform(44, 60) + rng.uniform(15, 40, 2)
    image = Image.new("RGB", (120, 110), tuple(int(v) for v in rng.integers(0, 255, 3)))
    draw = ImageDraw.Draw(image)
    draw.ellipse((*(points[0] - [0, 30]), points[16][0], points[8][1]), fill=(224, 180, 150))
    for part, colour in ((slice(36, 42), "white"), (slice(42, 48), "white"), (slice(48, 60), (190, 80, 80))):
        draw.polygon([tuple(p) for p in points[part]], fill=colour)
    return image, points


@pytest.fixture(scope="module", autouse=True)
def few_negatives() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("mien.lab.landmarks.measuring.NEGATIVES", 40)
        patch.setattr("mien.lab.landmarks.measuring.PAINTED", 20)
        yield


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Folders of drawn data and of teacher files, as `train` wants them."""
    root, rng = tmp_path_factory.mktemp("world"), np.random.default_rng(0)
    data, points = root / "data", root / "points"
    points.mkdir()
    for name, count in (("ytfaces", 30), ("scenes", 24)):
        (data / name).mkdir(parents=True)
        names, places, boxes = [], [], []
        for i in range(count):
            image, face = draw_face(rng)
            names.append(f"{i:03d}.png")
            places.append(face)
            low, high = face.min(0), face.max(0)
            boxes.append([low[0], low[1] - 10, *(high - low + [0, 10])])
            image.save(data / name / names[-1])
        n = len(names)
        np.savez(
            points / f"{name}.npz", image=np.array(names), found=np.ones(n, bool),
            box=np.full((n, 4), np.nan) if name == "ytfaces" else np.array(boxes),
            points=np.array(places, np.float32), controls=rng.uniform(0, 1, (n, 52)).astype(np.float32),
            pose=rng.normal(0, 9, (n, 3)).astype(np.float32),
        )  # fmt: skip
        if name == "ytfaces":
            header = ["image", "person", *(f"{a}{i}" for i in range(68) for a in "xy")]
            off = np.array([1.5, 2.0])  # people place points a little elsewhere
            rows = [[n, k // 2, *(p + off).ravel()] for k, (n, p) in enumerate(zip(names, places, strict=True))]
            _write(data / name / "faces.csv", header, rows)
        else:
            rows = [[n, 120, 110, *b, 0.9] for n, b in zip(names, boxes, strict=True)]
            _write(data / name / "boxes.csv", ["image", "width", "height", "x", "y", "w", "h", "score"], rows)
    return data, points


def _write(path: Path, header: list[str], rows: list[list[object]]) -> None:
    with path.open("w", newline="") as file:
        csv.writer(file).writerows([header, *rows])


@pytest.fixture(scope="module")
def run(world: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("run") / "whole"
    train(*world, out, TINY)
    return out


def test_resuming_equals_an_uninterrupted_run(
    world: tuple[Path, Path], run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import mien.lab.landmarks.training as training

    real = training._epoch

    def killed(*args: object) -> float:
        if args[7] == 1:
            raise KeyboardInterrupt
        return real(*args)

    monkeypatch.setattr(training, "_epoch", killed)
    with pytest.raises(KeyboardInterrupt):
        train(*world, tmp_path / "cut", TINY)
    monkeypatch.setattr(training, "_epoch", real)
    train(*world, tmp_path / "cut", TINY)
    whole, again = (torch.load(p / "last.pt", weights_only=False) for p in (run, tmp_path / "cut"))
    assert all(torch.equal(whole["net"][k], again["net"][k]) for k in whole["net"])
    assert all(torch.equal(whole["ema"]["shadow"][k], again["ema"]["shadow"][k]) for k in whole["ema"]["shadow"])
    assert len((tmp_path / "cut" / "log.jsonl").read_text().splitlines()) == 2


def test_a_run_with_other_settings_is_refused(world: tuple[Path, Path], run: Path) -> None:
    with pytest.raises(DataError, match="lr"):
        train(*world, run, Recipe(epochs=2, steps=2, batch=8, warmup=1, bf16=False, lr=1.0))


def test_the_exported_file_says_what_torch_says(run: Path, tmp_path: Path) -> None:
    from mien.models import metadata, session

    opened = session(export(run, tmp_path / "net.onnx"))
    crops = np.random.default_rng(0).integers(0, 255, (3, 96, 96, 3), np.uint8)
    with torch.inference_mode():
        wanted = Readable(load_net(run)).eval()(torch.from_numpy(crops))
    for got, want in zip(opened.run(None, {"crops": crops}), wanted, strict=True):
        assert got == pytest.approx(want.numpy(), abs=1e-3)
    assert metadata(opened)["size"] == 96


def test_the_calibrated_file_is_smaller_and_nearer_to_human_points(
    world: tuple[Path, Path], run: Path, tmp_path: Path
) -> None:
    from mien.models import metadata, session

    found = calibrate(run, *world, count=16)
    assert found.crops.shape == (16, 96, 96, 3) and found.offsets.shape == (68, 2)
    plain, small = export(run, tmp_path / "a.onnx"), export(run, tmp_path / "b.onnx", calibration=found)
    assert small.stat().st_size < 0.5 * plain.stat().st_size
    assert metadata(session(small)) == metadata(session(plain))
    one, other = (session(p).run(["points"], {"crops": found.crops})[0] for p in (plain, small))
    assert np.abs(one + found.offsets - other).max() < 0.03
    assert evaluate(small, *world, split="training")["nme"] < evaluate(plain, *world, split="training")["nme"]


def test_a_run_and_its_export_measure_alike(world: tuple[Path, Path], run: Path, tmp_path: Path) -> None:
    of_run = evaluate(run, *world)
    of_file = evaluate(export(run, tmp_path / "net.onnx"), *world)
    assert of_run["n_human"] > 0 and set(of_run["sets"]) == {"ytfaces", "scenes"}
    for key in ("nme", "controls_mae", "pose_mae"):
        assert of_file[key] == pytest.approx(of_run[key], rel=1e-3)
    with pytest.raises(DataError, match="split"):
        evaluate(run, *world, split="test")


def test_people_held_back_are_never_trained_on(world: tuple[Path, Path]) -> None:
    data, points = world
    faces = load([Source("ytfaces", data / "ytfaces", points / "ytfaces.npz")])
    people = {True: set(), False: set()}
    for row in range(len(faces)):
        people[faces.held[row]].add(int(faces.names[faces.picture[row]][-7:-4]) // 2)
    assert people[True] and people[False] and not people[True] & people[False]


def test_mirroring_twice_changes_nothing() -> None:
    rng = np.random.default_rng(0)
    crop = rng.integers(0, 255, (96, 96, 3), np.uint8)
    target = Target(FACE.astype(np.float32), rng.random(52, np.float32), np.array([10, 5, -3], np.float32))
    once, flipped = mirror(crop, target)
    twice, back = mirror(once, flipped)
    assert (twice == crop).all()
    assert back.points == pytest.approx(target.points) and (back.controls == target.controls).all()
    assert flipped.pose.tolist() == [-10, 5, 3]
    left, right = CONTROLS.index("mouthSmileLeft"), CONTROLS.index("mouthSmileRight")
    assert flipped.controls[left] == target.controls[right]
    assert flipped.points == pytest.approx(target.points, abs=1e-5)  # a symmetric face stays where it is
    assert sorted(MIRROR_68) == list(range(68)) and sorted(MIRROR_CONTROLS) == list(range(52))


def test_crops_show_the_face_at_its_points(world: tuple[Path, Path]) -> None:
    data, points = world
    faces = load([Source("scenes", data / "scenes", points / "scenes.npz")])
    for row in range(0, len(faces), 5):
        crop, target = make_face(faces, row, None)
        x, y = (target.points[36:42].mean(0) * 96).astype(int)
        assert crop[y, x].min() > 200  # the white of the eye
        assert target.visible > 0.9


def test_covering_is_told_as_it_is() -> None:
    rng = np.random.default_rng(0)
    crop = np.zeros((96, 96, 3), np.uint8)
    places = rng.random((400, 2)).astype(np.float32)
    shares = []
    for _ in range(20):
        out, stay = occlude(crop, places, rng, np.full_like(crop, 255))
        at = (places[~stay] * 96).astype(int)
        if (out == 255).all(2).any():
            assert (out[at[:, 1], at[:, 0]] == 255).all()
        shares.append(stay.mean())
    assert min(shares) < 0.7 < max(shares)


def test_a_painted_tongue_is_labelled_and_seen_below_the_mouth() -> None:
    crop = np.full((96, 96, 3), 150, np.uint8)
    crop[..., 0] = 190
    target = Target((FACE * 0.8 + 0.1).astype(np.float32), np.zeros(52, np.float32), np.zeros(3, np.float32))
    out, labelled = tongue(crop, target, np.random.default_rng(0))
    changed = np.argwhere(np.abs(out.astype(int) - crop).max(2) > 12)
    assert labelled.controls[CONTROLS.index("tongueOut")] == 1 and target.controls.max() == 0
    assert len(changed) > 30 and changed[:, 0].min() > 96 * target.points[33, 1]


def test_negatives_meet_no_face(world: tuple[Path, Path]) -> None:
    data, points = world
    faces = load([Source("scenes", data / "scenes", points / "scenes.npz")])
    places, rng = Places.of(faces, False), np.random.default_rng(0)
    sizes = [p.shape[:2] for p in faces.pictures]
    for _ in range(60):
        index, box = places.draw(sizes, rng)
        assert not faces.held_picture[index]
        assert all(overlap(box, face) < 0.25 for face in faces.boxes[index])


def test_convention_learns_where_people_put_points() -> None:
    rng = np.random.default_rng(0)
    teacher = np.stack([FACE * rng.uniform(40, 90) + rng.uniform(0, 50, 2) for _ in range(80)])
    human = teacher + 0.05 * (teacher[:, 45:46] - teacher[:, 36:37])  # a twentieth of the eyes' distance along it
    learnt = fit(teacher[:60], np.zeros((60, 3)), human[:60])
    errors = [np.abs(learnt.apply(t, np.zeros(3)) - h).max() for t, h in zip(teacher[60:], human[60:], strict=True)]
    assert max(errors) < 0.3
    with pytest.raises(DataError, match="20"):
        fit(teacher[:5], np.zeros((5, 3)), human[:5])


def test_pose_signs() -> None:
    def around(axis: str, degrees: float) -> np.ndarray:
        c, s = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
        return np.array({"x": [[1, 0, 0], [0, c, -s], [0, s, c]], "y": [[c, 0, s], [0, 1, 0], [-s, 0, c]],
                         "z": [[c, -s, 0], [s, c, 0], [0, 0, 1]]}[axis])  # fmt: skip

    assert pose_from_matrix(around("y", 30)) == pytest.approx((30, 0, 0))  # the nose to image-right: their left
    assert pose_from_matrix(around("x", -20)) == pytest.approx((0, 20, 0))  # the nose up
    assert pose_from_matrix(around("z", -15)) == pytest.approx((0, 0, 15))  # the top of the head to image-right
    together = around("z", -15) @ around("y", 30) @ around("x", -20) * 3
    assert pose_from_matrix(together) == pytest.approx((30, 20, 15))


def test_mesh_points_are_68_different_ones() -> None:
    assert len(set(MESH_TO_68)) == 68 and max(MESH_TO_68) < 478


def test_unusable_inputs_are_named(world: tuple[Path, Path], tmp_path: Path) -> None:
    data, points = world
    with pytest.raises(DataError, match="no such folder"):
        train(tmp_path / "nowhere", points, tmp_path / "out")
    with pytest.raises(DataError, match="label it first"):
        train(data, tmp_path, tmp_path / "out")
    np.savez(tmp_path / "bad.npz", image=np.array(["a"]))
    with pytest.raises(DataError, match="lacks"):
        read_teacher(tmp_path / "bad.npz")
    with pytest.raises(DataError, match=r"face_landmarker\.task"):
        label_points(data / "ytfaces", tmp_path / "no.task", tmp_path / "out.npz")
    faces = load([Source("scenes", data / "scenes", points / "scenes.npz")])
    _write(
        tmp_path / "candidates.csv",
        ["image", "x", "y", "w", "h", "score", "is_face"],
        [["000.png", 1, 2, 9, 9, 0.4, 0]],
    )
    none, some = read_candidates(tmp_path / "candidates.csv", faces, "scenes")
    assert len(none) == 1 and not some
    _write(tmp_path / "candidates.csv", ["image", "x"], [["000.png", 1]])
    with pytest.raises(DataError, match="is_face"):
        read_candidates(tmp_path / "candidates.csv", faces, "scenes")


def test_quality_levels_are_measured_on_held_out_faces(world: tuple[Path, Path]) -> None:
    found = levels(*world, count=3)
    assert set(found) == {"ytfaces", "scenes"}
    for row in found.values():
        assert sum(row["reasons"].values()) == row["n"] > 0
        blurred = list(row["sharpness"].values())
        assert blurred == sorted(blurred, reverse=True)
