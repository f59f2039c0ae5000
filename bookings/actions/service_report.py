"""What came of adding a service or bringing it up to date: figures, and what a person should look at."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from bookings.actions.fleet_changes import FleetChanges
from bookings.actions.put_places import PutPlaces
from bookings.actions.standing import Standing
from bookings.actions.stop_changes import StopChanges
from bookings.models import Service
from bookings.open_data.coverage import Coverage
from bookings.open_data.survey import Survey
from bookings.open_data.values import LeftOut
from routing.travel.vehicle_size import MINIBUS_SIZE

EXAMPLES = 50
"""How many of a long list are told one by one."""


@dataclass(frozen=True)
class Report:
    """All that is known after a run; `as_dict` is what `--format json` prints."""

    service: Service
    created: bool
    dry_run: bool
    found: Survey
    km_before: float | None
    changes: StopChanges
    places: PutPlaces
    standing: Standing
    coverage: Coverage
    fleet: FleetChanges
    vehicles: int
    shifts: int
    warnings: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        return {
            "service": self.service.slug,
            "name": self.service.name,
            "operator": self.service.operator.slug,
            "zone": self.service.zone,
            "done": "nothing: a dry run" if self.dry_run else "made" if self.created else "updated",
            "roads": self._roads(),
            "stops": self._stops(),
            "places": {
                "postcodes": self.standing.postcodes,
                "postcodes_as_they_were": "postcodes" in self.found.kept,
                "settlements": len(self.found.settlements),
                "streets": len(self.found.streets),
                "landmarks": len(self.found.landmarks),
                **self.places._asdict(),
            },
            "addresses": self._addresses(),
            "fleet": self._fleet(),
            "warnings": list(self.warnings),
        }

    def _roads(self) -> dict[str, Any]:
        roads = self.found.roads
        return {
            "file": roads.file.name,
            "km": round(roads.km, 1),
            "junctions": roads.junctions,
            "share_that_hangs_together": round(roads.share, 4),
            "all_for_a_minibus": {
                "km": round(self.found.minibus.km, 1),
                "km_before": self.km_before and round(self.km_before, 1),
            },
            "vehicles": {
                **asdict(roads.size),
                "larger_than_a_minibus": roads.size.said(roads.size.beyond(MINIBUS_SIZE)),
                "km": round(roads.main.road_km, 1),
                "km_of_a_minibus": round(self.found.minibus.main.road_km, 1),
            },
        }

    def _stops(self) -> dict[str, Any]:
        changes = self.changes
        as_they_were = "stops" in self.found.kept
        return {
            "kept": len(self.standing.stops) if as_they_were else len(self.found.stops),
            "as_they_were": as_they_were,
            "others": 0 if as_they_were else len(self.standing.others),
            "left_out": _by_reason(self.found.left_out),
            "new": _counted(changes.new),
            "back": _counted(changes.back),
            "gone": _counted(changes.gone),
            "moved": _counted([f"{stop}: {metres} m" for stop, metres in changes.moved]),
            "renamed": _counted([f"{stop}, was {was}" for stop, was in changes.renamed]),
            "turned": _counted(changes.turned),
            "by_hand": _counted(changes.by_hand),
        }

    def _fleet(self) -> dict[str, Any]:
        changes = self.fleet
        return {
            "vehicles": self.vehicles,
            "shifts": self.shifts,
            "vehicles_changed": _counted(changes.vehicles),
            "drivers_changed": _counted(changes.drivers),
            "shifts_new": _counted(() if self.created else changes.new),
            "shifts_changed": _counted(changes.changed),
            "shifts_gone": _counted(changes.gone),
            "shifts_by_hand": _counted(changes.by_hand),
        }

    def _addresses(self) -> dict[str, Any]:
        covered = self.coverage
        return {
            "counted": "postcodes" if self.standing.postcodes else "settlements and landmarks",
            "walk_limit_m": covered.limit_m,
            "all": covered.addresses,
            "with_a_stop": covered.covered,
            "share": round(covered.share, 4),
            "without": {
                "settlements": [{"name": name, "addresses": count} for name, count in covered.by_settlement()[:EXAMPLES]],
                "examples": [one.name for one in covered.without[:EXAMPLES]],
            },
        }


def _by_reason(left_out: Sequence[LeftOut]) -> list[dict[str, Any]]:
    """The reasons with the stops that each kept out, the most frequent first."""
    reasons: dict[str, list[str]] = defaultdict(list)
    counts: Counter[str] = Counter()
    for one in left_out:
        reasons[one.why].append(f"{one.what} ({one.detail})" if one.detail else one.what)
        counts[one.why] += one.count
    return [{"why": why, **_counted(reasons[why]), "count": count} for why, count in counts.most_common()]


def _counted(stops: Sequence[str]) -> dict[str, Any]:
    return {"count": len(stops), "examples": list(stops[:EXAMPLES])}
