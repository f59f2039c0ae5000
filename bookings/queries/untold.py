"""What passengers should have been told and weren't, while a telephone call still helps."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from bookings.kinds import CONFIRMATIONS, KINDS
from bookings.models import OPTED_OUT, Event, Message, State, Status

TRIED = 3
"""What was tried so often and hasn't gone may never go; whoever waits for the provider loses what it was about."""

OVER = frozenset({Status.ABOARD, Status.COMPLETED, Status.NO_SHOW, Status.CHANGED})
"""With these, nothing that could be told of a booking helps any more."""

_FAILING = Q(state=State.QUEUED, attempts__gte=TRIED)
_UNREACHED = Q(state__in=[State.FAILED, State.SUPPRESSED, State.GIVEN_UP]) | _FAILING


def list_unreached(operator: int) -> QuerySet[Message]:
    """The messages of an operator, by its id, that reached nobody by their way."""
    return Message.objects.filter(_UNREACHED, passenger__operator=operator)


def list_untold(operator: int, *, now: datetime) -> QuerySet[Message]:
    """What is worth a call: of each event that a passenger wasn't told by any way, the last message. Newest first.

    Not what they have done themselves or heard at the desk, not what something newer has made needless, and not what they
    don't want to hear of, unless it's urgent.
    """
    same = Message.objects.filter(event=OuterRef("event"), passenger=OuterRef("passenger"))
    told = same.filter(Q(state=State.SENT) | Q(told_at__isnull=False) | Q(state=State.QUEUED, attempts__lt=TRIED))
    last = ~Exists(same.filter(pk__gt=OuterRef("pk")))
    open_yet = Q(expires_at__gt=now) & (Q(booking=None) | Q(booking__arrive_by_at__gt=now))
    return list_unreached(operator).filter(open_yet, ~Exists(told), last, _worth_it(), _news()).order_by("-pk")


def _worth_it() -> Q:
    """What is still so; what is of no booking is for as long as it may be told."""
    found = Q(booking=None)
    for kind in KINDS:
        if statuses := kind.statuses - OVER:
            newer = {each.on for each in KINDS if kind.name in each.replaces}
            later = Event.objects.filter(booking=OuterRef("booking"), pk__gt=OuterRef("event"), kind__in=newer)
            found |= Q(~Exists(later), kind=kind.name, booking__status__in=statuses)
    return found


def _news() -> Q:
    """What the passenger doesn't know, and would want to hear of."""
    by_themselves = Q(event__by=F("passenger__user")) | Q(event__by=F("passenger__partner__user"))
    confirmations = [kind.name for kind in KINDS if kind.topic == CONFIRMATIONS]
    confirmed_to_them = Q(kind__in=[*confirmations, "changed"], event__by__isnull=False)
    unwanted = Q(kind__in=[kind.name for kind in KINDS if not kind.urgent], reason__startswith=OPTED_OUT)
    known = Message.objects.filter(by_themselves | confirmed_to_them | unwanted, pk=OuterRef("pk"))
    return ~Q(Exists(known))  # by a subquery: where nobody did it, comparing with nobody is neither true nor false
