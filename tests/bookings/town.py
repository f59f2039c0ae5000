"""A town along one road with one service, and a desk at which people ask for rides."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.gis.geos import MultiPolygon, Polygon
from django.contrib.gis.geos import Point as Position

from bookings import plan_reasons, plans, queries
from bookings.actions.accept_offer import book_offer, hold_offer
from bookings.actions.cancel_booking import cancel_booking
from bookings.actions.confirm_booking import confirm_booking
from bookings.actions.expire_due import expire_due
from bookings.actions.record_driver_event import record_driver_event
from bookings.actions.request_ride import request_ride
from bookings.actions.serve_waitlist import after_others
from bookings.models import (
    GONE,
    Booking,
    Driver,
    Event,
    Offer,
    Operator,
    Passenger,
    Refusal,
    Service,
    Shift,
    ShiftPattern,
    Stop,
    Vehicle,
)
from bookings.models.service import ServiceHours
from bookings.party import Party
from bookings.planner import Planner, make_planner
from bookings.wish import RideWish
from routing import check
from routing.model import Point
from routing.notation import show
from routing.plan import Plan
from routing.schedule import schedule
from routing.travel.matrix_times import MatrixTimes
from tests.builders import line_town, span

TOWN = line_town("Depot 4m Mill 6m School 5m Station")
WEDNESDAY = date(2027, 6, 2)
FARES = [
    {"band": "adult", "fare_pence": 200},
    {"band": "child", "fare_pence": 100},
    {"band": "under5", "fare_pence": 0},
    {
        "band": "concession",
        "fare_pence": 0,
        "except": [{"days": ["mon", "tue", "wed", "thu", "fri"], "before": "09:30", "fare_pence": 200}],
    },
    {"band": "companion", "fare_pence": 0},
]


@dataclass
class Desk:
    """Where rides are asked for; `now` stands still until it's told to go on."""

    service: Service
    planner: Planner
    now: datetime
    date: date = WEDNESDAY
    passengers: dict[str, Passenger] = field(default_factory=dict)

    def at(self, text: str, on: date | None = None) -> datetime:
        """`8:05` of the day of the story, by the clocks of the town."""
        hours, _, minutes = text.partition(":")
        return datetime.combine(on or self.date, time(int(hours), int(minutes)), self.service.tz)

    def passenger(self, name: str) -> Passenger:
        if name not in self.passengers:
            self.passengers[name] = Passenger.objects.create(operator=self.service.operator, name=name, phone="07700 900000")
        return self.passengers[name]

    def wish(self, text: str, on: date | None = None, **party: int) -> RideWish:
        """`Mill->Station leave 9:00` or `Mill->Station arrive 9:30`."""
        way, how, at = text.split()
        origin, _, destination = way.partition("->")
        times = {"leave": {"leave_at": self.at(at, on)}, "arrive": {"arrive_by": self.at(at, on)}}[how]
        return RideWish(TOWN.places[origin], TOWN.places[destination], Party(**party or {"adults": 1}), **times)

    def ask(self, name: str, wish: RideWish, instead_of: Booking | None = None) -> list[Offer] | Refusal:
        return request_ride(
            self.service,
            wish=wish,
            passenger=self.passenger(name),
            asked_by=None,
            channel="app",
            planner=self.planner,
            now=self.now,
            instead_of=instead_of,
        )

    def planner_with(self, **rules: int) -> Planner:
        """The planner, with other rules for what is offered."""
        return replace(self.planner, rules=replace(self.planner.rules, **rules))

    def ask_instead(self, name: str, wish: str | RideWish, booking: Booking) -> list[Offer]:
        """Offers for changing a booking to another journey."""
        found = self.ask(name, self.wish(wish) if isinstance(wish, str) else wish, booking)
        assert isinstance(found, list), found.detail
        return found

    def offers(self, name: str, text: str, **party: int) -> list[Offer]:
        answer = self.ask(name, self.wish(text, **party))
        assert isinstance(answer, list), answer
        return answer

    def refusal(self, name: str, wish: RideWish) -> Refusal:
        answer = self.ask(name, wish)
        assert isinstance(answer, Refusal), answer
        return answer

    def accept(self, offer: Offer, pay_by: str | None = None) -> Booking:
        way = {"planner": self.planner, "by": None, "channel": "app", "passenger": None, "pay_by": pay_by, "now": self.now}
        return self.after_others(lambda: book_offer(offer.pk, **way))

    def book(self, name: str, text: str, **party: int) -> Booking:
        return self.accept(self.offers(name, text, **party)[0])

    def hold(self, name: str, text: str, **party: int) -> Booking:
        return self.hold_this(self.offers(name, text, **party)[0])

    def hold_this(self, offer: Offer, pay_by: str | None = None) -> Booking:
        way = {"planner": self.planner, "by": None, "channel": "phone", "passenger": None, "pay_by": pay_by, "now": self.now}
        return self.after_others(lambda: hold_offer(offer.pk, **way))

    def after_others(self, act: Callable[[], Booking]) -> Booking:
        """As the API does it: those who wait have their turn first."""
        return after_others(act, planner_for=lambda _: self.planner, now=lambda: self.now)

    def confirm(self, booking: Booking, pay_by: str | None = None) -> Booking:
        return confirm_booking(booking.reference, by=None, pay_by=pay_by, now=self.now)

    def cancel(self, booking: Booking, why: str = "", **how: Any) -> Booking:
        return cancel_booking(booking.reference, planner=self.planner, by=None, why=why, now=self.now, **how)

    def expire(self) -> int:
        return expire_due(planner_for=lambda _: self.planner, now=self.now)

    def report(self, kind: str, booking: Booking | None = None, at: str | None = None, shift: Shift | None = None) -> Event:
        """The driver of the first shift (or of `shift`) reports, at once unless `at` says when it was."""
        when = self.at(at) if at else self.now
        return record_driver_event(
            shift or self.shift(), kind=kind, at=when, planner=self.planner, by=None, now=self.now, booking=booking
        )

    def shift(self, name: str = "van1") -> Shift:
        return Shift.objects.select_related("service", "vehicle").get(service=self.service, date=self.date, name=name)

    def plan(self) -> Plan:
        return plans.load(self.service, self.date, travel=self.planner.travel, now=self.now)[0]

    def show(self) -> str:
        """The current plan in the notation, with passengers and shifts by their names."""
        plan, problem = plans.load(self.service, self.date, travel=self.planner.travel, now=self.now)
        names = {f"b{row.pk}": row.passenger.name for row in Booking.objects.select_related("passenger")}
        names |= {f"s{row.pk}": row.name for row in Shift.objects.all()}
        return re.sub(r"\b[bs]\d+\b", lambda found: names[found[0]], show(plan, problem, TOWN.names))

    def faults(self) -> list[str]:
        """What the judge finds wrong with any plan that was published, as of then."""
        found = []
        for revision in plan_reasons.history(self.service, self.date):
            judged = plans.at(self.service, self.date, revision.number, travel=self.planner.travel)
            found += [f"{revision.number} {revision.cause}: {violation}" for violation in check.violations(*judged)]
        return found

    def read_alone(self) -> list[str]:
        """The bookings whose route, read alone, is not that of the day, or goes at other times."""
        plan, problem = plans.load(self.service, self.date, travel=self.planner.travel, now=self.now)
        found = []
        for row in Booking.objects.select_related("service").exclude(status__in=GONE):
            day = plan.find_route_of(row.request_id)
            alone = plans.load_route(row, travel=self.planner.travel, now=self.now)
            if (alone and alone[0]) != day or (alone and schedule(*alone[:2]) != schedule(alone[0], problem)):
                found.append(row.reference)
        return found

    def manifest(self, name: str = "van1") -> queries.Manifest:
        return queries.manifest(self.shift(name), planner=self.planner, now=self.now)


def open_desk(*vans: str, now: str = "7:00", days_before: int = 1, zone: str = "Europe/London") -> Desk:
    """A service with vans such as `van1 Depot 8:00-12:00 seats 4 [break 10:00-11:00 30m Depot]`; open daily from 8:00 to 18:00.

    Nothing takes time at stops, and nobody walks: what takes time is the driving.
    """
    operator = Operator.objects.create(slug="town", name="Town")
    service = Service.objects.create(
        operator=operator,
        slug="town",
        name="Town",
        zone=zone,
        area=MultiPolygon(Polygon.from_bbox((-0.01, 53.99, 0.02, 54.01)), srid=4326),
        roads="none",
        walk_limit_m=50,
        boarding_s=0,
        alighting_s=0,
        wheelchair_boarding_s=0,
        wheelchair_alighting_s=0,
        fares=FARES,
    )
    for weekday in range(7):
        ServiceHours.objects.create(service=service, weekday=weekday, opens=time(8), closes=time(18))
    for name, point in TOWN.places.items():
        if name != "Depot":
            Stop.objects.create(service=service, code=name.upper(), name=name, position=_position(point))
    driver = Driver.objects.create(operator=operator, code="dee", name="Dee")
    for van in vans or ("van1 Depot 8:00-12:00 seats 4",):
        _add_van(service, driver, van)
    desk = Desk(service, make_planner(service, MatrixTimes(TOWN.travel)), datetime.now(ZoneInfo(zone)))
    desk.now = desk.at(now, on=WEDNESDAY - timedelta(days=days_before))
    return desk


def _add_van(service: Service, driver: Driver, text: str) -> None:
    made = TOWN.shift(text)
    hours = span(text.split()[2])
    name = text.split()[0]
    vehicle = Vehicle.objects.create(
        operator=service.operator, code=name, name=name, registration=name, layouts=[list(load) for load in made.vehicle.layouts]
    )
    ShiftPattern.objects.create(
        service=service,
        code=name,
        name=name,
        vehicle=vehicle,
        driver=driver,
        weekdays=list(range(7)),
        starts=_time(hours.earliest),
        ends=_time(hours.latest),
        start_name="Depot",
        start_position=_position(made.start),
        end_name="Depot",
        end_position=_position(made.end),
        breaks=[
            {
                "earliest": f"{_time(pause.window.earliest):%H:%M}",
                "latest": f"{_time(pause.window.latest):%H:%M}",
                "duration_s": pause.duration_s,
                "name": TOWN.names[pause.place],
                "lon": pause.place.lon,
                "lat": pause.place.lat,
            }
            for pause in made.breaks
        ],
    )


def _time(seconds: int) -> time:
    return time(seconds // 3600, seconds % 3600 // 60)


def _position(point: Point) -> Position:
    return Position(*point, srid=4326)
