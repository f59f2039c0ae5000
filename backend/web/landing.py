"""What runs here, and where to sign in."""

from __future__ import annotations

from itertools import groupby

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from backend.web.roles import operator_of, operators_of, role_of
from backend.web.safety import page
from bookings.models import Service, ServiceHours

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


@page
def landing(request: HttpRequest) -> HttpResponse:
    services = Service.objects.select_related("operator").prefetch_related("hours").order_by("name")
    entries = [
        {
            "slug": each.slug,
            "name": each.name,
            "operator": each.operator,
            "lines": [each.operator.name, *hours_of(list(each.hours.all()))],
        }
        for each in services
    ]
    operators = operators_of(request.user)
    context = {
        "services": entries,
        "searched": [each for each in services if each.operator_id in operators],
        "role": role_of(request.user),
        "operator": operator_of(request.user),
    }
    return render(request, "drover/landing.html", context)


def hours_of(rows: list[ServiceHours]) -> list[str]:
    """`Mon–Fri 06:55–18:00` and so on: neighbouring weekdays with the same hours together."""
    said = []
    for (times, _), group in groupby(
        enumerate(rows), key=lambda each: ((each[1].opens, each[1].closes), each[1].weekday - each[0])
    ):
        days = [row.weekday for _, row in group]
        names = DAYS[days[0]] if len(days) == 1 else f"{DAYS[days[0]]}–{DAYS[days[-1]]}"
        said.append(f"{names} {times[0]:%H:%M}–{times[1]:%H:%M}")
    return said
