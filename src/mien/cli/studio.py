"""`mien studio`: everything in the browser, and the API for other programs; `mien studio users`: who may come in."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mien.cli.options import Model

if TYPE_CHECKING:
    from sqlalchemy import Engine

studio_app = typer.Typer(
    invoke_without_command=True, epilog="Example:  mien studio --port 8765 --no-open", no_args_is_help=False
)
users_app = typer.Typer(
    help="Who may come in, each with a token of their own, and sees their own things alone.", no_args_is_help=True,
    epilog="Example:  mien studio users add anna --role admin",
)  # fmt: skip
studio_app.add_typer(users_app, name="users")

Database = Annotated[
    str | None,
    typer.Option(
        "--database-url", metavar="URL", envvar="MIEN_DATABASE_URL", show_envvar=False,
        help="postgresql://USER@HOST/NAME; by default a SQLite file in the studio's folder. Give it in "
        "$MIEN_DATABASE_URL where it holds a password.",
    ),
]  # fmt: skip


@studio_app.callback()
def studio(
    context: typer.Context,
    port: Annotated[int, typer.Option(min=0, max=65535, help="Where it listens; 0: 8765, or a free one.")] = 0,
    host: Annotated[
        str, typer.Option(metavar="ADDRESS", help="Listen for other machines too, such as 0.0.0.0; demands a token.")
    ] = "127.0.0.1",
    token_file: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Let in only who has the token in this file (openssl rand -hex 16)."),
    ] = None,
    open_browser: Annotated[bool, typer.Option("--open/--no-open", help="Open the page in the browser.")] = True,
    model: Model = None,
    workers: Annotated[
        int | None, typer.Option(metavar="N", help="Serve with so many processes; SIGHUP exchanges them one by one.")
    ] = None,
    database_url: Database = None,
    behind_proxy: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="Browsers reach it by this name through a proxy with TLS; demands a token."),
    ] = None,
    proxy: Annotated[
        list[str] | None,
        typer.Option(metavar="ADDRESS", help="Where that proxy is, as 10.0.0.0/8; by default on this machine."),
    ] = None,
    lab_paths: Annotated[
        bool,
        typer.Option("--lab-paths", help="Let the lab read data sets where they lie; with --token-file it always can."),
    ] = False,
) -> None:
    """Open the studio in the browser: photos, a mirror, your own emoji, clips, a journal, the lab.

    Prints its address and runs until Ctrl-C. Only this machine can reach it, unless --host says otherwise.
    Nothing leaves the machine. The address is also that of the API: its guide is docs/api.md.
    """
    if context.invoked_subcommand is not None:
        return
    from mien.studio.serve import serve
    from mien.studio.settings import LOOPBACK, Settings, is_loopback
    from mien.studio.supervisor import serve_many
    from mien.studio.tokens import read_token

    token = None if token_file is None else read_token(token_file)
    open_to_all = token is None and (not is_loopback(host) or behind_proxy or database_url)
    settings = Settings(
        host=host, port=port, token=token, model=model, lab_paths=lab_paths, database=database_url or None,
        users=bool(open_to_all) and _has_users(database_url),
        behind_proxy=tuple(behind_proxy or ()), proxies=tuple(proxy or LOOPBACK),
    )  # fmt: skip

    def say(address: str) -> None:
        print(address, flush=True)
        if not is_loopback(host) and not behind_proxy:
            print("mien: others on the network can reach the studio; traffic is not encrypted", file=sys.stderr)
        page = f"https://{behind_proxy[0]}/" if behind_proxy else address
        if token is not None or settings.users:
            print(f"mien: open {page}?token=TOKEN once in a browser", file=sys.stderr)

    if workers is None:
        serve(settings, open_browser=open_browser, say=say)
    else:
        serve_many(settings, workers, say=say)


def _has_users(url: str | None) -> bool:
    """Whether users alone may come in: with PostgreSQL always, even before there are any."""
    from mien.database import is_postgresql, open_engine
    from mien.studio.settings import data_folder
    from mien.studio.users import has_users

    if url and is_postgresql(open_engine(url)):
        return True
    return (bool(url) or (data_folder() / "studio.sqlite3").exists()) and has_users(_engine(url))


def _engine(url: str | None) -> Engine:
    from mien.database import open_engine, sqlite_url, upgrade
    from mien.studio.private import private_folder
    from mien.studio.settings import data_folder

    engine = open_engine(url or sqlite_url(private_folder(data_folder()) / "studio.sqlite3"))
    upgrade(engine)
    return engine


@users_app.command("add", epilog="Example:  mien studio users add anna --role member")
def add(
    name: Annotated[str, typer.Argument(help="Letters, digits and . _ @ + -")],
    role: Annotated[
        str, typer.Option(help="viewer: looks, keeps nothing; member: keeps things; admin: manages users besides.")
    ],
    database_url: Database = None,
) -> None:
    """Add a user, and print their token: this once, it is kept nowhere."""
    from typing import cast

    from mien.studio.users import Role, add_user

    print(add_user(_engine(database_url), name, cast(Role, role)))


@users_app.command("list", epilog="Example:  mien studio users list --json")
def list_all(
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False, database_url: Database = None
) -> None:
    """Print who there is, and their roles."""
    from mien.studio.users import list_users

    rows = list_users(_engine(database_url))
    if as_json:
        print(json.dumps(rows, ensure_ascii=False))
        return
    for row in rows:
        print(f"{row['name']}\t{row['role']}")


@users_app.command("token", epilog="Example:  mien studio users token anna")
def token(name: Annotated[str, typer.Argument(help="Whose.")], database_url: Database = None) -> None:
    """Print another token for a user; those before end."""
    from mien.studio.users import new_token

    print(new_token(_engine(database_url), name))


@users_app.command("remove", epilog="Example:  mien studio users remove anna")
def remove(name: Annotated[str, typer.Argument(help="Whom.")], database_url: Database = None) -> None:
    """Remove a user with all their things: jobs, picks, journal, data sets, trainings."""
    from mien.studio.settings import data_folder
    from mien.studio.users import remove_user

    remove_user(_engine(database_url), data_folder(), name)
