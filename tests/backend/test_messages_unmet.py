"""What those are told for whose wish there was no place: who waited in vain, and who travels each week."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bookings import events
from bookings.actions.series_days import place_due
from bookings.actions.serve_waitlist import serve_waitlists
from bookings.actions.wait import join_waitlist
from bookings.models import Waiting
from tests.backend.messenger import RIDE, open_messenger, states
from tests.bookings.test_series import WED, WEEK, begin, roll

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("channel", ["sms", "email"])
def test_who_waited_in_vain_is_told_as_soon_as_it_is_too_late(channel: str) -> None:
    town = open_messenger("van1 Depot 8:00-18:00 seats 4")
    desk = town.desk
    desk.planner = desk.planner_with(search_after_s=0)
    desk.book("zoe", RIDE, adults=4)
    bob = town.passenger("bob", email="bob@example.org", preferred_channel=channel)
    join_waitlist(desk.refusal("bob", desk.wish(RIDE)), passenger=bob, by=None, channel="app", now=desk.now)
    desk.now = desk.at("9:31")  # half an hour's notice
    assert serve_waitlists(planner_for=lambda _: desk.planner, now=desk.now) == []
    town.deliver()
    assert states()[-1] == ("no_place", channel, "sent")
    text = {"sms": town.sms, "email": town.email}[channel].texts[-1]
    assert "no place came free for your journey on Wednesday 2 June at 10:00. It's too late to book now." in text
    assert "Pick-up" not in text


@pytest.mark.parametrize(("minutes", "found"), [(1, [("no_place", "sms", "sent")]), (90, [("no_place", "sms", "suppressed")])])
def test_at_any_notice_who_waited_in_vain_is_told_within_the_hour(minutes: int, found: list[tuple[str, str, str]]) -> None:
    """Where none applies it's too late only once the time has passed at which they wanted to go; of old, nobody wants to hear."""
    town = open_messenger()
    desk = town.desk
    town.passenger("ann")
    refusal = desk.refusal("ann", desk.wish("Mill->Station leave 10:00", adults=9))
    waiting = Waiting.objects.create(
        refusal=refusal, service=desk.service, date=desk.date, passenger=desk.passenger("ann"), channel="app", created_at=desk.now
    )
    desk.now = desk.at("10:00") + timedelta(minutes=minutes)
    events.record("waitlist.too_late", service=desk.service, date=desk.date, at=desk.now, data={"waiting": waiting.pk})
    town.deliver()
    assert states() == found


def test_who_took_what_the_refusal_suggested_is_not_told_that_there_was_no_place() -> None:
    town = open_messenger("van1 Depot 8:00-18:00 seats 4")
    desk = town.desk
    desk.planner = desk.planner_with(search_after_s=0)
    desk.book("zoe", RIDE, adults=4)
    bob = town.passenger("bob")
    join_waitlist(desk.refusal("bob", desk.wish(RIDE)), passenger=bob, by=None, channel="app", now=desk.now)
    desk.book("bob", "Mill->Station leave 13:00")
    desk.now = desk.at("9:31")
    serve_waitlists(planner_for=lambda _: desk.planner, now=desk.now)
    assert Waiting.objects.get().state == "too_late"
    town.deliver()
    assert "no_place" not in [kind for kind, _, _ in states()]


@pytest.mark.parametrize(
    ("alone", "said"),
    [
        ({}, "There is no place yet for your regular journey on Wednesday 9 June at 10:00. We keep looking."),
        ({"adults": 9}, "Sorry, we could not book your regular journey on Wednesday 9 June at 10:00."),
    ],
)
def test_a_day_of_a_series_that_fails_as_it_comes_is_told(alone: dict[str, int], said: str) -> None:
    town = open_messenger("van1 Depot 8:00-18:00 seats 4")
    desk = town.desk
    desk.planner = desk.planner_with(search_after_s=0)
    town.passenger("bob")
    series = begin(desk, desk.wish(RIDE, **alone), WED, name="bob")
    place_due(series, planner=desk.planner, now=desk.now, by=series.passenger.user)
    town.deliver()
    assert "regular" not in "".join(town.sms.texts), "who begins it reads it in the answer"
    desk.now += WEEK
    replace(desk, date=desk.date + WEEK).book("zoe", RIDE, adults=4)
    roll(desk)
    town.deliver()
    assert town.sms.texts[-1].startswith(said)


@pytest.mark.parametrize(("waits", "told"), [(True, True), (False, False)])
def test_whose_place_was_found_while_they_were_not_on_the_telephone_is_told_that_it_lapsed(waits: bool, told: bool) -> None:
    town = open_messenger("van1 Depot 8:00-18:00 seats 4")
    desk = town.desk
    desk.planner = desk.planner_with(search_after_s=0)
    bob = town.passenger("bob")
    if waits:
        zoe = desk.book("zoe", RIDE, adults=4)
        join_waitlist(desk.refusal("bob", desk.wish(RIDE)), passenger=bob, by=None, channel="phone", now=desk.now)
        desk.cancel(zoe)
        assert serve_waitlists(planner_for=lambda _: desk.planner, now=desk.now)
    else:
        desk.hold("bob", RIDE)
    town.deliver()
    desk.now += WEEK / 84  # two hours
    desk.expire()
    town.deliver()
    assert (states()[-1:] == [("hold_expired", "sms", "sent")]) == told
