"""Turn an offer into a booking that keeps its promise: confirmed at once, or held."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from time import monotonic
from typing import TYPE_CHECKING
from uuid import UUID

from bookings import money, plans
from bookings.actions.placing import NoRoom, OfferGone, OfferTaken, OwnJourneys, Taker, has_room, legs_of, place_all
from bookings.actions.request_ride import request_ride
from bookings.models import Booking, Offer, Passenger, Refusal, Status
from bookings.planner import Planner
from bookings.refusals import Conflict, DomainNotFound, NotAllowed, Unfit
from bookings.turns import PATIENCE_S, OthersFirst
from bookings.wish import wish_from_json
from bookings.words import Sayable, Sentences, phrase, spoken

if TYPE_CHECKING:
    from django.contrib.auth.models import User

__all__ = [
    "NoLongerPossible",
    "NotEntitled",
    "OfferGone",
    "OfferTaken",
    "OtherOperator",
    "OwnJourneys",
    "PassengerNeeded",
    "book_offer",
    "hold_offer",
]


class NoSuchOffer(DomainNotFound):
    kind = "no_such_offer"


class PartOfReturn(Conflict):
    kind = "part_of_return"


class MeantAsChange(Conflict):
    kind = "meant_as_change"


class PassengerNeeded(Unfit):
    kind = "passenger_needed"


class NotEntitled(Unfit):
    kind = "not_entitled"


class OtherOperator(NotAllowed):
    kind = "other_operator"


class NoLongerPossible(Conflict):
    """Others have booked since, and the journey can't be fitted in any more. `alternatives` are new offers for the same wish."""

    kind = "no_longer_possible"

    def __init__(self, answer: Sequence[Offer] | Refusal) -> None:
        self.alternatives: Sequence[Offer] = [] if isinstance(answer, Refusal) else answer
        then = _instead(answer) if isinstance(answer, Refusal) else phrase("Choose one of these instead.")
        said = phrase("This journey is no longer possible: others have booked since it was offered.")
        super().__init__(Sentences((said, then)))


def _instead(refusal: Refusal) -> Sayable:
    """What the refusal of the same wish, asked again, says would be possible."""
    told = refusal.said_in(spoken())
    texts = "; ".join(str(alternative["text"]) for alternative in told.alternatives)
    return phrase("Possible now: {texts}.", texts=texts) if texts else told.detail


def book_offer(
    offer_id: UUID,
    *,
    planner: Planner,
    by: User | None,
    channel: str,
    passenger: Passenger | None,
    pay_by: str | None = None,
    now: datetime,
) -> Booking:
    """Accept an offer: a confirmed booking.

    Raises NoSuchOffer, OfferGone, OfferTaken, NoLongerPossible, PassengerNeeded, NotEntitled, OwnJourneys, OtherOperator,
    PromotionUsedUp, FareMoved, PassengerErased, money.CantPayThatWay, plans.DayBusy.
    """
    return _accept(offer_id, Status.CONFIRMED, planner, by, channel, passenger, pay_by, now)


def hold_offer(
    offer_id: UUID,
    *,
    planner: Planner,
    by: User | None,
    channel: str,
    passenger: Passenger | None,
    pay_by: str | None = None,
    now: datetime,
) -> Booking:
    """Accept an offer for the time being: a booking that keeps its seat until `held_until`. Raises as `book_offer` does."""
    return _accept(offer_id, Status.HELD, planner, by, channel, passenger, pay_by, now)


def _accept(
    offer_id: UUID,
    status: Status,
    planner: Planner,
    by: User | None,
    channel: str,
    passenger: Passenger | None,
    pay_by: str | None,
    now: datetime,
) -> Booking:
    offer = get_offer(offer_id)
    if offer.instead_of_id:
        raise MeantAsChange(phrase("This offer is for changing a booking: change that booking to it."))
    legs, traveller = legs_of(offer), _traveller(offer, passenger)
    way = money.way_to_pay(offer.service, traveller, sum(leg.fare_pence for leg in legs), status, pay_by)
    taker = Taker(traveller, by, channel, status, planner, now, way=way)
    return in_turn(legs, taker, lambda: place_all(legs, taker))


def in_turn(legs: Sequence[Offer], taker: Taker, book: Callable[[], Booking]) -> Booking:
    """What `book` does, waiting while a crowd is at these days. Those for whom nothing is left need not wait again to hear so.

    Raises NoLongerPossible where it raises NoRoom; plans.DayBusy, and OthersFirst: call it by `serve_waitlist.after_others`.
    """
    planner, now = taker.planner, taker.now
    # Asked for before the days are locked: a routing server may be slow.
    planner.travel.over([point for offer in legs for point in (offer.pickup_point, offer.dropoff_point)])
    give_up = monotonic() + PATIENCE_S
    while True:
        try:
            return book()
        except NoRoom:
            raise NoLongerPossible(_asked_again(legs[0], taker)) from None
        except OthersFirst:
            raise  # with a day locked nobody is served
        except plans.DayBusy:
            if not has_room(legs, planner, now):
                raise NoLongerPossible(_asked_again(legs[0], taker)) from None
            if monotonic() > give_up:
                raise


def _asked_again(offer: Offer, taker: Taker) -> Sequence[Offer] | Refusal:
    """What is possible now; outside the transaction, so that it's kept."""
    return request_ride(
        offer.service,
        wish=wish_from_json(offer.wish),
        passenger=taker.passenger,
        asked_by=taker.by,
        channel=taker.channel,
        planner=taker.planner,
        now=taker.now,
        instead_of=offer.instead_of,
    )


def get_offer(offer_id: UUID) -> Offer:
    """The offer of an id, which can be booked. Raises NoSuchOffer, PartOfReturn."""
    rows = Offer.objects.select_related("service", "pickup_stop", "dropoff_stop", "passenger")
    offer = rows.filter(pk=offer_id).first()
    if offer is None:
        raise NoSuchOffer(phrase("There is no such offer."))
    if offer.return_of_id:
        raise PartOfReturn(phrase("This is the way back of an offer: book the way there, and both are booked."))
    return offer


def _traveller(offer: Offer, passenger: Passenger | None) -> Passenger:
    who = passenger or offer.passenger
    if who is None:
        raise PassengerNeeded(phrase("Say who travels: a booking needs a passenger."))
    if who.operator_id != offer.service.operator_id:
        raise OtherOperator(phrase("The passenger is another operator's."))
    if offer.is_at_a_door and not who.door_to_door:
        said = phrase(
            "This offer comes to the door, and {passenger} is not registered for that. "
            "Ask again with door_to_door false, or register them.",
            passenger=who,
        )
        raise NotEntitled(said)
    return who
