"""How Drover says no: errors of actions, and the refusals of wishes, which are answers that are kept."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from bookings.models import Language, Passenger, Refusal, Service
from bookings.wish import RideWish, WayBack
from bookings.words import ENGLISH, Sayable, speaking

if TYPE_CHECKING:
    from django.contrib.auth.models import User


class DomainError(Exception):
    """What an action can't do, with a sentence that a person can act on. `kind` is stable, for machines."""

    kind = "error"

    @property
    def said(self) -> Sayable:
        """The sentence, to be said in whichever language."""
        found: Sayable = self.args[0] if self.args else ""
        return found


class DomainNotFound(DomainError):
    """There is no such thing, or not for this person (HTTP 404)."""


class Gone(DomainError):
    """It was there and has run out (HTTP 410)."""


class Conflict(DomainError):
    """It does not go with the state that things are in (HTTP 409)."""


class NotAllowed(DomainError):
    """This person may not (HTTP 403)."""


class Unfit(DomainError):
    """What was sent makes no sense here (HTTP 422)."""


@dataclass(frozen=True, slots=True)
class Alternative:
    """Something that would be possible: `kind` for machines, `text` for people, and a time or a place where it has one."""

    kind: str
    text: Sayable
    leave_at: datetime | None = None
    arrive_by: datetime | None = None
    stop: str | None = None
    end: str | None = None
    """Of a stop without the way back: at which end."""
    back: WayBack | None = None
    """When to come back, where that is on another day than was asked."""

    def as_json(self) -> dict[str, Any]:
        """The text is in the language that is spoken."""
        found = {
            "kind": self.kind,
            "text": str(self.text),
            "leave_at": self.leave_at.isoformat() if self.leave_at else None,
            "arrive_by": self.arrive_by.isoformat() if self.arrive_by else None,
            "stop": self.stop,
            "end": self.end,
            "return": self.back and {name: at for name, at in self.back.as_json().items() if at},
        }
        return {name: value for name, value in found.items() if value is not None}


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a wish is refused: a stable slug, a short title, a sentence to act on, and what would be possible."""

    kind: str
    title: Sayable
    detail: Sayable
    alternatives: Sequence[Alternative] = field(default_factory=tuple)
    leeway: Sequence[dict[str, Any]] = field(default_factory=tuple)
    """By how little a rule would have to give, cheapest first: see `actions/giving.py`."""


def keep(
    reason: Reason,
    *,
    service: Service,
    wish: RideWish,
    passenger: Passenger | None,
    asked_by: User | None,
    channel: str,
    now: datetime,
) -> Refusal:
    """Store a refusal, in every language, and give it back."""
    with speaking(ENGLISH):
        return Refusal.objects.create(
            service=service,
            date=wish.at.astimezone(service.tz).date(),
            passenger=passenger,
            asked_by=asked_by,
            channel=channel,
            wish=wish.as_json(),
            kind=reason.kind,
            title=str(reason.title),
            detail=str(reason.detail),
            alternatives=[alternative.as_json() for alternative in reason.alternatives],
            leeway=list(reason.leeway),
            translations=dict(_translations(reason)),
            created_at=now,
        )


def _translations(reason: Reason) -> Iterator[tuple[str, dict[str, Any]]]:
    """What the reason says in all languages but English."""
    for language in Language.values:
        if language != ENGLISH:
            with speaking(language):
                texts = [str(alternative.text) for alternative in reason.alternatives]
                yield language, {"title": str(reason.title), "detail": str(reason.detail), "alternatives": texts}
