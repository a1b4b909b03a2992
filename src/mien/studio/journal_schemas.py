"""The shapes of the journal's answers for OpenAPI, and of what is sent to it."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from mien.journal.consents import LONGEST, TEXTS
from mien.journal.keeping import MOST_DAYS
from mien.studio.schemas import Asked


class ConsentAsked(Asked):
    """Somebody agrees. `agreed` is true when they have read the text of this `wording`, and only then."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"person": "me", "agreed": True, "wording": 1}]}
    )
    person: str = Field(default="me", min_length=1, max_length=LONGEST, description='"me", or a made-up name')
    everyone: bool = Field(default=False, description="a group that is recorded together: every member agreed")
    agreed: Literal[True]
    wording: Literal[1, 2] | None = Field(default=None, description="which text was agreed to; the one of the state")


assert set(TEXTS) == {1, 2}


class ExpiryAsked(Asked):
    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"days": 30}]})
    days: int = Field(ge=1, le=MOST_DAYS, description="entries are deleted after so many days")


class ConsentOut(BaseModel):
    person: str
    everyone: bool
    wording: int
    given: str
    withdrawn: str | None
    holds: bool


class DayOut(BaseModel):
    day: str
    entries: int


class SessionOut(BaseModel):
    name: str
    began: str
    seconds: float
    entries: int
    people: list[str]


class StateOut(BaseModel):
    on: bool = Field(description="somebody's consent holds")
    encrypted: bool
    days_kept: int
    wording: int = Field(description="the text that is agreed to at present")
    text: str = Field(description="that text, in English")
    home: Literal["file", "database"] = Field(description="where it is: a file of one person's, or a studio's database")
    consents: list[ConsentOut]
    sessions: list[SessionOut] = Field(description="the latest first")
    days: list[DayOut] = Field(description="local days that have entries, the latest first")


class SharesOut(BaseModel):
    begin: str
    step: float = Field(description="seconds of a point")
    length: float
    times: list[float] = Field(description="seconds from `begin`; points without entries are left out")
    entries: list[int]
    shares: dict[str, list[float]] = Field(description="label -> 0..1 for each point; the nine sum to 1")


class MomentOut(BaseModel):
    name: Literal["first_smile", "longest_smile", "most_smiles", "biggest_surprise", "longest_calm"]
    at: float
    seconds: float
    value: float
    person: str | None


class SummaryOut(SessionOut):
    audience: int = Field(description="people in view at once")
    shares: dict[str, float]
    moments: list[MomentOut]


class SessionDetailOut(SummaryOut):
    timeline: SharesOut


class ComparisonOut(BaseModel):
    sessions: list[SummaryOut]


class DeletedOut(BaseModel):
    sessions: int
    people: int
    entries: int
