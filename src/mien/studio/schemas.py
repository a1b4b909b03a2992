"""The shapes of answers for OpenAPI, and of what is sent as JSON."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from mien.types import CONTROLS

#: A person as `AvatarSpec.to_dict` gives it; checked by the spec itself, whose errors say more.
Spec = Annotated[
    dict[str, Any],
    Field(description="an AvatarSpec; missing fields are the mean face", examples=[{"hair": {"style": "afro"}}]),
]
#: What an avatar wears.
Worn = Annotated[
    str | dict[str, float] | None,
    Field(
        description="a label, a face emoji or its name, or controls (name -> 0..1); null: at rest",
        examples=["happiness"],
    ),
]


class Asked(BaseModel):
    """What is sent; a field that it does not know is an error, since it would be ignored otherwise."""

    model_config = ConfigDict(extra="forbid")


class BoxOut(BaseModel):
    x: float
    y: float
    width: float
    height: float


class ExpressionOut(BaseModel):
    label: str
    confidence: float
    emoji: str
    probabilities: dict[str, float]
    valence: float
    arousal: float
    intensity: float
    reason: str | None


class QualityOut(BaseModel):
    score: float
    reason: str | None


class PoseOut(BaseModel):
    yaw: float
    pitch: float
    roll: float


class SuggestionOut(BaseModel):
    model_config = ConfigDict(extra="allow")
    emoji: str
    name: str
    score: float
    reason: str


class SuggestionsOut(BaseModel):
    suggestions: list[SuggestionOut]


class PickedOut(BaseModel):
    mood: str
    strong: bool
    text: bool


class PickCount(PickedOut):
    emoji: str
    picked: int
    passed: int


class PicksOut(BaseModel):
    picks: list[PickCount]


class FaceOut(BaseModel):
    model_config = ConfigDict(extra="allow")
    box: BoxOut
    score: float
    expression: ExpressionOut
    quality: QualityOut
    pose: PoseOut
    landmarks: list[list[float]] = Field(description="68 points (iBUG order), pixels of the upright picture")
    controls: dict[str, float] = Field(description="the 52 ARKit blendshapes, 0..1")
    appearance: dict[str, Any] | None
    track_id: int | None
    suggestions: list[SuggestionOut] = Field(default=[], description="emoji that fit, best first")


class SceneOut(BaseModel):
    source: str | None
    width: int
    height: int
    time: float | None
    faces: list[FaceOut] = Field(description="largest first")


class TraitOut(BaseModel):
    value: str
    confidence: float


class PersonOut(BaseModel):
    spec: dict[str, Any] = Field(description="an AvatarSpec")
    traits: dict[str, TraitOut] = Field(description="apparent traits, guesses all of them")


class Choice(BaseModel):
    """One part of an avatar that can be chosen."""

    path: str = Field(description="as `AvatarSpec.edited` takes it: hair.style")
    group: str
    kind: Literal["style", "colour", "number", "switch", "several"]
    label: str = Field(description="in English")
    help: str
    default: Any
    choices: list[str] | None = Field(description="of a style; presets of a colour")
    optional: bool = Field(description="null is a value too")
    minimum: float | None = None
    maximum: float | None = None


class Choices(BaseModel):
    choices: list[Choice]
    expressions: list[str] = Field(description="every emoji that an avatar can wear")
    labels: list[str] = Field(description="the eight expressions")
    controls: list[str] = Field(default=list(CONTROLS), description="the 52 controls")
    colours: dict[str, str] = Field(default={}, description="names that stand for a colour, as #rrggbb")


class AvatarAsked(Asked):
    """A drawing of a person."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"spec": {"hair": {"style": "afro"}}, "expression": "happiness", "format": "svg", "size": 256}]
        },
    )
    spec: Spec = {}
    expression: Worn = None
    format: Literal["svg", "png", "webp", "apng", "gif"] = "svg"
    size: int = Field(default=512, ge=16, le=1024, description="pixels of a side; at most 512 where it moves")
    animate: bool = Field(default=False, description="a looping reaction of two seconds: webp, apng or gif")
    high_contrast: bool = False


class SpecAsked(Asked):
    """A person."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"spec": {"hair": {"style": "afro"}}}]})
    spec: Spec = {}


class AvatarOut(BaseModel):
    spec: dict[str, Any] = Field(description="an AvatarSpec with all its fields")


class SheetAsked(Asked):
    """Many drawings of one person at once, for pickers and galleries."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"spec": {}, "variants": [{"hair.style": "afro"}, {"hair.style": "bob"}], "size": 96}]
        },
    )
    spec: Spec = {}
    variants: list[dict[str, Any]] = Field(default=[], max_length=200, description="each: path -> value")
    expression: Worn = None
    expressions: list[str | dict[str, float] | None] = Field(default=[], max_length=200)
    crop: Literal["eyes", "brows", "nose", "mouth", "ears", "hair", "face"] | None = Field(
        default=None, description="show this part alone"
    )
    size: int | None = Field(default=None, ge=16, le=1024, description="pixels they will be shown at")


class SheetOut(BaseModel):
    svgs: list[str]


class JobFile(BaseModel):
    name: str
    bytes: int
    type: str
    href: str


class JobOut(BaseModel):
    id: str
    kind: Literal["clip", "stickers"]
    state: Literal["queued", "running", "done", "failed"]
    progress: float | None = Field(description="0..1, null where it cannot be told")
    doing: str
    made: float = Field(description="seconds since 1970")
    ended: float | None
    files: list[JobFile]
    result: dict[str, Any]
    problem: dict[str, Any] | None = Field(description="why it failed: problem details")
    href: str


class JobsOut(BaseModel):
    jobs: list[JobOut]
