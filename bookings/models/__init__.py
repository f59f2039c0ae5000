"""The tables. `plan_tables` is not among them: only `bookings.plans` touches the plans as stored."""

from bookings.models.audit import AUDIT_DAYS, Audit
from bookings.models.booking import GONE, Booking, Status
from bookings.models.bucket import Bucket
from bookings.models.contact import Language, MessageChannel
from bookings.models.day import Day
from bookings.models.delivery import Delivery, State
from bookings.models.erasure import Erasure
from bookings.models.event import AppendOnly, Event
from bookings.models.fleet import Shift, ShiftPattern, Vehicle
from bookings.models.idempotency import IdempotencyKey
from bookings.models.message import Device, Message
from bookings.models.offer import Offer
from bookings.models.passenger_word import PassengerWord
from bookings.models.people import Assistance, Driver, Operator, Passenger, Role, StaffMember
from bookings.models.place import KeptGazetteer, Place, PlaceKind
from bookings.models.promise import PROMISE_FIELDS, Channel, Promise
from bookings.models.promotion import Promotion
from bookings.models.refusal import Refusal
from bookings.models.saved_place import SavedPlace
from bookings.models.series import Series, SeriesDay
from bookings.models.service import Closure, Service, ServiceHours, SpecialHours
from bookings.models.stop import Stop
from bookings.models.strike import Strike, StrikeKind
from bookings.models.waiting import Waiting, WaitState
from bookings.models.webhook import Webhook, WebhookDelivery, WebhookSecret
from bookings.models.zone import ForbiddenTrip, Zone

__all__ = [
    "AUDIT_DAYS",
    "GONE",
    "PROMISE_FIELDS",
    "AppendOnly",
    "Assistance",
    "Audit",
    "Booking",
    "Bucket",
    "Channel",
    "Closure",
    "Day",
    "Delivery",
    "Device",
    "Driver",
    "Erasure",
    "Event",
    "ForbiddenTrip",
    "IdempotencyKey",
    "KeptGazetteer",
    "Language",
    "Message",
    "MessageChannel",
    "Offer",
    "Operator",
    "Passenger",
    "PassengerWord",
    "Place",
    "PlaceKind",
    "Promise",
    "Promotion",
    "Refusal",
    "Role",
    "SavedPlace",
    "Series",
    "SeriesDay",
    "Service",
    "ServiceHours",
    "Shift",
    "ShiftPattern",
    "SpecialHours",
    "StaffMember",
    "State",
    "Status",
    "Stop",
    "Strike",
    "StrikeKind",
    "Vehicle",
    "WaitState",
    "Waiting",
    "Webhook",
    "WebhookDelivery",
    "WebhookSecret",
    "Zone",
]
