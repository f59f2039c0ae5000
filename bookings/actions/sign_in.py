from __future__ import annotations

from datetime import datetime
from uuid import uuid4

from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import F

from bookings import codes, travellers
from bookings.claims import list_claimed
from bookings.models import CodeChannel, Operator, Passenger, SignInCode
from bookings.refusals import Conflict, NotAllowed, Unfit
from bookings.travellers import PassengerErased
from bookings.words import phrase


class CodeRefused(Unfit):
    """One sentence for whatever is wrong with a code, so that nobody learns which."""

    kind = "code_refused"

    def __init__(self) -> None:
        super().__init__(
            phrase("This code doesn't work: it may be mistyped, used or too old. After three tries ask for a new one.")
        )


class NameNeeded(Conflict):
    kind = "name_needed"

    def __init__(self) -> None:
        super().__init__(phrase("Give the name of whoever travels, as the operator knows it, and send the same code once more."))


class PasswordNeeded(NotAllowed):
    kind = "password_needed"

    def __init__(self) -> None:
        super().__init__(phrase("This account can't sign in with a code. Ask the operator."))


def sign_in(ticket: str, code: str, *, name: str, country_code: str, now: datetime) -> Passenger:
    """The passenger who has shown that a number or an address is theirs, with a user: known to the operator before, or new.

    Each call takes a try, and signing in takes the code. Raises CodeRefused, NameNeeded, PasswordNeeded.
    """
    found = _try(ticket, now)
    if found is None or not codes.same(found.code_digest, codes.digest("code", ticket, code)):
        raise CodeRefused
    with transaction.atomic():
        # Of two who sign in by one number at once, the second finds the passenger that the first makes.
        Operator.objects.select_for_update(no_key=True).get(pk=found.operator_id)
        passenger = _passenger(found, name, country_code)
        if not SignInCode.objects.filter(pk=found.pk, used_at=None).update(used_at=now):
            raise CodeRefused
        if found.channel == CodeChannel.EMAIL:
            passenger.email, passenger.email_proven_at = passenger.email or found.to, now
        if passenger.user is None:
            passenger.user = get_user_model().objects.create_user(f"passenger-{uuid4().hex}")
            passenger.made_now, passenger.claimed_now = passenger.pk is None, passenger.pk is not None
        passenger.save(update_fields=None if passenger.pk is None else ["user", "email", "email_proven_at"])
    return passenger


def _try(ticket: str, now: datetime) -> SignInCode | None:
    """The code that belongs to a ticket, with a try taken: in one statement, so that many at once get no more than there are."""
    alive = SignInCode.objects.filter(
        ticket_digest=codes.digest("ticket", ticket), used_at=None, expires_at__gt=now, tries_left__gt=0
    )
    taken = alive.update(tries_left=F("tries_left") - 1)
    return SignInCode.objects.get(ticket_digest=codes.digest("ticket", ticket)) if taken else None


def _passenger(code: SignInCode, name: str, country_code: str) -> Passenger:
    """Whose the code is: one who is known already, and else somebody new. Raises NameNeeded, PasswordNeeded."""
    known = list_claimed(code, name, country_code)
    if len(known) > 1 or not (known or name):
        raise NameNeeded
    if not known:
        phone, email = (code.to, "") if code.channel == CodeChannel.SMS else ("", code.to)
        return Passenger(operator_id=code.operator_id, name=name, phone=phone, email=email, language=code.language)
    user = known[0].user
    if user is not None and (not user.is_active or _may_more(user.pk)):
        raise PasswordNeeded
    try:
        return travellers.lock_known(known[0])  # and only then the code is taken: who erases takes them in this order
    except PassengerErased:
        raise CodeRefused from None


def _may_more(user: int) -> bool:
    """Whether somebody has rights beyond a passenger's, which a text message is too little for."""
    rows = get_user_model().objects.filter(pk=user)
    return rows.exclude(is_staff=False, is_superuser=False, staff_member=None, driver=None, partner=None).exists()
