"""`manage.py add_service SLUG --roads FILE --area FILE ...`: a service from open data, made or brought up to date."""

from __future__ import annotations

import json
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management import CommandError
from django.core.management.base import BaseCommand

from backend import wiring
from backend.adding import report_lines
from backend.adding.adding import add
from bookings.actions.add_service import BadTerms, Terms
from bookings.files import BadFile
from bookings.open_data.survey import Sources

HELP = """Make a service out of an OpenStreetMap extract, bus stops, postcodes, an area and a fleet, or bring one up to date.
Nothing is written unless everything fits. Exit codes: 0 done, 1 bad input (nothing was written), 2 wrong options."""

EXTRACT = "osm"
TERMS = ("name", "operator", "phone", "zone", "rules", "accept_losses", "change_shared")
STOPS = """NaPTAN CSV, or osm for the bus stops of the extract. Left out, those of the extract for a new service, and an update
keeps what is there."""
POSTCODES = """Code-Point Open CSV, postcode,lon,lat, or osm for the places of the extract instead. Left out as --stops is."""


class Command(BaseCommand):
    help = HELP
    requires_migrations_checks = True

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug", help="the service's name in addresses, such as rutland")
        files = parser.add_argument_group("what it is made from")
        files.add_argument("--roads", type=Path, required=True, help="OpenStreetMap extract (.osm.pbf, .osm)")
        files.add_argument("--area", type=Path, required=True, help="GeoJSON polygon")
        files.add_argument(
            "--fleet", type=Path, help="CSV as in fixtures/rutland; may be left out when the service is there already"
        )
        files.add_argument("--stops", nargs="+", default=(), metavar="FILE", help=STOPS)
        files.add_argument("--postcodes", nargs="+", default=(), metavar="FILE", help=POSTCODES)
        terms = parser.add_argument_group("what it is called and goes by")
        terms.add_argument("--name", help="for people; else made from the slug")
        terms.add_argument("--operator", help="who runs it; else called as the service is")
        terms.add_argument("--phone", help="of the operator")
        terms.add_argument("--zone", help="time zone such as Europe/Andorra; Europe/London with NaPTAN stops")
        terms.add_argument("--rules", type=Path, help="JSON with keys as in fixtures/ripon/service.json, over the usual rules")
        meant = parser.add_argument_group("what is refused unless it is said to be meant")
        meant.add_argument("--accept-losses", action="store_true", help="more than a tenth of roads, stops or postcodes goes")
        meant.add_argument("--change-shared", action="store_true", help="vehicles or drivers of other services are changed")
        parser.add_argument("--dry-run", action="store_true", help="read, check and report, and write nothing")
        parser.add_argument("--format", choices=("text", "json"), default="text", help="of the report")

    def handle(self, *, slug: str, dry_run: bool, **options: Any) -> None:
        began = time.monotonic()

        def say(step: str) -> None:
            self.stderr.write(f"{time.monotonic() - began:5.1f} s  {step}")

        terms = Terms(slug, **{key: options[key] for key in TERMS})
        sources = _sources(options)
        try:
            report = add(terms, sources, say=say, dry_run=dry_run)
        except (BadFile, BadTerms, wiring.NoRoads, OSError) as error:
            if options["format"] == "json":
                self.stdout.write(json.dumps({"error": str(error)}))
            raise CommandError(str(error), returncode=2 if isinstance(error, BadTerms) else 1) from error
        say("done")
        self._print(report.as_dict(), options["format"])

    def _print(self, report: dict[str, Any], style: str) -> None:
        if style == "json":
            self.stdout.write(json.dumps(report, indent=2, ensure_ascii=False))
        else:
            self.stdout.write("\n".join(report_lines.lines(report)))


def _sources(options: dict[str, Any]) -> Sources:
    of_extract = frozenset(name for name in ("stops", "postcodes") if list(options[name]) == [EXTRACT])
    files = {name: () if name in of_extract else tuple(map(Path, options[name])) for name in ("stops", "postcodes")}
    return Sources(options["roads"], options["area"], fleet=options["fleet"], of_extract=of_extract, **files)
