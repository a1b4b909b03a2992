"""`mien bot`: answers in a messenger with expressions, stickers and packs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from collections.abc import Callable

    from mien.bots.running import Bot
    from mien.bots.store import Store

bot_app = typer.Typer(
    help="Run a bot in a messenger: a photo in, the expression's emoji and your own emoji as a sticker out.",
    no_args_is_help=True,
)

TokenFile = Annotated[
    Path | None, typer.Option("--token-file", metavar="FILE", help="Holds the token; only you may read it (chmod 600).")
]
StoreFile = Annotated[
    Path | None, typer.Option("--store", metavar="FILE", help="What the bot keeps; by default in your data folder.")
]


def _serve(platform: str, store: Path | None, secrets: list[str], make: Callable[[Store], Bot]) -> None:
    from mien.bots.running import default_store, log_to_stderr, run
    from mien.bots.store import Store

    log_to_stderr(secrets)
    with Store(store or default_store(platform)) as kept:
        run(lambda: make(kept), lambda: print(f"{platform}: answering", flush=True))


@bot_app.command("matrix", epilog="Example:  MIEN_MATRIX_TOKEN=... mien bot matrix --homeserver https://example.org")
def matrix(
    homeserver: Annotated[str, typer.Option(metavar="URL", help="The bot's own server.")],
    token_file: TokenFile = None,
    store: StoreFile = None,
) -> None:
    """Answer on Matrix, in every room the bot is invited to. The token: MIEN_MATRIX_TOKEN, or --token-file."""
    from mien.bots.addresses import checked_url
    from mien.bots.tokens import read_token

    token = read_token("MIEN_MATRIX_TOKEN", token_file)
    url = checked_url("--homeserver", homeserver)
    from mien.bots.matrix import MatrixBot

    _serve("matrix", store, [token], lambda kept: MatrixBot(url, token, kept))


@bot_app.command("xmpp", epilog="Example:  MIEN_XMPP_PASSWORD=... mien bot xmpp mien@example.org")
def xmpp(
    jid: Annotated[str, typer.Argument(metavar="JID", help="The bot's own account.")],
    token_file: TokenFile = None,
    store: StoreFile = None,
    connect: Annotated[
        str | None, typer.Option(metavar="HOST:PORT", help="Where to connect; by default what DNS says of the domain.")
    ] = None,
    authorities: Annotated[
        Path | None, typer.Option("--ca", metavar="FILE", help="Trust these certificates (PEM), not the system's.")
    ] = None,
) -> None:
    """Answer on XMPP whoever writes to the bot. The password: MIEN_XMPP_PASSWORD, or --token-file."""
    from mien.bots.addresses import checked_file, checked_jid, host_and_port
    from mien.bots.tokens import read_token

    password = read_token("MIEN_XMPP_PASSWORD", token_file)
    account = checked_jid(jid)
    address = host_and_port("--connect", connect) if connect else None
    trusted = checked_file("--ca", authorities) if authorities else None
    from mien.bots.xmpp import XmppBot

    _serve(
        "xmpp", store, [password],
        lambda kept: XmppBot(account, password, kept, address=address, authorities=trusted),
    )  # fmt: skip


@bot_app.command("telegram", epilog="Example:  MIEN_TELEGRAM_TOKEN=... mien bot telegram")
def telegram(
    token_file: TokenFile = None,
    store: StoreFile = None,
    api: Annotated[str, typer.Option(metavar="URL", help="A Bot API server of your own.")] = "https://api.telegram.org",
) -> None:
    """Answer on Telegram. The token that @BotFather gave you: MIEN_TELEGRAM_TOKEN, or --token-file."""
    from mien.bots.addresses import checked_url
    from mien.bots.tokens import read_token

    token = read_token("MIEN_TELEGRAM_TOKEN", token_file)
    url = checked_url("--api", api)
    from mien.bots.telegram import TelegramBot

    _serve("telegram", store, [token], lambda kept: TelegramBot(token, kept, api=url))


@bot_app.command("discord", epilog="Example:  MIEN_DISCORD_TOKEN=... mien bot discord")
def discord(
    token_file: TokenFile = None,
    store: StoreFile = None,
    api: Annotated[str, typer.Option(metavar="URL", help="Where Discord's API is.")] = "https://discord.com",
) -> None:
    """Answer on Discord, directly and in servers. The token: MIEN_DISCORD_TOKEN, or --token-file."""
    from mien.bots.addresses import checked_url
    from mien.bots.tokens import read_token

    token = read_token("MIEN_DISCORD_TOKEN", token_file)
    url = checked_url("--api", api)
    from mien.bots.discord import DiscordBot

    _serve("discord", store, [token], lambda kept: DiscordBot(token, kept, api=url))


@bot_app.command("slack", epilog="Example:  MIEN_SLACK_BOT_TOKEN=... MIEN_SLACK_APP_TOKEN=... mien bot slack")
def slack(
    token_file: Annotated[
        Path | None,
        typer.Option(
            "--token-file",
            metavar="FILE",
            help="Holds both tokens, a line each; only you may read it (chmod 600).",
        ),
    ] = None,
    store: StoreFile = None,
    api: Annotated[str, typer.Option(metavar="URL", help="Where Slack's API is.")] = "https://slack.com",
) -> None:
    """Answer on Slack. The tokens (xoxb-..., xapp-...): MIEN_SLACK_BOT_TOKEN and MIEN_SLACK_APP_TOKEN, or
    --token-file."""
    from mien.bots.addresses import checked_url
    from mien.bots.tokens import read_tokens

    variables = {"xoxb-": "MIEN_SLACK_BOT_TOKEN", "xapp-": "MIEN_SLACK_APP_TOKEN"}
    bot_token, app_token = read_tokens(variables, token_file)
    url = checked_url("--api", api)
    from mien.bots.slack import SlackBot

    _serve("slack", store, [bot_token, app_token], lambda kept: SlackBot(bot_token, app_token, kept, api=url))
