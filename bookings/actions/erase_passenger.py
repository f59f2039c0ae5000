from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from django.apps import apps
from django.contrib.auth import get_user_model
from django.db import models, transaction

from bookings import erasures, limits
from bookings.actions.forgetting import Forgetting, drop_offers, facts
from bookings.models import (
    Booking,
    Event,
    IdempotencyKey,
    Message,
    Offer,
    Passenger,
    Refusal,
    Series,
    SignInCode,
    Status,
    Waiting,
    WaitState,
)
from bookings.refusals import Conflict
from bookings.words import phrase

OPEN = (Status.HELD, Status.CONFIRMED, Status.ABOARD)
LATE = timedelta(hours=12)
"""Who was not reported to have alighted by then has."""
NAME = "Erased passenger"
BLANK: dict[str, Any] = {
    "name": NAME, "phone": "", "email": "", "needs": "", "assistance": [], "extra_boarding_s": 0, "door_to_door": False,
    "user": None, "account": None, "email_proven_at": None, "reinstated_at": None,
    "language": "en", "preferred_channel": "", "opted_out": {},
}  # fmt: skip
"""What is left of a passenger."""


class StillTravels(Conflict):
    """There is a journey ahead, for which somebody has to be known."""

    kind = "still_travels"


def erase_passenger(passenger: Passenger, *, now: datetime) -> Passenger:
    """Forget somebody: who they are, where they live, how they are reached, what they and others wrote. For good.

    Their journeys stay under their number, from stop to stop, for plans and figures. It's put on the register of erasures.
    A second time forgets what has come to be known since, if anything has. Raises StillTravels.
    """
    while True:
        with suppress(_Begun), transaction.atomic():
            return _erase(_locked(passenger), now)


class _Begun(Exception):
    """A series or a wait that had not been there when they were locked; it gives back the locks."""


def _locked(passenger: Passenger) -> Passenger:
    """The row, with the series and the places in line of its passenger; in this order, as whoever books for them does.

    Raises _Begun.
    """
    kinds = [model.objects.filter(passenger=passenger).order_by("pk") for model in (Series, Waiting)]
    held = [set(rows.select_for_update().values_list("pk", flat=True)) for rows in kinds]
    row = limits.lock(passenger)
    if any(set(rows.values_list("pk", flat=True)) - had for rows, had in zip(kinds, held, strict=True)):
        raise _Begun
    return row


def _erase(row: Passenger, now: datetime) -> Passenger:
    _check(row, now)
    known = _Known(row)
    _forget_journeys(row, now)
    _forget_answers(row, known)
    _forget_codes(row)
    row.saved_places.all().delete()
    row.devices.all().delete()
    Message.objects.filter(passenger=row).update(provider_id="", reason="")
    user = row.user
    for name, value in BLANK.items():
        setattr(row, name, value)
    row.erased_at = row.erased_at or now
    row.save()
    _forget_log(row._meta.model, row.pk)
    if user is not None:
        _forget_user(user)
    erasures.note(row, now=now)
    return row


def _check(row: Passenger, now: datetime) -> None:
    on_the_way = models.Q(status=Status.ABOARD, arrive_by_at__gte=now - LATE)
    ahead = Booking.objects.filter(models.Q(status__in=OPEN, arrive_by_at__gte=now) | on_the_way, passenger=row).order_by("pk")
    if references := list(ahead.values_list("reference", flat=True)):
        said = phrase("There are journeys ahead: {references}. Cancel them first.", references=", ".join(references))
        raise StillTravels(said)


def _forget_journeys(row: Passenger, now: datetime) -> None:
    forgetting = Forgetting()
    related = ("service", "pickup_stop", "dropoff_stop", "offer__service", "offer__pickup_stop", "offer__dropoff_stop")
    forgetting.journeys(Booking.objects.filter(passenger=row).select_related(*related))
    drop_offers(Offer.objects.filter(passenger=row))
    forgetting.offers(Offer.objects.filter(passenger=row).select_related("service", "pickup_stop", "dropoff_stop"))
    forgetting.refusals(Refusal.objects.filter(passenger=row).select_related("service"))
    facts(Event.objects.filter(data__passenger=row.pk))
    Waiting.objects.filter(passenger=row, state=WaitState.WAITING).update(state=WaitState.WITHDRAWN)
    for series in Series.objects.filter(passenger=row).select_related("service"):
        series.wish = forgetting.coarse_of(series.service).wish(series.wish)
        series.ended_at = series.ended_at or now
        series.save(update_fields=["wish", "ended_at"])


class _Known:
    """By what an answer that is kept is known to be about somebody."""

    def __init__(self, row: Passenger) -> None:
        self.pk = row.pk
        self.texts = {text for text in (row.name, row.phone, row.email) if text and text != NAME}
        self.references = set(Booking.objects.filter(passenger=row).values_list("reference", flat=True))

    def is_in(self, key: IdempotencyKey) -> bool:
        parts = set(key.path.split("/"))
        if parts & self.references or f"/passengers/{self.pk}/" in f"{key.path}/":
            return True
        return bool(key.body) and any(
            text in each for each in _texts(json.loads(key.body)) for text in self.texts | self.references
        )


def _forget_answers(row: Passenger, known: _Known) -> None:
    """Answers that could be sent again. Whoever sends such a write once more is told that the key is free."""
    users = models.Q(user__staff_member__operator=row.operator_id) | models.Q(user__driver__operator=row.operator_id)
    if row.partner_id is not None:
        users |= models.Q(user__partner=row.partner_id)
    mine = IdempotencyKey.objects.filter(users | models.Q(user=row.user_id)).exclude(status=None)  # None: this very call
    gone = [key.pk for key in mine.iterator() if key.user_id == row.user_id or known.is_in(key)]
    IdempotencyKey.objects.filter(pk__in=gone).delete()


def _forget_codes(row: Passenger) -> None:
    """Codes on their way to somebody's telephone or e-mail address."""
    tail = models.Q(to__endswith=row.phone_tail) if row.phone_tail else models.Q()
    mail = models.Q(to__iexact=row.email) if row.email else models.Q()
    if tail or mail:
        SignInCode.objects.filter(tail | mail, operator=row.operator_id).delete()


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for each in value:
            yield from _texts(each)
    elif isinstance(value, str):
        yield value


def _forget_user(user: Any) -> None:
    """A user who is nothing else: nobody signs in as them any more, and what other apps keep of them goes."""
    if hasattr(user, "staff_member") or hasattr(user, "driver") or user.is_staff:
        return
    for related in user._meta.related_objects:
        if related.on_delete is models.CASCADE and related.related_model._meta.app_label not in ("admin", "bookings"):
            related.related_model._base_manager.filter(**{related.field.name: user}).delete()
    user.username, user.is_active = erasures.erased_name(user.pk), False
    user.first_name = user.last_name = user.email = ""
    user.set_unusable_password()
    user.save()
    _forget_log(get_user_model(), user.pk)


def _forget_log(model: type[models.Model], pk: int) -> None:
    """The admin's log calls rows by their names."""
    log = apps.get_model("admin", "LogEntry").objects
    of_row = {"content_type__app_label": model._meta.app_label, "content_type__model": model._meta.model_name}
    log.filter(**of_row, object_id=str(pk)).update(object_repr=NAME, change_message="")
