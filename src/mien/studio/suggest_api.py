"""`/api/suggest`: emoji for what a face shows and a message says, and learning from what the user picks."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter
from fastapi.responses import Response
from pydantic import ConfigDict, Field

from mien.studio import answers
from mien.studio.house import House
from mien.studio.schemas import Asked, PickedOut, PicksOut, SuggestionsOut
from mien.studio.users import Me

Seen = Annotated[
    dict[str, Any] | None,
    Field(
        description='a face or a scene of /api/look, an expression, or {"probabilities": {label: 0..1}}',
        examples=[{"probabilities": {"happiness": 1.0}}],
    ),
]
Emoji = Annotated[str, Field(min_length=1, max_length=32)]
_SUGGESTIONS = {
    "suggestions": [
        {"emoji": "🎂", "name": "birthday cake", "score": 0.93, "reason": "“birthday” in your words"},
        {"emoji": "🥳", "name": "partying face", "score": 0.88, "reason": "a happy face"},
    ]
}
_KEPT = {"mood": "happiness", "strong": True, "text": True}
_PICKS = {"picks": [{**_KEPT, "emoji": "🎂", "picked": 2, "passed": 0}]}


class SuggestAsked(Asked):
    """What is seen, what is said, or both."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"face": {"probabilities": {"happiness": 1.0}}, "text": "happy birthday!"}]},
    )
    face: Seen = None
    text: str | None = Field(default=None, max_length=2000, description="the message that the emoji is for")
    language: str = Field(default="en", max_length=20, description="of the message, the names and the reasons")
    k: int = Field(default=5, ge=1, le=100, description="at most so many")


class PickAsked(Asked):
    """What was picked, and from which list."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"emoji": "🎂", "face": {"probabilities": {"happiness": 1.0}}, "shown": ["🥳", "🎂"]}]
        },
    )
    emoji: Emoji
    face: Seen = None
    text: bool = Field(default=False, description="whether there was a message; the message itself is not asked for")
    shown: list[Emoji] = Field(default=[], max_length=100, description="the list that was offered, in its order")


def router(house: House) -> APIRouter:
    routes = APIRouter(prefix="/api/suggest", tags=["suggestions"])
    picks = house.picks

    @routes.post(
        "",
        response_model=SuggestionsOut,
        responses=answers.told(answers.shown("Best first", _SUGGESTIONS), "invalid", "busy", "too-slow"),
    )
    async def suggest(asked: SuggestAsked, me: Me) -> Response:
        """Emoji for a face, a message, or both. Without either there is nothing to suggest for, and none come.

        What the user has picked before counts, see `POST /api/suggest/pick`.
        """

        def found() -> list[dict[str, Any]]:
            import mien

            many = mien.suggest(asked.face, asked.k, asked.text, asked.language, picks.learner(me.id))
            return [one.to_dict() for one in many]

        return answers.json_response({"suggestions": await house.run(found)})

    @routes.post(
        "/pick",
        response_model=PickedOut,
        responses=answers.told(answers.shown("All that is kept of it", _KEPT), "invalid", "busy"),
    )
    async def pick(asked: PickAsked, me: Me) -> Response:
        """Teach suggestions what the user picked. Kept on this machine: the emoji, the expression's name, whether it
        was strong, and whether there was a message. No picture, no words.
        """

        def learned() -> dict[str, Any]:
            learner = picks.learner(me.id, make=True)
            assert learner is not None
            kept = learner.pick(asked.emoji, asked.face, "words" if asked.text else None, asked.shown)
            return {"mood": kept.mood, "strong": kept.strong, "text": kept.text}

        return answers.json_response(await house.run(learned))

    @routes.get("/picks", response_model=PicksOut, responses=answers.told(answers.shown("Every count", _PICKS), "busy"))
    async def known(me: Me) -> Response:
        """Everything that picks have taught: how often which emoji was picked, and passed over for another."""

        def counts() -> list[dict[str, Any]]:
            learner = picks.learner(me.id)
            return [] if learner is None else [count.to_dict() for count in learner.counts()]

        return answers.json_response({"picks": await house.run(counts)})

    @routes.delete("/picks", status_code=204, responses=answers.told(None, "busy"))
    async def forget(me: Me) -> Response:
        """Forget everything that picks have taught."""

        def forgotten() -> None:
            learner = picks.learner(me.id)
            if learner is not None:
                learner.forget()

        await house.run(forgotten)
        return Response(status_code=204)

    return routes
