"""A vehicle on its way to one visit: what it set out to do, what becomes of it, and what can be known of that by when."""

from __future__ import annotations

from dataclasses import dataclass

from routing.model import Actual
from routing.plan import Visit
from routing.units import ServiceTime


@dataclass(slots=True)
class Errand:
    """From the instant at which it's settled when to set off, until the visit is over.

    `expected` is the arrival by the estimate and `agreed` the begin that the plan wants, before which nobody begins. When it
    really arrives, begins and departs is decided beforehand but known only once it happens.
    """

    visit: Visit
    sets_off: ServiceTime
    expected: ServiceTime
    agreed: ServiceTime
    arrives: ServiceTime
    begins: ServiceTime
    departs: ServiceTime
    under_way: bool = False
    there: bool = False

    @property
    def late(self) -> bool:
        """Whether there comes a time at which it should have arrived and has not."""
        return not self.there and self.arrives > self.expected

    @property
    def next(self) -> ServiceTime:
        """When something happens next."""
        if not self.under_way:
            return self.sets_off
        return self.departs if self.there else self.arrives

    def known(self, now: ServiceTime) -> Actual:
        """What is known at `now`: facts where there are any; who is due but not there arrives now at the earliest."""
        arrive = self.arrives if self.there else max(self.expected, now)
        return Actual(arrive, max(arrive, self.agreed))

    def as_fact(self) -> Actual:
        """What is known when it's over."""
        return Actual(self.arrives, self.begins, self.departs)
