"""What shapes a training run of the expression network: one value, read from TOML and the command line."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any, get_type_hints

from mien.errors import DataError

#: The words that a setting knows.
CHOICES = {
    "labels": ("both", "votes", "labels"),
    "loss": ("soft", "cross-entropy", "focal"),
    "balance": ("softmax", "loss", "sampler", "none"),
    "optimiser": ("sgd", "adam", "adamw"),
    "schedule": ("cosine", "step", "plateau", "constant"),
    "choose_by": ("accuracy", "balanced_accuracy", "loss"),
    "precision": ("auto", "fp32", "bf16", "fp16"),
}
#: The least and the most of a number.
LIMITS: dict[str, tuple[float, float]] = {
    "epochs": (1, 100_000), "batch": (2, 65_536), "micro_batch": (0, 65_536), "learning_rate": (0, 100),
    "weight_decay": (0, 10), "momentum": (0, 0.9999), "warmup_epochs": (0, 1000), "clip": (0, 1e6),
    "average": (0, 0.99999), "label_smoothing": (0, 0.99), "focal_gamma": (0, 10), "mixup": (0, 10),
    "second_head": (0, 100), "oversample": (0, 1), "consistency": (0, 100), "patience": (0, 100_000),
    "freeze_epochs": (0, 100_000), "threads": (0, 1024), "save_minutes": (0, 1e6),
}  # fmt: skip
#: Settings that change how a run is carried out but not what comes of it: a run may be resumed with others.
FREE = ("threads", "save_minutes", "compile")


@dataclass(frozen=True)
class Settings:
    """Everything that shapes a run. Learning rates are per optimiser step; 0 switches a thing off where it can be."""

    network: str = "mien"  #: a name of `mien lab networks`, or `module:factory`
    weights: str = ""  #: a state dict to start from (transfer learning)
    freeze_epochs: int = 0  #: how long the loaded weights are held still
    preprocess: tuple[str, ...] = ()  #: steps of `mien.expression.preprocess`
    augment: str | Mapping[str, Any] = "mien"  #: a preset of `Augment`, or a table of its fields
    mixup: float = 0.2  #: alpha of mixup, on every second batch
    labels: str = "both"  #: what to learn from, where the data has both: votes, the data's own labels, or both
    second_head: float = 0.25  #: weight of the labels' loss where votes are learnt from too
    loss: str = "soft"  #: soft: the whole distribution of votes; cross-entropy: the majority; focal
    label_smoothing: float = 0.02
    focal_gamma: float = 2.0
    balance: str = "softmax"  #: against imbalance: balanced softmax, class-balanced loss, weighted sampling, none
    oversample: float = 0.0  #: draw rare classes oftener: 0 not at all, 0.5 by square roots, 1 as often as others
    consistency: float = 0.0  #: weight of answering alike to a face and the same moved by a pixel
    optimiser: str = "sgd"
    learning_rate: float = 0.1
    weight_decay: float = 5e-4
    momentum: float = 0.9  #: of SGD; the first beta of Adam
    schedule: str = "cosine"
    warmup_epochs: float = 1.0
    clip: float = 5.0  #: the gradient's norm is kept below
    average: float = 0.999  #: decay of the weights' moving average
    epochs: int = 40
    batch: int = 128
    micro_batch: int = 0  #: faces at once, the rest by gradient accumulation; 0: the whole batch
    patience: int = 0  #: epochs without a better figure after which to stop
    choose_by: str = "accuracy"  #: the figure on PublicTest that chooses the best epoch
    precision: str = "auto"  #: auto: bf16 where the processor has it
    seed: int = 0
    threads: int = 0  #: of torch; 0 leaves it alone
    save_minutes: float = 3.0  #: between two checkpoints within an epoch
    compile: bool = False  #: let torch.compile fuse the network: faster steps, a minute of compiling, a C++ compiler
    extra: Mapping[str, Any] = field(default_factory=dict)  #: notes of one's own, kept in the run's config

    def __post_init__(self) -> None:
        for name, known in CHOICES.items():
            if getattr(self, name) not in known:
                raise DataError(f"{name} = {getattr(self, name)!r}: choose one of {', '.join(known)}")
        for name, (least, most) in LIMITS.items():
            value = getattr(self, name, None)
            if value is not None and not least <= value <= most:
                raise DataError(f"{name} = {value}: expected {least:g} to {most:g}")
        if self.oversample and self.balance != "softmax":  # its answers alone can be freed of the drawn faces' prior
            raise DataError(f"oversample goes with balance = 'softmax', not {self.balance!r}")

    def config(self) -> dict[str, Any]:
        """What a run's folder remembers: all that changes the outcome."""
        return {k: list(v) if isinstance(v, tuple) else v for k, v in asdict(self).items() if k not in FREE}


def read_settings(path: Path | str | None = None, **changes: Any) -> Settings:
    """Settings from a TOML file, with `changes` (those that are not None) on top.

    Raises `DataError` that names the file and the key for an unknown key or a value of the wrong kind.
    """
    table: dict[str, Any] = {}
    if path is not None:
        try:
            table = tomllib.loads(Path(path).read_text(encoding="utf-8"))
        except OSError as error:
            raise DataError(f"{path}: {error.strerror or error}") from None
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise DataError(f"{path}: not TOML: {error}") from None
    where = f"{path}: " if path is not None else ""
    values = {key: _typed(key, value, where) for key, value in table.items()}
    values |= {k: _typed(k, v, "") for k, v in changes.items() if v is not None}
    try:
        return Settings(**values)
    except DataError as error:
        raise DataError(f"{where}{error}") from None


def _typed(key: str, value: Any, where: str) -> Any:
    hints = get_type_hints(Settings)
    if key not in {f.name for f in fields(Settings)}:
        raise DataError(f"{where}no setting {key!r}: there are {', '.join(f.name for f in fields(Settings))}")
    wanted = hints[key]
    if key == "preprocess":
        value = (value,) if isinstance(value, str) else value
        if isinstance(value, list | tuple) and all(isinstance(v, str) for v in value):
            return tuple(value)
    elif key in ("augment", "extra"):
        if isinstance(value, Mapping) or (key == "augment" and isinstance(value, str)):
            return value
    elif wanted is float and isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    elif type(value) is wanted:
        return value
    raise DataError(f"{where}{key} = {value!r}: expected {getattr(wanted, '__name__', 'a list of steps')}")
