"""What is searched: names of settings, each with a range of numbers or a list of choices."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any

from mien.errors import DataError
from mien.lab.expression.settings import Settings, read_settings
from mien.lab.expression.strengths import LIMITS, Augment

#: The learning rates at which the optimisers usually work; a rate "relative" to them can be searched for all at once.
USUAL_RATE = {"sgd": 0.1, "adam": 1e-3, "adamw": 1e-3}
#: Augmentation as a whole: 0 is none, 1 as the settings say, 2 twice as strong.
STRENGTH = "augment.strength"
#: Fields of `Augment` that are multiplied by the strength; ranges of zoom are raised to its power.
_SCALED = (
    "rotation", "shift", "stretch", "gamma", "gain", "side_light", "blur", "low_resolution", "jpeg",
    "noise", "noise_probability", "erase",
)  # fmt: skip
#: What stays as it is through a search.
_FIXED = ("network", "epochs", "choose_by", "threads", "save_minutes", "extra", "patience")

Value = float | int | str | bool


@dataclass(frozen=True)
class Number:
    """A range from `low` to `high`, both included."""

    low: float
    high: float
    log: bool = False  #: searched evenly in its logarithm
    whole: bool = False
    relative: bool = False  #: of a learning rate: to what the optimiser usually works at

    def holds(self, value: Any) -> bool:
        return isinstance(value, int | float) and self.low <= value <= self.high


@dataclass(frozen=True)
class Choice:
    """One of several values."""

    values: tuple[Value, ...]

    def holds(self, value: Any) -> bool:
        return value in self.values


Space = Mapping[str, Number | Choice]


def default_space() -> dict[str, Number | Choice]:
    """What a search looks through unless told otherwise."""
    return {
        "optimiser": Choice(("sgd", "adamw")),
        "learning_rate": Number(0.2, 3.0, log=True, relative=True),
        "weight_decay": Number(1e-5, 1e-2, log=True),
        "batch": Choice((64, 128, 256)),
        "average": Choice((0.99, 0.999, 0.9995)),
        "balance": Choice(("softmax", "loss", "sampler", "none")),
        "label_smoothing": Number(0.0, 0.15),
        "mixup": Number(0.0, 0.4),
        STRENGTH: Number(0.25, 1.75),
    }


def read_space(path: Path | str) -> dict[str, Number | Choice]:
    """A space from TOML: `name = [choices]` or `name = { low = , high = , log = true }`; `[augment]` may hold fields.

    Raises `DataError` that names the file and the key.
    """
    try:
        table = tomllib.loads(Path(path).read_text(encoding="utf-8"))
    except OSError as error:
        raise DataError(f"{path}: {error.strerror or error}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise DataError(f"{path}: not TOML: {error}") from None
    augment = table.pop("augment", {})
    if isinstance(augment, Mapping) and not {"low", "high"} <= set(augment):
        table |= {f"augment.{name}": value for name, value in augment.items()}
    else:
        table["augment"] = augment
    if not table:
        raise DataError(f"{path}: names no setting to search for, such as mixup = {{ low = 0.0, high = 0.4 }}")
    return {name: _dimension(name, value, f"{path}: {name}") for name, value in table.items()}


def _dimension(name: str, value: Any, where: str) -> Number | Choice:
    known = [f.name for f in fields(Settings) if f.name not in (*_FIXED, "augment")]
    known += [STRENGTH, *(f"augment.{f.name}" for f in fields(Augment)), "augment"]
    if name not in known:
        raise DataError(f"{where}: cannot be searched for: there are {', '.join(known)}")
    if isinstance(value, list):
        if len(value) < 2 or not all(isinstance(v, int | float | str | bool) for v in value):
            raise DataError(f"{where}: expected two choices or more, numbers or words")
        return Choice(tuple(value))
    wanted = "[choices], or { low = , high = , log = true or false }"
    if not isinstance(value, Mapping) or not {"low", "high"} <= set(value):
        raise DataError(f"{where}: expected {wanted}")
    if unknown := set(value) - {f.name for f in fields(Number)}:
        raise DataError(f"{where}: no {sorted(unknown)[0]!r} here: expected {wanted}")
    low, high = value["low"], value["high"]
    if not all(isinstance(v, int | float) and not isinstance(v, bool) and math.isfinite(v) for v in (low, high)):
        raise DataError(f"{where}: low and high must be numbers")
    if low >= high or (value.get("log") and low <= 0):
        raise DataError(f"{where}: low must be less than high, and above 0 for a logarithm")
    if value.get("relative") and name != "learning_rate":
        raise DataError(f"{where}: only a learning rate can be relative")
    whole = isinstance(low, int) and isinstance(high, int) and _is_whole(name)
    return Number(low, high, bool(value.get("log")), bool(value.get("whole", whole)), bool(value.get("relative")))


def _is_whole(name: str) -> bool:
    return isinstance(getattr(Settings(), name, None), int)


def applied(base: Settings, space: Space, chosen: Mapping[str, Value]) -> Settings:
    """The settings with the chosen values in them, rounded to four digits.

    Raises `DataError` for values that settings may not have.
    """
    chosen = {name: float(f"{v:.4g}") if isinstance(v, float) else v for name, v in chosen.items()}
    changes = {name: value for name, value in chosen.items() if not name.startswith("augment.")}
    rate = space.get("learning_rate")
    if isinstance(rate, Number) and rate.relative and "learning_rate" in changes:
        usual = USUAL_RATE[str(changes.get("optimiser", base.optimiser))]
        changes["learning_rate"] = float(f"{float(changes['learning_rate']) * usual:.4g}")
    own = {name.partition(".")[2]: value for name, value in chosen.items() if name.startswith("augment.")}
    if own:
        strength = float(own.pop("strength", 1.0))
        augment = replace(Augment.parse(changes.get("augment", base.augment)), **own)  # type: ignore[arg-type]
        changes["augment"] = _table(scaled(augment, strength))  # type: ignore[assignment]
    free = {"threads": base.threads, "save_minutes": base.save_minutes}
    return read_settings(None, **{**base.config(), **free, **changes})


def scaled(augment: Augment, strength: float) -> Augment:
    """All of it `strength` times as strong; probabilities and the rest stay within their limits."""
    new: dict[str, Any] = {
        name: min(getattr(augment, name) * strength, LIMITS[name][1]) for name in _SCALED
    }  # fmt: skip
    new["low_resolution"] = min(new["low_resolution"], 1 - new["blur"])
    least, most = LIMITS["zoom"]
    new["zoom"] = tuple(min(max(end**strength, least), most) for end in augment.zoom)
    return replace(augment, **new)


def _table(augment: Augment) -> dict[str, Any]:
    """As settings keep it, in round numbers."""
    return {
        name: [round(v, 4) for v in value] if isinstance(value, tuple) else round(value, 4)
        for name, value in asdict(augment).items()
    }


def starting_point(base: Settings, space: Space) -> dict[str, Value]:
    """The values of `base` in the space; those outside it are left out."""
    found: dict[str, Value] = {}
    config = base.config()
    for name, dimension in space.items():
        if name == STRENGTH:
            value: Any = 1.0
        elif name.startswith("augment."):
            value = getattr(Augment.parse(base.augment), name.partition(".")[2])
        else:
            value = config[name]
        if isinstance(dimension, Number) and dimension.relative:
            value = round(value / USUAL_RATE[base.optimiser], 6)
        if dimension.holds(value):
            found[name] = value
    return found


def check_space(base: Settings, space: Space, where: str = "") -> None:
    """Raise `DataError` for ends of ranges and choices that settings may not have, before hours are spent on them."""
    for name, dimension in space.items():
        ends = dimension.values if isinstance(dimension, Choice) else (dimension.low, dimension.high)
        for value in ends:
            try:
                settings = applied(base, space, {name: value})
                Augment.parse(settings.augment)
            except (DataError, TypeError) as error:
                raise DataError(f"{where}{name}: {error}") from None
