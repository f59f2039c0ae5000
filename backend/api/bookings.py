"""GET and POST bookings, GET bookings/{reference}, and its steps: confirm, change."""

from __future__ import annotations

from typing import ClassVar
from uuid import UUID

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from backend.api import problem_types
from backend.api.audit import BOOKING
from backend.api.base import ApiView, body_of, now, payment_port, planner_for, query_of
from backend.api.booking_json import BookingDetailSerializer, BookingSerializer, expected_by_now
from backend.api.etags import ETAG, IF_MATCH, IF_NONE_MATCH, asks_match, heed_match, state_of, tagged
from backend.api.idempotency import KEY_PARAMETER, idempotent
from backend.api.paging import CursorPagination, OfPassengerSerializer, PagedSerializer
from backend.api.passengers import PassengerField, passenger_for
from backend.api.problems import Problem
from backend.api.strict import StrictBooleanField, StrictSerializer, StrictUUIDField
from backend.api.whom import DESK, Caller, Is, whom
from bookings import queries
from bookings.actions.accept_offer import book_offer, hold_offer
from bookings.actions.change_booking import change_booking
from bookings.actions.confirm_booking import confirm_booking
from bookings.actions.find import find_legs
from bookings.actions.placing import writing
from bookings.models import Booking, Offer, PayBy, Promise, Status
from bookings.references import tidy
from bookings.words import worded

BOOKERS = DESK | {Is.PASSENGER, Is.PARTNER}


class BookSerializer(StrictSerializer):
    offer = StrictUUIDField(help_text="The id of an offer.")
    hold = StrictBooleanField(default=False, help_text="Keep the seat until held_until, to be confirmed by then.")
    passenger = PassengerField(required=False, help_text="For agents, where the offer was asked for without one.")
    pay_by = serializers.ChoiceField(
        choices=PayBy.choices, required=False, help_text="Left out: the first of the service's payment_methods."
    )


class ConfirmSerializer(StrictSerializer):
    pay_by = serializers.ChoiceField(
        choices=PayBy.choices, required=False, help_text="Another way than it was held with; left out: that way."
    )


class ChangeSerializer(StrictSerializer):
    offer = StrictUUIDField(help_text="The id of an offer that was asked for with `instead_of` this booking.")


class FilterSerializer(OfPassengerSerializer):
    service = serializers.SlugField(required=False)
    date = serializers.DateField(required=False, help_text="Service day.")
    status = serializers.ChoiceField(choices=Status.choices, required=False)


class BookingPageSerializer(PagedSerializer):
    results = BookingSerializer(many=True)


def _with_all(bookings: QuerySet[Booking]) -> QuerySet[Booking]:
    """With what their JSON needs."""
    return queries.with_links(bookings.select_related("service", "passenger", "pickup_stop", "dropoff_stop"))


def get_visible(caller: Caller, reference: str) -> Booking:
    """A booking that a caller may see, by its reference as somebody typed it, for a step of its life. Raises Http404."""
    rows = queries.list_bookings(caller.user).select_related("service", "passenger")
    return get_object_or_404(rows, reference=tidy(reference))


class BookingsView(ApiView):
    roles: ClassVar = {"GET": BOOKERS, "POST": BOOKERS}
    about: ClassVar = {"GET": BOOKING, "POST": BOOKING}
    takes_query: ClassVar = {"GET"}
    problems: ClassVar = {"POST": {404, 410}}

    @extend_schema(operation_id="list_bookings", parameters=[FilterSerializer], responses=BookingPageSerializer)
    def get(self, request: Request) -> Response:
        """Your bookings; for staff, those of the operator. Newest first."""
        asked = query_of(request, FilterSerializer)
        chosen = {"service": "service__slug", "date": "date", "status": "status", "passenger": "passenger"}
        caller = whom(request)
        rows = queries.list_bookings(caller.user)
        found = _with_all(rows.filter(**{lookup: asked[name] for name, lookup in chosen.items() if name in asked}))
        pages = CursorPagination()
        page = pages.paginate_queryset(queries.with_doers(found), request, self) or []
        context = {"desk": caller.operator_as(*DESK)}
        return pages.get_paginated_response(BookingSerializer(page, many=True, context=context).data)

    @extend_schema(
        operation_id="book",
        parameters=[KEY_PARAMETER, ETAG],
        request=BookSerializer,
        responses={201: BookingDetailSerializer},
    )
    @idempotent
    def post(self, request: Request) -> Response:
        """Book an offer, or hold it. 410 once it has expired; 409, with alternatives, where the seat has gone since."""
        asked, caller = body_of(request, BookSerializer), whom(request)
        offer = _get_offer(caller, asked["offer"])
        passenger = passenger_for(caller, offer.service.operator, asked.get("passenger")) or offer.passenger
        if offer.passenger and passenger != offer.passenger:  # its times are made for one who may need longer to board
            said = worded("This offer was made for somebody else: ask for offers for this passenger.")
            raise Problem(problem_types.REFUSED, said, pointer="#/passenger")
        pay_by = asked.get("pay_by") or offer.service.payment_methods[0]
        if pay_by == PayBy.ONLINE and payment_port() is None:
            raise Problem(problem_types.CANT_PAY_THAT_WAY, worded("Nothing can be paid online here."), pointer="#/pay_by")
        take = hold_offer if asked["hold"] else book_offer
        booking = take(
            offer.pk,
            planner=planner_for(offer.service),
            by=caller.user,
            channel=caller.channel,
            passenger=passenger,
            pay_by=pay_by,
            now=now(),
        )
        return answer_about(request, booking, status=201)


class BookingView(ApiView):
    roles: ClassVar = {"GET": BOOKERS}
    about: ClassVar = {"GET": BOOKING}

    @extend_schema(
        operation_id="get_booking", parameters=[IF_NONE_MATCH, ETAG], responses={200: BookingDetailSerializer, 304: None}
    )
    def get(self, request: Request, reference: str) -> Response:
        """A booking, with what is expected by now."""
        return answer_about(request, get_visible(whom(request), reference))


class ConfirmView(ApiView):
    roles: ClassVar = {"POST": BOOKERS}
    about: ClassVar = {"POST": BOOKING}
    problems: ClassVar = {"POST": {410, 412}}

    @extend_schema(
        operation_id="confirm_booking",
        parameters=[KEY_PARAMETER, IF_MATCH, ETAG],
        request=ConfirmSerializer,
        responses=BookingDetailSerializer,
    )
    @idempotent
    def post(self, request: Request, reference: str) -> Response:
        """Confirm a booking that is held. Its seat can't be lost before held_until; after that it's a 410.

        What is paid online is confirmed by its payment instead (`POST bookings/{reference}/payment`).
        """
        caller = whom(request)
        booking = get_visible(caller, reference)
        asked = body_of(request, ConfirmSerializer)
        check_seen(request, booking, *find_legs(booking))
        return answer_about(request, confirm_booking(booking.reference, by=caller.user, now=now(), **asked))


class ChangeView(ApiView):
    roles: ClassVar = {"POST": BOOKERS}
    about: ClassVar = {"POST": BOOKING}
    problems: ClassVar = {"POST": {410, 412}}

    @extend_schema(
        operation_id="change_booking",
        parameters=[KEY_PARAMETER, IF_MATCH, ETAG],
        request=ChangeSerializer,
        responses={201: BookingDetailSerializer},
    )
    @idempotent
    def post(self, request: Request, reference: str) -> Response:
        """Change a booking to an offer made instead of it, in one step: the old place is given back only when the new one holds.

        The answer is the booking that takes its place, under a reference of its own. It's paid as the old one is: what was paid
        for that counts, what is more goes back, and what is less is left to pay, online or to the driver.
        """
        caller = whom(request)
        booking = get_visible(caller, reference)
        offer = _get_offer(caller, body_of(request, ChangeSerializer)["offer"])
        check_seen(request, booking, offer)
        changed = change_booking(
            booking.reference,
            offer.pk,
            planner=planner_for(booking.service),
            by=caller.user,
            channel=caller.channel,
            now=now(),
        )
        return answer_about(request, changed, status=201)


def _get_offer(caller: Caller, offer_id: UUID) -> Offer:
    """An offer made to the caller, to a partner's passenger, or to one of the operator's whose staff they are.

    Raises Problem (404).
    """
    offer = Offer.objects.select_related("service__operator", "passenger").filter(pk=offer_id).first()
    if offer is not None:
        if caller.staff and caller.staff.operator_id == offer.service.operator_id:
            return offer
        if caller.partner and offer.passenger and caller.partner.pk == offer.passenger.partner_id:
            return offer
        if caller.passenger and caller.passenger == offer.passenger:
            return offer
    said = worded("There is no such offer, or it isn't yours: ask for offers again.")
    raise Problem(problem_types.NOT_FOUND, said, pointer="#/offer")


def check_seen(request: Request, booking: Booking, *others: Promise) -> None:
    """Where the caller says what they have seen: that it's still so, until the answer. Raises Problem (412), plans.DayBusy.

    The locks are part of the transaction of `idempotent`, which keeps them: so the days of what is touched next are taken, too.
    """
    if asks_match(request):
        with writing(booking.service, (each.date for each in (booking, *others))):
            heed_match(request, state_of(Booking.objects.get(pk=booking.pk)))


def answer_about(request: Request, booking: Booking, status: int = 200) -> Response:
    """The booking as it is in the database by now, with its journey as planned. Whoever asks may see it: that was looked at."""
    caller = whom(request)
    rows = _with_all(Booking.objects.all()).prefetch_related("events", "ledger")
    fresh = queries.know_doers(rows.get(pk=booking.pk), reader=caller.user)
    journey = queries.find_journey(fresh, planner=planner_for(fresh.service), now=now())
    state = state_of(fresh)  # as it is in the database: when it is expected changes with every plan
    context = {"journey": journey, "desk": caller.operator_as(*DESK)}
    data = BookingDetailSerializer(expected_by_now(fresh, journey), context=context).data
    return tagged(request, Response(data, status=status), state)
