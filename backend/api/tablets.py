"""POST enrolments, GET and POST tablets, DELETE tablets/{id}: the devices that drivers drive by."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from backend import tablets
from backend.api.audit import TABLET, on_record
from backend.api.base import ApiView, body_of, now, query_of
from backend.api.days import DISPATCHERS
from backend.api.paging import CursorPagination, PagedSerializer, PageSerializer
from backend.api.strict import LineField, StrictCharField, StrictSerializer
from backend.api.whom import Is, whom
from backend.limits import address_of, take
from bookings.actions.make_enrolment import make_enrolment
from bookings.models import Driver, Tablet


class NewEnrolmentSerializer(StrictSerializer):
    driver = serializers.SlugField(max_length=50, help_text="The code of a driver of yours.")
    name = LineField(max_length=60, help_text="What the tablet is called, such as `Bus 2`.")


class EnrolmentSerializer(serializers.Serializer[Any]):
    code = serializers.CharField(help_text="To be entered on the tablet, once; shown only now.")
    expires_at = serializers.DateTimeField()


class TabletSerializer(serializers.ModelSerializer[Tablet]):
    driver = serializers.CharField(source="driver.code")
    enrolled_by = serializers.CharField(source="enrolled_by.username", allow_null=True, default=None)

    class Meta:
        model = Tablet
        fields = ["id", "name", "driver", "enrolled_at", "enrolled_by"]


class TabletPageSerializer(PagedSerializer):
    results = TabletSerializer(many=True)


class CodeSerializer(StrictSerializer):
    code = StrictCharField(max_length=20, help_text="As it was said; blanks, hyphens and small letters are fine.")


class EnrolledSerializer(serializers.Serializer[Any]):
    token = serializers.CharField(help_text="For `Authorization: Token …`; shown only now.")
    expires_at = serializers.DateTimeField()
    tablet = TabletSerializer()


class EnrolmentsView(ApiView):
    roles: ClassVar = {"POST": DISPATCHERS}
    about: ClassVar = {"POST": TABLET}

    @extend_schema(operation_id="make_enrolment", request=NewEnrolmentSerializer, responses={201: EnrolmentSerializer})
    @on_record
    def post(self, request: Request) -> Response:
        """A code that lets one tablet in as a driver, within ten minutes."""
        asked, caller = body_of(request, NewEnrolmentSerializer), whom(request)
        drivers = Driver.objects.filter(operator=caller.operator_as(Is.DISPATCHER))
        driver = drivers.select_related("user__staff_member").filter(code=asked["driver"]).first()
        if driver is None:
            raise serializers.ValidationError({"driver": ["There is no driver with this code."]})
        row, code = make_enrolment(driver, name=asked["name"], by=caller.user, now=now())
        return Response({"code": code, "expires_at": row.expires_at}, status=201)


class TabletsView(ApiView):
    public: ClassVar = {"POST"}
    roles: ClassVar = {"GET": DISPATCHERS}
    takes_query: ClassVar = {"GET"}

    @extend_schema(operation_id="list_tablets", parameters=[PageSerializer], responses=TabletPageSerializer)
    def get(self, request: Request) -> Response:
        """The tablets that are let in. Newest first."""
        query_of(request, PageSerializer)
        pages = CursorPagination()
        page = pages.paginate_queryset(_tablets(request).order_by("-pk"), request, self) or []
        return pages.get_paginated_response(TabletSerializer(page, many=True).data)

    @extend_schema(operation_id="enrol_tablet", request=CodeSerializer, responses={201: EnrolledSerializer})
    def post(self, request: Request) -> Response:
        """A tablet enters its code and gets a token. Whatever is wrong with a code is one and the same 422."""
        asked = body_of(request, CodeSerializer)
        take("enrolments", address_of(request))
        tablet, row, token = tablets.enrol_by_token(asked["code"], now=now())
        known = {"token": token, "expires_at": row.expiry, "tablet": TabletSerializer(tablet).data}
        return Response(known, status=201)


class TabletView(ApiView):
    roles: ClassVar = {"DELETE": DISPATCHERS}
    about: ClassVar = {"DELETE": TABLET}

    @extend_schema(operation_id="revoke_tablet", responses={204: None})
    @on_record
    def delete(self, request: Request, pk: int) -> Response:
        """Shut a tablet out, at once."""
        tablets.revoke(get_object_or_404(_tablets(request), pk=pk), by=whom(request).user, now=now())
        return Response(status=204)


def _tablets(request: Request) -> QuerySet[Tablet]:
    operator = whom(request).operator_as(Is.DISPATCHER)
    return Tablet.objects.filter(driver__operator=operator, revoked_at=None).select_related("driver", "enrolled_by")
