"""Editing a spec by dotted paths, with errors of one line that say what is allowed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from mien.errors import SpecError

M = TypeVar("M", bound=BaseModel)


def one_line(error: ValidationError, what: str) -> SpecError:
    """The first problem of a validation, as an error a user can act on."""
    problem = error.errors(include_url=False)[0]
    path = ".".join(str(step) for step in problem["loc"])
    if problem["type"] == "extra_forbidden":
        return SpecError(f"{what}: no field is called {path!r}")
    if problem["type"] == "model_type":
        return SpecError(f"{what}: {path or 'it'} must be an object of fields, {{...}}")
    message = problem["msg"].removeprefix("Value error, ")
    return SpecError(f"{what}: {path}: {message}" if path else f"{what}: {message}")


def validated(model: type[M], data: object, what: str) -> M:
    """A model from plain data. Raises SpecError of one line."""
    try:
        return model.model_validate(data)
    except ValidationError as error:
        raise one_line(error, what) from None


def fields_of(model: type[BaseModel], prefix: str = "") -> list[str]:
    """Every dotted path that can be set."""
    paths = []
    for name, field in model.model_fields.items():
        kind = field.annotation
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            paths += fields_of(kind, f"{prefix}{name}.")
        elif name != "version":
            paths.append(prefix + name)
    return paths


def _read(value: object) -> object:
    """What text from a command line means: none, numbers and true/false as such; a list with commas or brackets."""
    if not isinstance(value, str):
        return value
    text = value.strip()
    if text.lower() in ("none", "null", ""):
        return None
    try:
        return json.loads(text)
    except ValueError:
        return text


def _attempts(value: object) -> list[object]:
    """Text can mean itself ("none" is a style) or what it spells (none, 0.5, true, a list)."""
    if not isinstance(value, str):
        return [value]
    listed = [part.strip() for part in value.split(",") if part.strip()]
    return [value, _read(value), listed]


def edited(spec: M, changes: Mapping[str, object]) -> M:
    """A copy of a spec with dotted paths set: {"hair.style": "afro", "shape.jaw": "0.4"}. Text is read as a value."""
    paths = fields_of(type(spec))
    data: dict[str, Any] = spec.model_dump()
    for path, value in changes.items():
        if path not in paths:
            group = path.split(".")[0]
            near = [name for name in paths if name.startswith(group + ".")] or paths
            raise SpecError(f"{path!r} cannot be set; choose from {', '.join(near)}")
        data = _set(type(spec), data, path, value)
    return validated(type(spec), data, "avatar")


def _set(model: type[BaseModel], data: dict[str, Any], path: str, value: object) -> dict[str, Any]:
    *groups, name = path.split(".")
    errors: list[ValidationError] = []
    for attempt in _attempts(value):
        changed = {**data}
        here = changed
        for group in groups:
            here[group] = {**here[group]}
            here = here[group]
        here[name] = attempt
        try:
            model.model_validate(changed)
            return changed
        except ValidationError as error:
            errors.append(error)
    problems = [error.errors(include_url=False)[0] for error in errors]
    # Of several readings of a text, the one that is a value of the right kind says best what is wrong with it.
    problem = next((p for p in problems if not p["type"].endswith(("_type", "_parsing"))), problems[0])
    message = problem["msg"].removeprefix("Value error, ")
    raise SpecError(f"{path}={value}: {message[0].lower() + message[1:]}")
