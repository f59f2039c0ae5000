"""The line that a shift has still to drive, for its driver's map."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from bookings.models import Shift
from tests.backend.api_world import World

pytestmark = pytest.mark.django_db
DEPOT = "Depot, Dallamires Way, Ripon"


def a_shift(world: World) -> Shift:
    booking = world.book("ann", origin={"stop": "RIP01"}, destination={"stop": "MAS01"})
    return Shift.objects.select_related("driver").get(pk=booking["shift"]["id"])


def way_of(world: World, shift: Shift) -> dict[str, Any]:
    assert shift.driver is not None
    found: dict[str, Any] = world.get(shift.driver.code, f"shifts/{shift.pk}/way").json()
    return found


def report(world: World, shift: Shift, kind: str, call: dict[str, Any]) -> None:
    assert shift.driver is not None
    world.set_clock(max(datetime.fromisoformat(call["begin"]), world.now + timedelta(seconds=1)))
    body = {"kind": kind, "at": world.now.isoformat(), **({"booking": call["booking"]} if call["booking"] else {})}
    assert world.post(shift.driver.code, f"shifts/{shift.pk}/events", body).status_code == 201


def test_the_way_leads_along_roads_over_the_calls_of_the_manifest_to_the_end(world: World) -> None:
    shift = a_shift(world)
    manifest = world.get("dispatcher", f"shifts/{shift.pk}/manifest").json()

    way = way_of(world, shift)

    assert way["revision"] == manifest["revision"]
    assert way["start"]["place"] == DEPOT
    calls = {call["number"]: call for call in manifest["calls"]}
    assert [leg["call"] for leg in way["legs"]] == [*calls, None]
    for leg in way["legs"][:-1]:
        call = calls[leg["call"]]
        assert (leg["place"], leg["position"], leg["arrive"]) == (call["place"], call["position"], call["begin"])
    assert (way["legs"][-1]["place"], way["legs"][-1]["arrive"]) == (DEPOT, manifest["shift"]["returns"])
    # From call to call without a gap, and not as the crow flies.
    at = way["start"]["position"]["coordinates"]
    for leg in (leg for leg in way["legs"] if leg["line"]):
        assert leg["line"]["coordinates"][0] == at
        at = leg["line"]["coordinates"][-1]
        assert at == leg["position"]["coordinates"]
    to_masham = next(leg for leg in way["legs"] if leg["call"] and calls[leg["call"]]["action"] == "alight")
    assert len(to_masham["line"]["coordinates"]) > 10
    board = world.get("dispatcher", "services/ripon/days/2027-06-07").json()
    path = next(each["path"] for each in board["shifts"] if each["id"] == shift.pk)["coordinates"]
    assert [place for leg in way["legs"] for place in (leg["line"] or {"coordinates": []})["coordinates"][1:]] == path[1:]


def test_the_way_begins_where_the_driver_s_reports_put_the_bus(world: World) -> None:
    shift = a_shift(world)
    calls = world.get("dispatcher", f"shifts/{shift.pk}/manifest").json()["calls"]
    on, off = (next(call for call in calls if call["action"] == action) for action in ("board", "alight"))
    for call in calls[: calls.index(on)]:
        report(world, shift, "break_started", call)
        report(world, shift, "break_ended", call)

    report(world, shift, "arrived", on)
    there = way_of(world, shift)
    assert there["start"] == {"place": on["place"], "position": on["position"]}
    assert (there["legs"][0]["call"], there["legs"][0]["line"]) == (on["number"], None)  # Ann isn't aboard yet

    report(world, shift, "boarded", on)
    after = way_of(world, shift)
    assert (after["start"]["place"], after["legs"][0]["call"]) == (on["place"], calls[calls.index(on) + 1]["number"])

    for call in calls[calls.index(on) + 1 :]:
        for kind in ("break_started", "break_ended") if call["action"] == "break" else ("alighted",):
            report(world, shift, kind, call)
    (home,) = way_of(world, shift)["legs"]
    assert (home["call"], home["place"]) == (None, DEPOT)
    assert home["line"]["coordinates"][0] in (off["position"]["coordinates"], calls[-1]["position"]["coordinates"])


def test_a_shift_that_need_not_go_has_no_legs(world: World) -> None:
    busy = a_shift(world)
    idle = Shift.objects.filter(date=busy.date).exclude(pk=busy.pk).select_related("driver").first()
    assert idle is not None
    idle.breaks = []
    idle.save()
    assert way_of(world, idle)["legs"] == []
