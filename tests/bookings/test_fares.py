"""What a ride costs: 200p an adult, 100p a child, nothing under 5, a pass is free from 09:30 on weekdays."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from bookings.fares import UnfitFares, read_tariff
from bookings.fares.quoting import Discount, Riding, quote
from bookings.fares.tables import Way
from bookings.party import Party
from tests.bookings.town import FARES

LONDON = ZoneInfo("Europe/London")
TEN = datetime(2027, 6, 2, 10, 0, tzinfo=LONDON)


def fare_pence(party: Party, when: datetime) -> int:
    return quote(read_tariff(FARES), Riding(party, Way(1000), when.astimezone(LONDON))).pence


@pytest.mark.parametrize(
    ("party", "pence"),
    [
        (Party(adults=1), 200),
        (Party(adults=2, children=3, under5=1), 2 * 200 + 3 * 100),
        (Party(concessions=1), 0),
        (Party(adults=1, wheelchairs=1, companions=1), 200),  # who goes with somebody in a wheelchair goes free
        (Party(adults=1, companions=1), 200 + 200),  # there is no wheelchair to go with
        (Party(concessions=1, wheelchairs=1, companions=2), 0 + 0 + 200),
    ],
    ids=str,
)
def test_a_party_pays(party: Party, pence: int) -> None:
    assert fare_pence(party, TEN) == pence


@pytest.mark.parametrize(
    ("when", "pence"),
    [
        (datetime(2027, 6, 2, 9, 29, tzinfo=LONDON), 200),
        (datetime(2027, 6, 2, 9, 30, tzinfo=LONDON), 0),
        (datetime(2027, 6, 5, 9, 10, tzinfo=LONDON), 0),  # a Saturday
        (datetime(2027, 6, 2, 8, 29, tzinfo=ZoneInfo("UTC")), 200),  # 9:29 in the town, whatever the clock of the caller
        (datetime(2027, 6, 2, 8, 30, tzinfo=ZoneInfo("UTC")), 0),
    ],
)
def test_a_pass_is_free_from_half_past_nine_on_weekdays(when: datetime, pence: int) -> None:
    assert fare_pence(Party(concessions=1), when) == pence


def test_companions_go_with_wheelchairs_unless_fares_say_otherwise() -> None:
    riding = Riding(Party(concessions=1, companions=1), Way(1000), TEN)
    assert quote(read_tariff({"bands": FARES}), riding).pence == 200
    assert quote(read_tariff({"bands": FARES, "companions_with": "concessions"}), riding).pence == 0


def test_where_both_caps_bind_alike_the_days_is_named() -> None:
    tariff = replace(read_tariff(FARES), caps={"week": 300, "day": 300})
    riding = Riding(Party(adults=1), Way(1000), TEN, spent={"day": 150, "week": 150})
    assert [line.rule for line in quote(tariff, riding).lines] == ["", "day"]


def test_half_a_penny_counts_as_spent_towards_a_cap() -> None:
    tariff = read_tariff([{"band": "adult", "fare_pence": 101}, *FARES[1:]])
    found = quote(tariff, Riding(Party(adults=2), Way(1000), TEN), [Discount(1, "Half price", percent=50)])
    assert (found.pence, found.own_pence) == (101, 51)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (FARES[:-1], "each of"),
        ([*FARES[:-1], {"band": "companion", "fare_pence": 1.5}], "whole number of pence"),
        ([*FARES[:-1], {"band": "companion", "fare_pence": -1}], "whole number of pence"),
        (
            [
                *FARES[:-1],
                {"band": "companion", "fare_pence": 0, "except": [{"days": ["mo"], "before": "9:30", "fare_pence": 1}]},
            ],
            "days",
        ),
        (
            [
                *FARES[:-1],
                {"band": "companion", "fare_pence": 0, "except": [{"days": ["mon"], "before": "noon", "fare_pence": 1}]},
            ],
            "before",
        ),
        ([*FARES[:-1], {"band": "companion", "fare_pence": 0, "except": [{"before": "09:30", "fare_pence": 1}]}], "days"),
        ("free", "list of bands"),
    ],
)
def test_fares_that_make_no_sense_are_not_taken(wrong: object, message: str) -> None:
    with pytest.raises(UnfitFares, match=message):
        read_tariff(wrong)


@pytest.mark.parametrize(
    "counts",
    [{}, {"adults": 0}, {"adults": -1}, {"adults": True}, {"adults": "2"}, {"adults": 1.0}, {"adults": 1, "wheelchairs": 2}],
)
def test_a_party_of_nobody_or_of_no_whole_people_is_none(counts: dict[str, int]) -> None:
    with pytest.raises(ValueError, match=r"must be a whole number|at least one person|more than the"):
        Party(**counts)


def test_a_driver_reads_who_travels() -> None:
    assert str(Party(adults=2, children=1, wheelchairs=1)) == "2 adults, 1 child, 1 wheelchair"
