"""Every kind of problem that the API answers with. Their slugs are part of the API and stay; titles and details may change."""

from __future__ import annotations

from dataclasses import dataclass

BASE = "/api/v1/problems/"


@dataclass(frozen=True, slots=True)
class ProblemType:
    """A kind of problem: `type` is a relative URI that can be opened and says this."""

    slug: str
    status: int
    title: str
    retry_after_s: int | None = None

    @property
    def uri(self) -> str:
        return BASE + self.slug


MALFORMED = ProblemType("malformed", 400, "The body is not JSON")
INVALID = ProblemType("invalid", 400, "Some of what was sent can't be understood")
KEY_MISSING = ProblemType("idempotency-key-missing", 400, "This call needs an Idempotency-Key")
UNAUTHENTICATED = ProblemType("unauthenticated", 401, "Sign in first")
FORBIDDEN = ProblemType("forbidden", 403, "Your role may not do this")
NOT_FOUND = ProblemType("not-found", 404, "There is nothing here that you can see")
METHOD = ProblemType("method-not-allowed", 405, "This address can't be used in that way")
NOT_ACCEPTABLE = ProblemType("not-acceptable", 406, "This answer doesn't come in the format asked for")
OTHER_OPERATOR = ProblemType("other-operator", 403, "This belongs to another operator")
OFFER_TAKEN = ProblemType("offer-taken", 409, "This offer has been booked already")
NO_LONGER_POSSIBLE = ProblemType("no-longer-possible", 409, "The seat has gone to somebody else")
PROMOTION_USED_UP = ProblemType("promotion-used-up", 409, "This promotion has been used up")
FARE_MOVED = ProblemType("fare-moved", 409, "This fare holds no more")
CANT_PAY = ProblemType("cant-pay", 409, "There is nothing to pay online")
PAYMENT_NEEDED = ProblemType("payment-needed", 409, "It is confirmed by paying for it")
NO_RECEIPT = ProblemType("no-receipt", 409, "Nothing was paid yet that there could be a receipt for")
CANT_PAY_THAT_WAY = ProblemType("cant-pay-that-way", 422, "This can't be paid in that way")
PAYMENT_UNAVAILABLE = ProblemType("payment-unavailable", 503, "The payment provider doesn't answer")
CANT_CANCEL = ProblemType("cant-cancel", 409, "This can't be cancelled any more")
UNFIT_PATTERN = ProblemType("unfit-pattern", 422, "This can't be repeated so")
NOTHING_TO_WAIT_FOR = ProblemType("nothing-to-wait-for", 422, "Waiting would not help")
NOT_WAITING = ProblemType("not-waiting", 409, "A place has been found already")
REFUND_NOT_FAILED = ProblemType("refund-not-failed", 409, "There is nothing to see to about this refund")
TOO_LATE_TO_REVERSE = ProblemType("too-late-to-reverse", 409, "This can't be taken back any more")
CANT_CHANGE = ProblemType("cant-change", 409, "This can't be changed")
OTHER_BOOKING = ProblemType("other-booking", 409, "This offer is for something else")
MEANT_AS_CHANGE = ProblemType("meant-as-change", 409, "This offer is for changing a booking")
PART_OF_RETURN = ProblemType("part-of-return", 409, "This offer is the way back of another")
CANT_CONFIRM = ProblemType("cant-confirm", 409, "This can't be confirmed")
CANT_RECORD = ProblemType("cant-record", 409, "This report doesn't go with what is known")
PLAN_BROKEN = ProblemType("plan-broken", 409, "The plan would break promises")
TOO_MANY_PLACES = ProblemType("too-many-places", 409, "No more places can be saved")
TOO_MANY_DEVICES = ProblemType("too-many-devices", 409, "No more devices can be used")
TOO_MANY_WEBHOOKS = ProblemType("too-many-webhooks", 409, "No more addresses can be told")
STILL_TRAVELS = ProblemType("still-travels", 409, "There are journeys ahead")
PASSENGER_ERASED = ProblemType("passenger-erased", 409, "This passenger was erased")
TOO_VAGUE = ProblemType("too-vague", 422, "This would find nearly everybody")
KEY_IN_FLIGHT = ProblemType("idempotency-key-in-flight", 409, "The first call with this Idempotency-Key is not done yet", 1)
CONFLICT = ProblemType("conflict", 409, "This can't be done in the present state")
GONE = ProblemType("gone", 410, "This is over")
OFFER_EXPIRED = ProblemType("offer-expired", 410, "The offer has expired")
HOLD_EXPIRED = ProblemType("hold-expired", 410, "The hold has expired")
CHANGED_SINCE = ProblemType("changed-since", 412, "This has changed since you read it")
TOO_LARGE = ProblemType("too-large", 413, "The body is too large")
MEDIA_TYPE = ProblemType("unsupported-media-type", 415, "Send application/json")
REFUSED = ProblemType("refused", 422, "A rule of the service refuses this")
PASSENGER_NEEDED = ProblemType("passenger-needed", 422, "Say who travels")
UNFIT_REPORT = ProblemType("unfit-report", 422, "This report makes no sense")
CODE_REFUSED = ProblemType("code-refused", 422, "This code doesn't work")
NAME_NEEDED = ProblemType("name-needed", 409, "Say who travels")
PASSWORD_NEEDED = ProblemType("password-needed", 403, "A code is too little for this account")
RIGHTS_BEYOND_DRIVING = ProblemType("rights-beyond-driving", 409, "This driver has other rights as well")
NOT_SENT = ProblemType("not-sent", 503, "No message can be sent just now", 60)
KEY_REUSED = ProblemType("idempotency-key-reused", 422, "This Idempotency-Key was used for something else")
MATCH_MISSING = ProblemType("if-match-missing", 428, "Say what you have seen: this call needs If-Match")
THROTTLED = ProblemType("throttled", 429, "Too many calls")
BUSY = ProblemType("busy", 503, "The day is being changed by others just now", 1)

# What the rules of a service refuse; see bookings/rules/.
RULES = (
    ProblemType("party-too-large", 422, "Too many people for one booking"),
    ProblemType("suspended", 422, "Suspended"),
    ProblemType("not-entitled", 422, "Not entitled to be fetched at the door"),
    ProblemType("in-the-past", 422, "In the past"),
    ProblemType("too-soon", 422, "Too soon"),
    ProblemType("booking-closed", 422, "Booking for that day has closed"),
    ProblemType("too-far-ahead", 422, "Too far ahead"),
    ProblemType("closed", 422, "Closed that day"),
    ProblemType("outside-hours", 422, "Outside the hours"),
    ProblemType("outside-area", 422, "Outside the area"),
    ProblemType("same-place", 422, "Origin and destination are the same place"),
    ProblemType("no-stop-near", 422, "No stop near"),
    ProblemType("no-way-to-door", 422, "No way to the door"),
    ProblemType("code-not-valid", 422, "This code can't be used"),
    ProblemType("too-many-bookings", 422, "Too many journeys booked"),
    ProblemType("duplicate-booking", 422, "Booked already"),
    ProblemType("overlapping-trip", 422, "Another journey at that time"),
    ProblemType("zones-not-served", 422, "No trips between these zones"),
    ProblemType("trip-too-short", 422, "Too short a trip"),
    ProblemType("trip-too-long", 422, "Too long a trip"),
)

GENERAL = (
    *(INVALID, UNAUTHENTICATED, FORBIDDEN, NOT_FOUND, METHOD, NOT_ACCEPTABLE, CONFLICT, GONE, TOO_LARGE, MEDIA_TYPE, REFUSED),
    *(CHANGED_SINCE, MATCH_MISSING, THROTTLED, BUSY),
)
BY_STATUS = {each.status: each for each in GENERAL}
SPECIAL = (
    *(MALFORMED, OTHER_OPERATOR, OFFER_TAKEN, NO_LONGER_POSSIBLE, CANT_CANCEL, CANT_CONFIRM, CANT_RECORD, PLAN_BROKEN),
    *(
        UNFIT_PATTERN,
        TOO_LATE_TO_REVERSE,
        REFUND_NOT_FAILED,
        NOTHING_TO_WAIT_FOR,
        NOT_WAITING,
        CANT_CHANGE,
        OTHER_BOOKING,
        MEANT_AS_CHANGE,
        PART_OF_RETURN,
    ),
    *(
        TOO_MANY_DEVICES,
        TOO_MANY_WEBHOOKS,
        TOO_MANY_PLACES,
        OFFER_EXPIRED,
        HOLD_EXPIRED,
        PASSENGER_NEEDED,
        UNFIT_REPORT,
        KEY_REUSED,
        *RULES,
    ),
    *(PROMOTION_USED_UP, FARE_MOVED, KEY_MISSING, KEY_IN_FLIGHT),
    *(CANT_PAY, PAYMENT_NEEDED, NO_RECEIPT, CANT_PAY_THAT_WAY, PAYMENT_UNAVAILABLE),
    *(CODE_REFUSED, NAME_NEEDED, PASSWORD_NEEDED, RIGHTS_BEYOND_DRIVING, NOT_SENT),
    *(STILL_TRAVELS, PASSENGER_ERASED, TOO_VAGUE),
)
ALL = {each.slug: each for each in (*GENERAL, *SPECIAL)}


def slug_of(kind: str) -> str:
    """The slug in a `type` for a kind of `bookings`, which are written as in Python."""
    return kind.replace("_", "-")
