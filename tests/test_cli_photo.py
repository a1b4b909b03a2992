"""`mien photo`, as its users and their scripts meet it."""

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from conftest import Run
from mien import LABELS, UNSURE
from mien.cli.photo import KEPT_ENDINGS

PHOTO = Path(__file__).parents[1] / "docs/figures/astronaut.jpg"

#: The command line in a process of its own.
MIEN = (sys.executable, "-m", "mien")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a face, a plain ground, and a file that is no picture."""
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "face.jpg").write_bytes(PHOTO.read_bytes())
    Image.new("RGB", (200, 150), (90, 140, 200)).save(tmp_path / "in" / "sky.png")
    (tmp_path / "in" / "notes.txt").write_text("no picture")
    return tmp_path / "in"


def subprocess_main(*arguments: object, **options: object) -> "subprocess.CompletedProcess[bytes]":
    command = [*MIEN, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, timeout=120, **options)  # type: ignore[call-overload,no-any-return]


def test_a_face_is_one_line_with_emoji_expression_confidence_and_place(run: Run) -> None:
    code, out, err = run("photo", PHOTO)
    assert (code, err) == (0, "")
    (line,) = out.splitlines()
    path, emoji, label, confidence, place, reason = line.split("\t")
    assert path == str(PHOTO)
    assert not emoji.isascii()
    assert label in (*LABELS, UNSURE)
    assert 0 <= int(confidence.rstrip("%")) <= 100
    assert bool(reason) == (label == UNSURE)
    size, x, y = place.split("+")
    width, height = map(int, size.split("x"))
    # The astronaut's face, by eye: about 170..280 across and 60..190 down.
    assert 150 < int(x) + width / 2 < 300
    assert 60 < int(y) + height / 2 < 190
    assert 60 < width < 200
    assert 60 < height < 220


def test_the_smiling_astronaut_is_happy(run: Run) -> None:
    _, out, _ = run("photo", "--json", PHOTO)
    expression = json.loads(out)["faces"][0]["expression"]
    assert expression["label"] == "happiness"


def test_json_is_one_scene_a_line(run: Run, folder: Path) -> None:
    code, out, err = run("photo", "--json", folder / "face.jpg", folder / "sky.png")
    assert (code, err) == (0, "")
    face, sky = map(json.loads, out.splitlines())
    assert (face["source"], face["width"], face["height"], face["time"]) == (str(folder / "face.jpg"), 512, 512, None)
    assert set(face["faces"][0]) == {
        "box", "score", "expression", "quality", "pose", "landmarks", "controls", "appearance", "track_id",
    }  # fmt: skip
    assert set(face["faces"][0]["expression"]["probabilities"]) == set(LABELS)
    assert sum(face["faces"][0]["expression"]["probabilities"].values()) == pytest.approx(1, abs=1e-3)
    assert len(face["faces"][0]["landmarks"]) == 68
    assert (sky["width"], sky["height"], sky["faces"]) == (200, 150, [])


def test_a_photo_without_faces_says_so(run: Run, folder: Path) -> None:
    code, out, _ = run("photo", folder / "sky.png")
    assert code == 0
    assert out == f"{folder / 'sky.png'}\t-\tno face found\n"


def test_a_folder_means_the_pictures_in_it(run: Run, folder: Path) -> None:
    code, out, err = run("photo", folder)
    assert (code, err) == (0, "")
    assert [line.split("\t")[0] for line in out.splitlines()] == [str(folder / "face.jpg"), str(folder / "sky.png")]


def test_a_quoted_glob_is_expanded(run: Run, folder: Path) -> None:
    code, out, _ = run("photo", folder / "*.png")
    assert code == 0
    assert out.startswith(str(folder / "sky.png"))


def test_results_come_in_the_order_of_the_arguments(run: Run, folder: Path) -> None:
    _, out, _ = run("photo", folder / "sky.png", folder)
    assert [Path(line.split("\t")[0]).name for line in out.splitlines()] == ["sky.png", "face.jpg"]


def test_standard_input_is_read_for_a_dash() -> None:
    done = subprocess_main("photo", "--json", "-", input=PHOTO.read_bytes())
    assert done.returncode == 0, done.stderr
    scene = json.loads(done.stdout)
    assert len(scene["faces"]) == 1
    assert scene["source"] == "-"


def test_out_writes_an_annotated_copy_and_makes_the_folder(run: Run, tmp_path: Path) -> None:
    out = tmp_path / "a" / "b"
    code, _, err = run("photo", "--out", out, PHOTO)
    assert (code, err) == (0, "")
    before = np.asarray(Image.open(PHOTO).convert("RGB"), dtype=int)
    after = np.asarray(Image.open(out / PHOTO.name).convert("RGB"), dtype=int)
    changed = np.abs(before - after[: before.shape[0], : before.shape[1]]).max(axis=2) > 60
    assert changed.mean() > 0.005


def test_out_never_writes_over_an_input(run: Run, folder: Path) -> None:
    before = (folder / "face.jpg").read_bytes()
    code, _, err = run("photo", "--out", folder, folder / "face.jpg")
    assert (code, err) == (0, "")
    assert (folder / "face.jpg").read_bytes() == before
    assert (folder / "face-2.jpg").exists()


def test_out_keeps_two_photos_of_one_name_apart(run: Run, tmp_path: Path, folder: Path) -> None:
    (folder / "more").mkdir()
    Image.new("RGB", (64, 48), "white").save(folder / "more" / "face.jpg")
    code, _, _ = run("photo", "--out", tmp_path / "out", folder / "face.jpg", folder / "more" / "face.jpg")
    assert code == 0
    assert Image.open(tmp_path / "out" / "face.jpg").size == (512, 512)
    assert Image.open(tmp_path / "out" / "face-2.jpg").size == (64, 48)


@pytest.mark.parametrize("ending", KEPT_ENDINGS)
def test_a_copy_keeps_its_name(run: Run, tmp_path: Path, ending: str) -> None:
    source = tmp_path / f"sky{ending.upper()}"
    Image.new("RGB", (64, 48), "skyblue").save(source)
    code, _, err = run("photo", "--out", tmp_path / "out", source)
    assert (code, err) == (0, "")
    assert Image.open(tmp_path / "out" / source.name).size == (64, 48)


def test_a_copy_in_a_format_that_cannot_be_written_becomes_a_jpeg(run: Run, tmp_path: Path) -> None:
    Image.new("RGB", (64, 48), "skyblue").save(tmp_path / "sky.ppm")
    (tmp_path / "sky.ppm").rename(tmp_path / "sky.picture")
    code, _, err = run("photo", "--out", tmp_path / "out", tmp_path / "sky.picture")
    assert (code, err) == (0, "")
    assert Image.open(tmp_path / "out" / "sky.jpg").format == "JPEG"


def test_own_emoji_pictures_are_drawn(run: Run, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    for label in (*LABELS, UNSURE):
        Image.new("RGBA", (64, 64), (255, 0, 255, 255)).save(tmp_path / "mine" / f"{label}.png")
    code, _, err = run("photo", "--out", tmp_path / "out", "--emoji-dir", tmp_path / "mine", PHOTO)
    assert (code, err) == (0, "")
    pixels = np.asarray(Image.open(tmp_path / "out" / PHOTO.name).convert("RGB"), dtype=int)
    magenta = (pixels[..., 0] > 200) & (pixels[..., 1] < 80) & (pixels[..., 2] > 200)
    assert magenta.sum() > 200


def test_an_emoji_folder_that_is_missing_is_one_line(run: Run, tmp_path: Path) -> None:
    code, out, err = run("photo", "--out", tmp_path / "out", "--emoji-dir", tmp_path / "nowhere", PHOTO)
    assert (code, out) == (2, "")
    assert "nowhere" in err
    assert len(err.splitlines()) == 1


def test_own_emoji_without_out_is_refused(run: Run, tmp_path: Path) -> None:
    code, _, err = run("photo", "--emoji-dir", tmp_path, PHOTO)
    assert code == 2
    assert "--out" in err


def bad_file(kind: str, where: Path) -> Path:
    path = where / f"{kind}.jpg"
    match kind:
        case "empty":
            path.touch()
        case "truncated":
            path.write_bytes(PHOTO.read_bytes()[:9000])
        case "text":
            path.write_text("this is not a picture")
        case "folder-without-pictures":
            path.mkdir()
    return path


@pytest.mark.parametrize("kind", ["missing", "empty", "truncated", "text", "folder-without-pictures"])
def test_a_bad_file_is_one_line_and_the_others_are_still_done(run: Run, tmp_path: Path, kind: str) -> None:
    bad = bad_file(kind, tmp_path)
    code, out, err = run("photo", bad, PHOTO)
    assert code == 2
    assert out.startswith(str(PHOTO))
    (line,) = err.splitlines()
    assert line.startswith("mien: ")
    assert bad.name in line


def test_only_bad_files_print_nothing_on_stdout(run: Run, tmp_path: Path) -> None:
    code, out, err = run("photo", "--json", tmp_path / "a.jpg", tmp_path / "b.jpg")
    assert (code, out) == (2, "")
    assert len(err.splitlines()) == 2


def test_a_folder_that_cannot_be_made_is_one_line(run: Run, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    code, out, err = run("photo", "--out", tmp_path / "file" / "out", PHOTO)
    assert (code, out) == (2, "")
    assert err.startswith("mien: ")
    assert len(err.splitlines()) == 1


def test_a_model_that_is_none_is_one_line(run: Run, tmp_path: Path) -> None:
    (tmp_path / "junk.onnx").write_bytes(b"junk")
    for model in (tmp_path / "junk.onnx", tmp_path / "missing.onnx"):
        code, out, err = run("photo", "--model", model, PHOTO)
        assert (code, out) == (2, "")
        assert model.name in err
        assert len(err.splitlines()) == 1


@pytest.mark.skipif(os.name == "nt", reason="file names are text there")
def test_a_file_name_that_is_not_utf8_survives(tmp_path: Path) -> None:
    path = tmp_path / os.fsdecode(b"caf\xe9.png")
    Image.new("RGB", (40, 30)).save(path)
    plain = subprocess_main("photo", path)
    assert plain.returncode == 0, plain.stderr
    assert plain.stdout.startswith(os.fsencode(path))
    as_json = subprocess_main("photo", "--json", path)
    assert json.loads(as_json.stdout)["source"] == str(path)


@pytest.mark.skipif(os.name == "nt", reason="needs a POSIX shell")
def test_a_closed_pipe_ends_quietly(folder: Path) -> None:
    for number in range(40):
        shutil.copy(folder / "sky.png", folder / f"sky-{number}.png")
    command = f"'{sys.executable}' -m mien photo --json in | head -n 1"
    done = subprocess.run(command, shell=True, cwd=folder.parent, capture_output=True, text=True, timeout=120)
    assert len(done.stdout.splitlines()) == 1
    assert done.stderr == ""


def test_results_are_flushed_one_by_one(folder: Path) -> None:
    """Whoever reads the pipe sees the first picture while the second is still to come."""
    command = (*MIEN, "photo", "--json", str(folder / "sky.png"), "-")
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin and process.stdout
        first = json.loads(process.stdout.readline())  # stdin is still open: the second picture cannot be read yet
        process.stdin.write(PHOTO.read_bytes())
        process.stdin.close()
        second = json.loads(process.stdout.readline())
        assert process.wait(timeout=60) == 0
    assert (len(first["faces"]), len(second["faces"])) == (0, 1)


@pytest.mark.skipif(os.name == "nt", reason="needs POSIX signals")
def test_an_interrupt_ends_quietly_with_130(folder: Path) -> None:
    command = (*MIEN, "photo", "--json", str(folder / "sky.png"), "-")
    pipe = subprocess.PIPE

    def listen() -> None:  # a shell starts what it puts in the background deaf to Ctrl-C
        signal.signal(signal.SIGINT, signal.SIG_DFL)

    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, preexec_fn=listen) as process:
        assert process.stdout and process.stderr
        process.stdout.readline()  # the first picture is done; it now waits for the second
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=60) == 130
        assert process.stderr.read() == b""
