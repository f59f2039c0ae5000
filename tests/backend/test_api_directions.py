"""How a driver is told the way to the next call."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from bookings.models import Shift
from tests.backend.api_world import World

pytestmark = pytest.mark.django_db


def test_a_driver_is_led_from_call_to_call(world: World) -> None:
    booking = world.book("ann", origin={"stop": "RIP01"}, destination={"stop": "MAS01"})
    shift = Shift.objects.get(pk=booking["shift"]["id"])
    assert shift.driver is not None
    driver, path = shift.driver.code, f"shifts/{shift.pk}/directions"
    calls = world.get(driver, f"shifts/{shift.pk}/manifest").json()["calls"]
    numbers = {call["action"]: call["number"] for call in calls if call["booking"]}

    to_ann = world.get(driver, f"{path}?call={numbers['board']}").json()
    with_ann = world.get(driver, f"{path}?call={numbers['alight']}").json()

    ride = next(call for call in calls if call["action"] == "alight")
    assert (with_ann["call"], with_ann["start"], with_ann["end"]) == (numbers["alight"], to_ann["end"], ride["place"])
    assert with_ann["leave"] == next(call["depart"] for call in calls if call["action"] == "board")
    assert with_ann["metres"] == ride["drive_m"]
    assert with_ann["line"]["type"] == "LineString"
    assert len(with_ann["line"]["coordinates"]) > 10
    first, *_, last = with_ann["turns"]
    assert (first["kind"], last["kind"]) == ("depart", "arrive")
    assert first["words"].startswith("Head ")
    assert sum(turn["metres"] for turn in with_ann["turns"]) == pytest.approx(ride["drive_m"], abs=60)  # but for the kerbs
    assert {turn["street"] for turn in with_ann["turns"]} & {"A6108"}


def test_the_next_call_is_the_first_that_is_not_done_and_then_the_way_home(world: World) -> None:
    booking = world.book("ann")
    shift = Shift.objects.get(pk=booking["shift"]["id"])
    assert shift.driver is not None
    driver, events = shift.driver.code, f"shifts/{shift.pk}/events"
    calls = list(world.get(driver, f"shifts/{shift.pk}/manifest").json()["calls"])
    way = world.get("dispatcher", f"shifts/{shift.pk}/directions").json()
    assert (way["call"], way["start"], way["end"]) == (1, "Depot, Dallamires Way, Ripon", calls[0]["place"])

    for call in calls:
        world.set_clock(datetime.fromisoformat(call["depart"]))
        kinds = {"break": ["break_started", "break_ended"], "board": ["boarded"], "alight": ["alighted"]}[call["action"]]
        for kind in kinds:
            body = {"kind": kind, "at": world.now.isoformat()} | ({"booking": call["booking"]} if call["booking"] else {})
            assert world.post(driver, events, body).status_code == 201
            world.set_clock(world.now + timedelta(seconds=1))
    home = world.get(driver, f"shifts/{shift.pk}/directions").json()
    assert (home["call"], home["end"]) == (None, "Depot, Dallamires Way, Ripon")
    assert home["metres"] > 0


def test_a_shift_without_calls_has_its_way_home_at_once(world: World) -> None:
    booking = world.book("ann")
    idle = Shift.objects.filter(date=booking["service_date"]).exclude(pk=booking["shift"]["id"]).first()
    assert idle is not None
    idle.breaks = []
    idle.save()
    way = world.get("dispatcher", f"shifts/{idle.pk}/directions").json()
    assert (way["call"], way["metres"], way["turns"]) == (None, 0, [])


def test_a_call_that_is_not_there_is_told(world: World) -> None:
    path = f"shifts/{world.book('ann')['shift']['id']}/directions"
    lost = world.get("dispatcher", f"{path}?call=99")
    assert lost.status_code == 404
    for query, pointer in (("call=0", "call"), ("call=next", "call"), ("stop=1", "stop")):
        refused = world.get("dispatcher", f"{path}?{query}")
        assert refused.status_code == 400
        assert pointer in str(refused.json()["errors"])
