"""The dispatcher's day: the frame of the page. What is in it comes from the API, in the browser."""

from __future__ import annotations

from datetime import date as Date
from datetime import timedelta

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import cache_control
from django.views.decorators.gzip import gzip_page

from backend.web.nearest_day import find_nearest_day
from backend.web.roads import drawn_roads
from backend.web.roles import operator_of, role_of, runs
from backend.web.safety import page
from bookings import clock
from bookings.models import Service


@page
@login_required
def dispatch(request: HttpRequest, slug: str | None = None) -> HttpResponse:
    """To the day that matters now."""
    operator = operator_of(request.user)
    if operator is None or role_of(request.user) != "dispatcher":
        return no_dispatcher(request)
    found = find_nearest_day(operator, clock.database_now(), slug)
    if found is None:
        raise Http404("no such service")
    service, date = found
    return redirect("web:day", service.slug, date)


@page
@login_required
def day(request: HttpRequest, slug: str, date: Date) -> HttpResponse:
    if role_of(request.user) != "dispatcher":
        return no_dispatcher(request)
    context = {
        "service": service_of(request, slug),
        "date": date,
        "previous": date - timedelta(days=1),
        "next": date + timedelta(days=1),
    }
    return render(request, "drover/day.html", context)


@cache_control(private=True, max_age=24 * 3600)
@gzip_page
@login_required
def roads(request: HttpRequest, slug: str) -> HttpResponse:
    """The lines to draw under a map that has no tiles, for staff and drivers. A county has 300 kB of them, and 70 packed."""
    service = Service.objects.filter(slug=slug).first()
    if service is None or not runs(request.user, service.operator_id):
        raise Http404("no such service")
    return JsonResponse(drawn_roads(service))


def service_of(request: HttpRequest, slug: str) -> Service:
    """The service, if it is one of the user's operator. Raises Http404."""
    service = Service.objects.filter(slug=slug, operator=operator_of(request.user)).first()
    if service is None:
        raise Http404("no such service")
    return service


def no_dispatcher(request: HttpRequest) -> HttpResponse:
    problem = {
        "title": "This page is for dispatchers",
        "detail": "You are signed in, but not as a dispatcher. Sign out, and sign in with a dispatcher's name.",
    }
    return render(request, "drover/problem.html", {"problem": problem}, status=403)
