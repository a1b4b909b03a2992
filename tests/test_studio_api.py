"""The studio's answers: photos, persons, drawings, choices, health."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import pytest

pytest.importorskip("fastapi", reason="needs mien[studio]")

from fastapi.testclient import TestClient
from PIL import Image

import mien
from mien.avatar.spec import AvatarSpec
from studio_client import as_problem, nobody, photo, studio


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with studio(tmp_path_factory.mktemp("studio")) as client:
        yield client


def test_a_photo_sent_as_the_body_is_the_scene_that_look_gives(client: TestClient) -> None:
    answer = client.post("/api/look", content=photo(), headers={"Content-Type": "image/jpeg"})
    assert answer.status_code == 200
    told, scene = answer.json(), mien.look(photo()).to_dict()
    assert [{k: v for k, v in face.items() if k != "suggestions"} for face in told["faces"]] == scene["faces"]
    assert (told["width"], told["height"], told["source"]) == (256, 256, None)


def test_a_photo_sent_in_a_form_gives_the_same(client: TestClient) -> None:
    as_form = client.post("/api/look", files={"picture": ("../../etc/passwd", photo(), "image/jpeg")})
    as_body = client.post("/api/look", content=photo(), headers={"Content-Type": "image/jpeg"})
    assert as_form.json() == as_body.json()


def test_appearance_is_read_when_it_is_asked_for(client: TestClient) -> None:
    answer = client.post("/api/look?appearance=true", files={"picture": photo()}).json()
    assert "glasses" in answer["faces"][0]["appearance"]["traits"]


def test_no_face_is_an_answer_without_faces(client: TestClient) -> None:
    answer = client.post("/api/look", files={"picture": nobody()})
    assert (answer.status_code, answer.json()["faces"]) == (200, [])


def test_a_person_of_a_photo_can_be_drawn(client: TestClient) -> None:
    answer = client.post("/api/personalise", files={"picture": photo()}).json()
    spec = AvatarSpec.from_dict(answer["spec"])
    assert spec == mien.personalise(photo())
    assert answer["traits"]["glasses"]["value"] in ("N", "G", "S")
    assert 0 <= answer["traits"]["glasses"]["confidence"] <= 1


def test_several_photos_make_one_person(client: TestClient) -> None:
    files = [("picture", photo()), ("picture", photo())]
    answer = client.post("/api/personalise", files=files)
    assert answer.status_code == 200
    assert AvatarSpec.from_dict(answer.json()["spec"]).skin.colour.startswith("#")


def test_a_photo_without_a_face_makes_nobody(client: TestClient) -> None:
    detail = as_problem(client.post("/api/personalise", files={"picture": nobody()}), "no-face", 422)
    assert "no face found" in detail


@pytest.mark.parametrize(("face", "word"), [("7", "1 face"), ("x", "no number"), ("-1", "no number")])
def test_a_face_that_is_not_there_is_named(client: TestClient, face: str, word: str) -> None:
    answer = client.post("/api/personalise", files={"picture": photo()}, data={"face": face})
    assert word in as_problem(answer, "invalid", 422)


def test_the_largest_face_is_number_zero(client: TestClient) -> None:
    chosen = client.post("/api/personalise", files={"picture": photo()}, data={"face": "0"}).json()
    assert chosen == client.post("/api/personalise", files={"picture": photo()}).json()


def test_an_avatar_is_the_drawing_of_its_spec(client: TestClient) -> None:
    spec = {"hair": {"style": "afro"}, "skin": {"colour": "monk-8"}}
    answer = client.post("/api/avatar", json={"spec": spec, "expression": "happiness", "size": 96})
    assert answer.headers["content-type"] == "image/svg+xml"
    assert answer.text.strip() == AvatarSpec.from_dict(spec).svg("happiness", size=96)


@pytest.mark.parametrize(
    ("asked", "kind", "frames"),
    [
        ({"format": "png", "size": 48}, "PNG", 1),
        ({"format": "webp", "size": 48}, "WEBP", 1),
        ({"format": "gif", "size": 48}, "GIF", 1),
        ({"format": "gif", "size": 32, "animate": True}, "GIF", 2),
        ({"format": "apng", "size": 32, "expression": "😂"}, "PNG", 2),
    ],
)
def test_avatars_come_in_every_format(client: TestClient, asked: dict[str, Any], kind: str, frames: int) -> None:
    answer = client.post("/api/avatar", json=asked)
    with Image.open(io.BytesIO(answer.content)) as picture:
        assert picture.format == kind
        assert picture.size == (asked["size"], asked["size"])
        assert min(2, getattr(picture, "n_frames", 1)) == frames


def test_an_avatar_wears_controls(client: TestClient) -> None:
    controls = {"jawOpen": 0.9}
    answer = client.post("/api/avatar", json={"expression": controls})
    assert answer.text.strip() == AvatarSpec().svg(controls, size=512)


@pytest.mark.parametrize(
    ("asked", "word"),
    [
        ({"expression": "joyful"}, "no expression"),
        ({"expression": {"jawOpen": 3}}, "0 to 1"),
        ({"expression": {"elbow": 1}}, "no control"),
        ({"spec": {"hair": {"style": "moss"}}}, "'moss' is unknown"),
        ({"spec": {"tail": {}}}, "tail"),
        ({"format": "bmp"}, "format"),
        ({"size": 100000}, "size"),
        ({"colour": "red"}, "colour"),
        ({"animate": True}, "does not move"),
    ],
)
def test_what_cannot_be_drawn_is_told_in_one_line(client: TestClient, asked: dict[str, Any], word: str) -> None:
    assert word in as_problem(client.post("/api/avatar", json=asked), "invalid", 422)


def test_a_sheet_has_every_variant_in_every_expression(client: TestClient) -> None:
    asked = {"variants": [{"hair.style": "afro"}, {"hair.style": "bob"}], "expressions": ["happiness", "😢", None]}
    svgs = client.post("/api/avatar/sheet", json=asked).json()["svgs"]
    assert len(svgs) == 6
    assert svgs[1] == AvatarSpec().edited({"hair.style": "afro"}).svg("😢")
    assert svgs[5] == AvatarSpec().edited({"hair.style": "bob"}).svg()


@pytest.mark.parametrize("part", ["eyes", "brows", "nose", "mouth", "ears", "hair", "face"])
def test_a_crop_shows_one_part_of_the_same_drawing(client: TestClient, part: str) -> None:
    whole = client.post("/api/avatar/sheet", json={}).json()["svgs"][0]
    near = client.post("/api/avatar/sheet", json={"crop": part}).json()["svgs"][0]
    x, y, width, height = map(float, near.split('viewBox="')[1].split('"')[0].split())
    assert (
        near.replace(f'viewBox="{near.split(chr(34) + " width")[0].split(chr(34))[-1]}"', 'viewBox="0 0 128 128"')
        == whole
    )
    assert width == height < 128
    assert x > 0 and y > -20 and x + width < 128 and y + height < 148


def test_too_many_drawings_are_refused(client: TestClient) -> None:
    asked = {"variants": [{}] * 50, "expressions": [None] * 5}
    assert "250" in as_problem(client.post("/api/avatar/sheet", json=asked), "invalid", 422)


def test_every_path_of_a_spec_can_be_chosen_and_every_choice_is_taken(client: TestClient) -> None:
    told = client.get("/api/avatar/choices").json()
    assert [one["path"] for one in told["choices"]] == AvatarSpec.fields()
    for one in told["choices"]:
        values: list[Any] = list(one["choices"] or [])
        if one["kind"] == "number":
            values = [one["minimum"], one["maximum"]]
        if one["kind"] == "switch":
            values = [True, False]
        if one["kind"] == "several":
            values = [[name] for name in values]
        assert values, one["path"]
        assert one["label"], one["path"]
        for value in [*values, *([None] if one["optional"] else [])]:
            AvatarSpec().edited({one["path"]: value})
    assert len(told["expressions"]) > 100
    assert told["labels"] == list(mien.LABELS)


def test_health_tells_the_limits_and_models_the_networks(client: TestClient) -> None:
    health = client.get("/api/health").json()
    assert health["status"] == "ok"
    assert health["version"] == mien.__version__
    assert health["limits"]["picture_bytes"] == 32_000_000
    models = client.get("/api/models").json()
    assert models["active"] == "expression"
    assert {"expression", "face-detector"} <= {model["name"] for model in models["models"]}


def test_metrics_count_what_was_asked(client: TestClient) -> None:
    client.get("/api/health")
    lines = client.get("/metrics").text.splitlines()
    counted = [line for line in lines if line.startswith('mien_http_requests_total{method="GET",route="/api/health"')]
    assert float(counted[0].split()[-1]) >= 1
    buckets = [
        int(line.split()[-1]) for line in lines if line.startswith('mien_http_seconds_bucket{route="/api/health"')
    ]
    assert buckets == sorted(buckets)
    assert buckets[-1] == float(counted[0].split()[-1])
    memory = next(line for line in lines if line.startswith("process_resident_memory_bytes"))
    assert float(memory.split()[-1]) > 1e6


def test_the_page_and_its_files_are_asked_for_again_and_come_once(client: TestClient) -> None:
    page = client.get("/")
    assert page.status_code == 200
    assert page.headers["content-type"].startswith("text/html")
    tag = page.headers["etag"]
    assert not tag.startswith("W/")
    again = client.get("/", headers={"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")
    script = next(part.split('"')[0] for part in page.text.split('src="')[1:])
    assert client.get(script).headers["content-type"] == "text/javascript; charset=utf-8"


@pytest.mark.parametrize(
    "path", ["../app.py", "%2e%2e/app.py", "..%2fapp.py", "/etc/passwd", "js", "a" * 300 + ".js", "%00.js"]
)
def test_nothing_but_the_pages_files_can_be_reached(client: TestClient, path: str) -> None:
    assert client.get(f"/static/{path}").status_code == 404
