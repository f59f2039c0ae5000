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

    @property
    def uri(self) -> str:
        return BASE + self.slug


MALFORMED = ProblemType("malformed", 400, "The body is not JSON")
INVALID = ProblemType("invalid", 400, "Some of what was sent can't be understood")
UNAUTHENTICATED = ProblemType("unauthenticated", 401, "Sign in first")
FORBIDDEN = ProblemType("forbidden", 403, "Your role may not do this")
NOT_FOUND = ProblemType("not-found", 404, "There is nothing here that you can see")
METHOD = ProblemType("method-not-allowed", 405, "This address can't be used in that way")
NOT_ACCEPTABLE = ProblemType("not-acceptable", 406, "This answer doesn't come in the format asked for")
OFFER_TAKEN = ProblemType("offer-taken", 409, "This offer has been booked already")
NO_LONGER_POSSIBLE = ProblemType("no-longer-possible", 409, "The seat has gone to somebody else")
CONFLICT = ProblemType("conflict", 409, "This can't be done in the present state")
GONE = ProblemType("gone", 410, "This is over")
OFFER_EXPIRED = ProblemType("offer-expired", 410, "The offer has expired")
HOLD_EXPIRED = ProblemType("hold-expired", 410, "The hold has expired")
TOO_LARGE = ProblemType("too-large", 413, "The body is too large")
MEDIA_TYPE = ProblemType("unsupported-media-type", 415, "Send application/json")
REFUSED = ProblemType("refused", 422, "A rule of the service refuses this")
KEY_REUSED = ProblemType("idempotency-key-reused", 422, "This Idempotency-Key was used for something else")
THROTTLED = ProblemType("throttled", 429, "Too many calls")
BUSY = ProblemType("busy", 503, "The day is being changed by others just now")

BY_STATUS = {
    each.status: each
    for each in (
        *(INVALID, UNAUTHENTICATED, FORBIDDEN, NOT_FOUND, METHOD, NOT_ACCEPTABLE, CONFLICT, GONE, TOO_LARGE, MEDIA_TYPE, REFUSED),
        *(THROTTLED, BUSY),
    )
}
ALL = {
    each.slug: each
    for each in (*BY_STATUS.values(), MALFORMED, OFFER_TAKEN, NO_LONGER_POSSIBLE, OFFER_EXPIRED, HOLD_EXPIRED, KEY_REUSED)
}
