"""Whoever was erased is read, changed and booked for by nobody any more, whichever way somebody tries."""

from __future__ import annotations

from typing import Any

import pytest

from backend.wiring import planner_for
from bookings import refusals
from bookings.actions import change_passenger, sign_in
from bookings.actions.erase_passenger import erase_passenger
from bookings.actions.repeat import roll_series
from bookings.actions.serve_waitlist import serve_waitlists
from bookings.claims import list_claimed
from bookings.models import Booking, IdempotencyKey, Passenger, Refusal, Series, SignInCode, Waiting
from bookings.refusals import Reason
from bookings.travellers import PassengerErased
from bookings.wish import RideWish, wish_from_json
from tests.backend.api_world import World
from tests.backend.code_post import MOBILE, ask, code_in, enter
from tests.backend.messenger import Provider
from tests.backend.test_partners import PATIENT, Site, create

pytestmark = pytest.mark.django_db

ERASED = "/api/v1/problems/passenger-erased"


@pytest.fixture
def hospital(world: World) -> Site:
    return create(world, "Hospital").sign_in()


@pytest.fixture
def patient(hospital: Site) -> int:
    found: int = hospital.call("post", "passengers", PATIENT).json()["id"]
    return found


def erase(world: World, passenger: int) -> None:
    answer = world.post("dispatcher", f"passengers/{passenger}/erase")
    assert answer.status_code == 204, answer.data


# --- Partners


def test_a_partner_who_sends_a_change_again_does_not_read_it_again(world: World, hospital: Site, patient: int) -> None:
    needs, key = {"needs": "oxygen in the bag"}, {"HTTP_IDEMPOTENCY_KEY": "k1"}
    assert hospital.call("patch", f"passengers/{patient}", needs, **key).status_code == 200
    erase(world, patient)
    again = hospital.call("patch", f"passengers/{patient}", needs, **key)
    assert again.status_code == 404, again.data
    assert hospital.call("get", f"passengers/{patient}").status_code == 404


def test_what_a_partner_was_answered_is_forgotten_and_what_another_was_is_not(world: World, hospital: Site) -> None:
    elsewhere = create(world, "School").sign_in()
    own = hospital.book()
    other = elsewhere.book()  # of the same name and telephone
    hospital.call("post", f"bookings/{own['reference']}/cancel")
    erase(world, own["passenger"]["id"])
    kept = {row.path for row in IdempotencyKey.objects.all() if PATIENT["name"] in row.body}
    assert kept == {"/api/v1/bookings"}
    assert other["reference"] in IdempotencyKey.objects.get(path="/api/v1/bookings").body


def test_a_partner_gets_no_offers_for_them(world: World, hospital: Site, patient: int) -> None:
    erase(world, patient)
    answer = hospital.call("post", "offers", world.wish(passenger=patient))
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, "#/passenger")


@pytest.mark.parametrize("hold", [True, False])
def test_an_offer_from_before_is_not_booked_after(world: World, hospital: Site, patient: int, hold: bool) -> None:
    offer = hospital.call("post", "offers", world.wish(passenger=patient)).json()["offers"][0]["id"]
    world.book("agent", passenger=patient, leave_at=world.at(15))
    cancel_all(world, patient)
    row = Passenger.objects.get(pk=patient)
    # An erasure drops offers that nobody took. One that is being booked at that very moment is read already.
    Passenger.objects.filter(pk=patient).update(erased_at=world.now)
    for call in (hospital.call, lambda _, path, body: world.post("agent", path, body)):
        answer = call("post", "bookings", {"offer": offer, "hold": hold})
        assert (answer.status_code, answer.json()["type"]) == (409, ERASED)
    assert not Booking.objects.filter(passenger=row, status__in=("held", "confirmed")).exists()


# --- Staff


def test_staff_neither_reinstate_nor_wait_nor_begin_series_for_them(world: World, hospital: Site, patient: int) -> None:
    refusal = refused(world, patient)
    erase(world, patient)
    waits = world.post("agent", "waitlist", {"refusal": refusal.pk})
    assert (waits.status_code, waits.json()["type"]) == (409, ERASED)
    reinstated = world.post("dispatcher", f"passengers/{patient}/reinstate", {"service": "ripon", "why": "a mistake"})
    assert reinstated.status_code == 404
    weekly = world.wish(passenger=patient, repeat={"weekdays": ["mon"]})
    assert world.post("agent", "series", weekly).status_code == 400
    saved = {"label": "Home", "position": {"type": "Point", "coordinates": [-1.5, 54.1]}, "passenger": patient}
    assert world.post("agent", "saved-places", saved).status_code == 400


def test_who_has_read_them_a_moment_before_changes_nothing_any_more(world: World, hospital: Site, patient: int) -> None:
    read = Passenger.objects.get(pk=patient)
    erase(world, patient)
    with pytest.raises(PassengerErased):
        change_passenger.change_passenger(read, {"needs": "oxygen in the bag"})
    assert Passenger.objects.get(pk=patient).needs == ""


# --- Signing in


def test_nobody_signs_in_as_them_not_even_with_a_code_that_is_on_its_way(
    world: World, post: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann = Passenger.objects.create(operator=world.service.operator, name="Ann Example", phone=MOBILE)
    ticket = ask(world, phone=MOBILE).json()["ticket"]

    def too_late(code: SignInCode, name: str, country_code: str) -> list[Passenger]:
        found = list_claimed(code, name, country_code)
        Passenger.objects.filter(pk__in=[each.pk for each in found]).update(erased_at=world.now)
        return found

    with monkeypatch.context() as patched:
        patched.setattr(sign_in, "list_claimed", too_late)  # erased between looking for her and signing in
        assert enter(world, ticket, code_in(post)).status_code == 422
    ann.refresh_from_db()
    assert ann.user is None
    Passenger.objects.filter(pk=ann.pk).update(erased_at=world.now)  # what was refused took that back with it
    again = enter(world, ticket, code_in(post), name="Ann Example")
    assert again.status_code == 200, again.data
    assert again.json()["passenger"]["id"] != ann.pk  # by then she is somebody new


# --- Whoever works by themselves


def test_nothing_is_placed_for_them_by_the_roll_of_a_series(world: World) -> None:
    started = world.post("ann", "series", world.wish(repeat={"weekdays": ["mon"]}))
    assert started.status_code == 201, started.data
    series = Series.objects.get()
    cancel_all(world, series.passenger_id)
    Passenger.objects.filter(pk=series.passenger_id).update(erased_at=world.now)
    world.set_clock(world.now.replace(day=14))
    assert roll_series(planner_for=planner_for, now=world.now) == 0
    assert not Booking.objects.filter(passenger=series.passenger_id, status="confirmed").exists()


def test_nothing_is_held_for_them_by_the_waitlist(world: World) -> None:
    ann = Passenger.objects.get(user=world.users["ann"])
    waits = world.post("ann", "waitlist", {"refusal": refused(world, ann.pk).pk})
    assert waits.status_code == 201, waits.data
    world.book("bob")  # the plan of the day has moved
    Passenger.objects.filter(pk=ann.pk).update(erased_at=world.now)
    assert serve_waitlists(planner_for=planner_for, now=world.now) == []
    Passenger.objects.filter(pk=ann.pk).update(erased_at=None)
    found = serve_waitlists(planner_for=planner_for, now=world.now)
    assert [booking.passenger for booking in found] == [ann]  # the control


# --- Once more


def test_erasing_again_forgets_what_has_come_since(world: World, hospital: Site, patient: int) -> None:
    erase(world, patient)
    row = Passenger.objects.get(pk=patient)
    first = row.erased_at
    world.set_clock(world.now.replace(hour=8))
    Passenger.objects.filter(pk=patient).update(needs="oxygen in the bag")
    late = refused(world, patient)
    Waiting.objects.create(
        refusal=late, service=late.service, date=world.now.date(), passenger=row, channel="app", created_at=world.now
    )
    key = {"user": world.users["agent"], "key": "k2", "method": "PATCH", "body": "{}", "status": 200, "created_at": world.now}
    IdempotencyKey.objects.create(path=f"/api/v1/passengers/{patient}", **key)

    erase(world, patient)

    row.refresh_from_db()
    late.refresh_from_db()
    assert (row.needs, row.erased_at) == ("", first)
    assert late.wish["origin_name"] == ""
    assert Waiting.objects.get().state == "withdrawn"
    assert not IdempotencyKey.objects.filter(key="k2").exists()


def test_erasing_again_with_a_journey_ahead_says_so(world: World, hospital: Site, patient: int) -> None:
    booking = hospital.book()
    Passenger.objects.filter(pk=patient).update(erased_at=world.now)  # as before this was looked at
    refused_ = world.post("dispatcher", f"passengers/{patient}/erase")
    assert (refused_.status_code, refused_.json()["type"]) == (409, "/api/v1/problems/still-travels")
    assert booking["reference"] in refused_.json()["detail"]
    cancel_all(world, patient)
    erase_passenger(Passenger.objects.get(pk=patient), now=world.now)


def cancel_all(world: World, passenger: int) -> None:
    for row in Booking.objects.filter(passenger=passenger, status__in=("held", "confirmed")):
        assert world.post("agent", f"bookings/{row.reference}/cancel").status_code == 200


def refused(world: World, passenger: int) -> Refusal:
    """A wish of somebody's that there was no room for."""
    return refusals.keep(
        Reason("no_room", "No room", "The bus is full."),
        service=world.service,
        wish=wish(world, origin_name="Ty Hafan"),
        passenger=Passenger.objects.get(pk=passenger),
        asked_by=None,
        channel="app",
        now=world.now,
    )


def wish(world: World, **more: Any) -> RideWish:
    stops = {stop.code: list(stop.point) for stop in world.service.stops.filter(code__in=("RIP01", "BED01"))}
    ends = {"origin": stops["RIP01"], "destination": stops["BED01"]}
    times = {"leave_at": world.at(10), "arrive_by": None}
    return wish_from_json({**ends, **times, "party": {"adults": 1}, **more})
