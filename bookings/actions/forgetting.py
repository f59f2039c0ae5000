"""What of journeys and wishes names places and people, forgotten; when, how many and whether promises were kept stays."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Model, QuerySet

from bookings.coarse import Coarse
from bookings.models import Booking, Event, Offer, Refusal, Service, Strike
from bookings.plan_reasons import forget_reasons

TEXTS = ("why",)
"""Facts of events that somebody has written."""


class Forgetting:
    """Forgets rows, one by one; what it knows of services it looks up once."""

    def __init__(self) -> None:
        self._coarse: dict[int, Coarse] = {}

    def journeys(self, bookings: Iterable[Booking]) -> int:
        """Bookings with the offers that they were made of; how many. Needs service and stops: select them with the rows."""
        count = 0
        for booking in bookings:
            coarse = self.coarse_of(booking.service)
            booking.cancel_reason = ""
            booking.save(update_fields=["cancel_reason", *coarse.ends(booking)])
            self.offers([booking.offer])
            forget_reasons(booking)
            facts(Event.objects.filter(booking=booking))
            Strike.objects.filter(booking=booking).update(reversed_because="")
            count += 1
        return count

    def offers(self, offers: Iterable[Offer]) -> None:
        for offer in offers:
            coarse = self.coarse_of(offer.service)
            offer.wish = coarse.wish(offer.wish)
            offer.save(update_fields=["wish", *coarse.ends(offer)])

    def refusals(self, refusals: Iterable[Refusal]) -> int:
        """What was said no to; what kind of no and by how little stays. How many."""
        count = 0
        for refusal in refusals:
            refusal.wish = self.coarse_of(refusal.service).wish(refusal.wish)
            refusal.detail, refusal.alternatives, refusal.translations = "", [], {}
            refusal.save(update_fields=["wish", "detail", "alternatives", "translations"])
            count += 1
        return count

    def coarse_of(self, service: Service) -> Coarse:
        return self._coarse.setdefault(service.pk, Coarse(service))


def facts(events: QuerySet[Event]) -> None:
    """What somebody wrote goes; the facts stay. It is the one change that is made to events, past their own manager."""
    for event in events:
        if any(event.data.get(name) for name in TEXTS):
            data = {name: "" if name in TEXTS else value for name, value in event.data.items()}
            Event._base_manager.filter(pk=event.pk).update(data=data)


def drop_offers(offers: QuerySet[Offer]) -> int:
    """Offers that nobody took, with those for the way back; how many."""
    spare = offers.filter(booking=None).exclude(return_leg__booking__isnull=False)
    return spare.delete()[1].get(_label(Offer), 0)


def _label(model: type[Model]) -> str:
    return model._meta.label
