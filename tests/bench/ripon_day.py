"""A modelled Ripon day in routing's own values, booked wish by wish as passengers would: everybody takes the first offer."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from routing.cost import Weights
from routing.model import Break, BreakId, Load, Point, Problem, RequestId, Shift, ShiftId, TimeWindow, Vehicle
from routing.offers import Access, OfferRules, Wish, candidates
from routing.plan import Plan, Route, opening_plan
from routing.travel.graph_times import RoadGraphTimes
from routing.travel.roads_geojson import read_roads
from routing.travel.walking import StopIndex, Walking
from routing.units import ServiceDay, ServiceTime, parse_clock

FOLDER = Path(__file__).parents[2] / "fixtures" / "ripon"
DAY = ServiceDay(date(2027, 6, 2), ZoneInfo("Europe/London"))
HOURS = TimeWindow(parse_clock("6:55"), parse_clock("18:00"))


def booked_day(profile: str, weights: Weights, wishes: int | None = None) -> tuple[Plan, Problem, int]:
    """The plan of a day (`usual` or `busiest`) as it grew, its problem, and how many wishes found no offer.

    `wishes` takes so many of the day's, from the first on.
    """
    said = json.loads((FOLDER / "service.json").read_text())
    with (FOLDER / "stops.csv").open(newline="") as file:
        stops = {row["code"]: Point(float(row["lon"]), float(row["lat"])) for row in csv.DictReader(file)}
    depots = {each["code"]: Point(*each["point"]) for each in said["depots"]}
    travel = RoadGraphTimes(read_roads(FOLDER / "roads.geojson")).matrix(list(dict.fromkeys([*stops.values(), *depots.values()])))
    shifts = [shift_of(each, said, {**stops, **depots}) for each in said["shifts"] if "wed" in each["days"]]
    index, booking = (
        StopIndex(stops, Walking(said["booking"]["walk_circuity"], said["booking"]["walk_speed_m_s"])),
        said["booking"],
    )
    promises = said["promises"]
    rules = OfferRules(
        max_detour_s=promises["max_detour_s"],
        detour_alpha=promises["alpha"],
        detour_beta_s=promises["beta_s"],
        min_detour_s=promises["min_detour_s"],
    )
    plan = opening_plan("ripon", DAY, shifts)
    problem = Problem(DAY, ServiceTime(0), {}, {shift.id: shift for shift in shifts}, travel)
    refused = 0
    for wish in json.loads((FOLDER / f"wishes_{profile}.json").read_text())["wishes"][:wishes]:
        found = candidates(wish_of(wish, index, booking), plan, problem, rules, weights, HOURS)
        if not found:
            refused += 1
            continue
        promise = replace(found[0].request, id=RequestId(wish["id"]))
        problem = replace(problem, requests={**problem.requests, promise.id: promise})
        plan = plan.with_route(_renamed(found[0].insertion.route, found[0].request.id, promise.id))
    return plan, problem, refused


def _renamed(route: Route, old: str, new: str) -> Route:
    return route.with_visits(tuple(visit._replace(subject=new) if visit.subject == old else visit for visit in route.visits))


def shift_of(said: Mapping[str, Any], service: Mapping[str, Any], places: Mapping[str, Point]) -> Shift:
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


def wish_of(said: Mapping[str, Any], stops: StopIndex, booking: Mapping[str, Any]) -> Wish:
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
