"""The bot on XMPP, by slixmpp.

The bot's own archive on the server (XEP-0313) is the stream that it reads: a message that arrives is only a nudge to
look there. The archive also holds what the bot sent, so that after a restart it knows which answers arrived.
"""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import aiohttp
from slixmpp import JID, ClientXMPP, Message
from slixmpp.exceptions import IqError, XMPPError

from mien.bots.addresses import is_loopback
from mien.bots.calling import keep_connected
from mien.bots.conversation import Conversation
from mien.bots.delivery import Delivery, Line
from mien.bots.downloads import fetch, trust
from mien.bots.errors import BotError, Refused, Unreachable
from mien.bots.limits import Limits
from mien.bots.messages import Document, Incoming, Part, Picture, Sticker, Text
from mien.bots.store import Store

log = logging.getLogger("mien.bots")

#: Where the archive was read up to, in the store.
PLACE = "xmpp archive"
PLUGINS = ("xep_0030", "xep_0066", "xep_0199", "xep_0313", "xep_0363")
#: Seconds that the server has to answer, and between signs of life.
PATIENCE, KEEPALIVE = 30, 120
#: Keys of sent parts that are remembered.
MOST_KEYS = 10_000


class XmppBot:
    """Answers everybody who writes to it; it joins no rooms.

    address: host and port to connect to; by default what the domain's DNS says. authorities: a PEM file of certificates
    to trust instead of the system's.
    """

    def __init__(
        self,
        jid: str,
        password: str,
        store: Store,
        limits: Limits | None = None,
        *,
        address: tuple[str, int] | None = None,
        authorities: Path | None = None,
    ) -> None:
        self._jid, self._password, self._store = jid, password, store
        self._address, self._authorities = address, authorities
        self._limits = limits or Limits()
        self._delivery = Delivery(Conversation(store, self._limits, platform="signal"), store, self._send)
        self._line = Line(lambda place: store.set_place(PLACE, place))
        self._seen = store.place(PLACE)  #: the last message of the archive that was read; "" for one that was empty
        self._arrived: dict[str, None] = {}  #: keys of our own messages in the archive
        self._online: ClientXMPP | None = None
        self._service: JID | None = None
        self._media = ""  #: the origin of the server's uploads, from where pictures are fetched

    async def run(self, ready: asyncio.Event | None = None) -> None:
        """Answer until cancelled. ready: set once messages are taken. Raises `BotError` where the server refuses."""
        try:
            await keep_connected(lambda: self._session(ready))
        finally:
            await self._line.stop()

    async def _session(self, ready: asyncio.Event | None) -> bool:
        """One connection, for as long as it lasts; False where it did not come about."""
        client = ClientXMPP(self._jid, self._password)
        client.ca_certs = self._authorities
        for plugin in PLUGINS:
            client.register_plugin(plugin, {"keepalive": True, "interval": KEEPALIVE} if plugin == "xep_0199" else {})
        ended: asyncio.Future[str] = asyncio.get_running_loop().create_future()

        def end(why: str) -> None:
            if not ended.done():
                ended.set_result(why)

        begun: list[asyncio.Task[None]] = []

        async def begin(_: Any) -> None:
            begun.append(asyncio.create_task(self._begin(client, ready)))
            begun[-1].add_done_callback(lambda task: _pass_on(task, ended))

        client.add_event_handler("session_start", begin)
        client.add_event_handler("disconnected", lambda _: end("disconnected"))
        client.add_event_handler("reconnect_delay", lambda _: end("tried all ways to connect"))
        client.add_event_handler("failed_all_auth", lambda _: end("refused"))
        try:
            client.connect(*(self._address or (None, None)))
            if await ended == "refused":
                raise BotError(f"the server refuses {self._jid} with this password; check both")
            return bool(begun)
        except asyncio.CancelledError:
            await self._line.stop()  # while what is on its way can still arrive
            raise
        finally:
            self._online = None
            for task in begun:
                task.cancel()
            client.cancel_connection_attempt()
            client.abort()
            if (sending := client._run_out_filters) is not None:  # slixmpp leaves this task to the garbage collector
                sending.cancel()
                await asyncio.gather(sending, return_exceptions=True)
                client._run_out_filters = None

    async def _begin(self, client: ClientXMPP, ready: asyncio.Event | None) -> None:
        """Find out what the server has, read what came in meanwhile, then listen."""
        self._service, self._media = await _find_uploads(client)
        nudges = asyncio.Event()
        client.add_event_handler("message", lambda _: nudges.set())
        client.send_presence()
        while True:
            nudges.clear()
            await self._catch_up(client)
            self._online = client
            if ready is not None:
                ready.set()
            await nudges.wait()

    # Coming in

    async def _catch_up(self, client: ClientXMPP) -> None:
        """Read the archive from where it was left."""
        archive: Any = client.plugin["xep_0313"]
        if self._seen is None:  # what was said before the bot's first start is not for it
            self._seen = ""
            async for result in archive.iterate(reverse=True, rsm={"max": 1}, total=1):
                self._seen = str(result["mam_result"]["id"])
            self._store.set_place(PLACE, self._seen)
        try:
            await self._read_on(archive)
        except IqError as error:
            if error.condition != "item-not-found":
                raise
            log.warning("the archive does not reach back to the last message read; going on with new ones")
            self._seen = None
            await self._catch_up(client)

    async def _read_on(self, archive: Any) -> None:
        async for result in archive.iterate(rsm={"max": 50} | ({"after": self._seen} if self._seen else {})):
            self._seen = str(result["mam_result"]["id"])
            message = result["mam_result"]["forwarded"]["stanza"]
            incoming = self._incoming(message, self._seen)
            self._line.add(self._seen, [self._delivery.take(incoming)] if incoming else [])

    def _incoming(self, message: Message, place: str) -> Incoming | None:
        """A message for the conversation; None for what is none. Notes our own as arrived."""
        if message["from"].bare == self._jid:
            self._arrived[message["id"]] = None
            if len(self._arrived) > MOST_KEYS:
                del self._arrived[next(iter(self._arrived))]
            return None
        body, url = str(message["body"] or ""), str(message["oob"]["url"] or "")
        if message["type"] not in ("chat", "normal") or not (body or url):
            return None
        picture = None
        if url:
            picture = Picture(lambda most: self._fetch(url, most))
            body = body.replace(url, "").strip()
        user = message["from"].bare
        return Incoming(f"xmpp {self._jid} {place}", user, user, body, picture)

    async def _fetch(self, url: str, most: int) -> bytes:
        """A picture that was uploaded to the bot's own server: nobody can send the bot anywhere else."""
        if not self._media or not url.startswith(self._media + "/"):
            raise Refused("not on our server")
        async with aiohttp.ClientSession() as session:
            return await fetch(session, url, most, authorities=self._authorities)

    # Going out

    async def _send(self, message: Incoming, part: Part, key: str) -> None:
        client = self._online
        if client is None:
            raise Unreachable("not connected")
        if key in self._arrived:
            return
        try:
            body = part.body if isinstance(part, Text) else await self._upload(client, part)
            if client is not self._online:
                raise Unreachable("not connected any more")
            stanza = client.make_message(message.room, body, mtype="chat")
            stanza["id"] = key
            if not isinstance(part, Text):
                stanza["oob"]["url"] = body
            stanza.send()
            # The server takes stanzas in order: its answer to this one says that it has the message.
            await client.plugin["xep_0199"].send_ping(JID(client.boundjid.domain), timeout=PATIENCE)
        except (XMPPError, aiohttp.ClientError, TimeoutError, OSError) as error:
            raise Unreachable(f"the server does not answer ({type(error).__name__})") from None

    async def _upload(self, client: ClientXMPP, part: Sticker | Document) -> str:
        """The address of what was uploaded."""
        name = part.name if isinstance(part, Document) else "sticker.webp"
        slot = await _slot(client, self._service, name, len(part.data), part.mime)
        headers = {header["name"]: header["value"] for header in slot["put"]["headers"]} | {"Content-Type": part.mime}
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(2 * PATIENCE)) as session:
            trusted = trust(self._authorities)
            async with session.put(slot["put"]["url"], data=part.data, headers=headers, ssl=trusted) as response:
                if response.status in (400, 403, 413):
                    raise Refused(f"the server takes no upload ({response.status})")
                if response.status not in (200, 201):
                    raise Unreachable(f"the server takes no upload ({response.status})")
        return str(slot["get"]["url"])


async def _find_uploads(client: ClientXMPP) -> tuple[JID, str]:
    """The server's upload service, and where it keeps what it gets, such as "https://upload.example.org".

    Raises `BotError` where there is none, or no archive.
    """
    me = await client.plugin["xep_0030"].get_info(JID(client.boundjid.bare), timeout=PATIENCE)
    if "urn:xmpp:mam:2" not in me["disco_info"]["features"]:
        raise BotError(f"{client.boundjid.domain} keeps no archive (XEP-0313); use a server that does")
    service = await client.plugin["xep_0363"].find_upload_service(timeout=PATIENCE)
    if service is None:
        raise BotError(f"{client.boundjid.domain} takes no uploads (XEP-0363); use a server that does")
    slot = await _slot(client, service["from"], "sticker.webp", 1, "image/webp")
    for url in (slot["put"]["url"], slot["get"]["url"]):
        parts = urlsplit(url)
        if parts.scheme != "https" and not is_loopback(parts.hostname or ""):
            raise BotError(f"{client.boundjid.domain} takes uploads unencrypted; use a server with https")
    return service["from"], f"{parts.scheme}://{parts.netloc}"


async def _slot(client: ClientXMPP, service: JID | None, name: str, size: int, mime: str) -> Any:
    """Leave to upload one file. Raises `Refused` where it is too large or the day's share is used up."""
    uploads: Any = client.plugin["xep_0363"]
    try:
        return (await uploads.request_slot(service, name, size, mime, timeout=PATIENCE))["http_upload_slot"]
    except IqError as error:
        raise Refused(f"the server takes no upload ({error.condition})") from None


def _pass_on(task: asyncio.Task[None], ended: asyncio.Future[str]) -> None:
    """What ends the reading ends the session: a refusal for good, a fault of the line until the next try."""
    if task.cancelled() or ended.done():
        return
    error = task.exception()
    if isinstance(error, BotError):
        ended.set_exception(error)
    else:
        log.warning("the server does not do its part: %s", getattr(error, "condition", None) or type(error).__name__)
        ended.set_result("failed")
