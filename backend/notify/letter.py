"""What is handed to a provider, and how providers are talked to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Letter:
    """A message ready to go. `key` is the same at each attempt; `text` is the whole of a text message or the body of another.

    `to` is a telephone number as +441632960100, an e-mail address, or the endpoint of a device, with `keys` of its own.
    """

    key: str
    to: str
    title: str
    text: str
    language: str
    first_tried_at: datetime
    expires_at: datetime
    urgent: bool = False
    keys: Mapping[str, str] | None = None

    def __repr__(self) -> str:
        return f"Letter({self.key})"  # no name, number or text gets into a log by accident


class Refused(Exception):
    """The provider will never take this letter. The reason is a code, and names nobody."""


class Gone(Refused):
    """There is nobody at this address any more."""


class Unavailable(Exception):
    """The provider can't take it now: it is down, busy, or won't have us. `retry_after_s`: not before."""

    def __init__(self, reason: str, retry_after_s: float = 0) -> None:
        self.retry_after_s = retry_after_s
        super().__init__(reason)


class Port(Protocol):
    """A way to hand over letters, of one provider."""

    @property
    def name(self) -> str: ...

    def send(self, letter: Letter) -> str:
        """The provider's name for what it has taken. Raises Refused, Gone, Unavailable."""
        ...

    def find(self, letter: Letter) -> str | None:
        """The same for a letter that may have been taken at an earlier attempt of which the outcome is not known.

        None where it wasn't, and where the provider can't tell. Raises Unavailable.
        """
        ...
