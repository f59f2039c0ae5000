"""What passengers are told: one entry a kind.

To add one, record an event and write an entry; `manage.py catalogue` puts its words among those to be translated. Events with
`"silent": true` in their data are told to nobody, for whoever records several and tells of all in one.
"""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from bookings.models import Event, Status
from bookings.telling import (
    Kind,
    by_app,
    by_operator,
    by_passenger,
    by_staff,
    for_a_day,
    is_lost,
    some_time_after_booking,
    still_waits,
    until_arrival,
    until_over,
    until_pickup,
    until_told,
)

CONFIRMATIONS, REMINDERS, DELAYS, OFFERS = TOPICS = ("confirmations", "reminders", "delays", "offers")
"""What a passenger may do without; what isn't among them has to be told."""

TO_PARTNERS = (
    *("booking.held", "booking.confirmed", "booking.changed", "booking.cancelled", "booking.expired"),
    *("booking.delayed", "booking.on_time_again", "booking.vehicle_changed"),
    *("driver.boarded", "driver.alighted", "driver.no_show", "waitlist.offered"),
)
"""Kinds of events that webhooks tell of."""

TO_COME = frozenset({Status.CONFIRMED})
_REMINDERS = frozenset({"reminder_day_before", "reminder_soon"})
_ESTIMATES = frozenset({"delayed", "on_time_again", "vehicle_changed"})
_JOURNEY = _REMINDERS | _ESTIMATES | {"confirmed", "changed", "hold_expiring"}
"""Whatever is told of a journey that is still to come."""

KINDS = (
    Kind(
        "confirmed",
        on="booking.confirmed",
        title=_("Your bus on {day} is booked"),
        short=_(
            "Your bus is booked for {day}. Pick-up: {pickup}, {from} to {until}. Drop-off: {dropoff}, by {arrive_by}. "
            "Fare: {fare}. Reference {ref}. {operator}"
        ),
        lead=_("Your bus is booked. Please be at the pick-up from {from}: the bus comes by {until}."),
        until=until_pickup,
        topic=CONFIRMATIONS,
        statuses=TO_COME,
        replaces=frozenset({"hold_expiring"}),
    ),
    Kind(
        "changed",
        on="booking.changed",
        title=_("Your booking has changed: {day}"),
        short=_(
            "Your booking has changed. Your bus is now on {day}. Pick-up: {pickup}, {from} to {until}. "
            "Drop-off: {dropoff}, by {arrive_by}. Reference {ref}. {operator}"
        ),
        lead=_("Your booking has changed. This is your journey now."),
        until=until_pickup,
        urgent=True,
        statuses=TO_COME,
        replaces=_REMINDERS | _ESTIMATES | {"confirmed", "changed"},
    ),
    Kind(
        "reminder_day_before",
        on="booking.due_tomorrow",
        title=_("Your bus on {day}"),
        short=_(
            "Your bus is on {day}. Pick-up: {pickup}, {from} to {until}. Can't come? Please cancel in the app or ring {phone}. "
            "Reference {ref}."
        ),
        lead=_("This is to remind you of your bus. If you can't come, please cancel: somebody else may need the place."),
        until=until_pickup,
        when=some_time_after_booking,
        topic=REMINDERS,
        statuses=TO_COME,
    ),
    Kind(
        "reminder_soon",
        on="booking.due_soon",
        title=_("Your bus comes at about {expected}"),
        short=_(
            "Your bus comes at about {expected}. Pick-up: {pickup}. Please be there from {from}. Look for {vehicle}. "
            "Reference {ref}."
        ),
        lead=_("Your bus comes at about {expected}. Please be at the pick-up from {from}, and look for {vehicle}."),
        until=until_pickup,
        when=some_time_after_booking,
        topic=REMINDERS,
        statuses=TO_COME,
        replaces=frozenset({"reminder_day_before"}),
    ),
    Kind(
        "delayed",
        on="booking.delayed",
        title=_("Your bus is late: about {expected}"),
        short=_("Sorry, your bus is late. It should come at about {expected}. Pick-up: {pickup}. Reference {ref}. {operator}"),
        lead=_("We are sorry: your bus is late. It should come at about {expected}."),
        until=until_pickup,
        topic=DELAYS,
        urgent=True,
        statuses=TO_COME,
        replaces=_REMINDERS | {"delayed", "on_time_again"},
    ),
    Kind(
        "on_time_again",
        on="booking.on_time_again",
        title=_("Your bus comes earlier than we said: about {expected}"),
        short=_(
            "Your bus comes earlier than we last said, at about {expected}. Pick-up: {pickup}. Please be there in time. "
            "Reference {ref}. {operator}"
        ),
        lead=_("Your bus comes earlier than we last said: at about {expected}. Please be there in time."),
        until=until_pickup,
        topic=DELAYS,
        urgent=True,
        statuses=TO_COME,
        replaces=_REMINDERS | {"delayed", "on_time_again"},
    ),
    Kind(
        "vehicle_changed",
        on="booking.vehicle_changed",
        title=_("Another bus comes for you: {vehicle}"),
        short=_(
            "Another bus comes for you: {vehicle}. It should come at about {expected}. Pick-up: {pickup}. Reference {ref}. "
            "{operator}"
        ),
        lead=_("Another bus comes for you than we said: {vehicle}. It should come at about {expected}."),
        until=until_pickup,
        topic=DELAYS,
        urgent=True,
        statuses=TO_COME,
        replaces=_REMINDERS | {"vehicle_changed"},
    ),
    Kind(
        "cancelled",
        on="booking.cancelled",
        title=_("Your bus on {day} is cancelled"),
        short=_("Your bus on {day} at {from} is cancelled, as you asked. Reference {ref}. {operator}"),
        lead=_("You have cancelled your bus. This was your journey."),
        until=until_arrival,
        when=by_passenger,
        topic=CONFIRMATIONS,
        replaces=_JOURNEY,
    ),
    Kind(
        "cancelled_for_you",
        on="booking.cancelled",
        title=_("Your bus on {day} is cancelled"),
        short=_(
            "Your bus on {day} at {from} is cancelled, as you asked us. If you did not ask, ring {phone}. Reference {ref}. "
            "{operator}"
        ),
        lead=_("We have cancelled your bus, as you asked us. If you did not ask, please ring {phone}. This was your journey."),
        until=until_arrival,
        when=by_staff,
        topic=CONFIRMATIONS,
        replaces=_JOURNEY,
    ),
    Kind(
        "cancelled_by_operator",
        on="booking.cancelled",
        title=_("Your bus on {day} was cancelled by {operator}"),
        short=_(
            "{operator} has cancelled your bus on {day} at {from}. Pick-up was: {pickup}. {because}Questions? Ring {phone}. "
            "Reference {ref}."
        ),
        lead=_("{operator} has cancelled your bus. {because}If you have questions, please ring {phone}. This was your journey."),
        until=until_arrival,
        when=by_operator,
        urgent=True,
        replaces=_JOURNEY,
    ),
    Kind(
        "no_show",
        on="driver.no_show",
        title=_("We missed you on {day}"),
        short=_(
            "The driver waited for you on {day} and had to go on without you. Pick-up: {pickup}. If that is wrong, ring {phone}. "
            "Reference {ref}."
        ),
        lead=_("The driver waited for you and had to go on without you. If that is wrong, please ring {phone}."),
        until=for_a_day,
        statuses=frozenset({Status.NO_SHOW}),
        replaces=_REMINDERS | _ESTIMATES,
    ),
    Kind(
        "hold_expiring",
        on="booking.hold_expiring",
        title=_("Please confirm by {over}"),
        short=_(
            "We keep your place until {over}. Bus on {day}. Pick-up: {pickup}, {from} to {until}. Please confirm in the app or "
            "ring {phone}. Reference {ref}."
        ),
        lead=_("We keep your place until {over}. Please confirm it in the app, or ring {phone}."),
        until=until_over,
        when=by_app,
        topic=CONFIRMATIONS,
        urgent=True,
        statuses=frozenset({Status.HELD}),
    ),
    Kind(
        "hold_expired",
        on="booking.expired",
        title=_("Your place on {day} is free again"),
        short=_(
            "You did not confirm in time, so your place on {day} at {from} went back. To travel, please book again or ring "
            "{phone}. Reference {ref}."
        ),
        lead=_("You did not confirm in time, so your place went back. To travel, please book again, or ring {phone}."),
        until=until_pickup,
        when=by_app,
        topic=CONFIRMATIONS,
        replaces=frozenset({"hold_expiring"}),
    ),
    Kind(
        "waitlist_offer",
        on="waitlist.offered",
        title=_("There is room for you on {day}"),
        short=_(
            "There is room for you on {day}. Pick-up: {pickup}, {from} to {until}. Drop-off: {dropoff}, by {arrive_by}. "
            "Say yes by {over} in the app or ring {phone}."
        ),
        lead=_("There is room for you now. Please say yes by {over} in the app, or ring {phone}."),
        until=until_over,
        topic=OFFERS,
        urgent=True,
        statuses=frozenset({Status.HELD}),
        replaces=frozenset({"waitlist_offer"}),
    ),
    Kind(
        "series_waits",
        on="series.failed",
        title=_("No place yet for your regular journey on {day}"),
        short=_(
            "There is no place yet for your regular journey on {day} at {from}. We keep looking. For another time, ask in the "
            "app or ring {phone}. {operator}"
        ),
        lead=_(
            "There is no place yet for your regular journey on {day} at {from}. We keep looking, and tell you when we find one. "
            "For another time, please ask in the app, or ring {phone}."
        ),
        until=until_told,
        when=still_waits,
        promised=False,
    ),
    Kind(
        "series_failed",
        on="series.failed",
        title=_("Your regular journey on {day} is not booked"),
        short=_(
            "Sorry, we could not book your regular journey on {day} at {from}. To hear why and what else there is, look in the "
            "app or ring {phone}. {operator}"
        ),
        lead=_("We are sorry: your regular journey on {day} at {from} is not booked. The app says why, or ring {phone}."),
        until=until_told,
        when=is_lost,
        promised=False,
    ),
    Kind(
        "no_place",
        on="waitlist.too_late",
        title=_("No place came free on {day}"),
        short=_(
            "Sorry, no place came free for your journey on {day} at {from}. It's too late to book now. For another time, ask in "
            "the app or ring {phone}. {operator}"
        ),
        lead=_(
            "We are sorry: no place came free for your journey on {day} at {from}. It's too late to book now. "
            "For another time, please ask in the app, or ring {phone}."
        ),
        until=until_told,
        topic=OFFERS,
        urgent=True,
        promised=False,
    ),
)

SIGN_IN_CODE = _("{code} is your sign-in code for {operator}. It works for {minutes} minutes. Tell it to nobody.")
SIGN_IN_TITLE = _("Your sign-in code for {operator}")

BY_NAME = {kind.name: kind for kind in KINDS}


def find_kind(event: Event) -> Kind | None:
    """What is told of an event; None where nothing is."""
    if event.data.get("silent"):
        return None
    return next((kind for kind in KINDS if kind.on == event.kind and kind.when(event)), None)
