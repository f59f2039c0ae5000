"""Every address of the API, below /api/v1/; each with or without a slash at its end."""

from __future__ import annotations

from datetime import date as Date
from typing import Any

from django.urls import URLPattern, path, re_path, register_converter
from rest_framework.views import APIView

from backend.api.accounts import AccountPaymentsView, AccountsView, StatementView
from backend.api.audit_trail import PassengerAuditView
from backend.api.bookings import BookingsView, BookingView, ChangeView, ConfirmView
from backend.api.cancelling import CancelView
from backend.api.days import DayView, ReoptimiseView
from backend.api.directions import DirectionsView
from backend.api.documents import NothingHereView, ProblemTypesView, ProblemTypeView, SchemaView
from backend.api.driver_events import DriverEventsView
from backend.api.erasing import EraseMeView, EraseView
from backend.api.exporting import ExportView, OwnExportView
from backend.api.manifest import ManifestView
from backend.api.me import DevicesView, DeviceView, MeView
from backend.api.offers import OffersView
from backend.api.open_services import OpenServicesView
from backend.api.passenger_search import PassengerSearchView
from backend.api.payments import PaymentView, stripe_notices
from backend.api.people import PassengersView, PassengerView
from backend.api.place_search import PlacesView
from backend.api.receipts import ReceiptsView, ReceiptView
from backend.api.refunds import RefundsView, SendRefundAgainView, SettleRefundView
from backend.api.refusals import RefusalsView
from backend.api.saved_places import SavedPlacesView, SavedPlaceView
from backend.api.series import EndView, SeriesListView, SeriesView, SkipView
from backend.api.services import ServicesView, ServiceView, StopsView, ZonesView
from backend.api.shifts import ShiftsView
from backend.api.sign_in import CodesView, SignInView
from backend.api.strikes import ReinstateView, ReverseStrikeView
from backend.api.tablets import EnrolmentsView, TabletsView, TabletView
from backend.api.turned_away import TurnedAwayView
from backend.api.untold import ToldView, UntoldView
from backend.api.waitlist import WaitingView, WaitlistView
from backend.api.way_ahead import WayView
from backend.api.webhooks import WebhookDeliveriesView, WebhookSecretView, WebhooksView, WebhookView


class DateConverter:
    """A calendar date, far enough from where date arithmetic ends."""

    regex = "(?:20|21)[0-9]{2}-[0-9]{2}-[0-9]{2}"

    def to_python(self, value: str) -> Date:
        return Date.fromisoformat(value)

    def to_url(self, value: Any) -> str:
        return str(value)


class ReferenceConverter:
    """A booking reference as people type it."""

    regex = "[A-Za-z0-9 -]{1,40}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(DateConverter, "day")


class MonthConverter:
    """A month, such as 2027-06: its first day."""

    regex = "(?:20|21)[0-9]{2}-(?:0[1-9]|1[0-2])"

    def to_python(self, value: str) -> Date:
        return Date.fromisoformat(f"{value}-01")

    def to_url(self, value: Any) -> str:
        return str(value)[:7]


register_converter(ReferenceConverter, "reference")
register_converter(MonthConverter, "month")

VIEWS: dict[str, type[APIView]] = {
    "open/services": OpenServicesView,
    "services": ServicesView,
    "services/<slug:slug>": ServiceView,
    "services/<slug:slug>/stops": StopsView,
    "services/<slug:slug>/zones": ZonesView,
    "services/<slug:slug>/days/<day:date>": DayView,
    "services/<slug:slug>/days/<day:date>/reoptimise": ReoptimiseView,
    "services/<slug:slug>/days/<day:date>/refusals": RefusalsView,
    "services/<slug:slug>/turned-away": TurnedAwayView,
    "places": PlacesView,
    "saved-places": SavedPlacesView,
    "saved-places/<int:pk>": SavedPlaceView,
    "passengers": PassengersView,
    "passengers/search": PassengerSearchView,
    "passengers/<int:pk>": PassengerView,
    "passengers/<int:pk>/audit": PassengerAuditView,
    "passengers/<int:pk>/erase": EraseView,
    "passengers/<int:pk>/export": ExportView,
    "passengers/<int:pk>/reinstate": ReinstateView,
    "me": MeView,
    "me/export": OwnExportView,
    "me/erase": EraseMeView,
    "me/devices": DevicesView,
    "me/devices/<int:pk>": DeviceView,
    "webhooks": WebhooksView,
    "webhooks/<int:pk>": WebhookView,
    "webhooks/<int:pk>/secret": WebhookSecretView,
    "webhooks/<int:pk>/deliveries": WebhookDeliveriesView,
    "offers": OffersView,
    "bookings": BookingsView,
    "bookings/<reference:reference>": BookingView,
    "bookings/<reference:reference>/confirm": ConfirmView,
    "bookings/<reference:reference>/change": ChangeView,
    "bookings/<reference:reference>/cancel": CancelView,
    "bookings/<reference:reference>/reverse-strike": ReverseStrikeView,
    "series": SeriesListView,
    "series/<int:pk>": SeriesView,
    "series/<int:pk>/skip": SkipView,
    "series/<int:pk>/end": EndView,
    "waitlist": WaitlistView,
    "waitlist/<int:pk>": WaitingView,
    "untold": UntoldView,
    "untold/<int:pk>/told": ToldView,
    "bookings/<reference:reference>/payment": PaymentView,
    "bookings/<reference:reference>/receipts": ReceiptsView,
    "bookings/<reference:reference>/receipts/<int:number>": ReceiptView,
    "accounts": AccountsView,
    "accounts/<int:pk>/statements/<month:month>": StatementView,
    "accounts/<int:pk>/payments": AccountPaymentsView,
    "refunds": RefundsView,
    "refunds/<uuid:pk>/send-again": SendRefundAgainView,
    "refunds/<uuid:pk>/settle": SettleRefundView,
    "shifts": ShiftsView,
    "shifts/<int:pk>/manifest": ManifestView,
    "shifts/<int:pk>/directions": DirectionsView,
    "shifts/<int:pk>/way": WayView,
    "shifts/<int:pk>/events": DriverEventsView,
    "enrolments": EnrolmentsView,
    "tablets": TabletsView,
    "tablets/<int:pk>": TabletView,
    "sign-in": SignInView,
    "sign-in/codes": CodesView,
    "problems": ProblemTypesView,
    "problems/<slug:slug>": ProblemTypeView,
}


def _both(route: str, view: type[APIView]) -> list[URLPattern]:
    return [path(route, view.as_view()), path(f"{route}/", view.as_view(schema=None))]


urlpatterns = [
    *(pattern for route, view in VIEWS.items() for pattern in _both(route, view)),
    path("payments/stripe", stripe_notices),
    path("schema/", SchemaView.as_view()),
    re_path("", NothingHereView.as_view()),
]
