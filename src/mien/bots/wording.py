"""What the bot says."""

from __future__ import annotations

from mien.bots.limits import Limits

HELP = """\
Send me a photo of a face: you get the emoji of its expression, and your own emoji as a sticker.
/expression happy – your emoji with another expression; an emoji works too
/set hair afro – change your emoji (hair, glasses, skin, headwear, ...)
/pack – a whole sticker pack as a zip; /pack whatsapp for another messenger
/agree – let me keep the emoji of your last photo
/forget – delete everything about you
/privacy – what I do with photos
! works in place of /. In a group I answer only when you call me by name."""

PRIVACY = """\
Photos are read in memory on the machine this bot runs on, and dropped at once; they go nowhere else and are not kept.
Your emoji, a description such as "hair: curly, glasses: round", is forgotten after {minutes} minutes unless you \
send /agree; then it is kept with your name here until you send /forget.
I note which messages I answered, as hashes that tell nothing about you, so that no answer comes twice.
The messenger's own server keeps what you send there by its own rules."""

NO_FACE = "I find no face in this picture. Send one that shows a face from the front."
NO_SPEC = "I do not know your emoji yet: send me a photo of you first."
ASK = "Is this you? /agree lets me keep your emoji for /expression, /set and /pack; /privacy tells more."
AGREED = "I keep your emoji from now on. /forget deletes it."
FORGOTTEN = "Everything about you is deleted."
NOTHING = "There is nothing about you here."
UNKNOWN = "I read photos of faces: send me one. /help lists what else I can do."
SLOW_DOWN = "That is a lot at once: please try again in {wait} s."
PACKS = "You have had several packs of late: please try again in {wait} minutes."
SEVERAL = "The sticker is of the largest face. For /pack and the rest, send a photo of you alone."
BROKEN = "Sorry, something went wrong here. Please try again later."
TOO_LARGE = "This picture is too large: I take up to {megabytes:g} MB."
ENCRYPTED = "I cannot read encrypted rooms here. Please invite me to a room without encryption."
NO_KEY = "I cannot read this message: its key did not reach me. Please send it again."
NO_FETCH = "I cannot get this picture from the server. Please send it again."


def privacy(limits: Limits) -> str:
    return PRIVACY.format(minutes=limits.minutes)


def too_large(limits: Limits) -> str:
    return TOO_LARGE.format(megabytes=limits.bytes / 1e6)
