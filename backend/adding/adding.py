"""The one call that adds a service, whether a command asks for it or the admin."""

from __future__ import annotations

from backend.adding.roads_kept import RoadsKept
from bookings.actions.add_service import Terms, add_service
from bookings.actions.service_report import Report
from bookings.open_data.survey import Say, Sources


def add(terms: Terms, sources: Sources, *, say: Say, dry_run: bool) -> Report:
    """Add a service or update it, with a copy of its roads in settings.DATA_DIR.

    Whatever is raised (BadFile, BadTerms, NoRoads, OSError), nothing has been written, and no copy is left.
    """
    kept = RoadsKept(sources.roads, terms.slug)
    try:
        report = add_service(terms, sources, keep_roads=kept, say=say, dry_run=dry_run)
    except BaseException:
        kept.forget()
        raise
    kept.drop_older()
    return report
