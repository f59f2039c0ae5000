from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Now

from bookings.actions.erase_passenger import erase_passenger
from bookings.actions.forgetting import Forgetting, drop_offers
from bookings.coarse import MARK
from bookings.models import (
    AUDIT_DAYS,
    Audit,
    Booking,
    Message,
    Offer,
    Operator,
    Passenger,
    Refusal,
    SavedPlace,
    State,
    Strike,
    Waiting,
    WaitState,
    WebhookDelivery,
)

FORMER = "Former passengers"
BATCH = 2000
"""So many rows of a kind at most in one transaction, which locks them; the rest is for the next one."""

Step = Callable[[datetime, datetime], int]
"""Before when, and now."""


def purge(*, retention: Mapping[str, int], now: datetime, dry_run: bool = False) -> list[tuple[str, int]]:
    """Forget what has been kept for so many days, by what it is; how many rows of each.

    Doing it twice changes nothing. With `dry_run` it's tried, counted and undone.
    """
    return [(name, _done(step, now - timedelta(days=retention[name]), now, dry_run)) for name, step in STEPS.items()]


def _done(step: Step, before: datetime, now: datetime, dry_run: bool) -> int:
    total = 0
    while True:
        with transaction.atomic():
            count = step(before, now)
            transaction.set_rollback(dry_run)
        total += count
        if dry_run or count < BATCH:
            return total


def _offers(before: datetime, now: datetime) -> int:
    return drop_offers(Offer.objects.filter(expires_at__lt=before))


def _refusals(before: datetime, now: datetime) -> int:
    """Whoever waits for a place is still known."""
    old = Refusal.objects.filter(created_at__lt=before).exclude(wish__has_key=MARK).exclude(waiting__state=WaitState.WAITING)
    return Forgetting().refusals(old.select_related("service")[:BATCH])


def _journeys(before: datetime, now: datetime) -> int:
    related = ("service", "pickup_stop", "dropoff_stop", "offer__service", "offer__pickup_stop", "offer__dropoff_stop")
    old = Booking.objects.filter(date__lt=before.date()).exclude(offer__wish__has_key=MARK)
    return Forgetting().journeys(old.select_related(*related)[:BATCH])


def _messages(before: datetime, now: datetime) -> int:
    return Message.objects.filter(created_at__lt=before).exclude(state=State.QUEUED).delete()[0]


def _webhook_deliveries(before: datetime, now: datetime) -> int:
    return WebhookDelivery.objects.filter(created_at__lt=before).exclude(state=State.QUEUED).delete()[0]


def _saved_places(before: datetime, now: datetime) -> int:
    return SavedPlace.objects.filter(passenger__in=_not_seen_since(before)).delete()[0]


def _people(before: datetime, now: datetime) -> int:
    """Those with a journey ahead are none of them: it's a booking since."""
    rows = list(_not_seen_since(before).order_by("pk")[:BATCH])
    for passenger in rows:
        erase_passenger(passenger, now=now)
    return len(rows)


def _links(before: datetime, now: datetime) -> int:
    """Old journeys of those who still travel go to one passenger of the operator, who stands for all."""
    old = Booking.objects.filter(date__lt=before.date())
    count = Refusal.objects.filter(created_at__lt=before).exclude(passenger=None).update(passenger=None)
    for operator in Operator.objects.all():
        mine = old.filter(service__operator=operator).exclude(passenger__name=FORMER, passenger__phone="")
        if not (found := list(mine.values_list("pk", flat=True)[:BATCH])):
            continue
        former, _ = Passenger.objects.get_or_create(operator=operator, name=FORMER, phone="", defaults={"erased_at": now})
        for model, field in ((Strike, "booking__in"), (Waiting, "booking__in"), (Message, "booking__in")):
            model._base_manager.filter(**{field: found}).update(passenger=former)
        Offer.objects.filter(booking__in=found).update(passenger=None)
        count += Booking.objects.filter(pk__in=found).update(passenger=former)
    return count


def _audit(before: datetime, now: datetime) -> int:
    """Past the manager, which lets nobody; what is too young for the database isn't tried."""
    old = Audit._base_manager.filter(at__lt=before).filter(at__lt=Now() - timedelta(days=AUDIT_DAYS))
    return int(old._raw_delete("default"))


def _not_seen_since(before: datetime) -> QuerySet[Passenger]:
    since = Booking.objects.filter(passenger=OuterRef("pk")).filter(Q(date__gte=before.date()) | Q(created_at__gte=before))
    asked = Offer.objects.filter(passenger=OuterRef("pk"), created_at__gte=before)
    refused = Refusal.objects.filter(passenger=OuterRef("pk"), created_at__gte=before)
    old = Passenger.objects.filter(created_at__lt=before, erased_at=None)
    return old.filter(~Exists(since), ~Exists(asked), ~Exists(refused))


def _steps() -> Iterator[tuple[str, Step]]:
    """In this order: what is erased has its journeys forgotten already."""
    yield from {"offers": _offers, "refusals": _refusals, "journeys": _journeys}.items()
    yield from {"messages": _messages, "webhook_deliveries": _webhook_deliveries, "saved_places": _saved_places}.items()
    yield from {"people": _people, "links": _links, "audit": _audit}.items()


STEPS = dict(_steps())
