"""What cancelling would come to: looked at before it is done, by the passenger and by who answers their call."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from bookings.models import Booking, Event, Passenger, Service, Status, Strike
from tests.backend.api_world import World
from tests.backend.shop import hold, notify, open_page, shop
from tests.backend.stripe_stub import StripeStub

__all__ = ["shop"]

pytestmark = pytest.mark.django_db


def look(world: World, who: str, reference: str, query: str = "") -> dict[str, Any]:
    answer = world.get(who, f"bookings/{reference}/cancel{query}")
    assert answer.status_code == 200, answer.data
    found: dict[str, Any] = answer.json()
    return found


def test_an_agent_tells_a_caller_that_it_counts_and_the_caller_keeps_the_journey(world: World) -> None:
    ann = Passenger.objects.get(user=world.users["ann"])
    booking = world.book("agent", passenger=ann.pk)
    nothing = {"service": "ripon", "strikes": 0, "warned": False, "suspended_until": None}
    assert look(world, "agent", booking["reference"]) == {
        "late": False,
        "standing": nothing,
        "kept_pence": 0,
        "refund_pence": 0,
        "legs": [{"reference": booking["reference"], "kept_pence": 0, "refund_pence": 0}],
        "comes_due": [],
    }
    world.set_clock(datetime.fromisoformat(booking["pickup"]["from"]) - timedelta(minutes=20))
    events = Event.objects.count()
    for who in ("agent", "ann"):
        late = look(world, who, booking["reference"])
        assert (late["late"], late["standing"]) == (True, nothing | {"strikes": 1})
    excused = look(world, "agent", booking["reference"], "?for_operator=true")
    assert (excused["late"], excused["standing"]["strikes"]) == (False, 0)

    assert world.get("ann", f"bookings/{booking['reference']}").json()["status"] == "confirmed"
    assert not Strike.objects.exists()
    assert Event.objects.count() == events

    world.post("ann", f"bookings/{booking['reference']}/cancel")
    over = look(world, "ann", booking["reference"])  # it has come to that
    assert (over["late"], over["standing"]["strikes"]) == (True, 1)


def test_what_goes_back_is_told_with_and_without_the_way_back(world: World, shop: StripeStub) -> None:
    Service.objects.update(refund_late_percent=25, refund_full_before_s=2 * 3600)
    there = hold(world, **{"return": {"leave_at": world.at(14)}})
    assert notify(world, shop.pay(open_page(world, there, pence=400))).status_code == 204
    back = world.get("ann", f"bookings/{there}").json()["return_reference"]
    full = look(world, "ann", there)
    assert (full["kept_pence"], full["refund_pence"]) == (0, 400)

    world.set_clock(Booking.objects.get(reference=there).pickup_from_at - timedelta(hours=1))
    both = look(world, "ann", there)
    assert (both["kept_pence"], both["refund_pence"]) == (150, 250)
    assert both["legs"] == [
        {"reference": there, "kept_pence": 150, "refund_pence": 50},
        {"reference": back, "kept_pence": 0, "refund_pence": 200},
    ]
    assert [leg["reference"] for leg in look(world, "ann", there, "?with_return=false")["legs"]] == [there]
    assert look(world, "agent", there, "?refund=full")["refund_pence"] == 400
    for name, value in (("refund", "full"), ("for_operator", "true")):
        refused = world.get("ann", f"bookings/{there}/cancel?{name}={value}")
        assert (refused.status_code, refused.json()["errors"][0]["parameter"]) == (403, name)

    world.post("ann", f"bookings/{there}/cancel")
    after = world.get("ann", f"bookings/{there}").json()["payment"]
    assert after == {"owed_pence": 150, "paid_pence": 200, "refund_due_pence": 50}


def test_where_it_cannot_be_cancelled_any_more_that_is_the_answer(world: World) -> None:
    booking = world.book("ann")
    Booking.objects.update(status=Status.ABOARD)
    problem = world.get("ann", f"bookings/{booking['reference']}/cancel")
    assert (problem.status_code, problem.json()["type"]) == (409, "/api/v1/problems/cant-cancel")
    assert world.get("ann", f"bookings/{booking['reference']}/cancel?with_return=maybe").status_code == 400
