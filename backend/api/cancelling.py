"""GET and POST bookings/{reference}/cancel: what it would come to, and doing it."""

from __future__ import annotations

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from backend.api import problem_types
from backend.api.audit import BOOKING
from backend.api.base import ApiView, body_of, now, planner_for, query_of
from backend.api.booking_json import BookingDetailSerializer
from backend.api.bookings import BOOKERS, answer_about, check_seen, get_visible
from backend.api.etags import ETAG, IF_MATCH
from backend.api.idempotency import KEY_PARAMETER, idempotent
from backend.api.needs import StandingSerializer, standing_json
from backend.api.problems import Problem
from backend.api.strict import QueryBooleanField, StrictBooleanField, StrictCharField, StrictSerializer
from backend.api.whom import DESK, Caller, whom
from bookings.actions.cancel_booking import cancel_booking
from bookings.actions.find import find_legs
from bookings.actions.preview_cancellation import Cancellation, preview_cancellation
from bookings.models import Booking
from bookings.money import Refunding
from bookings.words import worded

WITH_RETURN = "Whether the way back, booked with it, is cancelled too."
FOR_OPERATOR = "For staff: the operator can't keep the promise, so it's no strike however late, and all is given back."
REFUND = "full: nothing is kept for being late, whatever the policy of the service; staff alone."
REFUNDS = [each.value for each in Refunding]


class CancelSerializer(StrictSerializer):
    with_return = StrictBooleanField(default=True, help_text=WITH_RETURN)
    why = StrictCharField(max_length=200, required=False, allow_blank=True, default="")
    for_operator = StrictBooleanField(default=False, help_text=FOR_OPERATOR)
    refund = serializers.ChoiceField(choices=REFUNDS, default=Refunding.POLICY.value, help_text=REFUND)


class PreviewQuerySerializer(StrictSerializer):
    with_return = QueryBooleanField(default=True, help_text=WITH_RETURN)
    for_operator = QueryBooleanField(default=False, help_text=FOR_OPERATOR)
    refund = serializers.ChoiceField(choices=REFUNDS, default=Refunding.POLICY.value, help_text=REFUND)


class CancelledLegSerializer(serializers.Serializer[Any]):
    reference = serializers.CharField()
    kept_pence = serializers.IntegerField(help_text="What of its fare stays owed.")
    refund_pence = serializers.IntegerField(help_text="What of what was paid online goes back.")


class ComesDueSerializer(serializers.Serializer[Any]):
    reference = serializers.CharField()
    pence = serializers.IntegerField()


class CancellationSerializer(serializers.Serializer[Any]):
    """What cancelling would come to by now; a minute later it may be more."""

    late = serializers.BooleanField(help_text="Whether it counts against the passenger.")
    standing = StandingSerializer(help_text="Of the passenger, with that.")
    kept_pence = serializers.IntegerField(help_text="Of all legs.")
    refund_pence = serializers.IntegerField(help_text="Of all legs.")
    legs = CancelledLegSerializer(many=True, help_text="What would be cancelled: the journey, and its way back.")
    comes_due = ComesDueSerializer(many=True, help_text="Other journeys that a cap has made cheaper for the sake of this one.")


class CancelView(ApiView):
    roles: ClassVar = {"GET": BOOKERS, "POST": BOOKERS}
    about: ClassVar = {"GET": BOOKING, "POST": BOOKING}
    takes_query: ClassVar = {"GET"}
    problems: ClassVar = {"GET": {409, 503}, "POST": {412}}

    @extend_schema(operation_id="preview_cancellation", parameters=[PreviewQuerySerializer], responses=CancellationSerializer)
    def get(self, request: Request, reference: str) -> Response:
        """What cancelling would come to: whether it's late, what of the fare is kept, and what goes back. Nothing is changed."""
        caller = whom(request)
        booking = get_visible(caller, reference)
        asked = query_of(request, PreviewQuerySerializer)
        refunding = _refunding(caller, booking, asked, "parameter", "")
        planner = planner_for(booking.service)
        found = preview_cancellation(booking.reference, planner=planner, by=caller.user, refunding=refunding, **asked, now=now())
        return Response(_as_json(found, booking))

    @extend_schema(
        operation_id="cancel_booking",
        parameters=[KEY_PARAMETER, IF_MATCH, ETAG],
        request=CancelSerializer,
        responses=BookingDetailSerializer,
    )
    @idempotent
    def post(self, request: Request, reference: str) -> Response:
        """Cancel a booking. A second time changes nothing and is fine; once on board it's a 409.

        What is given back goes by the service's policy. Where the journey had reached a cap, what that took off other journeys is
        kept of it, or comes due for them (`cap_pence`): one pays what these would have cost without it.
        """
        caller = whom(request)
        booking = get_visible(caller, reference)
        asked = body_of(request, CancelSerializer)
        refunding = _refunding(caller, booking, asked, "pointer", "#/")
        check_seen(request, booking, *find_legs(booking))
        planner = planner_for(booking.service)
        cancelled = cancel_booking(booking.reference, planner=planner, by=caller.user, refunding=refunding, **asked, now=now())
        return answer_about(request, cancelled)


def _refunding(caller: Caller, booking: Booking, asked: dict[str, Any], where: str, prefix: str) -> Refunding:
    """What is to be given back, taken out of what was asked, in a body or a query. Raises Problem (403) for others than staff."""
    is_staff = caller.operator_as(*DESK) == booking.service.operator_id
    if asked["for_operator"] and not is_staff:
        said = worded("Only the operator's staff can say so.")
        raise Problem(problem_types.FORBIDDEN, said, **{where: f"{prefix}for_operator"})
    refunding = Refunding(asked.pop("refund"))
    if refunding is Refunding.FULL and not is_staff:
        said = worded("What is given back goes by the policy of the service.")
        raise Problem(problem_types.FORBIDDEN, said, **{where: f"{prefix}refund"})
    return refunding


def _as_json(found: Cancellation, booking: Booking) -> dict[str, Any]:
    return {
        "late": found.late,
        "standing": standing_json(booking.service, found.standing),
        "kept_pence": sum(leg.kept_pence for leg in found.legs),
        "refund_pence": sum(leg.refund_pence for leg in found.legs),
        "legs": [CancelledLegSerializer(leg).data for leg in found.legs],
        "comes_due": [{"reference": reference, "pence": pence} for reference, pence in found.comes_due.items()],
    }
