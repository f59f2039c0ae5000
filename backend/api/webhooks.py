"""GET and POST webhooks, PATCH and DELETE webhooks/{id}, POST webhooks/{id}/secret, GET webhooks/{id}/deliveries."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from backend.api.address import AddressField
from backend.api.audit import WEBHOOK, on_record
from backend.api.base import ApiView, body_of, now, query_of
from backend.api.days import DISPATCHERS
from backend.api.etags import ETAG, IF_MATCH_REQUIRED, IF_NONE_MATCH, require_match, state_of, tagged
from backend.api.idempotency import KEY_PARAMETER, idempotent
from backend.api.paging import CursorPagination, PagedSerializer, PageSerializer
from backend.api.strict import (
    ChangesSerializer,
    LineField,
    NothingSerializer,
    StrictBooleanField,
    StrictSerializer,
)
from backend.api.whom import Is, whom
from bookings.actions.add_webhook import add_webhook
from bookings.actions.change_webhook import WebhookChanges, change_webhook
from bookings.actions.renew_webhook_secret import renew_webhook_secret
from bookings.kinds import TO_PARTNERS
from bookings.models import Webhook, WebhookDelivery


class KindsField(serializers.ListField):
    """Kinds of events; none means all."""

    child = serializers.ChoiceField(choices=TO_PARTNERS)

    def to_internal_value(self, data: Any) -> list[str]:
        return sorted(set(super().to_internal_value(data)))


class WebhookChangeSerializer(ChangesSerializer):
    """What is left out stays as it is."""

    description = LineField(max_length=120, allow_blank=True)
    events = KindsField(help_text="Which kinds of events to tell of; none: all of these.")
    active = StrictBooleanField(help_text="True switches one on again that was switched off for its failures.")


class NewWebhookSerializer(StrictSerializer):
    url = AddressField(max_length=500, help_text="Begins with https:// and leads to the public internet.")
    description = LineField(max_length=120, required=False, allow_blank=True, default="")
    events = KindsField(required=False, default=list, help_text="Which kinds of events to tell of; none: all of these.")


class WebhookSerializer(serializers.ModelSerializer[Webhook]):
    events = KindsField(read_only=True)

    class Meta:
        model = Webhook
        fields = ["id", "url", "description", "events", "active", "created_at", "failing_since", "switched_off_because"]


class SecretSerializer(serializers.Serializer[Any]):
    secret = serializers.CharField(help_text="As the Standard Webhooks specification has it; shown only now.")


class WebhookWithSecretSerializer(WebhookSerializer):
    secret = serializers.SerializerMethodField(help_text="As the Standard Webhooks specification has it; shown only now.")

    class Meta(WebhookSerializer.Meta):
        fields = [*WebhookSerializer.Meta.fields, "secret"]

    def get_secret(self, webhook: Webhook) -> str:
        return webhook.secrets.get().secret


class DeliverySerializer(serializers.ModelSerializer[WebhookDelivery]):
    """What became of telling one event. `reason` is the last status, or why there is none."""

    event = serializers.CharField(source="event.kind")
    booking = serializers.CharField(source="event.booking.reference", allow_null=True, default=None)

    class Meta:
        model = WebhookDelivery
        fields = ["id", "event", "booking", "state", "reason", "attempts", "created_at", "due_at", "done_at"]


class DeliveryPageSerializer(PagedSerializer):
    results = DeliverySerializer(many=True)


class WebhooksView(ApiView):
    roles: ClassVar = {"GET": DISPATCHERS, "POST": DISPATCHERS}
    about: ClassVar = {"POST": WEBHOOK}

    @extend_schema(operation_id="list_webhooks", responses=WebhookSerializer(many=True))
    def get(self, request: Request) -> Response:
        """The addresses that are told what happens to your operator's bookings."""
        found = Webhook.objects.filter(operator=whom(request).operator_as(Is.DISPATCHER))
        return Response(WebhookSerializer(found, many=True).data)

    @extend_schema(operation_id="add_webhook", request=NewWebhookSerializer, responses={201: WebhookWithSecretSerializer})
    @on_record
    def post(self, request: Request) -> Response:
        """Have an address told. Deliveries follow the Standard Webhooks specification and are signed with the secret."""
        caller, asked = whom(request), body_of(request, NewWebhookSerializer)
        assert caller.staff is not None  # seen to by `roles`
        webhook = add_webhook(caller.staff.operator, **asked, by=caller.user, now=now())
        return Response(WebhookWithSecretSerializer(webhook).data, status=201)


class WebhookView(ApiView):
    roles: ClassVar = {"GET": DISPATCHERS, "PATCH": DISPATCHERS, "DELETE": DISPATCHERS}
    problems: ClassVar = {"PATCH": {412, 428}}
    about: ClassVar = {"PATCH": WEBHOOK, "DELETE": WEBHOOK}

    @extend_schema(operation_id="get_webhook", parameters=[IF_NONE_MATCH, ETAG], responses={200: WebhookSerializer, 304: None})
    def get(self, request: Request, pk: int) -> Response:
        """An address that is told, and whether it was switched off for its failures."""
        return _answer(request, _own(request, pk))

    @extend_schema(
        operation_id="change_webhook",
        parameters=[KEY_PARAMETER, IF_MATCH_REQUIRED, ETAG],
        request=WebhookChangeSerializer,
        responses=WebhookSerializer,
    )
    @idempotent
    def patch(self, request: Request, pk: int) -> Response:
        """Change what an address is told of, or switch it off or on. Another address is another webhook."""
        webhook = _own(request, pk, Webhook.objects.select_for_update(no_key=True))
        changes: WebhookChanges = body_of(request, WebhookChangeSerializer)  # type: ignore[assignment]
        require_match(request, state_of(webhook))
        return _answer(request, change_webhook(webhook, changes))

    @extend_schema(operation_id="remove_webhook", responses={204: None})
    @on_record
    def delete(self, request: Request, pk: int) -> Response:
        """Tell it nothing any more."""
        _own(request, pk).delete()
        return Response(status=204)


class WebhookSecretView(ApiView):
    roles: ClassVar = {"POST": DISPATCHERS}
    about: ClassVar = {"POST": WEBHOOK}

    @extend_schema(operation_id="renew_webhook_secret", request=NothingSerializer, responses={201: SecretSerializer})
    @on_record
    def post(self, request: Request, pk: int) -> Response:
        """A new secret. For a day deliveries are signed with the old one as well."""
        webhook = _own(request, pk)
        body_of(request, NothingSerializer)
        return Response({"secret": renew_webhook_secret(webhook, now=now())}, status=201)


class WebhookDeliveriesView(ApiView):
    roles: ClassVar = {"GET": DISPATCHERS}
    takes_query: ClassVar = {"GET"}

    @extend_schema(operation_id="list_webhook_deliveries", parameters=[PageSerializer], responses=DeliveryPageSerializer)
    def get(self, request: Request, pk: int) -> Response:
        """What became of telling this address, the latest first."""
        query_of(request, PageSerializer)
        rows = WebhookDelivery.objects.filter(webhook=_own(request, pk)).select_related("event__booking").order_by("-pk")
        pages = CursorPagination()
        page = pages.paginate_queryset(rows, request, self) or []
        return pages.get_paginated_response(DeliverySerializer(page, many=True).data)


def _own(request: Request, pk: int, rows: QuerySet[Webhook] | None = None) -> Webhook:
    """One of the caller's operator. Raises Http404."""
    rows = Webhook.objects.all() if rows is None else rows
    return get_object_or_404(rows, pk=pk, operator=whom(request).operator_as(Is.DISPATCHER))


def _answer(request: Request, webhook: Webhook) -> Response:
    return tagged(request, Response(WebhookSerializer(webhook).data), state_of(webhook))
