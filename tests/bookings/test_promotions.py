"""Promotions: which come off, how often, and what of those that can't be used."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from bookings.models import Booking, Offer, Promotion, Refusal, Service
from bookings.promotions import PromotionUsedUp
from tests.bookings.test_fares_booked import BACK, OUT, charging, lines
from tests.bookings.town import WEDNESDAY, Desk, open_desk

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Desk:
    return open_desk("van1 Depot 8:00-18:00 seats 8")


def promote(desk: Desk, name: str = "Half price", **values: Any) -> Promotion:
    kind = {} if "amount_pence" in values else {"percent": 50}
    return Promotion.objects.create(operator=desk.service.operator, name=name, **kind | values)


def with_code(desk: Desk, code: str, who: str = "ann", text: str = OUT) -> list[Offer] | Refusal:
    return desk.ask(who, replace(desk.wish(text), code=code))


def test_one_comes_off_by_itself_the_best_of_all(desk: Desk) -> None:
    promote(desk, "A pound off", amount_pence=100)
    promote(desk)
    promote(desk, "Another", amount_pence=99)
    offer = desk.offers("ann", OUT, adults=2)[0]
    assert lines(offer) == [("2 adults at £2.00", 400), ("Half price", -200)]
    assert desk.offers("ann", OUT, children=1)[0].fare_pence == 0  # a pound off is more than half of one
    booking = desk.accept(offer)
    assert booking.promotion == offer.promotion == Promotion.objects.get(name="Half price")


def test_one_with_a_code_comes_off_for_who_gives_it(desk: Desk) -> None:
    promote(desk, code="Spring 27")
    assert desk.offers("ann", OUT)[0].fare_pence == 200
    offers = with_code(desk, " spring27")
    assert isinstance(offers, list)
    assert offers[0].fare_pence == 100


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"code": "OTHER"}, "no such code"),
        ({"starts_at": "9:01"}, "has not begun yet"),
        ({"ends_at": "9:00"}, "is over"),
        ({"active": False}, "no such code"),
        ({"max_uses": 0}, "as often as it may be"),
        ({"max_uses_each": 0}, "by this passenger"),
    ],
)
def test_a_code_that_is_no_good_is_told_why(desk: Desk, values: dict[str, Any], said: str) -> None:
    desk.now = desk.at("9:00", on=WEDNESDAY)
    values = {name: desk.at(value) if name.endswith("_at") else value for name, value in values.items()}
    promote(desk, **{"code": "SPRING", **values})
    refused = with_code(desk, "spring")
    assert isinstance(refused, Refusal)
    assert refused.kind == "code_not_valid"
    assert said in refused.detail
    assert refused.alternatives == [{"kind": "without_code", "text": "Ask without the code"}]
    assert desk.offers("ann", OUT)[0].fare_pence == 200


def test_another_services_or_operators_promotion_is_none(desk: Desk) -> None:
    ours = promote(desk, code="OURS")
    other = Service.objects.get()
    other.pk, other.slug = None, "other"
    other.save()
    ours.service = other
    ours.save()
    assert isinstance(with_code(desk, "ours"), Refusal)


def test_one_of_this_service_alone_comes_off_here(desk: Desk) -> None:
    promote(desk, service=desk.service)
    assert desk.offers("ann", OUT)[0].fare_pence == 100


def test_a_code_of_blanks_is_none(desk: Desk) -> None:
    promote(desk)  # which has no code
    refused = with_code(desk, " ")
    assert isinstance(refused, Refusal)
    assert "no such code" in refused.detail


def test_what_is_held_too_long_gives_its_use_back(desk: Desk) -> None:
    promote(desk, max_uses=1)
    held = desk.hold("ann", OUT)
    assert desk.offers("bob", OUT)[0].fare_pence == 200
    assert held.held_until
    desk.now = held.held_until
    assert desk.offers("bob", OUT)[0].fare_pence == 100


def test_dates_are_those_of_booking_and_an_offer_is_honoured(desk: Desk) -> None:
    promote(desk, ends_at=desk.now + timedelta(seconds=1))
    offer = desk.offers("ann", OUT)[0]
    assert offer.fare_pence == 100
    desk.now += timedelta(seconds=1)
    assert desk.offers("bob", OUT)[0].fare_pence == 200
    assert desk.accept(offer).fare_pence == 100


def test_so_many_times_in_all_and_each(desk: Desk) -> None:
    promote(desk, max_uses=2, max_uses_each=1)
    first = desk.book("ann", OUT)
    assert first.fare_pence == 100
    assert desk.offers("ann", BACK)[0].fare_pence == 200
    offers = [desk.offers(name, OUT)[0] for name in ("bob", "cat")]
    assert [offer.fare_pence for offer in offers] == [100, 100]
    desk.accept(offers[0])
    assert desk.offers("dan", OUT)[0].fare_pence == 200
    with pytest.raises(PromotionUsedUp, match="used up since"), transaction.atomic():
        desk.accept(offers[1])
    assert Booking.objects.count() == 2
    desk.cancel(first)  # gives it back
    assert desk.accept(offers[1]).fare_pence == 100
    assert desk.faults() == []


def test_a_use_each_is_asked_again_on_accepting(desk: Desk) -> None:
    promote(desk, max_uses_each=1)
    one, other = desk.offers("ann", OUT)[0], desk.offers("ann", BACK)[0]
    desk.accept(one)
    with pytest.raises(PromotionUsedUp), transaction.atomic():
        desk.accept(other)


def test_the_cap_comes_first_and_what_was_really_paid_counts(desk: Desk) -> None:
    desk = charging(desk, caps={"day_pence": 500})
    promote(desk)
    assert desk.book("ann", OUT).fare_own_pence == 150
    Promotion.objects.update(active=False)
    back = desk.book("ann", BACK)
    assert (back.fare_pence, sum(row.fare_own_pence for row in Booking.objects.all())) == (300, 450)


@pytest.mark.parametrize(
    "values",
    [
        {"percent": None},
        {"percent": 50, "amount_pence": 50},
        {"percent": 101},
        {"percent": None, "amount_pence": 0},
        {"starts_at": "10:00", "ends_at": "9:00"},
    ],
)
def test_promotions_that_make_no_sense_are_not_kept(desk: Desk, values: dict[str, Any]) -> None:
    values = {name: desk.at(value) if name.endswith("_at") else value for name, value in values.items()}
    made = Promotion(operator=desk.service.operator, name="Odd", **{"percent": 50, **values})
    with pytest.raises(ValidationError):
        made.full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        made.save()


def test_a_code_is_one_promotion_of_an_operator(desk: Desk) -> None:
    promote(desk, code="spring")
    with pytest.raises(IntegrityError), transaction.atomic():
        promote(desk, code="SPRING ")
