"""`manage.py suggest_stops SLUG`: virtual stops for those who have none within a walk; a map to accept them from."""

from __future__ import annotations

import json
from argparse import ArgumentParser, ArgumentTypeError
from pathlib import Path
from typing import Any

from django.core.management import CommandError
from django.core.management.base import BaseCommand

from backend import wiring
from bookings.actions.accept_stops import accept_stops
from bookings.files import BadFile
from bookings.models import Service
from bookings.queries.stop_suggestions import Suggestions, as_geojson, suggest_stops
from routing.travel.road_graph import RoadGraph

HELP = """Suggest as few virtual stops as bring enough postcodes within a walk. Write them on a map with --map, look at it,
set `accept` to false or move what won't do, and make the rest into stops with --accept.
Exit codes: 0 done, 1 bad input, 2 wrong options."""


class Command(BaseCommand):
    help = HELP
    requires_migrations_checks = True

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug", help="of the service")
        parser.add_argument("--share", type=_share, default=0.95, help="of the postcodes that shall have a stop, such as 0.95")
        parser.add_argument("--seconds", type=float, default=20, help="for the proof that fewer stops won't do")
        parser.add_argument("--format", choices=("text", "json"), default="text")
        files = parser.add_mutually_exclusive_group()
        files.add_argument("--map", type=Path, help="write a GeoJSON file to look at and to accept from")
        files.add_argument("--accept", type=Path, help="make the stops of such a file into stops of the service")

    def handle(self, *, slug: str, accept: Path | None, **options: Any) -> None:
        try:
            service = Service.objects.get(slug=slug)
            graph = wiring.roads_for(service).graph
            if accept:
                self._accept(service, accept, graph)
            else:
                asked = {key: options[key] for key in ("share", "seconds")}
                self._suggest(suggest_stops(service, graph, footways=wiring.footways_at(service.roads), **asked), options)
        except Service.DoesNotExist:
            known = ", ".join(Service.objects.values_list("slug", flat=True)) or "none"
            raise CommandError(f"there is no service {slug}; there are: {known}") from None
        except (BadFile, wiring.NoRoads, OSError) as error:
            raise CommandError(str(error)) from error

    def _suggest(self, found: Suggestions, options: dict[str, Any]) -> None:
        if options["map"]:
            options["map"].write_text(json.dumps(as_geojson(found), ensure_ascii=False, indent=1), encoding="utf-8")
        if options["format"] == "json":
            self.stdout.write(json.dumps(_as_dict(found), ensure_ascii=False, indent=2))
        else:
            self.stdout.write("\n".join(_lines(found)))

    def _accept(self, service: Service, file: Path, graph: RoadGraph) -> None:
        accepted = accept_stops(service, file, graph)
        codes = f" ({accepted.new[0]} to {accepted.new[-1]})" if accepted.new else ""
        self.stdout.write(f"{service.name}: {len(accepted.new)} new stops{codes}, {accepted.known} were there already")


def _share(text: str) -> float:
    share = float(text)
    if not 0 < share <= 1:
        raise ArgumentTypeError(f"{text} is not a share: write one like 0.95")
    return share


def _as_dict(found: Suggestions) -> dict[str, Any]:
    return {
        "service": found.service.slug,
        "share": found.share,
        "walk_limit_m": found.before.limit_m,
        "addresses": found.before.addresses,
        "with_a_stop": {"before": found.before.covered, "after": found.after.covered},
        "enough": found.enough,
        "fewest_possible": found.at_least,
        "stops": [
            {"name": stop.name, "settlement": stop.settlement, "lon": stop.point.lon, "lat": stop.point.lat, "at": stop.at}
            | {"addresses": list(stop.addresses)}
            for stop in found.stops
        ],
    }


def _lines(found: Suggestions) -> list[str]:
    before, after = found.before, found.after
    today = f"{before.share:.1%} of {before.addresses:,} addresses have a stop within {before.limit_m} m"
    lines = [f"{found.service.name}: {today}, {after.share:.1%} with {len(found.stops)} more"]
    lines += [f"  {len(stop.addresses):4} for  {stop.settlement}, {stop.name} ({stop.at})" for stop in found.stops]
    if not found.enough:
        lines.append(f"{found.share:.0%} can't be had: nobody else lives within a walk of a junction or landmark on a quiet road")
    elif found.stops:
        fewest = "fewer won't do" if len(found.stops) <= found.at_least else f"at least {found.at_least} are needed"
        lines.append(f"For {found.share:.0%}, {fewest}. --map writes them down to accept from.")
    return lines
