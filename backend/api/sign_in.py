"""POST sign-in/codes, POST and DELETE sign-in: passengers sign in by a code that is sent to their telephone or by e-mail."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.sessions.backends.base import SessionBase
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from backend.api import languages, problem_types
from backend.api.audit import PASSENGER, names
from backend.api.base import ApiView, body_of, now
from backend.api.me import MeSerializer
from backend.api.passengers import NameField, PhoneField
from backend.api.problems import Problem
from backend.api.strict import StrictCharField, StrictSerializer
from backend.api.whom import EVERYBODY
from backend.limits import address_of, take
from backend.sessions import open_session
from bookings import queries
from bookings.actions.make_code import LASTS, TRIES, make_code
from bookings.actions.sign_in import sign_in
from bookings.models import CodeChannel, Language, Operator
from bookings.phones import find_number, takes_text
from bookings.words import worded


class MobileField(PhoneField):
    """A number to which a text message can go, as +447700900123."""

    default_error_messages = {"no_mobile": _("Give the number of a mobile telephone: no text message gets to this one.")}

    def to_internal_value(self, data: Any) -> str:
        number = find_number(super().to_internal_value(data), settings.MESSAGES.country_code)
        if number is None or not takes_text(number):
            self.fail("no_mobile")
        return number


class AskSerializer(StrictSerializer):
    schema_too: ClassVar = {"oneOf": [{"required": ["phone"]}, {"required": ["email"]}]}
    service = serializers.SlugField(max_length=50, help_text="Whose passenger signs in: a service of the operator.")
    phone = MobileField(max_length=40, required=False)
    email = serializers.EmailField(max_length=254, required=False)
    language = serializers.ChoiceField(choices=Language.choices, default=Language.EN)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if ("phone" in attrs) == ("email" in attrs):
            raise serializers.ValidationError(worded("Give either phone or email."))
        return attrs


class AskedSerializer(serializers.Serializer[Any]):
    ticket = serializers.CharField(help_text="To be sent back with the code; keep it to yourself.")
    expires_at = serializers.DateTimeField()
    tries = serializers.IntegerField(help_text="How often a code can be tried; then it's dead.")


class SignInSerializer(StrictSerializer):
    ticket = StrictCharField(max_length=64)
    code = StrictCharField(max_length=12, help_text="As it was sent; blanks don't count.")
    name = NameField(
        max_length=120,
        required=False,
        default="",
        help_text="Of whoever travels. Leave it out first: who is known already, and shares the number with nobody, needs none.",
    )


class SignedInSerializer(serializers.Serializer[Any]):
    session_token = serializers.CharField(help_text="For the header X-Session-Token; shown only now.")
    expires_at = serializers.DateTimeField()
    passenger = MeSerializer()


class CodesView(ApiView):
    public: ClassVar = {"POST"}

    @extend_schema(operation_id="ask_for_code", request=AskSerializer, responses={202: AskedSerializer})
    def post(self, request: Request) -> Response:
        """Have a code sent to a telephone or by e-mail. Numbers that nobody knows get one as well, and the same answer."""
        languages.speak(_language(request))
        asked = body_of(request, AskSerializer)
        operator = Operator.objects.filter(services__slug=asked["service"]).first()
        if operator is None:
            raise serializers.ValidationError({"service": [worded("There is no service of this name.")]})
        channel = CodeChannel.SMS if "phone" in asked else CodeChannel.EMAIL
        to = asked.get("phone") or asked["email"].lower()
        for scope, who in (("codes-address", address_of(request)), ("codes", to), ("codes-day", to)):
            take(scope, who)
        instant = now()
        made = make_code(operator, channel=channel, to=to, language=asked["language"], now=instant)
        if not _send(made.code, made.row, instant):
            made.row.delete()
            said = worded("No code can be sent just now. Try again in a minute, or ring the operator.")
            raise Problem(problem_types.NOT_SENT, said)
        return Response({"ticket": made.ticket, "expires_at": made.row.expires_at, "tries": TRIES}, status=202)


class SignInView(ApiView):
    public: ClassVar = {"POST"}
    roles: ClassVar = {"DELETE": EVERYBODY}
    about: ClassVar = {"POST": PASSENGER}
    problems: ClassVar = {"POST": {403}}

    @extend_schema(operation_id="sign_in", request=SignInSerializer, responses=SignedInSerializer)
    def post(self, request: Request) -> Response:
        """Sign in with a code.

        Whoever has booked by telephone finds their bookings. A 409 asks for a name, where several share the number or nobody has
        it yet: send the same code with it. Whatever is wrong with a code is one and the same 422; each call takes a try.
        """
        asked = body_of(request, SignInSerializer)
        take("sign-in", address_of(request))
        if language := queries.find_language_of_ticket(asked["ticket"]):
            languages.speak(language)
        passenger = sign_in(**asked, country_code=settings.MESSAGES.country_code, now=now())
        assert passenger.user is not None  # given by signing in
        request.user = passenger.user  # who was nobody is somebody from here on, also for the audit
        names(request, passenger, how="new" if passenger.made_now else "claimed" if passenger.claimed_now else "")
        opened = open_session(request._request, passenger.user)
        known = {"session_token": opened.token, "expires_at": now() + opened.lasts, "passenger": MeSerializer(passenger).data}
        return Response(known)

    @extend_schema(operation_id="sign_out", responses={204: None})
    def delete(self, request: Request) -> Response:
        """Sign out: the token or the session that this call comes with ends."""
        if request.auth is None:
            logout(request._request)
        elif isinstance(request.auth, SessionBase):
            request.auth.flush()
        else:
            request.auth.delete()
        return Response(status=204)


def _language(request: Request) -> str:
    """The one that a body asks for, also where it's wrong otherwise; else what the caller accepts."""
    asked = request.data.get("language") if isinstance(request.data, dict) else None
    return asked if isinstance(asked, str) and asked in Language.values else languages.accepted(request)


def _send(code: str, row: Any, instant: Any) -> bool:
    """By name: messages are the business of `backend.notify`, which this layer knows nothing of."""
    sent: bool = import_string("backend.wiring.send_code")(code, row, minutes=LASTS.seconds // 60, now=instant)
    return sent
