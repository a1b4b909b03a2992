"""`mien studio`: everything in the browser, and the API for other programs."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer


def studio(
    port: Annotated[int, typer.Option(min=0, max=65535, help="Where it listens; 0: 8765, or a free one.")] = 0,
    host: Annotated[
        str, typer.Option(metavar="ADDRESS", help="Listen for other machines too, such as 0.0.0.0; demands a token.")
    ] = "127.0.0.1",
    token_file: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Let in only who has the token in this file (openssl rand -hex 16)."),
    ] = None,
    open_browser: Annotated[bool, typer.Option("--open/--no-open", help="Open the page in the browser.")] = True,
    model: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Use this expression model (.onnx), not the shipped one.")
    ] = None,
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
    from mien.studio.serve import serve
    from mien.studio.settings import LOOPBACK, Settings, is_loopback
    from mien.studio.tokens import read_token

    token = None if token_file is None else read_token(token_file)
    settings = Settings(
        host=host, port=port, token=token, model=model, lab_paths=lab_paths,
        behind_proxy=tuple(behind_proxy or ()), proxies=tuple(proxy or LOOPBACK),
    )  # fmt: skip

    def say(address: str) -> None:
        print(address, flush=True)
        if not is_loopback(host) and not behind_proxy:
            print(
                "mien: others on the network can reach the studio with its token; traffic is not encrypted",
                file=sys.stderr,
            )
        page = f"https://{behind_proxy[0]}/" if behind_proxy else address
        if token is not None:
            print(f"mien: open {page}?token=TOKEN once in a browser", file=sys.stderr)

    serve(settings, open_browser=open_browser, say=say)
