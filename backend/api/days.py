"""GET services/{slug}/days/{date}, POST services/{slug}/days/{date}/reoptimise."""

from __future__ import annotations

import logging
from datetime import date as Date
from typing import Any, ClassVar

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from kombu.exceptions import OperationalError
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from backend.api.audit import DAY, DAY_ONCE
from backend.api.base import ApiView, body_of, now, planner_for
from backend.api.day_json import DaySerializer, day_json
from backend.api.strict import NothingSerializer
from backend.api.whom import DESK, Caller, Is, whom
from backend.celery import app
from bookings import events, queries
from bookings.actions.ask_reoptimise import ask_reoptimise
from bookings.models import Day, Service

log = logging.getLogger(__name__)

DISPATCHERS = frozenset({Is.DISPATCHER})
TASK = "backend.tasks.reoptimise"


class AcceptedSerializer(serializers.Serializer[Any]):
    """Look at `day` after a while: its `optimised` names this `request` once that is done."""

    request = serializers.UUIDField()
    day = serializers.CharField()
    revision = serializers.IntegerField(help_text="The plan at the time of asking.")


def own_service(caller: Caller, slug: str) -> Service:
    """A service of the operator whose dispatcher the caller is. Raises Http404."""
    return get_object_or_404(Service, slug=slug, operator=caller.operator_as(Is.DISPATCHER))


def desk_service(caller: Caller, slug: str) -> Service:
    """The same for phone agents, too."""
    return get_object_or_404(Service, slug=slug, operator=caller.operator_as(*DESK))


class DayView(ApiView):
    roles: ClassVar = {"GET": DISPATCHERS}
    about: ClassVar = {"GET": DAY}

    @extend_schema(operation_id="get_day", responses=DaySerializer)
    def get(self, request: Request, slug: str, date: Date) -> Response:
        """A service day as it stands: shifts with calls, loads and lines on the map; bookings; figures."""
        service = own_service(whom(request), slug)
        return Response(day_json(queries.day_board(service, date, planner=planner_for(service), now=now())))


class ReoptimiseView(ApiView):
    roles: ClassVar = {"POST": DISPATCHERS}
    about: ClassVar = {"POST": DAY_ONCE}

    @extend_schema(operation_id="reoptimise", request=NothingSerializer, responses={202: AcceptedSerializer})
    def post(self, request: Request, slug: str, date: Date) -> Response:
        """Ask for a better plan. A worker looks for one; what is promised stays, whatever comes of it.

        Asking is on record before the answer comes, so it outlives workers and their queue: whatever gets lost is queued again.
        """
        service = own_service(whom(request), slug)
        body_of(request, NothingSerializer)
        event = ask_reoptimise(service, date, by=whom(request).user, now=now())
        asked = event.data["request"]
        try:
            app.send_task(TASK, args=[service.slug, date.isoformat()], kwargs={"who": request.user.pk}, task_id=asked)
        except OperationalError as error:
            log.warning("the queue of the workers can't be reached, so %s is queued later: %s", asked, error)
        else:
            events.claim(event, at=now())
        revision = Day.objects.filter(service=service, date=date).values_list("revision", flat=True).first() or 0
        found = {"request": asked, "day": request.path.rstrip("/").removesuffix("/reoptimise"), "revision": revision}
        return Response(found, status=202)
