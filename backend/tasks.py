"""Background work. A task only translates: it finds the rows, calls one action, and may be done twice without harm."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import date as Date
from datetime import timedelta

from celery import Task
from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import InterfaceError, OperationalError
from oauth2_provider.models import clear_expired

from backend import wiring
from backend.adding.drafts import Draft, drafts_dir, sweep
from backend.adding.jobs import run
from backend.celery import app
from backend.notify.breaker import Breaker
from backend.notify.outbox import queue_untold
from backend.notify.ports.choosing import ports
from backend.notify.sending import send_due
from backend.notify.webhooks import send_webhooks
from backend.sessions import store
from bookings import events, plans
from bookings.actions.ask_reoptimise import ask_reoptimise
from bookings.actions.chase_reoptimisations import chase_reoptimisations
from bookings.actions.close_checkouts import close_checkouts
from bookings.actions.expire_due import expire_due
from bookings.actions.purge import purge as purge_all
from bookings.actions.reoptimise import reoptimise as reoptimise_day
from bookings.actions.repeat import roll_series
from bookings.actions.send_refunds import send_refunds
from bookings.actions.serve_waitlist import serve_waitlists
from bookings.actions.sweep_keys import sweep_keys as forget_keys
from bookings.actions.watch_holds import watch_holds
from bookings.clock import database_now
from bookings.models import Day, Event, Service
from bookings.watching import watch_day
from routing.optimise.protocol import Limit

log = logging.getLogger(__name__)

PASSING = (plans.DayBusy, OperationalError, InterfaceError)
"""What is over after a while: others at the same day, a database that starts again."""

LOST_AFTER = timedelta(seconds=settings.CELERY_TASK_TIME_LIMIT + 60)
"""No task takes so long; a queue may, and then a request is queued twice, which does no harm."""

DELIVER_S = 30
"""After that a task begins nothing more; beat sends the next one."""

_providers, _partners = Breaker(), Breaker()


@app.task(bind=True, autoretry_for=PASSING, max_retries=5, retry_backoff=5, retry_backoff_max=60)
def reoptimise(self: Task[..., None], service: str, date: str, who: int | None = None) -> None:
    """Re-optimise one day of a service, by slug and ISO date. The outcome is kept under the id of the task.

    Delivered again, it finds the outcome and solves nothing.
    """
    row = Service.objects.get(slug=service)
    limit = Limit(settings.REOPTIMISE_S, settings.REOPTIMISE_SOLUTIONS)
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
    log.info("%s %s: %s, %s", service, date, "published" if outcome.published else "kept", outcome.why)


@app.task
def reoptimise_running_days() -> None:
    """Queue a re-optimisation of today, by the clocks of each service, for every service with bookings."""
    for service, date in _booked(days_ahead=0):
        reoptimise.delay(service.slug, date.isoformat())  # one that gets lost is made up for by the next


@app.task
def reoptimise_tomorrow() -> None:
    """The same for tomorrow, on record, since there is only one a night."""
    for service, date in _booked(days_ahead=1):
        event = ask_reoptimise(service, date, by=None, now=database_now())
        _queue(event)
        events.claim(event, at=database_now())


@app.task
def chase() -> None:
    """Queue again what was asked for and seems to have got lost on its way to the workers."""
    for event in chase_reoptimisations(lost_after=LOST_AFTER, now=database_now()):
        log.warning("%s %s: nobody has answered %s, so it's queued again", event.service.slug, event.date, event.data["request"])
        _queue(event)


@app.task
def expire() -> None:
    """Give back the seats of holds that are over."""
    swept = expire_due(planner_for=wiring.planner_for, now=database_now())
    if swept:
        log.info("%d holds are over", swept)


@app.task
def serve_waiting() -> None:
    """Offer what was given back to those who wait for it."""
    found = serve_waitlists(planner_for=wiring.planner_for, now=database_now())
    if found:
        log.info("%d who waited are held a place", len(found))


@app.task
def repeat() -> None:
    """Place the journeys that come again each week, as their days come within the horizon."""
    placed = roll_series(planner_for=wiring.planner_for, now=database_now())
    if placed:
        log.info("%d days of series were tried", placed)


@app.task
def watch() -> None:
    """Look at the days that run, and in the evening at tomorrow, for what their passengers should know."""
    now = database_now()
    made = watch_holds(now=now)
    for days_ahead in (0, 1):
        for service, date in _booked(days_ahead):
            made += watch_day(service, date, planner=wiring.planner_for(service), now=now)
    if made:
        log.info("%d things to tell", made)


@app.task
def deliver() -> None:
    """Tell passengers what happened, and try again what is due."""
    usable = ports()
    while queue_untold(usable=usable.keys(), now=database_now()):
        pass
    if told := send_due(usable, clock=database_now, seconds=DELIVER_S, breaker=_providers):
        log.info("messages: %s", ", ".join(f"{count} {state}" for state, count in sorted(told.items())))


@app.task
def deliver_to_partners() -> None:
    """Tell partners what happened, and try again what is due."""
    if told := send_webhooks(clock=database_now, seconds=DELIVER_S, breaker=_partners):
        log.info("webhooks: %s", ", ".join(f"{count} {state}" for state, count in sorted(told.items())))


@app.task
def sweep_keys() -> None:
    """Forget the answers of writes that are too old to be repeated, who hasn't asked for a while, who is signed in no more."""
    now = database_now()
    clear_expired()
    store().clear_expired()
    forgotten = forget_keys(answered_before=now - timedelta(hours=settings.IDEMPOTENCY_HOURS), now=now)
    if forgotten:
        log.info("%d answers can't be repeated any more", forgotten)


@app.task
def settle_payments() -> None:
    """Close the payment pages of bookings that aren't held any more, take what was paid, and send the refunds that are due."""
    port = wiring.payment_port()
    if port is None:
        return
    closed = close_checkouts(port=port, now=database_now())
    sent = send_refunds(port=port, now=database_now())
    if closed or sent:
        log.info("%d payment pages closed, %d refunds sent", closed, sent)


@app.task
def purge() -> None:
    """Forget what has been kept for long enough."""
    for what, count in purge_all(retention=settings.RETENTION, now=database_now()):
        if count:
            log.info("forgotten, as kept for long enough: %s of %s", count, what)


@app.task
def add_service(draft: str, job: str) -> None:
    """Check or import what an administrator has handed in, by the name of its folder."""
    run(Draft(drafts_dir() / draft), job)


@app.task
def sweep_drafts() -> None:
    """Remove what was handed in a day ago and never imported."""
    swept = sweep()
    if swept:
        log.info("%d services were begun and not added", swept)


def _queue(event: Event) -> None:
    """Queue a re-optimisation under the id under which it was asked for."""
    assert event.date
    args = (event.service.slug, event.date.isoformat())
    reoptimise.apply_async(args, {"who": event.by_id}, task_id=event.data["request"])


def _booked(days_ahead: int) -> Iterator[tuple[Service, Date]]:
    """The services that have bookings on that day of theirs, with the date."""
    now = database_now()
    for service in Service.objects.all():
        date = now.astimezone(service.tz).date() + timedelta(days=days_ahead)
        if Day.objects.filter(service=service, date=date, revision__gt=0).exists():
            yield service, date
