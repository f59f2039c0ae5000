"""POST bookings/{reference}/payment; and where Stripe tells what was paid."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from backend.api import problem_types
from backend.api.audit import BOOKING, About
from backend.api.base import ApiView, body_of, now, payment_port
from backend.api.bookings import BOOKERS, get_visible
from backend.api.problems import Problem
from backend.api.strict import NothingSerializer
from backend.api.whom import whom
from bookings.actions.close_checkouts import close_checkout
from bookings.actions.send_refunds import fail_refund
from bookings.actions.start_payment import start_payment
from bookings.actions.take_payment import take_payment
from bookings.models import Checkout, Refund
from bookings.payment_port import BadNotice, PageClosed, Paid, RefundCameBack
from bookings.plans import DayBusy
from bookings.words import worded


class PageSerializer(serializers.Serializer[Any]):
    """Where to pay. What is paid there confirms the booking; see its `status`."""

    url = serializers.URLField(help_text="Of the payment provider: send the passenger there.")
    pence = serializers.IntegerField()


class PaymentView(ApiView):
    roles: ClassVar = {"POST": BOOKERS}
    about: ClassVar[Mapping[str, About]] = {"POST": BOOKING}
    problems: ClassVar[Mapping[str, set[int]]] = {"POST": {410}}

    @extend_schema(operation_id="pay_booking", request=NothingSerializer, responses=PageSerializer)
    def post(self, request: Request, reference: str) -> Response:
        """The page on which a booking that is held is paid online. Asked again, it's the same page, until the hold is over."""
        caller = whom(request)
        booking = get_visible(caller, reference)
        body_of(request, NothingSerializer)
        port = payment_port()
        if port is None:
            raise Problem(problem_types.CANT_PAY, worded("Nothing can be paid online here."))
        back = settings.PAYMENTS.return_url or request.build_absolute_uri("/")
        found = start_payment(booking.reference, port=port, return_url=back, by=caller.user, now=now())
        return Response({"url": found.url, "pence": found.pence})


@csrf_exempt
@require_POST
def stripe_notices(request: HttpRequest) -> HttpResponse:
    """Stripe's own calls. It calls again, for days, until the answer is a 2xx."""
    port = payment_port()
    if port is None:
        return HttpResponse(status=404)
    try:
        notice = port.read_notice(request.body, request.headers.get("Stripe-Signature", ""))
    except BadNotice:
        return HttpResponse(status=400)
    try:
        if isinstance(notice, Paid) and _is_uuid(notice.key):
            take_payment(notice, now=now())
        elif isinstance(notice, PageClosed):
            for checkout in Checkout.objects.filter(session=notice.session):
                close_checkout(checkout)
        elif isinstance(notice, RefundCameBack) and _is_uuid(notice.key):
            for refund in Refund.objects.filter(pk=notice.key):
                fail_refund(refund, notice.why, now=now())
    except DayBusy:
        return HttpResponse(status=503)
    return HttpResponse(status=204)


def _is_uuid(text: str) -> bool:
    """Whether a key can be one of ours: others may use the same account of the provider."""
    try:
        UUID(text)
    except ValueError:
        return False
    return True
