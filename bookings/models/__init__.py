"""The tables. `plan_tables` is not among them: only `bookings.plans` touches the plans as stored."""

from bookings.models.booking import GONE, Booking, Status
from bookings.models.bucket import Bucket
from bookings.models.day import Day
from bookings.models.event import AppendOnly, Event
from bookings.models.fleet import Shift, ShiftPattern, Vehicle
from bookings.models.idempotency import IdempotencyKey
from bookings.models.offer import Offer
from bookings.models.people import Driver, Operator, Passenger, Role, StaffMember
from bookings.models.place import Place, PlaceKind, Trigram, Word, WordOfPlace
from bookings.models.promise import PROMISE_FIELDS, Channel
from bookings.models.refusal import Refusal
from bookings.models.saved_place import SavedPlace
from bookings.models.service import Closure, Service, ServiceHours
from bookings.models.stop import Stop

__all__ = [
    "GONE",
    "PROMISE_FIELDS",
    "AppendOnly",
    "Booking",
    "Bucket",
    "Channel",
    "Closure",
    "Day",
    "Driver",
    "Event",
    "IdempotencyKey",
    "Offer",
    "Operator",
    "Passenger",
    "Place",
    "PlaceKind",
    "Refusal",
    "Role",
    "SavedPlace",
    "Service",
    "ServiceHours",
    "Shift",
    "ShiftPattern",
    "StaffMember",
    "Status",
    "Stop",
    "Trigram",
    "Vehicle",
    "Word",
    "WordOfPlace",
]
