"""Who travels together, what they bring, and the room it takes."""

from __future__ import annotations

import pytest

from bookings.models import Booking
from bookings.party import Party
from tests.bookings.town import Desk, open_desk


@pytest.fixture
def desk(db: None) -> Desk:
    return open_desk("van1 Depot 8:00-12:00 layouts 4+0/2+1")


@pytest.mark.parametrize(
    ("party", "load"),
    [
        ({"adults": 2, "under5": 1}, (3, 0)),
        ({"adults": 1, "companions": 1, "wheelchairs": 1}, (1, 1)),
        ({"adults": 1, "assistance_dogs": 1}, (1, 0)),  # which lies at its owner's feet
        ({"adults": 1, "under5": 1, "prams": 1}, (3, 0)),
        ({"adults": 1, "luggage": 2}, (1, 0)),
    ],
)
def test_the_room_that_a_party_takes(desk: Desk, party: dict[str, int], load: tuple[int, int]) -> None:
    assert Party(**party).load(desk.service) == load


def test_where_dogs_and_luggage_have_seats_of_their_own(desk: Desk) -> None:
    desk.service.dog_seats, desk.service.luggage_seats = 1, 2
    assert Party(adults=1, assistance_dogs=1, luggage=1).load(desk.service) == (4, 0)


def test_a_pram_takes_its_seat_and_is_nobody(desk: Desk) -> None:
    # Between the opening at 8:00 and 8:20 a van gets from the depot to the station once.
    booking = desk.book("ann", "Mill->Station arrive 8:20", adults=1, under5=1, prams=1)
    assert (booking.seats, booking.people) == (3, 2)
    assert desk.manifest().passengers == 2
    assert desk.refusal("bob", desk.wish("Mill->Station arrive 8:20", adults=2)).kind == "seats"
    assert desk.offers("bob", "Mill->Station arrive 8:20")  # for somebody alone there is a seat left
    assert "pram" in str(Party(**Booking.objects.get().party))


def test_a_driver_reads_of_the_dog(desk: Desk) -> None:
    desk.book("ann", "Mill->Station leave 9:00", adults=1, assistance_dogs=1)
    assert desk.manifest().calls[0].boarding[0].needs == ("Assistance dog",)


@pytest.mark.parametrize(
    ("party", "says"),
    [
        ({"prams": 1}, "at least one person"),
        ({"adults": 1, "assistance_dogs": -1}, "assistance_dogs must be"),
        ({"adults": 1, "luggage": 1.5}, "luggage must"),
    ],
)
def test_what_is_no_party(party: dict[str, int], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        Party(**party)
