"""Who cancelled my bus? Everybody is told on whose side it was, and the operator's staff who exactly."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from knox.models import AuthToken

from backend.notify.breaker import Breaker
from backend.notify.outbox import queue_untold
from backend.notify.sending import send_due
from backend.wiring import planner_for
from bookings.actions.cancel_booking import cancel_booking
from bookings.actions.erase_passenger import erase_passenger
from bookings.actions.expire_due import expire_due
from bookings.actions.repeat import roll_series
from bookings.actions.serve_waitlist import serve_waitlists
from bookings.models import Booking, Event, Partner, Passenger, Refusal
from tests.backend.api_world import World
from tests.backend.code_post import signed_in
from tests.backend.messenger import Provider

pytestmark = pytest.mark.django_db


def cancelled(world: World, by: str, reader: str = "ann", **more: Any) -> tuple[Any, Any]:
    """What somebody reads of a booking of Ann's that somebody has cancelled."""
    reference = world.book("ann")["reference"]
    assert world.post(by, f"bookings/{reference}/cancel", more).status_code == 200
    read = world.get(reader, f"bookings/{reference}").json()
    return read["cancelled_by"], read["cancelled_by_name"]


def test_ann_reads_whether_it_was_she_or_the_operator(world: World) -> None:
    assert cancelled(world, "ann") == ("passenger", None)
    assert cancelled(world, "agent", why="the bridge is closed") == ("operator", None)


def test_the_desk_reads_who_it_was(world: World) -> None:
    assert cancelled(world, "ann", reader="agent") == ("passenger", "Ann")
    assert cancelled(world, "agent", reader="dispatcher") == ("operator", "Agent")


def test_what_stands_was_cancelled_by_nobody(world: World) -> None:
    booking = world.book("ann")
    assert (booking["cancelled_by"], booking["cancelled_by_name"]) == (None, None)


def test_lists_and_the_day_tell_it_too(world: World) -> None:
    reference = world.book("ann")["reference"]
    world.post("agent", f"bookings/{reference}/cancel")
    told = {who: world.get(who, "bookings").json()["results"][0] for who in ("ann", "agent")}
    told["dispatcher"] = world.get("dispatcher", f"services/ripon/days/{world.now.date()}").json()["bookings"][0]
    assert {who: (each["cancelled_by"], each["cancelled_by_name"]) for who, each in told.items()} == {
        "ann": ("operator", None),
        "agent": ("operator", "Agent"),
        "dispatcher": ("operator", "Agent"),
    }


def test_a_partner_who_cancels_is_told_as_such(world: World) -> None:
    Partner.objects.create(user=world.user("ward"), operator=world.service.operator, name="Ripon hospital")
    reference = world.book("ward", passenger={"name": "Fern", "phone": "07700 900004"})["reference"]
    world.post("ward", f"bookings/{reference}/cancel")
    read = {who: world.get(who, f"bookings/{reference}").json() for who in ("ward", "agent")}
    assert {who: (each["cancelled_by"], each["cancelled_by_name"]) for who, each in read.items()} == {
        "ward": ("partner", None),
        "agent": ("partner", "Ward"),
    }


def sides(world: World, reference: str, who: str = "ann") -> list[tuple[str, str, str | None]]:
    history = world.get(who, f"bookings/{reference}").json()["history"]
    return [(each["kind"], each["by"], each["by_name"]) for each in history]


def test_each_step_of_a_booking_says_who_took_it(world: World) -> None:
    reference = world.book("ann", hold=True)["reference"]
    world.post("agent", f"bookings/{reference}/confirm")
    assert sides(world, reference) == [("booking.held", "passenger", None), ("booking.confirmed", "operator", None)]
    assert sides(world, reference, "agent") == [
        ("booking.held", "passenger", "Ann"),
        ("booking.confirmed", "operator", "Agent"),
    ]


def test_a_hold_that_runs_out_is_the_services_doing(world: World) -> None:
    reference = world.book("ann", hold=True)["reference"]
    world.set_clock(world.now + timedelta(hours=1))
    expire_due(planner_for=planner_for, now=world.now)
    assert sides(world, reference, "agent")[-1] == ("booking.expired", "service", None)


def test_a_place_found_for_who_waited_is_the_services_doing(world: World) -> None:
    told = {"kind": "no_vehicle", "title": "No vehicle", "detail": "All vehicles are full.", "created_at": world.now}
    other = Booking.objects.select_related("offer").get(reference=world.book("ann", leave_at=world.at(15))["reference"])
    world.post("ann", f"bookings/{other.reference}/cancel")  # and so there is room
    whose = {"service": world.service, "date": other.date, "passenger": other.passenger, "asked_by": other.passenger.user}
    refusal = Refusal.objects.create(channel="app", wish=other.offer.wish, **whose, **told)
    assert world.post("ann", "waitlist", {"refusal": refusal.pk}).status_code == 201
    (held,) = serve_waitlists(planner_for=planner_for, now=world.now)

    assert sides(world, held.reference, "agent") == [("booking.held", "service", None), ("waitlist.offered", "service", None)]
    assert world.get("ann", f"bookings/{held.reference}").json()["booked_by"] == "Ann"  # who asked for it
    world.post("ann", f"bookings/{held.reference}/confirm")
    assert sides(world, held.reference)[-1] == ("booking.confirmed", "passenger", None)


def test_what_comes_again_each_week_is_booked_by_the_service(world: World) -> None:
    weekly = world.wish() | {"repeat": {"weekdays": ["mon"]}}
    assert world.post("ann", "series", weekly).status_code == 201
    first = world.get("ann", "bookings").json()["results"][-1]["reference"]
    world.set_clock(world.now + timedelta(days=7))
    assert roll_series(planner_for=planner_for, now=world.now) == 1
    second = world.get("ann", "bookings").json()["results"][0]["reference"]
    assert [sides(world, each)[0][:2] for each in (first, second)] == [
        ("booking.confirmed", "passenger"),
        ("booking.confirmed", "service"),
    ]


def test_who_is_nobody_any_more_was_on_the_side_that_they_were_on(world: World) -> None:
    """Staff who have left were the operator; a passenger who was erased was the passenger."""
    by_staff, by_ann = (world.book("ann", leave_at=world.at(hour))["reference"] for hour in (10, 14))
    world.post("agent", f"bookings/{by_staff}/cancel")
    world.post("ann", f"bookings/{by_ann}/cancel")
    world.users["agent"].staff_member.delete()
    read = {each: world.get("dispatcher", f"bookings/{each}").json()["cancelled_by"] for each in (by_staff, by_ann)}
    assert read == {by_staff: "operator", by_ann: "passenger"}
    erase_passenger(Passenger.objects.get(name="Ann"), now=world.now)
    read = {each: world.get("dispatcher", f"bookings/{each}").json()["cancelled_by"] for each in (by_staff, by_ann)}
    assert read == {by_staff: "operator", by_ann: "passenger"}


# --- Whoever signed in by a code has no other name than their passenger's


def test_who_signed_in_by_a_code_is_called_by_their_name(world: World, post: Provider) -> None:
    name = "Gwen Vale"
    gwen = Passenger.objects.create(operator=world.service.operator, name=name, phone="07700 900777")
    assert signed_in(world, post, phone="07700 900777").status_code == 200
    user = User.objects.get(passenger=gwen)
    assert user.get_username().startswith("passenger-")
    world.users["gwen"], world.tokens["gwen"] = user, AuthToken.objects.create(user)[1]

    booking = world.book("gwen")
    assert booking["booked_by"] == name
    assert [row["who"] for row in world.get("dispatcher", f"passengers/{gwen.pk}/audit").json()["results"]] == [
        name
    ] * 2  # signing in, too
    world.post("gwen", f"bookings/{booking['reference']}/cancel")
    assert world.get("agent", f"bookings/{booking['reference']}").json()["cancelled_by_name"] == name


def test_administrators_act_for_the_operator(world: World) -> None:
    root = User.objects.create_superuser("root")
    reference = world.book("ann")["reference"]
    cancel_booking(reference, planner=planner_for(world.service), by=root, now=world.now)
    read = world.get("agent", f"bookings/{reference}").json()
    assert (read["cancelled_by"], read["cancelled_by_name"]) == ("operator", "root")


def test_what_the_service_books_at_night_is_told_in_the_morning(world: World) -> None:
    """As if Ann had just done it herself, she would be told at once."""
    assert world.post("ann", "series", world.wish() | {"repeat": {"weekdays": ["mon"]}}).status_code == 201
    Event.objects.update(sent_at=world.now)
    world.set_clock(world.now + timedelta(days=6, hours=20))  # Monday at three
    assert roll_series(planner_for=planner_for, now=world.now) == 1
    sms = Provider()
    for hours, told in ((0, 0), (5, 1)):
        world.set_clock(world.now + timedelta(hours=hours))
        queue_untold(usable=["sms"], now=world.now)
        send_due({"sms": sms}, clock=lambda: world.now, seconds=60, breaker=Breaker())
        assert len(sms.taken) == told
