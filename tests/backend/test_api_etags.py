"""Nobody overwrites what they haven't seen, and nothing is sent twice that is known already."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from bookings.models import Booking, Passenger
from tests.backend.api_world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def fern(world: World) -> dict[str, Any]:
    """A passenger as an agent has read her, with the tag of that."""
    answer = world.post("agent", "passengers", {"name": "Fern", "phone": "07700 900004"})
    return answer.json() | {"path": f"passengers/{answer.json()['id']}", "tag": answer["ETag"]}


def slug(response: Any) -> str:
    return str(response.json()["type"]).rpartition("/")[2]


def test_two_agents_change_one_passenger_and_the_second_is_told(world: World, fern: dict[str, Any]) -> None:
    first = world.patch("agent", fern["path"], {"needs": "Walks with a frame"}, HTTP_IF_MATCH=fern["tag"])
    second = world.patch("dispatcher", fern["path"], {"needs": "Hears little"}, HTTP_IF_MATCH=fern["tag"])
    assert (first.status_code, second.status_code, slug(second)) == (200, 412, "changed-since")
    assert second.json()["errors"][0]["parameter"] == "If-Match"
    assert Passenger.objects.get(pk=fern["id"]).needs == "Walks with a frame"

    seen = world.get("dispatcher", fern["path"])
    assert seen["ETag"] == first["ETag"] != fern["tag"]
    third = world.patch("dispatcher", fern["path"], {"needs": "Hears little"}, HTTP_IF_MATCH=seen["ETag"])
    assert third.json()["needs"] == "Hears little"


def test_a_change_without_having_seen_anything_is_refused(world: World, fern: dict[str, Any]) -> None:
    refused = world.patch("agent", fern["path"], {"needs": "x"}, HTTP_IF_MATCH=None)
    assert (refused.status_code, slug(refused)) == (428, "if-match-missing")
    assert refused.json()["errors"][0]["parameter"] == "If-Match"
    assert Passenger.objects.get(pk=fern["id"]).needs == ""
    assert world.patch("agent", fern["path"], {"needs": "x"}, HTTP_IF_MATCH="*").status_code == 200


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ("{tag}", 200),
        ('"0000000000000000-0000000000000000", {tag}', 200),
        ("W/{tag}", 412),  # a weak tag never does for a change
        ('"0000000000000000-0000000000000000"', 412),
        ('""', 412),
        ("fern", 400),
        ("", 400),
    ],
)
def test_what_if_match_may_say(world: World, fern: dict[str, Any], sent: str, status: int) -> None:
    changed = world.patch("agent", fern["path"], {"needs": "x"}, HTTP_IF_MATCH=sent.format(tag=fern["tag"]))
    assert changed.status_code == status
    assert Passenger.objects.get(pk=fern["id"]).needs == ("x" if status == 200 else "")


def test_a_change_that_is_sent_again_is_replayed_although_it_has_been_seen_to(world: World, fern: dict[str, Any]) -> None:
    sent = {"HTTP_IF_MATCH": fern["tag"], "HTTP_IDEMPOTENCY_KEY": "k1"}
    first, again = (world.patch("agent", fern["path"], {"needs": "x"}, **sent) for _ in range(2))
    assert (first.status_code, again.status_code) == (200, 200)
    assert (again.json(), again["ETag"]) == (first.json(), first["ETag"])
    assert again["Idempotent-Replayed"] == "true"


def test_after_a_stale_tag_the_same_key_will_do_for_the_fresh_one(world: World, fern: dict[str, Any]) -> None:
    world.patch("agent", fern["path"], {"needs": "x"})
    change = {"needs": "y"}
    stale = world.patch("agent", fern["path"], change, HTTP_IF_MATCH=fern["tag"], HTTP_IDEMPOTENCY_KEY="k1")
    fresh = world.get("agent", fern["path"])["ETag"]
    done = world.patch("agent", fern["path"], change, HTTP_IF_MATCH=fresh, HTTP_IDEMPOTENCY_KEY="k1")
    assert (stale.status_code, done.status_code) == (412, 200)


def test_what_is_known_already_is_not_sent_again(world: World) -> None:
    booked = world.post("ann", "bookings", {"offer": world.offers("ann")[0]["id"]})
    path = f"bookings/{booked.json()['reference']}"
    read = world.get("ann", path)
    assert read["ETag"] == booked["ETag"]
    for known in (read["ETag"], f'"other", W/{read["ETag"]}', "*"):
        spared = world.get("ann", path, HTTP_IF_NONE_MATCH=known)
        assert (spared.status_code, spared.content, spared["ETag"]) == (304, b"", read["ETag"])
        assert "Content-Type" not in spared
    assert world.get("ann", path, HTTP_IF_NONE_MATCH='"other"').json() == read.json()
    assert world.get("ann", path, HTTP_IF_NONE_MATCH="other").json()["errors"][0]["parameter"] == "If-None-Match"
    world.post("ann", f"{path}/cancel")
    assert world.get("ann", path, HTTP_IF_NONE_MATCH=read["ETag"]).json()["status"] == "cancelled"


def test_an_eta_that_moves_is_sent_and_leaves_the_tag_good_for_a_change(world: World) -> None:
    booking = world.book("ann")
    path = f"bookings/{booking['reference']}"
    seen = world.get("ann", path)
    world.set_clock(datetime.fromisoformat(booking["eta"]["pickup"]) + timedelta(minutes=9))
    world.post("dispatcher", f"shifts/{booking['shift']['id']}/events", {"kind": "arrived", "booking": booking["reference"]})
    late = world.get("ann", path, HTTP_IF_NONE_MATCH=seen["ETag"])
    assert late.status_code == 200
    assert late["ETag"] != seen["ETag"]
    assert late.json()["eta"] != seen.json()["eta"]
    assert world.post("ann", f"{path}/cancel", HTTP_IF_MATCH=seen["ETag"]).status_code == 200


def test_confirming_and_cancelling_heed_what_one_has_seen_but_do_not_want_it(world: World) -> None:
    held = world.post("ann", "bookings", {"offer": world.offers("ann")[0]["id"], "hold": True})
    path = f"bookings/{held.json()['reference']}"
    confirmed = world.post("agent", f"{path}/confirm")
    assert confirmed.status_code == 200
    stale = world.post("ann", f"{path}/cancel", {"why": "never mind"}, HTTP_IF_MATCH=held["ETag"])
    assert (stale.status_code, slug(stale)) == (412, "changed-since")
    assert Booking.objects.get().status == "confirmed"
    assert world.post("ann", f"{path}/cancel", HTTP_IF_MATCH=confirmed["ETag"]).json()["status"] == "cancelled"
    assert world.post("ann", f"{path}/cancel").status_code == 200
