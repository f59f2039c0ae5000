"""Re-optimisations that were asked for, and their answers: events that name the same request.

Asking is a row, like everything that must happen after a commit. So whatever becomes of the message to the workers, what has no
answer can be found and queued again, and what has one is not solved twice.
"""

from __future__ import annotations

from datetime import date as Date
from datetime import datetime, timedelta

from django.db.models import QuerySet

from bookings.models import Event, Service

ASKED = "plan.reoptimise_asked"
PUBLISHED = "plan.reoptimised"
KEPT = "plan.kept"

ANSWERS = (PUBLISHED, KEPT)

LOOK_BACK = timedelta(days=7)
"""Nobody waits for the plan of a day that is longer past than this."""


def answers(service: Service, date: Date) -> QuerySet[Event]:
    """What came of the re-optimisations of a day, oldest first."""
    return Event.objects.filter(service=service, date=date, kind__in=ANSWERS).order_by("pk")


def answer_to(request: str | None, service: Service, date: Date) -> Event | None:
    """What came of a request; None while nothing has."""
    return answers(service, date).filter(data__request=request).first() if request else None


def unanswered(service: Service, *, now: datetime) -> list[Event]:
    """What was asked for and has no answer yet, oldest first."""
    since = now.astimezone(service.tz).date() - LOOK_BACK
    asked = Event.objects.filter(service=service, kind=ASKED, date__gte=since).select_related("service").order_by("pk")
    requests = {event.data["request"]: event for event in asked}
    answered = Event.objects.filter(service=service, kind__in=ANSWERS, date__gte=since, data__request__in=list(requests))
    for request in answered.values_list("data__request", flat=True):
        requests.pop(request, None)
    return list(requests.values())
