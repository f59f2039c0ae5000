"""A copy of a service's roads, where the service finds them: in settings.DATA_DIR, with what they are in their name."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

from django.conf import settings

from backend import wiring
from bookings.models import Service
from routing.travel.vehicle_size import VehicleSize


class RoadsKept:
    """Copies an extract when called. Another extract gets another name, so whoever still has the older one open keeps it."""

    def __init__(self, source: Path, slug: str) -> None:
        self.source, self.slug = source, slug
        self.before = ""
        self.made: Path | None = None
        self.name = ""

    def __call__(self, size: VehicleSize) -> str:
        """Copy the extract and prepare it for vehicles of a size; gives its path below DATA_DIR. Raises NoRoads and OSError."""
        with self.source.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()[:12]
        ending = ".osm.pbf" if self.source.name.endswith(".osm.pbf") else ".osm"
        self.before = Service.objects.filter(slug=self.slug).values_list("roads", flat=True).first() or ""
        self.name = f"{self.slug}/roads-{digest}{ending}"
        path = Path(settings.DATA_DIR) / self.name
        if not path.is_file():
            path.parent.mkdir(parents=True, exist_ok=True)
            self.made = path
            unfinished = path.with_name(f"{path.name}.part")
            shutil.copyfile(self.source, unfinished)
            unfinished.replace(path)
        wiring.travel_times(self.name, size)
        wiring.footways_at(self.name)
        return self.name

    def forget(self) -> None:
        """Take away what was copied, where the service didn't come about."""
        if self.made:
            for path in self.made.parent.glob(f"{self.made.name}*"):
                _remove(path)

    def drop_older(self) -> None:
        """Take away all older extracts but the last one: other processes may be reading that."""
        if not self.name:
            return
        kept = {Path(self.name).name, Path(self.before).name}
        for path in (Path(settings.DATA_DIR) / self.name).parent.glob("roads-*.osm*"):
            if not any(path.name.startswith(name) for name in kept if name):
                _remove(path)


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
