"""What a driver reads and reports, and what a dispatcher sees of it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from bookings.actions.chase_reoptimisations import chase_reoptimisations
from bookings.models import Booking, Event, Shift
from tests.backend.api_world import World

pytestmark = pytest.mark.django_db

DAY = "services/ripon/days/2027-06-07"


def shift_of(world: World, booking: dict[str, Any]) -> Shift:
    return Shift.objects.get(pk=booking["shift"]["id"])


def driver_of(shift: Shift) -> str:
    assert shift.driver is not None
    return shift.driver.code


def test_the_manifest_has_the_calls_in_order_with_the_running_load(world: World) -> None:
    booking = world.book(
        "agent", passenger={"name": "Fern Stonebeck", "phone": "07700 900004"}, party={"adults": 2, "wheelchairs": 1}
    )
    shift = shift_of(world, booking)
    response = world.get(driver_of(shift), f"shifts/{shift.pk}/manifest")
    assert response.status_code == 200
    assert response["Content-Type"] == "application/json"
    manifest = response.json()
    assert manifest["revision"] == 1
    assert manifest["service_date"] == "2027-06-07"
    assert manifest["generated_at"] == world.now.isoformat()
    assert manifest["passengers"] == 2
    assert manifest["fares_pence"] == 400
    rides = [call for call in manifest["calls"] if call["action"] != "break"]
    assert [(call["action"], call["load"]) for call in rides] == [
        ("board", {"seats": 1, "wheelchairs": 1}),
        ("alight", {"seats": 0, "wheelchairs": 0}),
    ]
    board, alight = rides
    assert board["booking"] == booking["reference"]
    assert board["passenger"] == {"name": "Fern Stonebeck", "phone": "07700 900004", "needs": ["Wheelchair: ramp and clamps"]}
    assert board["promised"] == {"from": booking["pickup"]["from"], "until": booking["pickup"]["until"]}
    assert board["begin"] == booking["eta"]["pickup"]
    assert alight["promised"] == {"arrive_by": booking["dropoff"]["arrive_by"]}
    assert alight["begin"] == booking["eta"]["arrival"]
    assert [call["duration_s"] for call in manifest["calls"] if call["action"] == "break"] == [1800]


def test_the_manifest_prints(world: World) -> None:
    booking = world.book("agent", passenger={"name": "Fern & Co <Stonebeck>", "phone": "07700 900004"})
    path = f"shifts/{booking['shift']['id']}/manifest"
    for page in (
        world.get("dispatcher", path, HTTP_ACCEPT="text/html,*/*;q=0.8"),
        world.get("dispatcher", f"{path}?format=html"),
    ):
        assert page.status_code == 200
        assert page["Content-Type"] == "text/html; charset=utf-8"
        assert "Fern &amp; Co &lt;Stonebeck&gt;" in page.content.decode()
        assert booking["reference"] in page.content.decode()
    assert world.get("dispatcher", path, HTTP_ACCEPT="*/*")["Content-Type"] == "application/json"
    lost = world.get("dispatcher", "shifts/0/manifest", HTTP_ACCEPT="text/html")
    assert (lost.status_code, lost["Content-Type"]) == (404, "application/problem+json")


def test_people_who_board_at_one_stop_share_a_call(world: World) -> None:
    first = world.book("ann", party={"adults": 1})
    second = world.book("bob", party={"children": 2})
    shift = shift_of(world, first)
    assert shift_of(world, second) == shift
    rides = [call for call in world.get("dispatcher", f"shifts/{shift.pk}/manifest").json()["calls"] if call["action"] != "break"]
    assert [call["load"]["seats"] for call in rides] in ([1, 3, 2, 0], [1, 3, 1, 0], [2, 3, 2, 0], [2, 3, 1, 0])
    assert rides[0]["number"] == rides[1]["number"] < rides[2]["number"] == rides[3]["number"]


def test_a_driver_reports_a_journey(world: World) -> None:
    booking = world.book("ann")
    shift = shift_of(world, booking)
    driver, events = driver_of(shift), f"shifts/{shift.pk}/events"
    pickup = datetime.fromisoformat(booking["eta"]["pickup"])

    world.set_clock(pickup)
    assert world.post(driver, events, {"kind": "arrived", "booking": booking["reference"]}).status_code == 201
    manifest = world.get(driver, f"shifts/{shift.pk}/manifest").json()
    assert next(call["status"] for call in manifest["calls"] if call["booking"]) == "arrived"

    world.set_clock(pickup + timedelta(minutes=2))
    told = world.post(driver, events, {"kind": "boarded", "booking": booking["reference"], "at": world.now.isoformat()})
    assert told.status_code == 201, told.data
    assert told.json()["kind"] == "boarded"
    assert told.json()["at"] == world.now.isoformat()
    assert world.get("ann", f"bookings/{booking['reference']}").json()["status"] == "aboard"

    refused = world.post("ann", f"bookings/{booking['reference']}/cancel")
    assert refused.status_code == 409
    assert refused.json()["type"] == "/api/v1/problems/cant-cancel"

    world.set_clock(world.now + timedelta(minutes=20))
    assert world.post(driver, events, {"kind": "alighted", "booking": booking["reference"]}).status_code == 201
    assert Booking.objects.get().status == "completed"
    done = [call["status"] for call in world.get(driver, f"shifts/{shift.pk}/manifest").json()["calls"] if call["booking"]]
    assert done == ["done", "done"]
    again = world.post(driver, events, {"kind": "alighted", "booking": booking["reference"]})
    assert again.status_code == 409
    assert again.json()["type"] == "/api/v1/problems/cant-record"


def test_somebody_who_is_not_there(world: World) -> None:
    booking = world.book("ann")
    shift = shift_of(world, booking)
    world.set_clock(datetime.fromisoformat(booking["pickup"]["until"]) + timedelta(minutes=1))
    told = world.post("dispatcher", f"shifts/{shift.pk}/events", {"kind": "no_show", "booking": booking["reference"].lower()})
    assert told.status_code == 201, told.data
    shown = [call["action"] for call in world.get("dispatcher", f"shifts/{shift.pk}/manifest").json()["calls"] if call["booking"]]
    assert shown == ["missed"]
    assert world.get("dispatcher", DAY).json()["figures"]["no_shows"] == 1


@pytest.mark.parametrize(
    ("change", "pointer", "status"),
    [
        ({"kind": "vanished"}, "#/kind", 400),
        ({"kind": None}, "#/kind", 400),
        ({"booking": None}, "#/booking", 400),
        ({"booking": "AAA-AAA"}, "#/booking", 400),
        ({"booking": 7}, "#/booking", 400),
        ({"kind": "break_started"}, "#/booking", 400),
        ({"at": "2027-06-07T10:00:00"}, "#/at", 400),
        ({"at": "2027-06-01T10:00:00Z"}, "#/at", 400),
        ({"at": "2027-06-07T16:00:00Z"}, "#/at", 422),
        ({"speed": 30}, "#/speed", 400),
    ],
)
def test_reports_that_make_no_sense(world: World, change: dict[str, Any], pointer: str, status: int) -> None:
    booking = world.book("ann")
    body = {"kind": "boarded", "booking": booking["reference"], "at": world.now.isoformat()} | change
    response = world.post(
        "dispatcher",
        f"shifts/{booking['shift']['id']}/events",
        {name: value for name, value in body.items() if value is not None},
    )
    assert response.status_code == status, response.data
    assert response["Content-Type"] == "application/problem+json"
    assert pointer in [error["pointer"] for error in response.json()["errors"]]
    assert not Event.objects.filter(kind__startswith="driver.").exists()


def test_the_day_shows_everything(world: World, django_assert_max_num_queries: Any) -> None:
    bookings = [world.book("ann"), world.book("bob", leave_at=world.at(14)), world.book("bob", leave_at=world.at(16))]
    world.post("bob", f"bookings/{bookings[2]['reference']}/cancel")
    with django_assert_max_num_queries(30):
        day = world.get("dispatcher", DAY).json()
    assert (day["service"], day["service_date"], day["zone"]) == ("ripon", "2027-06-07", "Europe/London")
    assert day["revision"] == 4
    assert (day["opens"], day["closes"]) == ("2027-06-07T06:55:00+01:00", "2027-06-07T18:00:00+01:00")
    assert day["figures"]["bookings"] == 2
    assert day["figures"]["cancelled"] == 1
    assert day["optimised"] is None
    assert len(day["shifts"]) == 4
    by_reference = {each["reference"]: each for each in day["bookings"]}
    for booking in bookings[:2]:
        shift = next(each for each in day["shifts"] if each["id"] == booking["shift"]["id"])
        assert by_reference[booking["reference"]]["shift"] == shift["id"]
        calls = [call for call in shift["calls"] if call["booking"] == booking["reference"]]
        assert [call["action"] for call in calls] == ["board", "alight"]
        assert calls[0]["begin"] == by_reference[booking["reference"]]["pickup"]["expected"]
        assert shift["path"]["type"] == "LineString"
        assert shift["breaks"]
        manifest = world.get("dispatcher", f"shifts/{shift['id']}/manifest").json()
        for call in calls:
            same = next(
                each for each in manifest["calls"] if (each["booking"], each["action"]) == (call["booking"], call["action"])
            )
            assert {name: call[name] for name in ("arrive", "begin", "depart", "load", "number")} == {
                name: same[name] for name in ("arrive", "begin", "depart", "load", "number")
            }
    assert by_reference[bookings[2]["reference"]]["shift"] is None


def test_a_day_that_nobody_has_asked_for_yet(world: World) -> None:
    day = world.get("dispatcher", "services/ripon/days/2027-06-10").json()
    assert (day["revision"], day["shifts"], day["bookings"]) == (0, [], [])
    sunday = world.get("dispatcher", "services/ripon/days/2027-06-13").json()
    assert (sunday["opens"], sunday["closes"]) == (None, None)


def test_a_better_plan_is_asked_for(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[Any] = []
    monkeypatch.setattr("backend.celery.app.send_task", lambda name, **call: sent.append((name, call)))
    world.book("ann")
    response = world.post("dispatcher", f"{DAY}/reoptimise")
    assert response.status_code == 202
    accepted = response.json()
    assert accepted["day"] == f"/api/v1/{DAY}"
    assert accepted["revision"] == 1
    name, call = sent[0]
    assert name == "backend.tasks.reoptimise"
    assert call["args"] == ["ripon", "2027-06-07"]
    assert call["task_id"] == accepted["request"]
    # It's on its way, so nobody queues it again for the time being.
    assert chase_reoptimisations(lost_after=timedelta(minutes=5), now=world.now + timedelta(minutes=1)) == []


def test_without_the_queue_of_the_workers_it_is_accepted_and_queued_later(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    from kombu.exceptions import OperationalError

    def refuse(*args: Any, **call: Any) -> None:
        raise OperationalError("no broker")

    monkeypatch.setattr("backend.celery.app.send_task", refuse)
    response = world.post("dispatcher", f"{DAY}/reoptimise")
    assert response.status_code == 202
    (left,) = chase_reoptimisations(lost_after=timedelta(minutes=5), now=world.now + timedelta(minutes=1))
    assert left.data["request"] == response.json()["request"]
    assert left.by == world.users["dispatcher"]
