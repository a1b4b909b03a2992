"""Preprocessing by name: steps do what their sources say, and the same in training, in a batch and alone."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from mien import DataError
from mien.expression.alignment import LEAST, tilts
from mien.expression.equalisation import LEVELS, clahe, equalise
from mien.expression.preprocess import CHUNK, FORMS, NORMALISATIONS, Preprocess, normalised, resized

PHOTO = Path(__file__).parents[1] / "docs" / "figures" / "astronaut.jpg"
EVERY_STEP = ("grey", "align", "denoise:0.8", "equalise", "clahe:2,4", "brightness:1.3", "contrast:0.7", "gamma:1.5")


@pytest.fixture(scope="module")
def faces():
    """Smooth blotches, an even ramp, one grey, and noise: 12 x 48 x 48."""
    rng = np.random.default_rng(0)
    small = rng.integers(0, 256, (9, 6, 6), dtype=np.uint8)
    smooth = [np.asarray(Image.fromarray(x).resize((48, 48), Image.Resampling.BICUBIC)) for x in small]
    ramp = np.tile(np.linspace(20, 230, 48).astype(np.uint8), (48, 1))
    return np.stack([*smooth, ramp, np.full((48, 48), 77, np.uint8), rng.integers(0, 256, (48, 48), dtype=np.uint8)])


def photographed(roll):
    """The astronaut's face, framed as in FER2013 and turned by `roll` degrees, 48 x 48 grey."""
    from mien.expression.prepare import to_input
    from mien.media import read_picture
    from mien.pipeline import confirmed, reader
    from mien.vision.crop import crop_affine, expression_crop_matrix, invert, map_points, roll_of, scale_of, similarity
    from mien.vision.crop import five_points as five

    picture = read_picture(PHOTO)
    found = reader().detect(picture)
    ((_, face),) = confirmed(found, reader().landmarks(picture, found))
    upright = expression_crop_matrix(face.points, face.matrix)
    x, y = map_points(np.array([[24.0, 24.0]]), invert(upright))[0]
    turned = similarity((x, y), 48 / scale_of(upright), roll_of(five(face.points)) - roll, 48)
    return to_input(crop_affine(picture, turned, 48))


@pytest.mark.parametrize(
    "spec",
    [
        [],
        ["clahe:2,4", "denoise:0.6", "resize:64", "normalise:unit"],
        ["align", "equalise", "gamma:0.7"],
        ["brightness:1.1", "contrast:1.2345678901", "normalise:signed"],
    ],
)
def test_a_list_of_steps_reads_back_as_it_was_written(spec):
    parsed = Preprocess.parse(spec)
    assert parsed.spec() == spec
    assert Preprocess.parse(parsed.spec()) == parsed
    assert Preprocess.parse(" ".join(spec)) == parsed


def test_what_is_left_out_has_its_usual_value():
    parsed = Preprocess.parse(["clahe:3"])
    assert (parsed.size, parsed.normalise, parsed.spec()) == (48, "face", ["clahe:3,4"])
    own = Preprocess.parse(["equalise"], size=112, normalise="unit")
    assert own.spec() == ["equalise", "resize:112", "normalise:unit"]
    assert Preprocess.parse(["resize:64"], size=112).size == 64


@pytest.mark.parametrize(
    ("spec", "why"),
    [
        (["sharpen"], "choose from grey, align, denoise:SIGMA"),
        (["clahe"], "clahe:CLIP"),
        (["clahe:2,4,1"], "clahe:CLIP"),
        (["clahe:0.5"], "between 1 and 256"),
        (["clahe:2,2.5"], "whole number"),
        (["denoise:soft"], "no number"),
        (["denoise:nan"], "between"),
        (["equalise:2"], "write it as equalise"),
        (["normalise:zscore"], "face|unit|signed|none"),
        (["resize:4"], "between 16 and 512"),
        (["normalise:unit", "resize:64"], "come last"),
        (["resize:64", "clahe:2"], "come last"),
        (["resize:64", "resize:32"], "once"),
        ([7], "expected text"),
        (7, "expected a list"),
    ],
)
def test_an_unknown_step_or_value_is_refused_in_one_line(spec, why):
    with pytest.raises(DataError) as caught:
        Preprocess.parse(spec)
    assert why in str(caught.value)
    assert "\n" not in str(caught.value)


def test_every_step_that_is_offered_can_be_parsed():
    offered = {text.split(":")[0] for text in (*EVERY_STEP, "resize:64", "normalise:unit")}
    assert offered == set(FORMS)
    Preprocess.parse([*EVERY_STEP, "resize:64", "normalise:unit"])


@pytest.mark.parametrize("step", EVERY_STEP)
def test_a_face_comes_out_the_same_alone_and_in_a_batch(step, faces):
    process = Preprocess.parse([step])
    together = process(faces)
    assert together.shape == faces.shape
    assert together.dtype == np.uint8
    assert all(np.array_equal(process(faces[i : i + 1])[0], together[i]) for i in range(len(faces)))
    assert process(faces[:0]).shape == (0, 48, 48)


def test_more_faces_than_fit_in_memory_at_once_come_out_in_order(faces):
    process = Preprocess.parse(["equalise"])
    many = faces[np.arange(CHUNK + 30) % len(faces)]
    assert np.array_equal(process(many)[-30:], process(many[-30:]))


def test_the_steps_leave_their_input_alone(faces):
    before = faces.copy()
    Preprocess.parse(EVERY_STEP)(faces)
    assert np.array_equal(faces, before)


def test_colour_becomes_luma():
    colours = np.zeros((1, 2, 2, 3), np.uint8)
    colours[0, 0, 0], colours[0, 0, 1], colours[0, 1, 0] = (255, 0, 0), (0, 255, 0), (0, 0, 255)
    assert Preprocess.parse(["grey"])(colours)[0].tolist() == [[76, 150], [29, 0]]


def test_brightness_contrast_and_gamma_follow_their_formulas(faces):
    x = faces.astype(float)
    mean = x.mean((1, 2), keepdims=True)
    expected = {
        "brightness:1.3": x * 1.3,
        "contrast:0.7": (x - mean) * 0.7 + mean,
        "contrast:1.8": (x - mean) * 1.8 + mean,
        "gamma:1.5": 255 * (x / 255) ** 1.5,
    }
    for spec, value in expected.items():
        assert np.abs(Preprocess.parse([spec])(faces) - value.clip(0, 255)).max() <= 0.51, spec


@pytest.mark.parametrize("sigma", [0.4, 1.0, 3.0])
def test_denoising_is_a_gaussian_blur(sigma, faces):
    filters = pytest.importorskip("skimage.filters")
    ours = Preprocess.parse([f"denoise:{sigma}"])(faces)
    theirs = [filters.gaussian(f.astype(float), sigma, mode="nearest", truncate=4, preserve_range=True) for f in faces]
    assert np.abs(ours - np.stack(theirs)).max() <= 1


def test_equalising_spreads_the_ranks_of_the_grey_levels(faces):
    exposure = pytest.importorskip("skimage.exposure")
    for face, ours in zip(faces, equalise(faces), strict=True):
        if face.min() == face.max():
            assert np.array_equal(ours, face)  # one grey stays as it is
            continue
        ranks = exposure.equalize_hist(face, nbins=256) * face.size  # pixels up to this level
        darkest = (face == face.min()).sum()
        theirs = 255 * (ranks - darkest) / (face.size - darkest)
        assert np.abs(ours - theirs).max() <= 1
        assert (ours.min(), ours.max()) == (0, 255)


def plain_clahe(face, clip, tiles):
    """Zuiderveld's method, one pixel at a time."""
    height, width = face.shape
    rows, columns = (np.rint(np.linspace(0, n, tiles + 1)).astype(int) for n in (height, width))
    curves = {}
    for i in range(tiles):
        for j in range(tiles):
            tile = face[rows[i] : rows[i + 1], columns[j] : columns[j + 1]]
            share = np.bincount(tile.ravel(), minlength=LEVELS) / tile.size
            limit = clip / LEVELS
            for _ in range(200):  # until hardly anything is above the limit
                excess = np.maximum(share - limit, 0).sum()
                share = np.minimum(share, limit) + excess / LEVELS
            curves[i, j] = 255 * share.cumsum()
    middles = [(edges[:-1] + edges[1:]) / 2 for edges in (rows, columns)]

    def around(place, middle):
        if place <= middle[0]:
            return 0, 0, 0.0
        if place >= middle[-1]:
            return tiles - 1, tiles - 1, 0.0
        k = np.searchsorted(middle, place, side="right") - 1
        return k, k + 1, (place - middle[k]) / (middle[k + 1] - middle[k])

    out = np.zeros(face.shape)
    for y in range(height):
        for x in range(width):
            a, b, v = around(y + 0.5, middles[0])
            c, d, h = around(x + 0.5, middles[1])
            g = face[y, x]
            upper = curves[a, c][g] * (1 - h) + curves[a, d][g] * h
            lower = curves[b, c][g] * (1 - h) + curves[b, d][g] * h
            out[y, x] = upper * (1 - v) + lower * v
    return out


@pytest.mark.parametrize(("clip", "tiles", "shape"), [(2, 4, (48, 48)), (4, 3, (50, 37)), (1.5, 8, (48, 48))])
def test_clahe_is_zuidervelds(clip, tiles, shape, faces):
    pictures = np.stack([np.asarray(Image.fromarray(f).resize(shape[::-1])) for f in faces[[0, 9, 11]]])
    ours = clahe(pictures, clip, tiles)
    for picture, mine in zip(pictures, ours, strict=True):
        assert np.abs(mine - plain_clahe(picture, clip, tiles)).max() <= 1.5


def test_clahe_agrees_with_skimages_on_a_large_picture():
    data, exposure = pytest.importorskip("skimage.data"), pytest.importorskip("skimage.exposure")
    picture = data.camera()
    theirs = 255 * exposure.equalize_adapthist(picture, kernel_size=64, clip_limit=2 / 256)
    assert np.abs(clahe(picture[None], 2, 8)[0] - theirs).mean() < 2
    assert np.abs(picture - theirs).mean() > 8  # it does something


def test_clahe_that_may_not_clip_at_all_changes_hardly_anything(faces):
    assert np.abs(clahe(faces, 1.0, 4).astype(int) - faces).max() <= 2


@pytest.mark.parametrize("roll", [-25, 18])
def test_aligning_levels_a_tilted_face(roll):
    face = photographed(roll)[None]
    assert tilts(face)[0] == pytest.approx(roll, abs=5)
    upright = Preprocess.parse(["align"])(face)
    assert abs(tilts(upright)[0]) < 5
    assert (
        np.abs(upright[0].astype(int) - photographed(0)).mean() < 12 < np.abs(face[0].astype(int) - upright[0]).mean()
    )


def test_aligning_leaves_alone_what_is_upright_or_no_face(faces):
    align = Preprocess.parse(["align"])
    ramp_flat_noise = faces[9:]
    assert np.isnan(tilts(ramp_flat_noise)).all()
    assert np.array_equal(align(ramp_flat_noise), ramp_flat_noise)
    upright = align(photographed(18)[None])
    assert abs(tilts(upright)[0]) < LEAST
    assert np.array_equal(align(upright), upright)


def test_what_was_cut_upright_is_not_turned_again():
    both = Preprocess.parse(["align", "gamma:0.7", "resize:64"])
    assert both.without_turning() == Preprocess.parse(["gamma:0.7", "resize:64"])


def test_normalising_a_face_takes_away_the_cameras_gain(faces):
    x = Preprocess.parse(["normalise:face"]).full(faces)
    assert x.dtype == np.float32
    assert np.abs(x.mean((1, 2))).max() < 1e-4
    assert np.abs(x[:9].std((1, 2)) - 1).max() < 0.5
    assert np.array_equal(x[10], np.zeros((48, 48)))  # one grey
    assert normalised(faces, "unit").max() <= 1
    assert normalised(faces, "signed").min() >= -1
    assert np.array_equal(normalised(faces, "none"), faces)
    with pytest.raises(DataError, match="choose one of"):
        normalised(faces, "zscore")


@pytest.mark.parametrize("how", NORMALISATIONS)
@pytest.mark.parametrize("size", [32, 48, 64])
def test_numpy_prepares_faces_as_the_networks_graph_does(size, how, faces):
    torch = pytest.importorskip("torch", reason="the lab needs torch: pip install 'mien[lab]'")
    from mien.lab.expression.classifier import FaceClassifier

    torch.set_num_threads(1)
    graph = FaceClassifier("mobile", 8, size=size, normalise=how)
    theirs = graph.prepare(torch.from_numpy(faces))[:, 0].numpy()
    ours = Preprocess((), size, how).full(faces)
    assert np.abs(ours - theirs).max() < (0.02 if how == "none" else 1e-4)


def test_resizing_keeps_a_ramp_a_ramp():
    ramp = np.tile(np.arange(0, 96, 2, dtype=np.uint8), (1, 48, 1))
    wide = resized(ramp, 96)[0, 0]
    assert np.allclose(np.diff(wide)[1:-1], 1)
    assert wide.min() == 0
    assert wide.max() == 94
