"""How far what happens is from what was estimated: driving and dwelling take longer or shorter, at random but seeded."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from routing.plan import Visit


@dataclass(frozen=True, slots=True)
class Noise:
    """Each leg and each dwell takes its estimate times a factor of its own, log-normal with mean 1.

    `travel` and `dwell` are the standard deviations of the factors' logarithms; 0 is none. A factor depends on the seed and the
    visit alone, so two ways of running a day meet the same passengers. Raises ValueError for a negative deviation.
    """

    travel: float = 0.0
    dwell: float = 0.0
    seed: int = 1

    def __post_init__(self) -> None:
        if self.travel < 0 or self.dwell < 0:
            raise ValueError("a standard deviation can't be negative")

    def leg_s(self, estimate_s: int, visit: Visit) -> int:
        """The seconds that the leg to a visit really takes."""
        return self._really(estimate_s, self.travel, f"leg {visit.action}{visit.subject}")

    def dwell_s(self, estimate_s: int, visit: Visit) -> int:
        """The seconds that a visit really takes."""
        return self._really(estimate_s, self.dwell, f"dwell {visit.action}{visit.subject}")

    def _really(self, estimate_s: int, deviation: float, what: str) -> int:
        if not deviation:
            return estimate_s
        # Seeded by a text, for Python promises the same sequence for it in every process.
        factor = Random(f"{self.seed} {what}").lognormvariate(-deviation * deviation / 2, deviation)
        return round(estimate_s * factor)


STILL = Noise()
"""Everything takes as long as estimated."""
