"""`POST /api/look` and `POST /api/personalise`: photos in, scenes and persons out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from mien.studio import answers, uploads
from mien.studio.house import House
from mien.studio.problems import Problem
from mien.studio.schemas import PersonOut, SceneOut
from mien.studio.users import Me

if TYPE_CHECKING:
    from mien.types import Face, Scene

_SCENE = {
    "source": None, "width": 256, "height": 256, "time": None,
    "faces": [{
        "box": {"x": 81.2, "y": 27.4, "width": 74.9, "height": 102.3}, "score": 0.98,
        "expression": {
            "label": "happiness", "confidence": 0.97, "emoji": "😄",
            "probabilities": {"neutral": 0.02, "happiness": 0.97, "surprise": 0.01}, "valence": 0.8, "arousal": 0.3,
            "intensity": 0.7, "reason": None,
        },
        "quality": {"score": 0.93, "reason": None}, "pose": {"yaw": -4.1, "pitch": 2.0, "roll": 1.3},
        "landmarks": [[84.0, 61.5]], "controls": {"jawOpen": 0.21, "mouthSmileLeft": 0.83}, "appearance": None,
        "track_id": None,
        "suggestions": [
            {"emoji": "😄", "name": "grinning face with smiling eyes", "score": 0.91, "reason": "happiness"}
        ],
    }],
}  # fmt: skip
_PERSON = {
    "spec": {"version": 1, "hair": {"style": "short", "colour": "#3f2a1e"}},
    "traits": {"glasses": {"value": "N", "confidence": 0.97}, "hair_len": {"value": "2", "confidence": 0.8}},
}


def router(house: House) -> APIRouter:
    routes = APIRouter(prefix="/api", tags=["photos"])
    house.uploads |= {"/api/look", "/api/personalise"}
    limits = house.limits

    @routes.post(
        "/look",
        response_model=SceneOut,
        responses=answers.told(
            answers.shown("What is in the picture", _SCENE),
            "too-large",
            "not-a-picture",
            "media-type",
            "bad-request",
            "invalid",
            "busy",
            "too-slow",
        ),
        openapi_extra=answers.form({"picture": answers.FILE}, ["picture"], raw=True),
    )
    async def look(
        request: Request,
        me: Me,
        appearance: bool = Query(False, description="also read apparent traits and colours"),
        language: str = Query("en", max_length=20, description="of the suggestions' names and reasons"),
    ) -> Response:
        """Every face in a picture: its place, expression, emoji, controls, and emoji that fit.

        Send the picture as the body (`Content-Type: image/jpeg` ...) or as the part `picture` of a form. It is read in
        memory, and gone when the answer is sent. No face is an answer without faces, not an error.
        """
        with house.bodies.held() as hold:
            with house.workers.receiving():
                pictures, _ = await uploads.pictures(request, hold, limit=limits.picture_bytes)
            return answers.json_response(await house.run(_looked, house, me.id, pictures[0], appearance, language))

    @routes.post(
        "/personalise",
        response_model=PersonOut,
        responses=answers.told(
            answers.shown("The person", _PERSON), "too-large", "not-a-picture", "media-type",
            "bad-request", "invalid", "no-face", "busy", "too-slow",
        ),
        openapi_extra=answers.form(
            {
                "picture": {"type": "array", "items": answers.FILE, "minItems": 1, "maxItems": limits.pictures},
                "face": {"type": "integer", "minimum": 0, "description": "which face, 0 the largest; one picture only"},
            },
            ["picture"], raw=True,
        ),
    )  # fmt: skip
    async def personalise(request: Request, me: Me) -> Response:
        """The avatar of a person, from one to eight photos of them: a specification that can be edited and drawn.

        Of each photo the largest face is taken; of a single one `face` chooses another. Traits are guesses.
        """
        with house.bodies.held() as hold:
            with house.workers.receiving():
                pictures, fields = await uploads.pictures(
                    request, hold, limit=limits.picture_bytes, most=limits.pictures, others=["face"]
                )
            face = _number(fields.get("face", "").strip(), len(pictures))
            return answers.json_response(await house.run(_personalised, house, me.id, pictures, face))

    return routes


def _number(face: str, pictures: int) -> int | None:
    """The field `face`. Raises `Problem`."""
    if face and not (face.isascii() and face.isdigit() and len(face) < 6):
        raise Problem("invalid", f"face: {face[:40]!r} is no number; 0 is the largest face")
    if face and pictures > 1:
        raise Problem("invalid", "face: chooses among the faces of one picture; send exactly one")
    return int(face) if face else None


def _looked(house: House, owner: str, encoded: bytes, appearance: bool, language: str) -> dict[str, Any]:
    return with_suggestions(house, owner, house.look(encoded, owner, appearance=appearance), language)


def with_suggestions(house: House, owner: str, scene: Scene, language: str) -> dict[str, Any]:
    """The scene as JSON, and emoji that fit with each of its faces."""
    import mien

    told, learner = scene.to_dict(), house.picks.learner(owner)
    for row, face in zip(told["faces"], scene.faces, strict=True):
        row["suggestions"] = [one.to_dict() for one in mien.suggest(face, language=language, learner=learner)]
    return told


def _personalised(house: House, owner: str, pictures: list[bytes], number: int | None) -> dict[str, Any]:
    from mien.avatar.personalise import personalised, seen_on
    from mien.types import TRAITS

    several = len(pictures) > 1
    faces = [
        _face(house.look(encoded, owner, name=name), name, number or 0)
        for encoded, name in ((one, f"picture {i + 1}" if several else "picture") for i, one in enumerate(pictures))
    ]
    seen = seen_on(faces)
    traits = {}
    if seen is not None:
        traits = {name: getattr(seen, name) for name in TRAITS}
    return {
        "spec": personalised(faces).to_dict(),
        "traits": {name: {"value": t.code, "confidence": round(t.confidence, 4)} for name, t in traits.items()},
    }


def _face(scene: Scene, name: str, number: int) -> Face:
    count = len(scene.faces)
    if not count:
        raise Problem("no-face", f"{name}: no face found; send a photo that shows one")
    if number >= count:
        raise Problem(
            "invalid", f"face: {number}, but the picture has {count} face{'s' * (count > 1)}; 0 is the largest"
        )
    return scene.faces[number]
