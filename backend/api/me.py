"""GET and PATCH me, GET and POST me/devices, DELETE me/devices/{id}: what a passenger who is signed in says of themselves."""

from __future__ import annotations

import re
from typing import Any, ClassVar, cast

from django.conf import settings
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from backend.api import contact, needs
from backend.api.address import AddressField
from backend.api.audit import PASSENGER, names, on_record
from backend.api.base import ApiView, body_of, now
from backend.api.etags import ETAG, IF_MATCH_REQUIRED, IF_NONE_MATCH, require_match, state_of, tagged
from backend.api.idempotency import KEY_PARAMETER, idempotent
from backend.api.passengers import NameField
from backend.api.strict import ChangesSerializer, StrictCharField, StrictSerializer
from backend.api.whom import Is, whom
from backend.message_settings import WEB_PUSH
from backend.outside.vapid import public_key
from bookings.actions.add_device import add_device
from bookings.actions.change_passenger import Changes, change_passenger
from bookings.kinds import TOPICS
from bookings.models import Device, Passenger

PASSENGERS = frozenset({Is.PASSENGER})
POINT_BYTES, SECRET_BYTES = 65, 16
"""Of a public key on P-256, uncompressed, and of what goes with it (RFC 8291)."""


class OwnChangesSerializer(ChangesSerializer, needs.NeedsSerializer, contact.ContactSerializer):
    """What is left out stays as it is. Whether you are fetched at the door is for staff to say."""

    name = NameField(max_length=120, help_text="To put right how it's written.")


class MeSerializer(needs.KnownNeedsSerializer, contact.KnownContactSerializer):
    topics = serializers.SerializerMethodField(help_text="What can be opted out of.")
    push_key = serializers.SerializerMethodField(
        help_text="What a browser wants to know to subscribe (`applicationServerKey`); null where nothing is sent to devices."
    )

    class Meta:
        model = Passenger
        fields = ["id", "name", "phone", *needs.FIELDS, *contact.FIELDS, "topics", "push_key"]

    def get_topics(self, passenger: Passenger) -> list[str]:
        return list(TOPICS)

    def get_push_key(self, passenger: Passenger) -> str | None:
        return public_key(settings.MESSAGES.vapid_key) if settings.MESSAGES.push == WEB_PUSH else None


class Base64Field(StrictCharField):
    """So many bytes as base64 for addresses, as browsers give them."""

    def __init__(self, size: int, **kwargs: Any) -> None:
        super().__init__(max_length=120, **kwargs)
        self.size = size

    @property
    def pattern(self) -> str:
        return f"^[A-Za-z0-9_-]{{{-(-self.size * 4 // 3)}}}=*$"

    def to_internal_value(self, data: Any) -> str:
        text = str(super().to_internal_value(data))
        if not re.fullmatch(self.pattern, text):
            raise serializers.ValidationError("Give the key as the browser does.")
        return text.rstrip("=")


class KeysSerializer(StrictSerializer):
    p256dh = Base64Field(POINT_BYTES)
    auth = Base64Field(SECRET_BYTES)


class NewDeviceSerializer(StrictSerializer):
    """A `PushSubscription` as browsers put it into JSON."""

    endpoint = AddressField(max_length=1000)
    keys = KeysSerializer()
    expirationTime = serializers.IntegerField(required=False, allow_null=True, help_text="Not used.")


class DeviceSerializer(serializers.ModelSerializer[Device]):
    """By its `endpoint` a browser knows its own."""

    class Meta:
        model = Device
        fields = ["id", "endpoint", "created_at"]


class MeView(ApiView):
    roles: ClassVar = {"GET": PASSENGERS, "PATCH": PASSENGERS}
    problems: ClassVar = {"PATCH": {412, 428}}
    about: ClassVar = {"PATCH": PASSENGER}

    @extend_schema(operation_id="get_me", parameters=[IF_NONE_MATCH, ETAG], responses={200: MeSerializer, 304: None})
    def get(self, request: Request) -> Response:
        """What is known of you."""
        return _answer(request, own_record(request))

    @extend_schema(
        operation_id="change_me",
        parameters=[KEY_PARAMETER, IF_MATCH_REQUIRED, ETAG],
        request=OwnChangesSerializer,
        responses=MeSerializer,
    )
    @idempotent
    def patch(self, request: Request) -> Response:
        """Put your name right; say what a driver should do for you, and how you want to be told things."""
        passenger = Passenger.objects.select_for_update(no_key=True).get(pk=own_record(request).pk)
        changes = cast(Changes, body_of(request, OwnChangesSerializer))
        require_match(request, state_of(passenger))
        return _answer(request, change_passenger(passenger, changes))


class DevicesView(ApiView):
    roles: ClassVar = {"GET": PASSENGERS, "POST": PASSENGERS}
    about: ClassVar = {"GET": PASSENGER, "POST": PASSENGER}

    @extend_schema(operation_id="list_devices", responses=DeviceSerializer(many=True))
    def get(self, request: Request) -> Response:
        """The devices on which notifications are shown, the oldest first; there are ten at most."""
        return Response(DeviceSerializer(own_record(request).devices.all(), many=True).data)

    @extend_schema(operation_id="add_device", request=NewDeviceSerializer, responses={201: DeviceSerializer})
    @on_record
    def post(self, request: Request) -> Response:
        """Have notifications shown on this device. Sent again for the same one, it's still one."""
        asked = body_of(request, NewDeviceSerializer)
        device = add_device(own_record(request), endpoint=asked["endpoint"], **asked["keys"], now=now())
        return Response(DeviceSerializer(device).data, status=201)


class DeviceView(ApiView):
    roles: ClassVar = {"DELETE": PASSENGERS}
    about: ClassVar = {"DELETE": PASSENGER}

    @extend_schema(operation_id="remove_device", responses={204: None})
    @on_record
    def delete(self, request: Request, pk: int) -> Response:
        """Show no more notifications there."""
        get_object_or_404(Device, pk=pk, passenger=own_record(request)).delete()
        return Response(status=204)


def own_record(request: Request) -> Passenger:
    """The caller's own row, which the audit is to name."""
    passenger = whom(request).passenger
    assert passenger is not None  # seen to by `roles`
    names(request, passenger)
    return passenger


def _answer(request: Request, passenger: Passenger) -> Response:
    return tagged(request, Response(MeSerializer(passenger).data), state_of(passenger))
