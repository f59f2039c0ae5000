"""Fares in a service folder, in either form, and what is said of fares that can't be."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bookings.actions.load_service import load_service
from bookings.fares import UnfitFares, read_tariff
from bookings.files import BadFile
from bookings.models import Service
from tests.bookings.test_load_service import edit, folder
from tests.bookings.test_zone_files import MASHAM, RIPON, draw

__all__ = ["folder"]

BANDS: list[dict[str, Any]] = [
    {"band": "adult", "percent": 100, "from_age": 18},
    {"band": "child", "percent": 50},
    {"band": "under5", "fare_pence": 0},
    {"band": "concession", "percent": 100, "free": "england"},
    {"band": "companion", "fare_pence": 0},
]
PAIR = {"from": "ripon", "to": "masham", "fare_pence": 350}
ZONES = {"kind": "zones", "pairs": [PAIR], "otherwise_pence": 500}


def with_band(**told: Any) -> dict[str, Any]:
    return {"table": {"kind": "flat", "fare_pence": 300}, "bands": [{"band": "adult", **told}, *BANDS[1:]]}


def with_table(**told: Any) -> dict[str, Any]:
    return {"table": told, "bands": BANDS}


@pytest.mark.parametrize(
    ("fares", "said"),
    [
        (None, "list of bands"),
        ({"bands": BANDS}, "percent of adult needs a table"),
        ({"table": {"kind": "flat", "fare_pence": 300}}, "each of adult"),
        ({"table": {"kind": "flat", "fare_pence": 300}, "bands": [*BANDS, BANDS[0]]}, "exactly once"),
        ({"table": {"kind": "flat", "fare_pence": 300}, "bands": [*BANDS, "adult"]}, "exactly once"),
        ({**with_band(percent=100), "price": 3}, "fares has no price"),
        ({**with_band(percent=100), "companions_with": "everybody"}, "companions_with must be"),
        ({**with_band(percent=100), "caps": {"month_pence": 3}}, "caps has no month_pence"),
        ({**with_band(percent=100), "caps": {"day_pence": -3}}, "whole number of pence"),
        ({**with_band(percent=100), "caps": []}, "caps are an object"),
        ({**with_band(percent=100), "round_to_pence": 0}, "1 or more"),
        (with_band(), "needs fare_pence"),
        (with_band(percent=100, fare_pence=3), "needs fare_pence"),
        (with_band(fare_pence=1_000_001), "whole number of pence"),  # £10,000 is nobody's fare
        (with_band(percent=101), "0 to 100"),
        (with_band(percent=50.5), "0 to 100"),
        (with_band(percent=100, price=3), "adult has no price"),
        (with_band(percent=100, free="scotland"), "must be a scheme"),
        (with_band(percent=100, free=[{"days": ["mon"], "from": "12:00", "to": "12:00"}]), "from must be before to"),
        (with_band(percent=100, free=[{"days": ["someday"]}]), "days of adult"),
        (with_band(percent=100, free=[{"days": ["mon"], "from": "noon"}]), "such as 09:30"),
        (with_band(percent=100, free=[{"days": ["mon"], "until": "12:00"}]), "has no until"),
        (with_table(kind="free"), "kind of the table"),
        (with_table(kind="flat"), "fare_pence of table"),
        (with_table(kind="flat", fare_pence=True), "fare_pence of table"),
        (with_table(kind="distance", bands=[]), "last band of distances"),
        (with_table(kind="distance", bands=[{"up_to_m": 5, "fare_pence": 3}]), "leave out its up_to_m"),
        (
            with_table(
                kind="distance", bands=[{"up_to_m": 5, "fare_pence": 3}, {"up_to_m": 5, "fare_pence": 4}, {"fare_pence": 9}]
            ),
            "each more than the one before",
        ),
        (with_table(kind="zones", otherwise_pence=3), "pairs or by_count"),
        (with_table(kind="zones", pairs=[PAIR]), "otherwise_pence of table"),
        (with_table(**ZONES | {"pairs": [PAIR, PAIR | {"from": "masham", "to": "ripon"}]}), "are a pair already"),
        (with_table(**ZONES | {"pairs": [{"from": "ripon", "fare_pence": 3}]}), "codes of zones"),
        (with_table(**ZONES | {"by_count": [1, -1]}), "by_count is a list"),
    ],
)
def test_fares_that_cant_be_charged_are_told_of(fares: object, said: str) -> None:
    with pytest.raises(UnfitFares, match=said):
        read_tariff(fares)


def test_fares_that_can() -> None:
    for table in (
        ZONES,
        {"kind": "distance", "bands": [{"fare_pence": 3}]},
        {"kind": "zones", "by_count": [1], "otherwise_pence": 0},
    ):
        read_tariff({"table": table, "bands": BANDS, "round_to_pence": 5, "caps": {"day_pence": 500}})


@pytest.mark.django_db
def test_a_folder_may_have_fares_by_zone(folder: Path) -> None:
    draw(folder, RIPON, MASHAM)
    fares = {"table": ZONES, "bands": BANDS, "caps": {"week_pence": 1500}}
    edit(folder, lambda data: data.update(fares=fares))
    assert load_service(folder).fares == fares


@pytest.mark.django_db
def test_a_zone_of_the_fares_that_there_is_not_is_told_of(folder: Path) -> None:
    draw(folder, RIPON)
    edit(folder, lambda data: data.update(fares={"table": ZONES, "bands": BANDS}))
    with pytest.raises(BadFile, match="there is no zone masham: use ripon") as told:
        load_service(folder)
    assert told.value.where == "fares.table.pairs"
    assert not Service.objects.exists()
