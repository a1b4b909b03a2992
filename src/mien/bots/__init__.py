"""Bots for messengers: a photo comes in, its expression's emoji and the person's own emoji as a sticker go out.

`Conversation` knows no network and no messenger; `matrix`, `xmpp`, `telegram`, `discord` and `slack` carry messages to
it and back.
"""

from mien.bots.conversation import Conversation
from mien.bots.errors import BotError
from mien.bots.limits import Limits
from mien.bots.messages import Document, Incoming, Part, Picture, Sticker, Text
from mien.bots.store import Store

__all__ = ["BotError", "Conversation", "Document", "Incoming", "Limits", "Part", "Picture", "Sticker", "Store", "Text"]
