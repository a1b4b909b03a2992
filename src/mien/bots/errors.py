"""What can go wrong with a bot."""

from mien.errors import MienError


class BotError(MienError):
    """A bot that cannot start or go on: no token, a file others can read, a store in use, a server that refuses it."""


class TooLarge(MienError):
    """A picture with more bytes than a bot takes."""


class Unreachable(Exception):
    """The server did not answer, or asks to come back later: worth another try."""

    def __init__(self, what: str, wait: float | None = None) -> None:
        super().__init__(what)
        self.wait = wait  #: seconds that the server asks for


class Refused(Exception):
    """The server will not take this message, however often it is sent."""

    def __init__(self, what: str, code: int | str | None = None) -> None:
        super().__init__(what)
        self.code = code  #: the messenger's own, where it has one
