"""Background work. A task only translates: it finds the rows, calls one action, and may be done twice without harm."""

from __future__ import annotations

import logging
from datetime import date as Date
from datetime import timedelta

from celery import Task
from django.conf import settings
from django.contrib.auth import get_user_model

from backend import wiring
from backend.celery import app
from bookings import plans
from bookings.actions.expire_due import expire_due
from bookings.actions.reoptimise import reoptimise as reoptimise_day
from bookings.clock import database_now
from bookings.models import Day, Service
from routing.optimise.protocol import Limit

log = logging.getLogger(__name__)


@app.task(bind=True)
def reoptimise(self: Task[..., None], service: str, date: str, who: int | None = None) -> None:
    """Re-optimise one day of a service, by slug and ISO date. The outcome is kept under the id of the task."""
    row = Service.objects.get(slug=service)
    limit = Limit(settings.REOPTIMISE_S, settings.REOPTIMISE_SOLUTIONS)
    try:
        outcome = reoptimise_day(
            row,
            Date.fromisoformat(date),
            optimiser=wiring.optimiser(),
            limit=limit,
            planner=wiring.planner_for(row),
            clock=database_now,
            who=get_user_model().objects.filter(pk=who).first() if who else None,
            request=self.request.id,
        )
    except plans.DayBusy as error:
        log.warning("%s %s is not re-optimised this time: %s", service, date, error)
        return
    log.info("%s %s: %s, %s", service, date, "published" if outcome.published else "kept", outcome.why)


@app.task
def reoptimise_running_days() -> None:
    """Queue a re-optimisation of today, by the clocks of each service, for every service with bookings."""
    _queue(days_ahead=0)


@app.task
def reoptimise_tomorrow() -> None:
    """The same for tomorrow."""
    _queue(days_ahead=1)


@app.task
def expire() -> None:
    """Give back the seats of holds that are over."""
    swept = expire_due(planner_for=wiring.planner_for, now=database_now())
    if swept:
        log.info("%d holds are over", swept)


def _queue(days_ahead: int) -> None:
    now = database_now()
    for service in Service.objects.all():
        date = now.astimezone(service.tz).date() + timedelta(days=days_ahead)
        if Day.objects.filter(service=service, date=date, revision__gt=0).exists():
            reoptimise.delay(service.slug, date.isoformat())
