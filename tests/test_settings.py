"""Settings of a training run: from TOML and options, checked before anything is trained."""

import pytest

from mien import DataError
from mien.lab.expression.settings import Settings, read_settings


def write(tmp_path, text):
    path = tmp_path / "run.toml"
    path.write_text(text)
    return path


def test_a_file_sets_and_options_go_over_it(tmp_path):
    path = write(tmp_path, 'network = "mobile"\nepochs = 7\nlearning_rate = 1\npreprocess = ["equalise"]')
    settings = read_settings(path, epochs=9, batch=None)
    assert (settings.network, settings.epochs, settings.batch) == ("mobile", 9, Settings().batch)
    assert isinstance(settings.learning_rate, float)
    assert settings.preprocess == ("equalise",)


def test_a_table_says_how_strongly_to_augment(tmp_path):
    settings = read_settings(write(tmp_path, "[augment]\nrotation = 5\nflip = 0.5"))
    assert settings.augment == {"rotation": 5, "flip": 0.5}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("epoch = 3", "no setting 'epoch'"),
        ("epochs = 'many'", "epochs = 'many'"),
        ("epochs = 2.5", "epochs = 2.5"),
        ("epochs = 0", "expected 1 to"),
        ('oversample = 0.5\nbalance = "none"', "goes with balance"),
        ("optimiser = 'rmsprop'", "sgd, adam, adamw"),
        ("preprocess = [1]", "preprocess"),
        ("epochs = ", "not TOML"),
    ],
)
def test_a_wrong_file_is_named_with_its_key(tmp_path, text, says):
    path = write(tmp_path, text)
    with pytest.raises(DataError) as error:
        read_settings(path)
    assert str(path) in str(error.value)
    assert says in str(error.value)
    assert "\n" not in str(error.value)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(DataError, match=r"nowhere\.toml"):
        read_settings(tmp_path / "nowhere.toml")


def test_the_config_of_a_run_leaves_out_what_does_not_change_it():
    config = Settings(threads=2, save_minutes=1).config()
    assert not {"threads", "save_minutes"} & set(config)
    assert read_settings(**config) == Settings()
