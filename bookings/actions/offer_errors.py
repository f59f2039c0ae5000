"""Why an offer is not booked."""

from __future__ import annotations

from collections.abc import Sequence

from bookings.limits import Clash
from bookings.models import Offer, Refusal
from bookings.refusals import Conflict, DomainNotFound, Gone, NotAllowed, Unfit


class NoSuchOffer(DomainNotFound):
    kind = "no_such_offer"


class OfferGone(Gone):
    kind = "offer_expired"


class OfferTaken(Conflict):
    kind = "offer_taken"


class PassengerNeeded(Unfit):
    kind = "passenger_needed"


class NotEntitled(Unfit):
    kind = "not_entitled"


class OwnJourneys(Unfit):
    """The passenger has other journeys booked that this one doesn't go with; `kind` is the rule that says so."""

    kind = "overlapping_trip"

    def __init__(self, clash: Clash) -> None:
        self.kind = clash.kind
        super().__init__(
            f"This passenger has {clash.own.reference} booked, which this journey doesn't go with. Cancel that first."
            if clash.own
            else "This passenger has as many journeys booked as one may have. Cancel one first."
        )


class OtherOperator(NotAllowed):
    kind = "other_operator"


class NoLongerPossible(Conflict):
    """Others have booked since, and the journey can't be fitted in any more. `alternatives` are new offers for the same wish."""

    kind = "no_longer_possible"

    def __init__(self, answer: Sequence[Offer] | Refusal) -> None:
        self.alternatives: Sequence[Offer] = [] if isinstance(answer, Refusal) else answer
        then = _instead(answer) if isinstance(answer, Refusal) else "Choose one of these instead."
        super().__init__(f"This journey is no longer possible: others have booked since it was offered. {then}")


def _instead(refusal: Refusal) -> str:
    """What the refusal of the same wish, asked again, says would be possible."""
    texts = [str(alternative["text"]) for alternative in refusal.alternatives]
    return f"Possible now: {'; '.join(texts)}." if texts else refusal.detail
