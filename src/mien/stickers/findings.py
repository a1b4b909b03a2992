"""What a check finds."""

from __future__ import annotations

from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule that a pack breaks."""

    rule: str  #: its name, such as "bytes" or "dimensions"; docs/stickers.md lists them
    file: str  #: path in the pack; "." for the pack as a whole
    message: str  #: what is wrong, and what is demanded

    def __str__(self) -> str:
        return f"{self.file}: {self.message}" if self.file != "." else self.message

    def to_dict(self) -> dict[str, str]:
        return asdict(self)
