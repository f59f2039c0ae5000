"""python -m routing.warm: compile what is compiled, so that no later process has to.

What Numba makes is kept (`compiled.jit` says where), so this is part of installing: the Makefile and the Dockerfile do it.
"""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

from routing.cost import Weights
from routing.insertion import PreparedPlan
from routing.model import ANY_TIME, Load, Point, Problem, Request, RequestId, Shift, ShiftId, Vehicle
from routing.plan import opening_plan
from routing.travel.matrix import matrix_of
from routing.units import ServiceDay, ServiceTime


def warm_up() -> None:
    """Call everything compiled once, on a town of two places: seconds the first time, then a moment."""
    _insert()


def _insert() -> None:
    here, there = Point(0, 54), Point(0.01, 54)
    day, shift = ServiceDay(date(2027, 6, 2), ZoneInfo("Europe/London")), ShiftId("van")
    request = Request(RequestId("ann"), here, there, ANY_TIME, ANY_TIME, Load(1), 600)
    fleet = {shift: Shift(shift, Vehicle("van", (Load(8),)), here, here, ANY_TIME)}
    problem = Problem(day, ServiceTime(0), {}, fleet, matrix_of([here, there], [[0, 300], [300, 0]]))
    prepared = PreparedPlan(opening_plan("warm", day, fleet.values()), problem)
    prepared.find_best(request, Weights())
    list(prepared.insertions(request, Weights()))


if __name__ == "__main__":
    warm_up()
