"""Which passenger somebody is who has shown that they have a telephone number or an e-mail address."""

from __future__ import annotations

from django.db.models import Q

from bookings.models import CodeChannel, Passenger, SignInCode
from bookings.phones import TAIL, find_number
from bookings.spelling import words_of


def list_claimed(code: SignInCode, name: str, country_code: str) -> list[Passenger]:
    """The passengers of the operator at that number or address who may be meant: with a name, those who are called so.

    With a name it's never one who is called otherwise: that would be somebody they share a telephone with.
    """
    known = _at(code, country_code)
    asked = set(words_of(name))
    if not asked:
        return known
    exactly = [each for each in known if set(words_of(each.name)) == asked]
    # `Ann` may be Ann Price.
    return exactly[:1] or [each for each in known if asked <= set(words_of(each.name)) or asked >= set(words_of(each.name))]


def passengers_at(operator: int, number: str, country_code: str) -> list[Passenger]:
    """An operator's own passengers at a telephone number, given as +441632960100."""
    alike = (
        Passenger.objects.filter(operator=operator, partner=None, erased_at=None, phone_tail=number[-TAIL:])
        .select_related("user")
        .order_by("pk")
    )
    return [each for each in alike if find_number(each.phone, country_code) == number]


def _at(code: SignInCode, country_code: str) -> list[Passenger]:
    """Whom a code tells of: never a partner's passenger, of whom the partner would go on seeing everything.

    An address that somebody has written into their own account, and not shown to be theirs, tells nothing: else they could lure
    in whoever reads mail there.
    """
    if code.channel == CodeChannel.SMS:
        return passengers_at(code.operator_id, code.to, country_code)
    theirs = Q(user=None) | Q(email_proven_at__isnull=False)
    rows = Passenger.objects.filter(theirs, partner=None, operator=code.operator_id, erased_at=None, email__iexact=code.to)
    return list(rows.select_related("user").order_by("pk"))
