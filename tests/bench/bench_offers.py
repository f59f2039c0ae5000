"""POST offers with the busiest day booked: everybody asks once more."""

from __future__ import annotations

from collections.abc import Iterator
from time import perf_counter

from tests.bench.busy_day import BusyDay, Json
from tests.bench.ground import Ground
from tests.bench.report import SPREAD, Table, spread
from tests.bench.steps import Steps

ENTRY = {
    "knox.auth.TokenAuthentication.authenticate": "token and caller",
    "backend.api.whom.caller_of": "token and caller",
    "rest_framework.renderers.JSONRenderer.render": "rendering JSON",
    "bookings.clock.database_now": "the database's clock",
}
STEPS = ENTRY | {
    "backend.api.offers.body_of": "checking the body",
    "backend.api.offers.passenger_for": "finding the passenger",
    "bookings.actions.finding_offers.find_reason": "rules of the service",
    "bookings.actions.request_ride.serve_first": "those who wait",
    "bookings.actions.searching.open_hours": "rules of the service",
    "bookings.actions.searching.open_day": "loading the plan",
    "bookings.planner.Planner.find_accesses": "finding stops",
    "bookings.plans.load": "loading the plan",
    "routing.insertion.PreparedPlan.__init__": "preparing routes",
    "routing.insertion.PreparedPlan.list_best": "insertions over windows × stop pairs",
    "bookings.planner.Planner.offers": "windows, choosing offers",
    "bookings.actions.request_ride.find_offers": "writing offers",
    "bookings.actions.finding_offers.no_room": "refusals: why, and what else",
    "bookings.actions.finding_offers.as_tried": "refusals: why, and what else",
    "bookings.refusals.keep": "refusals: why, and what else",
    "backend.api.offers.offers_json": "rendering JSON",
}


def tables(ground: Ground) -> Iterator[Table]:
    """In process, through Django's test client; then where the time goes."""
    day, rounds = ground.day, ground.size.rounds
    table = Table(
        f"POST offers, in process: {len(day.references)} booked, {day.refused} refused",
        ("answer, ms", *SPREAD),
        note="A round asks for every journey of the day once. `rules` are refusals by a rule, without a look at the plan.",
    )
    timed = [_round(day) for _ in range(rounds)]
    table.rows.append(["all", *spread([[taken for _, taken in each] for each in timed])])
    for kind in ("offers", "no room", "rules"):
        found = [[taken for said, taken in each if said == kind] for each in timed]
        if any(found):
            table.rows.append([kind, *spread(found)])
    table.rows.append(["offers at doors, all of them new", *spread([_at_doors(day, number) for number in range(rounds)])])
    yield table
    yield steps_of(day, rounds).table(
        "POST offers, by step",
        "Means add up; medians don't. A step leaves out what is timed inside it. Timing adds a little: see the table above.",
    )


def steps_of(day: BusyDay, rounds: int) -> Steps:
    steps = Steps(STEPS)
    with steps.watching():
        for _ in range(rounds):
            for wish in day.wishes:
                who, question = day.asker(wish), day.question(wish)
                steps.lap(lambda who=who, question=question: day.world.post(who, "offers", question))  # type: ignore[misc]
    return steps


def _round(day: BusyDay) -> list[tuple[str, float]]:
    return [_ask(day, wish) for wish in day.wishes]


def _at_doors(day: BusyDay, number: int) -> list[float]:
    """Seconds of each answer with offers, for a round of journeys from and to doors that nobody has asked of before."""
    known = day.world.post("agent", "passengers", {"name": "Dora Door", "phone": "07700 900003"}).json()
    day.world.patch("agent", f"passengers/{known['id']}", {"door_to_door": True})
    taken = []
    for index, wish in enumerate(day.wishes):
        question = day.question(wish) | {"passenger": known["id"]}
        for end in ("origin", "destination"):
            lon, lat = question[end]["coordinates"]
            question[end] = {"type": "Point", "coordinates": [lon + 1e-6 * (1 + index), lat + 1e-6 * (1 + number)]}
        begun = perf_counter()
        answer = day.world.post("agent", "offers", question)
        if answer.data.get("offers"):
            taken.append(perf_counter() - begun)
    return taken


def _ask(day: BusyDay, wish: Json) -> tuple[str, float]:
    who, question = day.asker(wish), day.question(wish)
    begun = perf_counter()
    answer = day.world.post(who, "offers", question)
    taken = perf_counter() - begun
    if answer.status_code == 422:
        return "rules", taken
    assert answer.status_code == 200, answer.data
    return "offers" if answer.data["offers"] else "no room", taken
