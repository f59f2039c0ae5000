"""A driver's tablet is let in by a code."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from backend.limits import address_of, take
from backend.tablets import enrol_by_session
from backend.web.safety import page
from bookings import clock
from bookings.actions.take_token import TooMany
from bookings.refusals import DomainError


@page
def enrol(request: HttpRequest) -> HttpResponse:
    """Ask for the code; with the right one the tablet is signed in as its driver, until a dispatcher shuts it out."""
    if request.method != "POST":
        return render(request, "drover/enrol.html")
    try:
        take("enrolments", address_of(request))
        enrol_by_session(request, request.POST.get("code", "")[:40], now=clock.database_now())
    except TooMany as error:
        answer = render(request, "drover/enrol.html", {"wait_s": error.wait_s}, status=429)
        answer.headers["Retry-After"] = str(error.wait_s)
        return answer
    except DomainError as error:
        return render(request, "drover/enrol.html", {"error": str(error)}, status=422)
    return redirect("web:drive")
