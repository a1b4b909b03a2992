"""`/api/me` and `/api/users`: who asks, and for admins who may."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field

from mien.studio import answers
from mien.studio.house import House
from mien.studio.problems import Problem
from mien.studio.schemas import Asked
from mien.studio.users import NAME, Manager, Me, Role, add_user, list_users, new_token, remove_user

_ME: dict[str, Any] = {"name": "anna", "role": "member"}
_USERS = {"users": [{**_ME, "made": 1767225600.0}]}
_TOKEN = {**_ME, "token": "4Wn..."}

Name = Annotated[str, Path(min_length=1, max_length=64)]


class MeOut(BaseModel):
    name: str | None = Field(description="null in a studio without users")
    role: Literal["owner", "admin", "member", "viewer"] = Field(description="owner in a studio without users")


class UserOut(BaseModel):
    name: str
    role: Role
    made: float = Field(description="seconds since 1970")


class UsersOut(BaseModel):
    users: list[UserOut]


class TokenOut(BaseModel):
    name: str
    role: Role
    token: str = Field(description="told this once")


class UserAsked(Asked):
    """A new user."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [_ME]})
    name: str = Field(pattern=f"^{NAME.pattern}$", description="letters, digits and . _ @ + -")
    role: Role


def router(house: House) -> APIRouter:
    routes = APIRouter(prefix="/api", tags=["users"])

    @routes.get("/me", response_model=MeOut, responses=answers.told(answers.shown("You", _ME)))
    async def me(me: Me) -> Response:
        """Who asks, and what their role is."""
        return answers.json_response({"name": me.name, "role": me.role} if me.id else {"name": None, "role": "owner"})

    @routes.get("/users", response_model=UsersOut, responses=answers.told(answers.shown("By name", _USERS), "role"))
    async def users(_: Manager) -> Response:
        """Everybody; for admins."""
        return answers.json_response({"users": await house.ask(list_users, house.engine)})

    @routes.post(
        "/users", status_code=201, response_model=TokenOut,
        responses=answers.told(answers.shown("Their token, told this once", _TOKEN), "invalid", "conflict", "role",
                               status=201),
    )  # fmt: skip
    async def add(asked: UserAsked, me: Manager) -> Response:
        """Add a user; for admins. The first is added on the command line: `mien studio users add`."""
        if not me.id:
            raise Problem("conflict", "this studio has no users yet; add the first with `mien studio users add`")
        token = await house.ask(add_user, house.engine, asked.name, asked.role, me)
        await house.directory.look(house.ask)
        return answers.json_response({"name": asked.name, "role": asked.role, "token": token}, 201)

    @routes.post(
        "/users/{name}/token", response_model=TokenOut,
        responses=answers.told(answers.shown("Their token, told this once", _TOKEN), "not-found", "role"),
    )  # fmt: skip
    async def renew(name: Name, me: Manager) -> Response:
        """Another token for a user, such as one who lost theirs; those before end. For admins."""
        row = await _known(name)
        token = await house.ask(new_token, house.engine, name, me)
        await house.directory.look(house.ask)
        return answers.json_response({"name": name, "role": row["role"], "token": token})

    @routes.delete("/users/{name}", status_code=204, responses=answers.told(None, "not-found", "conflict", "role"))
    async def remove(name: Name, me: Manager) -> Response:
        """Remove a user and everything of theirs; for admins."""
        if me.id and name == me.name:
            raise Problem("conflict", "this is you; another admin, or the command line, can remove you")
        await _known(name)
        await house.ask(remove_user, house.engine, house.settings.folder, name, me)
        await house.directory.look(house.ask)
        return Response(status_code=204)

    async def _known(name: str) -> dict[str, Any]:
        found = next((row for row in await house.ask(list_users, house.engine) if row["name"] == name), None)
        if found is None:
            raise Problem("not-found", "no user of this name")
        return found

    return routes
