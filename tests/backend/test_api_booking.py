"""The whole way through the API: ask, book, hold, confirm, cancel; as passenger and as phone agent."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bookings.models import Booking, Passenger, Refusal
from bookings.planner import Planner
from tests.backend.api_world import World

pytestmark = pytest.mark.django_db


def test_a_passenger_asks_and_books(world: World) -> None:
    response = world.post("ann", "offers", world.wish())
    assert response.status_code == 200, response.data
    offer = response.json()["offers"][0]
    assert offer["pickup"]["stop"]["code"] == "RIP01"
    assert offer["service_date"] == "2027-06-07"
    assert offer["fare_pence"] == 200
    assert offer["pickup"]["from"] <= offer["pickup"]["expected"] <= offer["pickup"]["until"]
    assert offer["dropoff"]["expected"] <= offer["dropoff"]["arrive_by"]
    assert offer["pickup"]["from"].endswith("+01:00")

    booked = world.post("ann", "bookings", {"offer": offer["id"]})
    assert booked.status_code == 201, booked.data
    booking = booked.json()
    assert booking["status"] == "confirmed"
    assert booking["passenger"]["name"] == "Ann"
    assert booking["channel"] == "app"
    assert booking["eta"]["pickup"] == offer["pickup"]["expected"]
    assert booking["shift"]["vehicle"] in ("Bus 1", "Bus 2")
    assert [event["kind"] for event in booking["history"]] == ["booking.confirmed"]
    for promise in ("from", "until"):
        assert booking["pickup"][promise] == offer["pickup"][promise]

    assert world.get("ann", f"bookings/{booking['reference']}").json() == booking
    spoken = booking["reference"].lower().replace("-", " ")
    assert world.get("ann", f"bookings/{spoken}").json() == booking
    assert [each["reference"] for each in world.get("ann", "bookings").json()["results"]] == [booking["reference"]]


def test_offers_really_differ(world: World) -> None:
    offers = world.offers("ann")
    assert 1 < len(offers) <= 5
    assert len(
        {(offer["pickup"]["expected"], offer["pickup"]["stop"]["code"], offer["dropoff"]["stop"]["code"]) for offer in offers}
    ) == len(offers)


def test_an_agent_books_for_a_caller_who_is_made_a_passenger_once(world: World) -> None:
    caller = {"name": "Fern Stonebeck", "phone": "07700 900004"}
    first = world.book("agent", passenger=caller)
    again = world.book("agent", passenger={"name": "fern stonebeck", "phone": "07700-900004"}, leave_at=world.at(15))
    assert first["channel"] == "phone"
    assert first["booked_by"] == "Agent"
    assert first["passenger"]["id"] == again["passenger"]["id"]
    assert Passenger.objects.filter(name="Fern Stonebeck").count() == 1
    third = world.book("agent", passenger=first["passenger"]["id"], leave_at=world.at(12))
    assert third["passenger"] == first["passenger"]


def test_two_who_share_a_telephone_are_two_passengers(world: World) -> None:
    phone = "01765 600000"
    one = world.book("agent", passenger={"name": "Pat Vale", "phone": phone})
    other = world.book("agent", passenger={"name": "Sam Vale", "phone": phone})
    assert one["passenger"]["id"] != other["passenger"]["id"]


def test_an_agent_may_name_the_passenger_when_booking(world: World) -> None:
    offer = world.offers("agent")[0]["id"]
    nobody = world.post("agent", "bookings", {"offer": offer})
    assert nobody.status_code == 422
    assert nobody.json()["errors"][0]["pointer"] == "#/passenger"
    named = world.post("agent", "bookings", {"offer": offer, "passenger": {"name": "Fern", "phone": "07700 900004"}})
    assert named.status_code == 201, named.data


def test_what_was_offered_to_one_is_not_booked_for_another(world: World) -> None:
    offer = world.offers("ann")[0]
    body = {"offer": offer["id"], "passenger": {"name": "Bob Wray", "phone": "01765 123456"}}
    response = world.post("agent", "bookings", body)
    assert response.status_code == 422
    assert response.json()["errors"][0]["pointer"] == "#/passenger"
    assert world.post("ann", "bookings", {"offer": offer["id"]}).status_code == 201


def test_a_hold_is_confirmed_and_stays_so(world: World) -> None:
    held = world.book("agent", hold=True, passenger={"name": "Fern", "phone": "07700 900004"})
    assert held["status"] == "held"
    assert held["held_until"] == (world.now + timedelta(seconds=world.service.hold_s)).isoformat()
    world.set_clock(world.now + timedelta(seconds=world.service.hold_s - 1))
    confirmed = world.post("agent", f"bookings/{held['reference']}/confirm")
    assert (confirmed.status_code, confirmed.json()["status"]) == (200, "confirmed")
    assert confirmed.json()["held_until"] is None
    assert world.post("agent", f"bookings/{held['reference']}/confirm").status_code == 200


def test_a_hold_that_is_over_is_gone(world: World) -> None:
    held = world.book("ann", hold=True)
    world.set_clock(world.now + timedelta(seconds=world.service.hold_s))
    response = world.post("ann", f"bookings/{held['reference']}/confirm")
    assert response.status_code == 410
    assert response.json()["type"] == "/api/v1/problems/hold-expired"


def test_an_offer_expires(world: World) -> None:
    offer = world.offers("ann")[0]
    world.set_clock(world.now + timedelta(seconds=world.service.offer_ttl_s))
    response = world.post("ann", "bookings", {"offer": offer["id"]})
    assert response.status_code == 410
    assert response.json()["type"] == "/api/v1/problems/offer-expired"
    assert response["Content-Type"] == "application/problem+json"


def test_an_offer_is_booked_once(world: World) -> None:
    offer = world.offers("ann")[0]["id"]
    assert world.post("ann", "bookings", {"offer": offer}).status_code == 201
    again = world.post("ann", "bookings", {"offer": offer})
    assert again.status_code == 409
    assert again.json()["type"] == "/api/v1/problems/offer-taken"
    assert Booking.objects.count() == 1


def test_whoever_comes_too_late_is_shown_alternatives(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    offer = world.offers("ann")[0]["id"]
    monkeypatch.setattr("bookings.planner.Planner.best", lambda *args: None)  # others have taken the room
    response = world.post("ann", "bookings", {"offer": offer})
    assert response.status_code == 409
    problem = response.json()
    assert problem["type"] == "/api/v1/problems/no-longer-possible"
    monkeypatch.undo()
    monkeypatch.setattr("bookings.clock.database_now", lambda: world.now)
    assert problem["alternatives"][0]["pickup"]["stop"]["code"] == "RIP01"
    assert world.post("ann", "bookings", {"offer": problem["alternatives"][0]["id"]}).status_code == 201


def test_cancelling_twice_is_fine(world: World) -> None:
    reference = world.book("ann")["reference"]
    first = world.post("ann", f"bookings/{reference}/cancel", {"why": "feeling ill"})
    assert first.status_code == 200
    assert first.json()["status"] == "cancelled"
    assert first.json()["cancel_reason"] == "feeling ill"
    assert first.json()["eta"] is None
    second = world.post("ann", f"bookings/{reference}/cancel")
    assert (second.status_code, second.json()) == (200, first.json())


def test_a_cancelled_booking_is_not_confirmed(world: World) -> None:
    reference = world.book("ann", hold=True)["reference"]
    world.post("ann", f"bookings/{reference}/cancel")
    response = world.post("ann", f"bookings/{reference}/confirm")
    assert response.status_code == 409
    assert response.json()["type"] == "/api/v1/problems/cant-confirm"


def test_a_day_without_room_is_an_answer_with_alternatives(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    offers, asked = Planner.offers, list[object]()

    def none_when_first_asked(*args: Any) -> list[Any]:
        asked.append(args)
        return offers(*args) if asked[1:] else []

    monkeypatch.setattr(Planner, "offers", none_when_first_asked)
    response = world.post("ann", "offers", world.wish())
    assert response.status_code == 200
    refusal = response.json()["refusal"]
    assert response.json()["offers"] == []
    assert refusal["type"].startswith("/api/v1/problems/")
    assert refusal["title"]
    assert refusal["alternatives"]
    assert Refusal.objects.get().channel == "app"


def test_staff_and_passengers_are_told_by_how_little_it_does_not_fit(world: World) -> None:
    # At Bedale and back at its depot 15 s after the end of the shift.
    late = {"leave_at": world.at(17, 20, days=1)}
    caller = {"passenger": {"name": "Cid", "phone": "07700 900123"}}

    staff = world.post("agent", "offers", world.wish(**late, **caller)).json()["refusal"]["leeway"]
    passengers = world.post("ann", "offers", world.wish(**late)).json()["refusal"]["leeway"]

    sooner = "It would fit if leaving at 17:19 would do, 1 min earlier than asked."
    earlier = {"rule": "earlier", "amount": 15, "unit": "s", "text": sooner, "leave_at": world.at(17, 19, days=1)}
    farther = "It would fit if a walk of 596 m where it ends would do, 196 m more than the service allows."
    walk = {"rule": "walk", "amount": 196, "unit": "m", "text": farther, "end": "destination", "stop": "AIS01"}
    assert passengers == [earlier, walk]
    longer = "It would fit if Bus 2 late could be out for 1 min longer than its shift."
    overtime = {"rule": "shift", "amount": 15, "unit": "s", "text": longer}
    second_bus = {"rule": "vehicle", "amount": 3523, "unit": "s", "text": "It would fit if one vehicle more were out for 59 min."}
    ours = [{**each, "shift": "Bus 2 late", "concerned": []} for each in (earlier, overtime)]
    assert staff == [*ours, walk, second_bus]
    assert world.offers("ann", leave_at=earlier["leave_at"])


def test_a_dispatcher_reads_later_what_was_turned_away(world: World, django_assert_max_num_queries: Any) -> None:
    for minute in (20, 25):
        world.post("ann", "offers", world.wish(leave_at=world.at(17, minute, days=1)))
    day = "services/ripon/days/2027-06-08"

    with django_assert_max_num_queries(8):
        latest, first = world.get("dispatcher", f"{day}/refusals").json()["results"]

    assert (latest["leave_at"], first["leave_at"]) == (world.at(17, 25, days=1), world.at(17, 20, days=1))
    assert (first["channel"], first["passenger"], first["type"]) == ("app", "Ann", "/api/v1/problems/shift")
    assert [(each["rule"], each["amount"]) for each in first["leeway"][:2]] == [("earlier", 15), ("shift", 15)]
    assert [(each["rule"], each["amount"]) for each in latest["leeway"][:2]] == [("earlier", 315), ("shift", 315)]
    assert world.get("dispatcher", f"{day}").json()["figures"]["refused"] == 2
    assert world.get("dispatcher", "services/ripon/days/2027-06-09/refusals").json()["results"] == []


def test_lists_are_filtered(world: World) -> None:
    morning, afternoon = world.book("ann"), world.book("ann", leave_at=world.at(14, days=1))
    world.post("ann", f"bookings/{morning['reference']}/cancel")

    def listed(query: str) -> list[str]:
        return [each["reference"] for each in world.get("ann", f"bookings?{query}").json()["results"]]

    assert listed("") == [afternoon["reference"], morning["reference"]]
    assert listed("status=cancelled") == [morning["reference"]]
    assert listed("date=2027-06-08") == [afternoon["reference"]]
    assert listed("service=ripon&status=confirmed") == [afternoon["reference"]]
    assert listed("service=elsewhere") == []


def test_long_lists_come_in_pages_and_few_queries(world: World, django_assert_max_num_queries: Any) -> None:
    references = [world.book("ann", leave_at=world.at(8 + 2 * turn))["reference"] for turn in range(5)]
    with django_assert_max_num_queries(7):
        page = world.get("ann", "bookings?limit=2").json()
    found = [each["reference"] for each in page["results"]]
    while page["next"]:
        page = world.get("ann", page["next"].partition("/api/v1/")[2]).json()
        found += [each["reference"] for each in page["results"]]
    assert found == references[::-1]


def test_few_queries_for_offers_and_bookings(world: World, django_assert_max_num_queries: Any) -> None:
    world.book("ann")
    with django_assert_max_num_queries(30):
        offers = world.offers("bob", leave_at=world.at(14))
    with django_assert_max_num_queries(60):
        world.post("bob", "bookings", {"offer": offers[0]["id"]})
