"""The shipped models are what the manifest and their cards say."""

from pathlib import Path

import numpy as np
import pytest

from mien import ModelError, models

ROOT = Path(__file__).parent.parent


def test_every_model_has_the_hash_in_the_manifest():
    assert [(m.name, good) for m, good in models.verify() if not good] == []
    assert {m.name for m in models.manifest()} >= {"face-detector", "face-landmarks", "expression"}


def test_nothing_lies_beside_the_manifest():
    assert {p.name for p in models.HERE.glob("*.onnx")} == {m.file for m in models.manifest()}


def test_all_weights_stay_under_twelve_megabytes():
    assert sum(m.path.stat().st_size for m in models.manifest()) <= 12_000_000


@pytest.mark.parametrize("model", models.manifest(), ids=lambda m: m.name)
def test_every_model_has_a_card_with_its_data_and_limits(model):
    card = (ROOT / model.card).read_text().lower()
    for topic in ("data", "licence", "recipe", "fails"):
        assert topic in card, f"{model.card} says nothing of {topic}"


def test_a_session_is_opened_once_and_shared():
    assert models.session("expression") is models.session("expression")


def test_a_session_runs_on_one_thread():
    options = models.session("expression").get_session_options()
    assert options.intra_op_num_threads == 1


def test_a_damaged_model_is_one_clear_error(tmp_path):
    whole = models.manifest()[0].path.read_bytes()
    (tmp_path / "half.onnx").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(ModelError, match="half"):
        models.session(tmp_path / "half.onnx")


def test_a_changed_file_is_noticed(tmp_path, monkeypatch):
    model = models.manifest()[0]
    data = bytearray(model.path.read_bytes())
    data[len(data) // 2] ^= 1
    (tmp_path / model.file).write_bytes(data)
    (tmp_path / "manifest.json").write_text((models.HERE / "manifest.json").read_text())
    monkeypatch.setattr(models, "HERE", tmp_path)
    assert (model.name, False) in [(m.name, good) for m, good in models.verify()]


def test_the_expression_model_reads_one_face_as_it_reads_many():
    from mien.expression.recogniser import Recogniser

    faces = np.random.default_rng(0).integers(0, 256, (70, 48, 48), dtype=np.uint8)
    recogniser = Recogniser()
    together = recogniser.probabilities(faces)
    alone = np.concatenate([recogniser.probabilities(face[None]) for face in faces])
    assert np.abs(together - alone).max() < 1e-3
