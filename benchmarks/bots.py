"""How long a bot takes to answer a photo, on loopback.

    python benchmarks/bots.py [--messengers matrix telegram ...] [--photos 20] [--pause 0] [--json]

The bot is a process of its own, as in the tests, and so is its server: Synapse (MIEN_SYNAPSE_PYTHON names a Python that
has it), Prosody, and for Telegram, Discord and Slack the small ones of the tests. Of each photo: seconds from sending
it (Matrix and XMPP: once it is uploaded) until the expression's emoji is there, and until the sticker is; and processor
seconds of the bot, which say more on a busy machine.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from bot_process import BotProcess
from mien.doctor import sample_photo

#: Sends a photo; gives what waits until so many parts of the answer are there. And the bot.
Ask = tuple[Callable[[], Callable[[int], None]], BotProcess]
#: Parts of an answer to a photo, and photos a minute that the bot takes of one person, less some room.
PARTS, A_MINUTE = 3, 18


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--messengers", nargs="+", choices=MESSENGERS, default=[*MESSENGERS])
    parser.add_argument("--photos", type=int, default=20)
    parser.add_argument("--pause", type=float, default=60 / A_MINUTE, help="seconds between photos")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    arguments = parser.parse_args()
    rows = {}
    for messenger in arguments.messengers:
        with tempfile.TemporaryDirectory() as folder, MESSENGERS[messenger](Path(folder)) as ask:
            rows[messenger] = measure(ask, arguments.photos, arguments.pause)
        if not arguments.json:
            tell(messenger, rows[messenger])
    processors, load = os.cpu_count(), os.getloadavg()[0]
    if arguments.json:
        print(json.dumps({"processors": processors, "load": load, "seconds": rows}))
    else:
        print(f"{processors} processors, load {load:.1f}")
    return 0


def measure(talk: Ask, photos: int, pause: float) -> dict[str, Any]:
    ask, bot = talk
    emoji, sticker, busy = [], [], processor_seconds(bot)
    for _ in range(photos):
        start = time.perf_counter()
        wait = ask()
        wait(1)
        emoji.append(time.perf_counter() - start)
        wait(2)
        sticker.append(time.perf_counter() - start)
        wait(PARTS)
        time.sleep(max(0.0, pause - (time.perf_counter() - start)))
    busy = processor_seconds(bot) - busy
    return {"emoji": spread(emoji), "sticker": spread(sticker), "bot": round(busy / photos, 3)}


def processor_seconds(bot: BotProcess) -> float:
    """Of a bot's threads so far (Linux; elsewhere 0)."""
    stat = Path(f"/proc/{bot.process_id}/stat")
    if not stat.exists():
        return 0.0
    fields = stat.read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def spread(seconds: list[float]) -> dict[str, float]:
    cuts = statistics.quantiles(seconds, n=20, method="inclusive")
    return {"p50": round(cuts[9], 3), "p95": round(cuts[18], 3)}


def tell(messenger: str, row: dict[str, Any]) -> None:
    parts = [f"{part} p50 {row[part]['p50']:.2f} s, p95 {row[part]['p95']:.2f} s" for part in ("emoji", "sticker")]
    print(f"{messenger:9} {';  '.join(parts)};  bot {row['bot']:.2f} processor s", flush=True)


@contextmanager
def running(process: BotProcess) -> Iterator[BotProcess]:
    process.start()
    try:
        yield process
    finally:
        process.stop()


@contextmanager
def matrix(folder: Path) -> Iterator[Ask]:
    from synapse_server import Synapse, synapse_python

    python = synapse_python()
    if python is None:
        sys.exit("set MIEN_SYNAPSE_PYTHON to a Python that has matrix-synapse")
    with ExitStack() as stack:
        server = Synapse(python, folder / "synapse")
        server.start()
        stack.callback(server.stop)
        ada, me = server.person("ada"), server.person("mien")
        bot = BotProcess("matrix", me.user, me.token, folder, "--homeserver", server.url)
        stack.enter_context(running(bot))
        room = ada.room(me.user)
        ada.say(room, "/help")
        ada.wait_for(room, me.user, 1)
        seen = Seen()
        threading.Thread(target=listen, args=(ada, room, me.user, seen), daemon=True).start()
        seen.listening.wait()
        photo = ada.call("POST", "/_matrix/media/v3/upload?filename=photo.jpg", sample_photo(), "image/jpeg")

        def ask() -> Callable[[int], None]:
            known = seen.count
            ada.send(room, {"msgtype": "m.image", "body": "photo.jpg", "url": photo["content_uri"]})
            return lambda parts: seen.wait_for(known + parts)

        yield ask, bot


class Seen:
    """How many messages of the bot somebody saw."""

    def __init__(self) -> None:
        self.count, self.listening, self._news = 0, threading.Event(), threading.Condition()

    def more(self, messages: int) -> None:
        with self._news:
            self.count += messages
            self._news.notify_all()

    def wait_for(self, count: int) -> None:
        with self._news:
            assert self._news.wait_for(lambda: self.count >= count, 60), "no answer"


def listen(person: Any, room: str, sender: str, seen: Seen) -> None:
    """Somebody's client: a sync that is held open until something is new."""
    place = person.call("GET", "/_matrix/client/v3/sync")["next_batch"]
    seen.listening.set()
    while True:
        try:
            news = person.call("GET", f"/_matrix/client/v3/sync?timeout=10000&since={quote(place)}")
        except OSError:  # the server has gone: the measuring is over
            return
        place = news["next_batch"]
        events = news.get("rooms", {}).get("join", {}).get(room, {}).get("timeline", {}).get("events", [])
        seen.more(sum(e["sender"] == sender and e["type"] in ("m.room.message", "m.sticker") for e in events))


@contextmanager
def xmpp(folder: Path) -> Iterator[Ask]:
    from prosody_server import Prosody, XmppPerson

    with ExitStack() as stack:
        server = Prosody("prosody", folder / "prosody")
        server.start()
        stack.callback(server.stop)
        me, reach = server.account("mien", "password"), ("--connect", f"127.0.0.1:{server.port}")
        more = (me, *reach, "--ca", str(server.certificate))
        bot = BotProcess("xmpp", me, "password", folder, *more)
        stack.enter_context(running(bot))
        ada = XmppPerson(server, server.account("ada"))
        stack.callback(ada.close)
        ada.show(me, sample_photo())
        ada.wait_for(PARTS)

        def ask() -> Callable[[int], None]:
            known = len(ada.received)
            ada.say(me, ada.shown, ada.shown)
            return lambda parts: wait(ada, known + parts)

        yield ask, bot


def wait(who: Any, count: int) -> None:
    who.wait_for(count)


def small(messenger: str, user: str) -> Callable[[Path], Any]:
    """One of the small servers of the tests."""

    @contextmanager
    def serve(folder: Path) -> Iterator[Ask]:
        if messenger == "telegram":
            from telegram_server import TOKEN as secret
            from telegram_server import Telegram as Server
        elif messenger == "discord":
            from discord_server import Discord as Server
            from discord_shapes import TOKEN as secret
        else:
            from slack_server import APP_TOKEN, BOT_TOKEN
            from slack_server import Slack as Server

            secret = f"{BOT_TOKEN}\n{APP_TOKEN}"
        with ExitStack() as stack:
            server = Server()
            server.start()
            stack.callback(server.stop)
            bot = BotProcess(messenger, user, secret, folder, "--api", server.url)
            stack.enter_context(running(bot))

            def ask() -> Callable[[int], None]:
                known = len(server.sent)
                server.message(photo=sample_photo()) if messenger != "telegram" else server.photo(sample_photo())
                return lambda parts: wait(server, known + parts)

            yield ask, bot

    return serve


MESSENGERS: dict[str, Callable[[Path], Any]] = {
    "matrix": matrix,
    "xmpp": xmpp,
    "telegram": small("telegram", "mien_test_bot"),
    "discord": small("discord", "mien"),
    "slack": small("slack", "mien"),
}

if __name__ == "__main__":
    raise SystemExit(main())
