"""A modelled day of a service folder such as `fixtures/ripon`, in routing's own values: what a replay needs, without a database.

The folder is what `manage.py load_service` reads, with the wishes of a day beside it (`wishes_usual.json`).
"""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from routing.cost import Weights
from routing.model import Break, BreakId, Load, Point, RequestId, Shift, ShiftId, TimeWindow, Vehicle
from routing.offers import Access, OfferRules, Wish
from routing.replay.values import Asked, Demand
from routing.travel.graph_times import RoadGraphTimes
from routing.travel.roads_geojson import read_roads
from routing.travel.walking import StopIndex, Walking
from routing.units import DAY_S, ServiceDay, ServiceTime, parse_clock

DAY = ServiceDay(date(2027, 6, 2), ZoneInfo("Europe/London"))
"""A Wednesday, as the modelled days are weekdays."""
HOURS = TimeWindow(parse_clock("6:55"), parse_clock("18:00"))


def demand_of(folder: Path, wishes: Sequence[Mapping[str, Any]], weights: Weights) -> Demand:
    """A day with the folder's rules, roads and weekday shifts; `wishes` as in `wishes_usual.json`.

    Raises OSError, KeyError, ValueError for what is no such folder or no such wish.
    """
    said = json.loads((folder / "service.json").read_text())
    with (folder / "stops.csv").open(newline="") as file:
        stops = {row["code"]: Point(float(row["lon"]), float(row["lat"])) for row in csv.DictReader(file)}
    depots = {each["code"]: Point(*each["point"]) for each in said["depots"]}
    travel = RoadGraphTimes(read_roads(folder / "roads.geojson")).matrix(list(dict.fromkeys([*stops.values(), *depots.values()])))
    shifts = [_shift(each, said, {**stops, **depots}) for each in said["shifts"] if "wed" in each["days"]]
    booking, promises = said["booking"], said["promises"]
    index = StopIndex(stops, Walking(booking["walk_circuity"], booking["walk_speed_m_s"]))
    rules = OfferRules(
        notice_s=booking["closes_s"],
        pickup_before_s=promises["pickup_window_s"] // 3,
        pickup_after_s=promises["pickup_window_s"] - promises["pickup_window_s"] // 3,
        search_before_s=promises["search_before_s"],
        search_after_s=promises["search_after_s"],
        max_detour_s=promises["max_detour_s"],
        detour_alpha=promises["alpha"],
        detour_beta_s=promises["beta_s"],
        min_detour_s=promises["min_detour_s"],
    )
    asked = tuple(Asked(RequestId(each["id"]), _asked_at(each["asked"]), _wish(each, index, booking)) for each in wishes)
    return Demand(folder.name, DAY, tuple(shifts), travel, HOURS, rules, weights, asked)


def _asked_at(said: Mapping[str, Any]) -> ServiceTime:
    return ServiceTime(parse_clock(said["at"]) - said["days_before"] * DAY_S)


def _shift(said: Mapping[str, Any], service: Mapping[str, Any], places: Mapping[str, Point]) -> Shift:
    vehicle = next(each for each in service["vehicles"] if each["code"] == said["vehicle"])
    breaks = tuple(
        Break(
            BreakId(f"{said['code']}-{number}"),
            places[each["place"]],
            TimeWindow(parse_clock(each["earliest"]), parse_clock(each["latest"])),
            each["duration_s"],
        )
        for number, each in enumerate(said["breaks"], 1)
    )
    return Shift(
        ShiftId(said["code"]),
        Vehicle(vehicle["code"], tuple(Load(*layout) for layout in vehicle["layouts"])),
        places[said["start"]],
        places[said["end"]],
        TimeWindow(parse_clock(said["from"]), parse_clock(said["to"])),
        breaks,
    )


def _wish(said: Mapping[str, Any], stops: StopIndex, booking: Mapping[str, Any]) -> Wish:
    party = said["party"]
    people = sum(party[band] for band in ("adults", "children", "under5", "concessions", "companions"))
    kind = "wheelchair_" if party["wheelchairs"] else ""
    origins, destinations = (
        tuple(
            Access(w.point, w.seconds, w.metres, w.stop)
            for w in stops.near(Point(*said[end]["point"]), booking["walk_limit_m"])[:3]
        )
        for end in ("origin", "destination")
    )
    return Wish(
        origins,
        destinations,
        load=Load(people - party["wheelchairs"], party["wheelchairs"]),
        leave_at=parse_clock(said["leave_at"]) if "leave_at" in said else None,
        arrive_by=parse_clock(said["arrive_by"]) if "arrive_by" in said else None,
        boarding_s=booking[f"{kind}boarding_s"],
        alighting_s=booking[f"{kind}alighting_s"],
    )
