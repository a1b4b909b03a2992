"""The shapes of what the lab's API takes and gives, with examples."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from mien.studio.schemas import Asked

#: The networks that can be trained here; one of one's own, which is code, only at the command line.
Network = Literal["mobile", "mien", "tutorial", "vgg13", "resnet50"]
State = Literal[
    "queued", "checking", "cleaning", "ready", "training", "stopping", "stopped", "trained", "evaluating", "failed"
]
#: Learning rate where none is asked for: of SGD for a batch of 128, in proportion to the batch (Goyal et al. 2017,
#: https://arxiv.org/abs/1706.02677), of AdamW for any batch.
SGD_RATE, SGD_BATCH, ADAMW_RATE = 0.1, 128, 0.001


def named(text: str) -> str:
    """A name that people can read. Raises `ValueError`."""
    name = " ".join(text.split())
    if not 1 <= len(name) <= 80 or not name.isprintable():
        raise ValueError("1 to 80 printable characters")
    return name


class PathAsked(Asked):
    """A data set that lies on this machine."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"path": "/home/me/fer2013.csv"}]})
    path: str = Field(min_length=1, max_length=4096, description="a CSV, a zip file or a folder")


class RunAsked(Asked):
    """A training. Only the data must be said."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"data": "4f1c...", "name": "My first", "network": "mobile", "epochs": 20, "augment": "mien"}]
        },
    )
    data: str = Field(max_length=64, description="the id of a data set")
    name: str = Field(default="", max_length=80, description="by default the network and the data")
    network: Network = "mobile"
    preprocess: list[str] = Field(default=[], max_length=8, description="steps such as clahe:2")
    augment: Literal["none", "classic", "mien"] = "mien"
    epochs: int = Field(default=20, ge=1, le=500)
    batch: int = Field(default=64, ge=2, le=1024)
    optimiser: Literal["sgd", "adamw"] = "sgd"
    learning_rate: float | None = Field(
        default=None, gt=0, le=10, description="by default what suits optimiser and batch"
    )
    balance: Literal["softmax", "loss", "sampler", "none"] = Field(
        default="softmax", description="how rare classes are helped"
    )
    patience: int = Field(default=0, ge=0, le=500, description="stop after so many epochs in vain; 0: never")
    seed: int = Field(default=0, ge=0, le=2**31 - 1)
    threads: int = Field(default=0, ge=0, le=256, description="0: torch decides")

    @field_validator("preprocess")
    @classmethod
    def _steps(cls, steps: list[str]) -> list[str]:
        from mien.errors import DataError
        from mien.expression.preprocess import Preprocess

        try:
            Preprocess.parse(steps)
        except DataError as error:
            raise ValueError(str(error)) from None
        return steps

    def settings(self) -> dict[str, Any]:
        """What `mien.lab.expression.settings.read_settings` takes."""
        settings = self.model_dump(exclude={"data", "name"})
        usual = ADAMW_RATE if self.optimiser == "adamw" else SGD_RATE * min(1.0, self.batch / SGD_BATCH)
        settings["learning_rate"] = self.learning_rate or usual
        return settings


class ActiveAsked(Asked):
    """Which network the studio uses."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"run": "9a2b..."}, {"run": None}]})
    run: str | None = Field(max_length=64, description="the id of a training; null: the shipped network")


class ItemOut(BaseModel):
    id: str
    name: str
    made: float = Field(description="seconds since 1970")
    state: State
    progress: float | None = Field(description="0..1, null where it cannot be told")
    doing: str
    problem: dict[str, Any] | None = Field(description="why the last task failed: problem details")
    href: str


class DataOut(ItemOut):
    report: dict[str, Any] | None = Field(description="what the check found; null before it has ended")
    cleaned: dict[str, Any] | None = Field(description="faces of the cleaned copy, and what was dropped")
    faces: int | None = Field(description="as the data set is used: of the cleaned copy where there is one")
    classes: list[str]
    counts: dict[str, dict[str, int]] = Field(description="split -> class -> faces")


class EpochOut(BaseModel):
    epoch: int
    loss: float | None
    train_accuracy: float | None
    valid_loss: float | None
    accuracy: float | None
    balanced_accuracy: float | None
    seconds: float | None
    best: bool | None


class RunOut(ItemOut):
    data: str
    settings: dict[str, Any]
    epochs: int
    history: list[EpochOut] = Field(description="one an epoch that is done")
    step: dict[str, Any] | None = Field(description="the last step of the epoch under way")
    seconds_left: int | None
    trained: bool
    evaluated: dict[str, float] | None = Field(description="the main figures; null before the evaluation")
    active: bool


class NetworkOut(BaseModel):
    name: str
    about: str
    parameters: int
    macs: int = Field(description="multiply-accumulates for one face")
    bytes: int
    milliseconds: float | None = Field(description="for one face on one thread of this machine; null: not timed yet")


class NetworksOut(BaseModel):
    networks: list[NetworkOut]
    ready: bool = Field(description="whether all have been timed")


class LabOut(BaseModel):
    available: bool = Field(description="whether the lab's packages are installed")
    remedy: str = Field(description="how to install them")
    paths: bool = Field(description="whether data may be named by a path")
    largest: int = Field(description="bytes of an upload at most")
    data: list[DataOut]
    runs: list[RunOut]
    active: str | None = Field(description="the training whose network is in use; null: the shipped one")


class EvaluationOut(BaseModel):
    model_config = ConfigDict(extra="allow")
    split: str
    accuracy: float
    balanced_accuracy: float = Field(description="mean recall of the classes")
    macro_f1: float
    ece: float = Field(description="expected calibration error, 0..1")
    n: int
    labels: list[str]
    confusion: list[list[int]] = Field(description="rows: the truth, columns: the answers")
    by_class: dict[str, dict[str, Any]]
    shipped: dict[str, float] | None = Field(
        description="the shipped network on the same faces, where it has the classes"
    )
    examples: dict[str, list[dict[str, Any]]] = Field(description="right and wrong: truth, read, confidence, picture")


DATA = {
    "id": "4f1c0e0b7f7d4a0a8d1f5b1f0c9f3f11", "name": "faces", "made": 1767225600.0, "state": "ready",
    "progress": None, "doing": "", "problem": None, "href": "/api/lab/data/4f1c0e0b7f7d4a0a8d1f5b1f0c9f3f11",
    "report": {"faces": 480, "clean": False, "problems": {"duplicate": 3, "leak": 1}}, "cleaned": None, "faces": 480,
    "classes": ["happiness", "sadness"], "counts": {"Training": {"happiness": 260, "sadness": 130}},
}  # fmt: skip
RUN = {
    "id": "9a2b7c4d5e6f40718293a4b5c6d7e8f9", "name": "My first", "made": 1767225700.0, "state": "training",
    "progress": None, "doing": "", "problem": None, "href": "/api/lab/runs/9a2b7c4d5e6f40718293a4b5c6d7e8f9",
    "data": DATA["id"], "settings": {"network": "mobile", "epochs": 20, "batch": 64, "learning_rate": 0.05},
    "epochs": 20, "history": [{
        "epoch": 1, "loss": 0.61, "train_accuracy": 0.68, "valid_loss": 0.64, "accuracy": 0.66,
        "balanced_accuracy": 0.61, "seconds": 4.2, "best": True,
    }],
    "step": {"epoch": 2, "step": 3, "steps": 6, "loss": 0.58, "accuracy": 0.7}, "seconds_left": 78, "trained": False,
    "evaluated": None, "active": False,
}  # fmt: skip
LAB = {
    "available": True, "remedy": "pip install 'mien[lab]'", "paths": True, "largest": 4_000_000_000, "data": [DATA],
    "runs": [RUN], "active": None,
}  # fmt: skip
NETWORKS = {
    "networks": [{
        "name": "mobile", "about": "ours, narrower, for phones", "parameters": 352608, "macs": 31172224,
        "bytes": 1410432, "milliseconds": 0.9,
    }],
    "ready": True,
}  # fmt: skip
EVALUATION = {
    "split": "PrivateTest", "accuracy": 0.81, "balanced_accuracy": 0.78, "macro_f1": 0.77, "ece": 0.03, "n": 48,
    "labels": ["happiness", "sadness"], "confusion": [[28, 4], [5, 11]],
    "by_class": {"happiness": {"recall": 0.88, "precision": 0.85, "f1": 0.86, "n": 32}},
    "shipped": {"accuracy": 0.9, "balanced_accuracy": 0.88, "macro_f1": 0.87, "ece": 0.02, "n": 48},
    "examples": {"right": [{"truth": "sadness", "read": "sadness", "confidence": 0.93, "picture": "data:..."}],
                 "wrong": []},
}  # fmt: skip
