"""By when and from when one books, in the terms of GTFS: each deadline to the second, and what is told of it is tried."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User

from bookings.actions.request_ride import request_ride
from bookings.calendar import closed_because
from bookings.models import Closure, Offer, Operator, Refusal, Role, StaffMember
from bookings.notice import Deadline, read_notice
from bookings.rules.deadlines import deadline_at, first_date, last_date
from bookings.wish import RideWish
from tests.bookings.town import WEDNESDAY, Desk, open_desk

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)
LAST = {"booking_type": 2, "prior_notice_last_day": 1, "prior_notice_last_time": "17:00"}
TWO_HOURS = {"booking_type": 1, "prior_notice_duration_min": 10, "prior_notice_duration_max": 120}
THURSDAY, MONDAY = WEDNESDAY + DAY, WEDNESDAY + 5 * DAY


@pytest.fixture
def desk() -> Desk:
    """Wednesday at 9:00; the van is out from 8:00 to 12:00."""
    return open_desk(now="9:00", days_before=0)


def wish(desk: Desk, at: str, on: date = WEDNESDAY) -> RideWish:
    desk.date = on
    return desk.wish(f"Mill->Station leave {at}")


def kind(desk: Desk, at: str, on: date = WEDNESDAY) -> str:
    answer = desk.ask("ann", wish(desk, at, on))
    return answer.kind if isinstance(answer, Refusal) else "offers"


def told(desk: Desk, at: str, on: date = WEDNESDAY) -> Refusal:
    return desk.refusal("ann", wish(desk, at, on))


def goes(desk: Desk, refusal: Refusal) -> bool:
    """Whether what the refusal says would be possible is."""
    [alternative] = refusal.alternatives
    asked, at = desk.wish("Mill->Station leave 9:00"), datetime.fromisoformat(alternative["leave_at"])
    return isinstance(desk.ask("ann", replace(asked, leave_at=at)), list)


# --- Real time, the same day, prior days --------------------------------------------------------------------------------------


def test_real_time_means_from_now_on(desk: Desk) -> None:
    desk.service.booking_rules = {"booking_type": 0}
    assert (kind(desk, "9:00"), kind(desk, "8:59")) == ("offers", "in_the_past")


def test_with_notice_to_the_second(desk: Desk) -> None:
    desk.service.booking_rules = {"booking_type": 1, "prior_notice_duration_min": 60}
    assert (kind(desk, "10:00"), kind(desk, "9:59")) == ("offers", "too_soon")
    desk.now += SECOND
    refusal = told(desk, "10:00")
    assert refusal.detail == "Journeys are booked at least 1 hour ahead. Ask for a later time."
    assert refusal.alternatives[0]["text"] == "Leave at 10:05 on Wednesday 2 June"
    assert goes(desk, refusal)


def test_no_offer_is_sooner_than_the_notice(desk: Desk) -> None:
    desk.service.booking_rules = {"booking_type": 1, "prior_notice_duration_min": 60}
    for offer in desk.offers("ann", "Mill->Station arrive 10:30"):
        assert offer.pickup_from_at >= desk.at("10:00")


def test_the_day_before_until_five(desk: Desk) -> None:
    desk.service.booking_rules = LAST
    assert kind(desk, "11:00") == "booking_closed"
    desk.now = desk.at("17:00")
    assert kind(desk, "8:00", THURSDAY) == "offers"
    assert told(desk, "11:00").alternatives[0]["text"] == "Leave at 11:00 on Thursday 3 June"
    desk.now += SECOND
    refusal = told(desk, "8:00", THURSDAY)
    assert refusal.detail == "Journeys on Thursday 3 June were booked until 17:00 on Wednesday 2 June. Ask for a later day."
    assert refusal.alternatives[0]["text"] == "Leave at 08:00 on Friday 4 June"
    assert goes(desk, refusal)


def test_days_of_service_alone_may_count(desk: Desk) -> None:
    desk.service.hours.filter(weekday__gte=5).delete()  # not on weekends
    desk.service.booking_rules = {**LAST, "prior_notice_service_days": True}
    desk.now = desk.at("17:00", WEDNESDAY + 2 * DAY)
    assert kind(desk, "11:00", MONDAY) == "offers"
    desk.now += SECOND
    refusal = told(desk, "11:00", MONDAY)
    assert "were booked until 17:00 on Friday 4 June" in refusal.detail
    assert refusal.alternatives[0]["text"] == "Leave at 11:00 on Tuesday 8 June"
    assert goes(desk, refusal)
    desk.service.booking_rules = LAST
    desk.now = desk.at("17:00", MONDAY - DAY)
    assert kind(desk, "11:00", MONDAY) == "offers"


def test_where_no_day_has_service_days_of_the_calendar_count(desk: Desk) -> None:
    desk.service.hours.all().delete()
    notice = read_notice({**LAST, "prior_notice_service_days": True})
    assert notice.last
    assert deadline_at(desk.service, THURSDAY, notice.last, notice) == desk.at("17:00", WEDNESDAY)


def test_days_are_the_towns_whatever_the_clock_of_the_caller() -> None:
    desk = open_desk(zone="Pacific/Auckland", now="9:00", days_before=0)
    desk.service.booking_rules = LAST
    asked = wish(desk, "9:00", THURSDAY)  # in Greenwich it's nine on Wednesday evening
    assert isinstance(desk.ask("ann", replace(asked, leave_at=asked.at.astimezone(UTC))), list)
    asked = wish(desk, "9:00", WEDNESDAY + 8 * DAY)
    refused = desk.refusal("ann", replace(asked, leave_at=asked.at.astimezone(UTC)))
    assert refused.alternatives == [{"kind": "book_later", "text": "Ask again on Thursday 3 June or after"}]


# --- From when on -------------------------------------------------------------------------------------------------------------


def test_booking_opens_at_a_time_of_a_day(desk: Desk) -> None:
    desk.service.booking_rules = {**LAST, "prior_notice_start_day": 2, "prior_notice_start_time": "08:30"}
    friday = WEDNESDAY + 2 * DAY
    desk.now = desk.at("8:30", WEDNESDAY)
    assert kind(desk, "11:00", friday) == "offers"
    desk.now -= SECOND
    refusal = told(desk, "11:00", friday)
    assert refusal.kind == "too_far_ahead"
    assert refusal.detail == "Journeys are booked up to 2 days ahead: for Friday 4 June from 08:30 on Wednesday 2 June on."
    assert refusal.alternatives == [{"kind": "book_later", "text": "Ask again from 08:30 on Wednesday 2 June on"}]


def test_no_more_than_so_many_minutes_ahead(desk: Desk) -> None:
    desk.service.booking_rules = TWO_HOURS
    assert kind(desk, "11:00") == "offers"
    refusal = told(desk, "11:01")
    assert (
        refusal.detail
        == "Journeys are booked up to 2 hours ahead: for 11:01 on Wednesday 2 June from 09:01 on Wednesday 2 June on."
    )
    desk.now += timedelta(minutes=1)
    assert kind(desk, "11:01") == "offers"


def test_what_is_asked_too_early_for_the_whole_day_is_told_when_to_ask(desk: Desk) -> None:
    desk.service.booking_rules = {"booking_type": 1, "prior_notice_duration_min": 0, "prior_notice_duration_max": 60}
    desk.now = desk.at("19:00")
    refusal = told(desk, "19:10")
    assert refusal.kind == "outside_hours"
    assert refusal.alternatives == [{"kind": "book_later", "text": "Ask again from 07:00 on Thursday 3 June on"}]
    desk.now = desk.at("7:00", THURSDAY)
    assert kind(desk, "8:00", THURSDAY) == "offers"


def test_without_a_start_of_its_own_the_horizon_counts(desk: Desk) -> None:
    desk.service.booking_rules = LAST
    assert kind(desk, "11:00", WEDNESDAY + 7 * DAY) == "offers"
    assert kind(desk, "11:00", WEDNESDAY + 8 * DAY) == "too_far_ahead"
    assert kind(desk, "0:00", WEDNESDAY + 8 * DAY) == "too_far_ahead"  # midnight is the next day's


# --- Staff --------------------------------------------------------------------------------------------------------------------


def ask_as(desk: Desk, user: User, at: str, on: date) -> list[Offer] | Refusal:
    asked, ann = wish(desk, at, on), desk.passenger("ann")
    return request_ride(
        desk.service, wish=asked, passenger=ann, asked_by=user, channel="phone", planner=desk.planner, now=desk.now
    )


@pytest.mark.parametrize(
    ("skips", "at", "on", "expected"),
    [
        ({}, "9:10", WEDNESDAY, "too_soon"),
        ({"staff_skip_notice": True}, "9:10", WEDNESDAY, "offers"),
        ({"staff_skip_notice": True}, "8:59", WEDNESDAY, "in_the_past"),  # a day that has run out stays so
        ({"staff_skip_notice": True}, "11:00", WEDNESDAY - DAY, "in_the_past"),
        ({"staff_skip_notice": True}, "11:00", WEDNESDAY + 8 * DAY, "too_far_ahead"),
        ({"staff_skip_horizon": True}, "11:00", WEDNESDAY + 8 * DAY, "offers"),
        ({"staff_skip_horizon": True, "booking_rules": TWO_HOURS}, "11:30", WEDNESDAY, "offers"),
        ({"booking_rules": TWO_HOURS}, "11:30", WEDNESDAY, "too_far_ahead"),
        ({"staff_skip_horizon": True}, "9:10", WEDNESDAY, "too_soon"),
        ({"staff_skip_horizon": True}, "11:00", WEDNESDAY + 367 * DAY, "too_far_ahead"),
        ({"staff_skip_notice": True, "booking_rules": LAST}, "9:10", WEDNESDAY, "offers"),
        ({"booking_rules": LAST}, "9:10", WEDNESDAY, "booking_closed"),
    ],
)
def test_staff_may_be_let_off_notice_and_horizon(desk: Desk, skips: dict[str, Any], at: str, on: date, expected: str) -> None:
    for name, value in skips.items():
        setattr(desk.service, name, value)
    agent = User.objects.create(username="agent")
    StaffMember.objects.create(user=agent, operator=desk.service.operator, role=Role.AGENT)
    answer = ask_as(desk, agent, at, on)
    assert (answer.kind if isinstance(answer, Refusal) else "offers") == expected
    stranger = User.objects.create(username="stranger")  # staff, but another operator's
    elsewhere = Operator.objects.create(slug="next", name="Next")
    StaffMember.objects.create(user=stranger, operator=elsewhere, role=Role.AGENT)
    as_stranger = ask_as(desk, stranger, at, on)
    assert (as_stranger.kind if isinstance(as_stranger, Refusal) else "offers") == kind(desk, at, on)


def test_who_is_let_off_the_horizon_keeps_to_the_deadline_in_days_of_service(desk: Desk) -> None:
    desk.service.hours.filter(weekday__gte=5).delete()  # not on weekends
    desk.service.booking_rules, desk.service.staff_skip_horizon = {**LAST, "prior_notice_service_days": True}, True
    agent = User.objects.create(username="agent")
    StaffMember.objects.create(user=agent, operator=desk.service.operator, role=Role.AGENT)
    desk.now = desk.at("17:00", WEDNESDAY + 2 * DAY)
    assert isinstance(ask_as(desk, agent, "11:00", MONDAY), list)
    desk.now += SECOND
    refused = ask_as(desk, agent, "11:00", MONDAY)
    assert isinstance(refused, Refusal)
    assert refused.kind == "booking_closed"


def test_control_a_passenger_is_let_off_nothing(desk: Desk) -> None:
    desk.service.staff_skip_notice = desk.service.staff_skip_horizon = True
    assert (kind(desk, "9:10"), kind(desk, "11:00", WEDNESDAY + 8 * DAY)) == ("too_soon", "too_far_ahead")


def test_at_short_notice_only_what_the_van_can_still_do(desk: Desk) -> None:
    desk.service.staff_skip_notice = True
    agent = User.objects.create(username="agent")
    StaffMember.objects.create(user=agent, operator=desk.service.operator, role=Role.DISPATCHER)
    offers = ask_as(desk, agent, "9:00", WEDNESDAY)
    assert isinstance(offers, list)
    # Four minutes from the depot to the mill, before which nobody is picked up.
    assert min(offer.expected_pickup_at for offer in offers) == desk.at("9:04")
    desk.accept(offers[0])
    assert desk.faults() == []


# --- Deadlines against plain counting -----------------------------------------------------------------------------------------


def count_back(desk: Desk, day: date, days: int, service_days: bool) -> date:
    while days:
        day -= DAY
        if not service_days or closed_because(desk.service, day) is None:
            days -= 1
    return day


@pytest.mark.parametrize("service_days", [False, True])
@pytest.mark.parametrize("zone", ["Europe/London", "Pacific/Auckland"])
def test_deadlines_are_as_counted_on_ones_fingers(service_days: bool, zone: str) -> None:
    rng = random.Random(7)
    desk = open_desk(zone=zone)
    desk.service.hours.filter(weekday__in=(2, 6)).delete()
    for days in rng.sample(range(60), 15):
        Closure.objects.create(service=desk.service, date=WEDNESDAY + (days - 20) * DAY, reason="snow")
    for _ in range(12):
        deadline = Deadline(rng.randrange(6), time(rng.randrange(24), rng.choice((0, 30))))
        days = {"prior_notice_service_days": True} if service_days else {}
        notice = read_notice({**LAST, **days})
        now = desk.at("0:00") + timedelta(seconds=rng.randrange(86_400 * 3))
        today, dates = now.date(), [WEDNESDAY + days * DAY for days in range(-1, 30)]
        counted = {day: count_back(desk, day, deadline.days, service_days) for day in dates}
        at = {day: datetime.combine(on, deadline.at, desk.service.tz) for day, on in counted.items()}
        assert {day: deadline_at(desk.service, day, deadline, notice) for day in dates} == at
        assert first_date(desk.service, deadline, notice, now) == min(day for day in dates if day >= today and at[day] >= now)
        begun = [day for day in dates if day >= today and at[day] <= now]
        assert last_date(desk.service, deadline, notice, now) == max(begun, default=today - DAY)
