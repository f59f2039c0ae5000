"""What holds of every fare, and that it is what a sum done by hand comes to."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from bookings.fares.quoting import Discount, Line, Quote, Riding, quote
from bookings.fares.tables import Way
from bookings.fares.tariff import BANDS, read_tariff
from bookings.party import Party
from tests.bookings import fare_oracle

LONDON = ZoneInfo("Europe/London")
PENCE = st.integers(0, 700)
DAYS = st.lists(st.sampled_from([*fare_oracle.WEEK, "holiday"]), min_size=1, unique=True)
TIMES = st.sampled_from(["07:00", "09:30", "12:15", "18:00", "23:00"])
CODES = ("a", "b", "c")


@st.composite
def windows(draw: st.DrawFn) -> dict[str, Any]:
    begins, ends = sorted(draw(st.lists(TIMES, min_size=2, max_size=2, unique=True)))
    return {"days": draw(DAYS)} | draw(st.sampled_from([{}, {"from": begins}, {"to": ends}, {"from": begins, "to": ends}]))


@st.composite
def tables(draw: st.DrawFn) -> dict[str, Any]:
    kind = draw(st.sampled_from(["flat", "zones", "distance"]))
    if kind == "flat":
        return {"kind": kind, "fare_pence": draw(PENCE)}
    if kind == "distance":
        limits = sorted(draw(st.sets(st.integers(1, 9), max_size=3)))
        bands = [{"up_to_m": limit * 1000, "fare_pence": draw(PENCE)} for limit in limits]
        return {"kind": kind, "bands": [*bands, {"fare_pence": draw(PENCE)}]}
    ways = draw(st.sets(st.sampled_from([(a, b) for a in CODES for b in CODES if a <= b]), max_size=4))
    pairs = [{"from": a, "to": b, "fare_pence": draw(PENCE)} for a, b in sorted(ways)]
    counts = draw(st.lists(PENCE, min_size=0 if pairs else 1, max_size=3))
    return {"kind": kind, "pairs": pairs, "by_count": counts, "otherwise_pence": draw(PENCE)}


@st.composite
def fares(draw: st.DrawFn) -> dict[str, Any]:
    told: dict[str, Any] = {"table": draw(tables()), "bands": []}
    for band in BANDS:
        price = draw(
            st.one_of(st.fixed_dictionaries({"fare_pence": PENCE}), st.fixed_dictionaries({"percent": st.integers(0, 100)}))
        )
        free = draw(st.one_of(st.just("england"), st.just("wales"), st.lists(windows(), max_size=2)))
        other = st.fixed_dictionaries(
            {"days": DAYS.filter(lambda days: "holiday" not in days), "before": TIMES, "fare_pence": PENCE}
        )
        told["bands"].append({"band": band, **price, "free": free, "except": draw(st.lists(other, max_size=1))})
    if draw(st.booleans()):
        told["round_to_pence"] = draw(st.sampled_from([1, 5, 10]))
    told["companions_with"] = draw(st.sampled_from(["wheelchairs", "concessions", "both"]))
    told["caps"] = draw(st.fixed_dictionaries({}, optional={"day_pence": PENCE, "week_pence": PENCE}))
    return told


COUNTS = st.integers(0, 3)


@st.composite
def parties(draw: st.DrawFn) -> Party:
    counts = {band: draw(COUNTS) for band in ("adults", "children", "under5", "concessions", "companions")}
    if not sum(counts.values()):
        counts["adults"] = 1
    return Party(**counts, wheelchairs=draw(st.integers(0, sum(counts.values()))))


@st.composite
def ridings(draw: st.DrawFn) -> Riding:
    at = datetime(2027, 6, 1, tzinfo=LONDON) + timedelta(minutes=draw(st.integers(0, 7 * 24 * 60)))
    if draw(st.booleans()):
        at = at.replace(hour=draw(st.sampled_from([9, 23])), minute=draw(st.sampled_from([0, 29, 30])))
    pair = draw(st.one_of(st.none(), st.tuples(st.sampled_from(CODES), st.sampled_from(CODES))))
    passed = None if pair is None else draw(st.one_of(st.none(), st.integers(1, 5)))
    way = Way(draw(st.one_of(st.floats(0, 12_000), st.sampled_from([1000.0, 2000.0]))), pair, passed)
    spent = {"day": draw(PENCE), "week": draw(st.integers(0, 1500))}
    return Riding(draw(parties()), way, at, draw(st.booleans()), spent)


@st.composite
def discounts(draw: st.DrawFn) -> list[Discount]:
    found = []
    for key in range(draw(st.integers(0, 2))):
        if draw(st.booleans()):
            found.append(Discount(key, f"P{key}", percent=draw(st.integers(1, 100))))
        else:
            found.append(Discount(key, f"P{key}", amount_pence=draw(st.integers(1, 900))))
    return found


@settings(deadline=None, max_examples=200)
@given(fares(), ridings(), discounts())
def test_it_is_what_a_sum_by_hand_comes_to(told: dict[str, Any], riding: Riding, off: list[Discount]) -> None:
    expected = fare_oracle.total(
        told,
        riding.party.as_json(),
        at=riding.local,
        holiday=riding.holiday,
        distance_m=riding.way.distance_m,
        zones=riding.way.zones,
        passed=riding.way.zones_passed,
        spent=dict(riding.spent),
        discounts=[("percent", each.percent) if each.percent else ("amount", each.amount_pence) for each in off],
    )
    assert quote(read_tariff(told), riding, off).pence == expected


@settings(deadline=None, max_examples=200)
@given(fares(), ridings(), discounts())
def test_lines_add_up_and_nothing_is_negative(told: dict[str, Any], riding: Riding, off: list[Discount]) -> None:
    found = quote(read_tariff(told), riding, off)
    assert sum(line.pence for line in found.lines) == found.pence
    assert 0 <= found.own_pence <= found.pence
    bands = [line for line in found.lines if line.kind == "band"]
    assert sum(line.count for line in bands) == riding.party.people
    assert all(line.pence == line.count * line.each_pence for line in bands)
    assert all(line.pence < 0 for line in found.lines if line.kind != "band")
    assert found.lines == tuple(Line(**line.as_json()) for line in found.lines)


@settings(deadline=None, max_examples=200)
@given(fares(), ridings(), discounts(), st.sampled_from(["adults", "children", "under5", "concessions", "companions"]))
def test_more_people_never_pay_less(told: dict[str, Any], riding: Riding, off: list[Discount], band: str) -> None:
    told["companions_with"] = "wheelchairs"  # a pass holder more may make a companion free
    more = replace(riding.party, **{band: getattr(riding.party, band) + 1})
    tariff = read_tariff(told)
    assert quote(tariff, replace(riding, party=more), off).pence >= quote(tariff, riding, off).pence


@settings(deadline=None, max_examples=200)
@given(fares(), st.lists(st.tuples(ridings(), discounts(), st.booleans()), max_size=6), st.integers(0, 900), st.integers(0, 1500))
def test_caps_are_never_exceeded(
    told: dict[str, Any], day: list[tuple[Riding, list[Discount], bool]], day_cap: int, week_cap: int
) -> None:
    told["caps"] = {"day_pence": day_cap, "week_pence": week_cap}
    tariff, kept = read_tariff(told), list[Quote]()
    for riding, off, cancelled in day:
        spent = sum(each.own_pence for each in kept)
        found = quote(tariff, replace(riding, spent={"day": spent, "week": spent}), off)
        alone = quote(tariff, replace(riding, spent={}), off)
        assert found.pence <= alone.pence
        if not cancelled:  # what is cancelled makes room again
            kept.append(found)
        assert sum(each.own_pence for each in kept) <= min(day_cap, week_cap)
