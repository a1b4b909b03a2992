"""Training the encoder-decoder with attention: slots, targets, losses, resuming, export, measures. On drawn people, in
seconds."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from mien.avatar import AvatarSpec  # noqa: E402
from mien.avatar.neural import Emojifier  # noqa: E402
from mien.avatar.neural.emojifier import Views  # noqa: E402
from mien.avatar.neural.slots import SLOTS, current_layout  # noqa: E402
from mien.avatar.presets import random_person  # noqa: E402
from mien.errors import DataError, ModelError  # noqa: E402
from mien.lab.appearance.net import ANSWERS  # noqa: E402
from mien.lab.emojify.batches import Drawer, Mirror, make_batch  # noqa: E402
from mien.lab.emojify.decoder import Decoder, Judge  # noqa: E402
from mien.lab.emojify.decoding import fit_decoder, held_drawings, load_decoder  # noqa: E402
from mien.lab.emojify.drawings import draw, prepare_drawings, random_drawing  # noqa: E402
from mien.lab.emojify.exporting import export, load_nets, rounded  # noqa: E402
from mien.lab.emojify.judging import prepare_judge  # noqa: E402
from mien.lab.emojify.losses import VectorLoss, attribute_loss  # noqa: E402
from mien.lab.emojify.measuring import measure  # noqa: E402
from mien.lab.emojify.net import Emission, Encoder, split_traits  # noqa: E402
from mien.lab.emojify.people import CUT, People, prepare_people, spread  # noqa: E402
from mien.lab.emojify.settings import Recipe  # noqa: E402
from mien.lab.emojify.start import begin_from  # noqa: E402
from mien.lab.emojify.training import fit  # noqa: E402
from mien.lab.run import Run  # noqa: E402
from mien.types import CONTROLS, TRAITS  # noqa: E402

PHOTO = Path(__file__).parents[1] / "docs/figures/astronaut.jpg"
LAYOUT = current_layout()
TINY = Recipe(
    width=16, heads=2, layers=1, epochs=2, steps=2, batch=8, people=2, drawn=4, decoder_epochs=2, decoder_steps=2,
    decoder_batch=4, judge_steps=3, drawings=6, warmup=1, bf16=False,
)  # fmt: skip
#: 68 points about the middle of a cut.
POINTS = (np.random.default_rng(1).normal(0, 18, (68, 2)) + CUT / 2).astype(np.float32)


@pytest.fixture(scope="module", autouse=True)
def one_thread():
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def make_people(count=16):
    """Drawn people: the first half labelled, the others two frames each; every fourth held back."""
    rng = np.random.default_rng(0)
    specs = [random_person(i // 2) for i in range(count)]
    controls = rng.uniform(0, 0.5, (count, 52)).astype(np.float32)
    worn = [dict(zip(CONTROLS, row.tolist(), strict=True)) for row in controls]
    vectors = np.stack([LAYOUT.encode(s, w) for s, w in zip(specs, worn, strict=True)])
    labels = np.stack([[i % len(ANSWERS[t]) for t in TRAITS] for i in range(count)])
    labels[count // 2 :] = -1
    return People(
        np.array([f"portraits/{i:02}.jpg" for i in range(count)]), rng.integers(0, 255, (count, CUT, CUT, 3), np.uint8),
        POINTS[None].repeat(count, 0), controls, labels, np.ones(count, np.float32), vectors, vectors,
        np.maximum(labels, 0), np.where(np.arange(count) < count // 2, -1, np.arange(count) // 2),
        np.arange(count) // 2 % 2 == 1,
    )  # fmt: skip


@pytest.fixture(scope="module")
def people():
    return make_people()


@pytest.fixture(scope="module")
def drawings(people, tmp_path_factory):
    return prepare_drawings(TINY.drawings, tmp_path_factory.mktemp("drawn"), people.controls, people.target)


@pytest.fixture(scope="module")
def trained(people, drawings, tmp_path_factory):
    folder = tmp_path_factory.mktemp("runs")
    decoder, judge = Decoder().eval(), Judge().eval()
    fit(people, drawings, Run(folder / "r", {"model": "emojify"} | vars(TINY)), TINY, decoder, judge)
    return folder / "r"


@pytest.fixture(scope="module")
def exported(trained):
    return export(trained, trained / "emojify.onnx")


# --- what is learnt from


def test_a_photo_becomes_a_cut_with_points_and_two_specs(tmp_path):
    folder = tmp_path / "portraits"
    folder.mkdir()
    (folder / "a.jpg").write_bytes(PHOTO.read_bytes())
    header = "image,glasses,facial_hair,quality\n"
    (folder / "attributes.csv").write_text(header + "a.jpg,G,M,1\n")
    people = prepare_people(tmp_path, tmp_path / "prepared")
    assert people.cuts.shape == (1, CUT, CUT, 3)
    assert people.points.min() > 0 and people.points.max() < CUT
    ruled, told = (LAYOUT.decode(v[0])[0] for v in (people.ruled, people.target))
    assert ruled.glasses.style == "none" != told.glasses.style
    assert told.facial_hair.style != "none"
    assert people.controls[0, CONTROLS.index("mouthSmileLeft")] > 0.3
    again = prepare_people(tmp_path, tmp_path / "prepared")
    assert np.array_equal(again.target, people.target)


def test_first_and_last_frame_are_always_used():
    assert spread([Path(str(i)) for i in range(8)])[0] == Path("0")
    assert spread([Path(str(i)) for i in range(8)])[-1] == Path("7")
    assert spread([Path("0"), Path("1")]) == [Path("0"), Path("1")]


def test_drawings_are_the_engines_and_are_kept(people, drawings, tmp_path):
    spec, controls, label = random_drawing(3, people.controls)
    assert np.array_equal(drawings.vectors[3], LAYOUT.encode(spec, controls))
    assert np.array_equal(drawings.pictures[3], draw(spec, controls))
    assert drawings.labels[3] == label
    assert (drawings.pictures[..., :3] <= drawings.pictures[..., 3:]).all()
    prepare_drawings(2, tmp_path, people.controls, people.target[:1])
    kept = {file: file.stat().st_mtime_ns for file in tmp_path.iterdir()}
    prepare_drawings(2, tmp_path, people.controls, people.target[:1])
    assert kept == {file: file.stat().st_mtime_ns for file in tmp_path.iterdir()}


def test_a_mirror_swaps_sides_and_nothing_else():
    mirror = Mirror(LAYOUT)
    vector = LAYOUT.encode(AvatarSpec().edited({"hair.parting": "left"}), {"mouthSmileLeft": 0.7, "jawOpen": 0.2})
    spec, controls = LAYOUT.decode(mirror(vector))
    assert spec.hair.parting == "right"
    assert (controls["mouthSmileRight"], controls["mouthSmileLeft"]) == (pytest.approx(0.7), 0.0)
    assert controls["jawOpen"] == pytest.approx(0.2)
    assert np.array_equal(mirror(mirror(vector)), vector)


def test_batches_pair_frames_of_one_person_and_leave_out_who_is_held(people):
    rows = Drawer(people, TINY).draw(np.random.default_rng(0))
    assert len(rows) == TINY.batch
    assert not people.held[rows].any()
    pairs = people.person[rows[: 2 * TINY.people]].reshape(-1, 2)
    assert (pairs[:, 0] == pairs[:, 1]).all() and len(set(pairs[:, 0])) == TINY.people


def test_a_batch_at_run_time_is_the_middle_of_the_cut(people):
    batch = make_batch(people, np.array([2]), None)
    assert np.array_equal(batch.head[0], people.cuts[2, 16:144, 16:144])
    assert np.allclose(batch.points[0] * 128, people.points[2] - 16, atol=1e-4)


# --- networks and losses


def test_what_is_emitted_is_a_vector_in_range():
    raw = torch.randn(3, LAYOUT.size) * 3
    vector = Emission()(raw)
    for field in LAYOUT.fields:
        part = vector[:, field.place]
        if field.kind == "choice":
            assert torch.allclose(part.sum(1), torch.ones(3), atol=1e-5)
        elif field.kind in ("share", "control"):
            assert ((part >= 0) & (part <= 1)).all()
        elif field.kind == "signed":
            assert (part.abs() <= 1).all()
        elif field.kind == "colour":
            assert torch.equal(part, raw[:, field.place])


@pytest.mark.parametrize(
    ("looking", "landmarks", "tokens"), [("attention", True, 132), ("attention", False, 64), ("pool", True, 132)]
)
def test_slots_look_at_tokens(looking, landmarks, tokens):
    net = Encoder(replace(TINY, looking=looking, landmarks=landmarks)).eval()
    head = torch.randint(0, 255, (2, 128, 128, 3), dtype=torch.uint8)
    raw, traits, weights = net(head, torch.rand(2, 68, 2))
    assert raw.shape == (2, LAYOUT.size) and weights.shape == (2, len(SLOTS), tokens)
    assert torch.allclose(weights.sum(2), torch.ones(2, len(SLOTS)), atol=1e-5)
    assert bool((weights - 1 / tokens).abs().max() < 1e-6) == (looking == "pool")
    assert {t: p.shape[1] for t, p in split_traits(traits).items()} == {t: len(c) for t, c in ANSWERS.items()}


def test_the_trunk_begins_as_the_shipped_appearance_networks():
    net = Encoder(TINY)
    assert begin_from(net.trunk) == 18
    before = net.trunk.stem[1].running_mean.clone()
    net.train()
    net(torch.zeros(2, 128, 128, 3, dtype=torch.uint8), torch.rand(2, 68, 2))
    assert torch.equal(net.trunk.stem[1].running_mean, before)


def test_a_model_of_another_kind_cannot_be_begun_from():
    from mien import models

    with pytest.raises(DataError, match="cannot be begun from"):
        begin_from(Encoder(TINY).trunk, models.HERE / "expression.onnx")


def test_losses_are_least_for_the_target():
    loss = VectorLoss(LAYOUT)
    spec = AvatarSpec().edited({"glasses.style": "round", "skin.colour": "monk-8"})
    target = torch.from_numpy(LAYOUT.encode(spec, {"jawOpen": 0.5})[None])
    other = torch.from_numpy(LAYOUT.encode(AvatarSpec(), {})[None])
    assert loss.values(target, target) == loss.moved(target, target) == 0
    assert loss.values(other, target) > 0 and loss.moved(other, target) > 0
    assert loss.choices(20 * target, target) < 0.01 < loss.choices(20 * other, target)


def test_a_colour_of_what_is_not_worn_costs_nothing():
    loss = VectorLoss(LAYOUT)
    plain = AvatarSpec()
    target = torch.from_numpy(LAYOUT.encode(plain)[None])
    painted = torch.from_numpy(LAYOUT.encode(plain.edited({"glasses.colour": "pink"}))[None])
    assert loss.values(painted, target) == 0


def test_identity_asks_for_frames_of_one_person_to_be_near():
    loss = VectorLoss(LAYOUT)
    vectors = torch.from_numpy(np.stack([LAYOUT.encode(random_person(i)) for i in (0, 0, 1, 1, 2, 2)]))
    crossed = vectors[[0, 3, 2, 5, 4, 1]]
    assert loss.identity(vectors, 3, torch.tensor(1.0)) < loss.identity(crossed, 3, torch.tensor(1.0))
    assert loss.identity(vectors, 1, torch.tensor(1.0)) == 0


def test_unknown_labels_teach_nothing():
    logits = torch.randn(2, sum(map(len, ANSWERS.values())))
    assert attribute_loss(logits, torch.full((2, len(TRAITS)), -1), torch.ones(2)) == 0


# --- runs


def test_a_decoder_is_taught_and_resumed(people, drawings, tmp_path):
    kept = held_drawings(len(drawings), people.held)
    judge = prepare_judge(tmp_path, drawings, kept, TINY)
    whole = fit_decoder(drawings, kept, judge, Run(tmp_path / "whole", {}), TINY)
    assert 0 < whole["mse"] < 1
    fit_decoder(drawings, kept, judge, Run(tmp_path / "two", {}), replace(TINY, decoder_epochs=1))
    first, again = load_decoder(tmp_path / "two"), tmp_path / "two"
    fit_decoder(drawings, kept, judge, Run(again, {}), TINY)
    assert [row["epoch"] for row in Run(again, {}).history()] == [0, 1]
    assert not all(torch.equal(a, b) for a, b in zip(first.parameters(), load_decoder(again).parameters(), strict=True))


def test_a_decoder_is_taught_on_from_another(people, drawings, tmp_path):
    kept = held_drawings(len(drawings), people.held)
    judge, begun = prepare_judge(tmp_path, drawings, kept, TINY), Decoder()
    before = [p.detach().clone() for p in begun.parameters()]
    still = replace(TINY, decoder_lr=0.0, decoder_epochs=1)
    fit_decoder(drawings, kept, judge, Run(tmp_path / "more" / "decoder", {}), still, begun)
    after = load_decoder(tmp_path / "more" / "decoder").parameters()
    assert all(torch.allclose(a, b, atol=1e-6) for a, b in zip(before, after, strict=True))


def test_a_file_can_take_the_decoder_of_another_run(trained, people, drawings, tmp_path):
    kept = held_drawings(len(drawings), people.held)
    judge = prepare_judge(tmp_path, drawings, kept, TINY)
    fit_decoder(drawings, kept, judge, Run(tmp_path / "more" / "decoder", {}), TINY)
    own, other = (
        export(trained, tmp_path / f"{i}.onnx", decoder=more) for i, more in enumerate((None, tmp_path / "more"))
    )
    spec = random_person(2)
    assert not np.array_equal(Emojifier(own).draw(spec), Emojifier(other).draw(spec))


def test_a_run_learns_logs_and_goes_on(trained, people, drawings):
    run = Run(trained, {"model": "emojify"} | vars(TINY))
    assert [row["epoch"] for row in run.history()] == [0, 1]
    assert {"agreement", "choices", "controls", "loss_identity", "loss_picture"} <= set(run.history()[-1])
    before = (trained / "last.pt").read_bytes()
    fit(people, drawings, run, TINY, Decoder(), Judge().eval())
    assert (trained / "last.pt").read_bytes() == before


def test_an_exported_model_says_what_the_networks_say(trained, exported, people):
    encoder, _ = load_nets(trained)
    batch = make_batch(people, np.arange(3), None)
    said = Emojifier(exported).read_views(Views(batch.head, batch.points))
    with torch.inference_mode():
        raw, _, attention = encoder(torch.from_numpy(batch.head), torch.from_numpy(batch.points))
        vector = Emission()(raw).numpy()
    assert np.abs(np.stack([one.vector for one in said]) - vector).max() < 0.1  # 8 bits
    assert np.abs(np.stack([one.attention for one in said]) - attention.numpy()).max() < 0.02
    exact = Emojifier(export(trained, trained / "exact.onnx", int8=False)).read_views(Views(batch.head, batch.points))
    assert np.abs(np.stack([one.vector for one in exact]) - vector).max() < 1e-4
    assert (trained / "emojify.onnx").stat().st_size < 0.5 * (trained / "exact.onnx").stat().st_size


def test_a_model_without_landmark_tokens_is_read_alike(people, drawings, tmp_path):
    recipe = replace(TINY, landmarks=False, epochs=1, steps=1)
    run = Run(tmp_path / "r", {"model": "emojify"} | vars(recipe))
    fit(people, drawings, run, recipe, Decoder(), Judge().eval())
    batch = make_batch(people, np.arange(2), None)
    said = Emojifier(export(tmp_path / "r", tmp_path / "m.onnx")).read_views(Views(batch.head, batch.points))
    assert [one.attention.shape for one in said] == [(len(SLOTS), 64)] * 2


def test_the_decoder_of_the_file_draws_any_spec(trained, exported):
    _, decoder = load_nets(trained)
    spec, controls = random_person(5), {"jawOpen": 0.6}
    drawn = Emojifier(exported).draw(spec, controls)
    with torch.inference_mode():
        wanted = decoder(torch.from_numpy(LAYOUT.encode(spec, controls)[None]))[0].numpy()
    assert drawn.shape == (64, 64, 4)
    assert np.abs(drawn[..., 3] / 255 - wanted[3]).max() < 0.06


def test_measures_of_held_out_people(exported, people, drawings, tmp_path):
    judge = prepare_judge(tmp_path, drawings, np.zeros(len(drawings), bool), TINY)
    report = measure(Emojifier(exported), people, drawings, judge)
    assert report["faces"] == int(people.held.sum())
    assert report["pictures"]["own_spec"] > 0
    assert report["identity"]["people"] == 2
    assert report["attributes"]["portraits.glasses"]["n"] == 4
    assert 0 <= report["expression"]["decoder"] <= 1


def test_eight_bits_give_the_weights_back():
    weights = np.random.default_rng(0).normal(0, 1, (6, 4, 3, 3)).astype(np.float32)
    whole, scale = rounded(weights, 0)
    assert whole.dtype == np.int8 and scale.shape == (6, 1, 1, 1)
    assert np.abs(whole * scale - weights).max() <= scale.max() / 2 + 1e-6


def test_another_model_is_refused():
    from mien import models

    with pytest.raises(ModelError, match="not an emojify model"):
        Emojifier(models.HERE / "expression.onnx").draw(AvatarSpec())


def test_a_run_without_a_checkpoint_is_refused(tmp_path):
    with pytest.raises(DataError, match="no such checkpoint"):
        export(tmp_path, tmp_path / "x.onnx")
