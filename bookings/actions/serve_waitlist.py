"""What was given back goes to those who wait, in the order in which they came."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from datetime import date as Date
from datetime import datetime, time, timedelta
from time import monotonic
from typing import TypeVar

from django.db import transaction
from django.db.models import Q, QuerySet

from bookings import events, holds, limits, money, plans
from bookings.actions.finding_offers import asking, find_offers
from bookings.actions.placing import NoRoom, OwnJourneys, Taker, legs_of, place_all
from bookings.fares import FareMoved
from bookings.models import GONE, Booking, Day, Offer, Service, Status, Waiting, WaitState
from bookings.planner import Planner
from bookings.promotions import PromotionUsedUp
from bookings.refusals import Reason
from bookings.rules import find_reason
from bookings.rules.asked import Asked
from bookings.rules.times import booking_closed, in_the_past, too_soon
from bookings.travellers import PassengerErased
from bookings.turns import PATIENCE_S, OthersFirst, list_waiting, others_first
from bookings.wish import wish_from_json

T = TypeVar("T")

LEAST_HOLD = timedelta(minutes=5)
"""Nobody is held a place for less: it would be gone before they have read of it."""
SAME_PLACE_M = 150
"""What is so near is the same place, whatever a service counts as booked twice."""
MORNING, EVENING = time(8), time(21)
"""By the clocks of the service: between these people are awake, and their time to accept runs."""


def serve_waitlists(*, planner_for: Callable[[Service], Planner], now: datetime) -> list[Booking]:
    """Hold a place for everybody who waits and for whom the plan has room by now, on all days whose plan has moved.

    A day that others are changing is left for the next time. Whom nothing can be booked for any more waits no longer.
    """
    for waiting in _list_with_wishes():
        if _is_late(_asked(waiting, planner_for(waiting.service), now)):
            _end(waiting, WaitState.TOO_LATE, now)
    return [booking for service, date in _moved() for booking in _serve_day(service, date, planner_for(service), now)]


def serve_first(service: Service, dates: Iterable[Date], *, planner: Planner, now: datetime) -> None:
    """Before anybody else is offered or takes what was given back of these days, those who wait for it get their turn."""
    for date in sorted(set(dates)):
        if others_first(service, date, since=None, now=now):
            with suppress(plans.DayBusy), plans.writing(service, date):
                holds.sweep(service, date, travel=planner.travel, now=now)
            _serve_day(service, date, planner, now)


def after_others(act: Callable[[], T], *, planner_for: Callable[[Service], Planner], now: Callable[[], datetime]) -> T:
    """What `act` gives, once those who wait for what it would take have had their turn: outside of its transaction, in their own.

    Raises OthersFirst where that takes longer than one waits, and whatever else `act` raises.
    """
    give_up = monotonic() + PATIENCE_S
    while True:
        try:
            return act()
        except OthersFirst as others:
            if monotonic() > give_up:
                raise
            serve_first(others.service, others.dates, planner=planner_for(others.service), now=now())


def _serve_day(service: Service, date: Date, planner: Planner, now: datetime) -> list[Booking]:
    found: list[Booking] = []
    for waiting in _list_with_wishes().filter(service=service, date=date):
        try:
            booking = _serve(waiting, planner, now)
        except plans.DayBusy:
            break
        if booking is not None:
            found.append(booking)
    return found


def _moved() -> Iterator[tuple[Service, Date]]:
    """The days for which somebody waits who has not been tried in the current plan."""
    days = list_waiting().order_by("service_id", "date").values_list("service_id", "date")
    for service_id, date in days.distinct():
        day = Day.objects.filter(service=service_id, date=date).select_related("service").first()
        behind = Q(tried_revision=None) | Q(tried_revision__lt=day.revision if day else 0)
        if day and list_waiting().filter(behind, service=service_id, date=date).exists():
            yield day.service, date


def _list_with_wishes() -> QuerySet[Waiting]:
    return list_waiting().select_related("service", "refusal", "passenger", "asked_by")


def _asked(waiting: Waiting, planner: Planner, now: datetime) -> Asked:
    """Their wish, as if they asked for it now."""
    wish, passenger, asked_by = wish_from_json(waiting.refusal.wish), waiting.passenger, waiting.asked_by
    return asking(waiting.service, wish=wish, planner=planner, now=now, passenger=passenger, asked_by=asked_by)


def _is_late(asked: Asked) -> bool:
    return any(rule(asked) for rule in (in_the_past, too_soon, booking_closed))


def _serve(waiting: Waiting, planner: Planner, now: datetime) -> Booking | None:
    """Hold a place for one who waits; None where there is none. Raises plans.DayBusy."""
    asked = _asked(waiting, planner, now)
    if _is_late(asked):
        _end(waiting, WaitState.TOO_LATE, now)
        return None
    revision = Day.objects.values_list("revision", flat=True).get(service=waiting.service, date=waiting.date)
    if find_reason(asked) is None:
        offers = find_offers(asked, asked_by=waiting.asked_by, channel=waiting.channel)
        # Room that has gone again, a journey of their own at that time, or no account to pay on until they have one again.
        with suppress(NoRoom, OwnJourneys, PromotionUsedUp, FareMoved, PassengerErased, money.CantPayThatWay):
            if not isinstance(offers, Reason):
                return _hold(waiting, offers[0], planner, now)
    Waiting.objects.filter(pk=waiting.pk).update(tried_revision=revision)
    return None


def _hold(waiting: Waiting, offer: Offer, planner: Planner, now: datetime) -> Booking | None:
    """Hold what is offered, unless somebody else is at it; it's paid as is usual when it's confirmed.

    Raises NoRoom, OwnJourneys, PromotionUsedUp, FareMoved, PassengerErased, money.CantPayThatWay, plans.DayBusy.
    """
    until = _held_until(offer, now)
    if until < now + LEAST_HOLD:
        _end(waiting, WaitState.TOO_LATE, now)
        return None
    legs = legs_of(offer)
    way = money.way_to_pay(offer.service, waiting.passenger, sum(leg.fare_pence for leg in legs), Status.HELD, None)
    taker = Taker(
        waiting.passenger,
        None,
        waiting.channel,
        Status.HELD,
        planner,
        now,
        until,
        way,
        since=waiting.created_at,
        asked_by=waiting.asked_by,
    )
    with transaction.atomic():
        row = _claim(waiting)
        if row.state != WaitState.WAITING:
            return None
        row.booking, row.state = place_all(legs, taker), WaitState.OFFERED
        row.save(update_fields=["booking", "state"])
        _record("waitlist.offered", row, now, row.booking)
        return row.booking


def _claim(waiting: Waiting) -> Waiting:
    """The row as it is by now, locked: of two workers that look at the same list, the second finds the place taken."""
    return Waiting.objects.select_for_update().get(pk=waiting.pk)


def _held_until(offer: Offer, now: datetime) -> datetime:
    """Who is told at night has time in the morning; and nobody may still be thinking when the vehicle sets off."""
    service, local = offer.service, now.astimezone(offer.service.tz)
    told = local
    if not MORNING <= local.time() < EVENING:
        told = datetime.combine(local.date() + timedelta(days=local.time() >= EVENING), MORNING, service.tz)
    setting_off = offer.pickup_from_at - timedelta(seconds=service.commit_s)
    return min(told + timedelta(seconds=service.waitlist_s), setting_off)


def _end(waiting: Waiting, state: WaitState, now: datetime) -> None:
    with transaction.atomic():
        if Waiting.objects.filter(pk=waiting.pk, state=WaitState.WAITING).update(state=state):
            _record(f"waitlist.{state.value}", waiting, now, silent=_travels_anyway(waiting))


def _travels_anyway(waiting: Waiting) -> bool:
    """Whether they have booked the same way on that day: who took what a refusal suggested has a place."""
    wish = wish_from_json(waiting.refusal.wish)
    rows = Booking.objects.filter(passenger=waiting.passenger, service=waiting.service, date=waiting.date).exclude(
        status__in=GONE
    )
    wanted = (wish.origin, wish.destination)
    return any(limits.goes_the_same_way(limits.ends_of(row), wanted, within_m=SAME_PLACE_M) for row in rows)


def _record(kind: str, waiting: Waiting, now: datetime, booking: Booking | None = None, **more: object) -> None:
    facts: dict[str, object] = {"waiting": waiting.pk, "passenger": waiting.passenger_id, **more}
    if booking is not None and booking.held_until is not None:
        facts["until"] = booking.held_until.isoformat()
    events.record(kind, service=waiting.service, date=waiting.date, at=now, booking=booking, data=facts)
