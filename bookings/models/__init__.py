"""The tables. `plan_tables` is not among them: only `bookings.plans` touches the plans as stored."""

from bookings.models.account import Account
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
from bookings.models.last_import import LastImport
from bookings.models.message import OPTED_OUT, Device, Message
from bookings.models.money import (
    Checkout,
    CheckoutPart,
    CheckoutStatus,
    EntryKind,
    LedgerEntry,
    Receipt,
    ReceiptCounter,
    Refund,
    RefundStatus,
)
from bookings.models.offer import Offer
from bookings.models.passenger_word import PassengerWord
from bookings.models.payment_methods import PayBy
from bookings.models.people import Assistance, Driver, Operator, Partner, Passenger, Role, StaffMember
from bookings.models.place import KeptGazetteer, Place, PlaceKind
from bookings.models.promise import PROMISE_FIELDS, Channel, Promise
from bookings.models.promotion import Promotion
from bookings.models.refusal import Refusal
from bookings.models.saved_place import SavedPlace
from bookings.models.series import Series, SeriesDay
from bookings.models.service import Closure, Service, ServiceHours, SpecialHours
from bookings.models.sign_in import CodeChannel, SignInCode
from bookings.models.stop import Stop
from bookings.models.strike import Strike, StrikeKind
from bookings.models.tablet import Enrolment, Tablet
from bookings.models.waiting import Waiting, WaitState
from bookings.models.webhook import Webhook, WebhookDelivery, WebhookSecret
from bookings.models.zone import ForbiddenTrip, Zone

__all__ = [
    "AUDIT_DAYS",
    "GONE",
    "OPTED_OUT",
    "PROMISE_FIELDS",
    "Account",
    "AppendOnly",
    "Assistance",
    "Audit",
    "Booking",
    "Bucket",
    "Channel",
    "Checkout",
    "CheckoutPart",
    "CheckoutStatus",
    "Closure",
    "CodeChannel",
    "Day",
    "Delivery",
    "Device",
    "Driver",
    "Enrolment",
    "EntryKind",
    "Erasure",
    "Event",
    "ForbiddenTrip",
    "IdempotencyKey",
    "KeptGazetteer",
    "Language",
    "LastImport",
    "LedgerEntry",
    "Message",
    "MessageChannel",
    "Offer",
    "Operator",
    "Partner",
    "Passenger",
    "PassengerWord",
    "PayBy",
    "Place",
    "PlaceKind",
    "Promise",
    "Promotion",
    "Receipt",
    "ReceiptCounter",
    "Refund",
    "RefundStatus",
    "Refusal",
    "Role",
    "SavedPlace",
    "Series",
    "SeriesDay",
    "Service",
    "ServiceHours",
    "Shift",
    "ShiftPattern",
    "SignInCode",
    "SpecialHours",
    "StaffMember",
    "State",
    "Status",
    "Stop",
    "Strike",
    "StrikeKind",
    "Tablet",
    "Vehicle",
    "WaitState",
    "Waiting",
    "Webhook",
    "WebhookDelivery",
    "WebhookSecret",
    "Zone",
]
