"""Where the data of a service come from, and what their licences want to be said wherever these data are shown."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from types import MappingProxyType

from django.core.exceptions import ValidationError


@dataclass(frozen=True, slots=True)
class Source:
    """`text` in the words that the licence gives, `url` where it's to be read; `short` where there is room for few words."""

    short: str
    text: str
    url: str


OPENSTREETMAP, NAPTAN, CODE_POINT_OPEN = "openstreetmap", "naptan", "code-point-open"
OGL = "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/"

SOURCES = MappingProxyType(
    {
        OPENSTREETMAP: Source(
            short="© OpenStreetMap contributors",
            text="© OpenStreetMap contributors",
            url="https://www.openstreetmap.org/copyright",
        ),
        NAPTAN: Source(
            short="NaPTAN",
            text="NaPTAN: contains public sector information licensed under the Open Government Licence v3.0",
            url=OGL,
        ),
        CODE_POINT_OPEN: Source(
            short="OS, Royal Mail",
            text="Contains OS data © Crown copyright and database right. Contains Royal Mail data © Royal Mail copyright and "
            "database right. Contains National Statistics data © Crown copyright and database right",
            url=OGL,
        ),
    }
)
"""By the names that `Service.sources` has, in the order in which they are told."""


def attribution(names: Iterable[str]) -> list[Source]:
    """What is to be said of these sources."""
    told = set(names)
    return [source for name, source in SOURCES.items() if name in told]


def validate_sources(names: object) -> None:
    """Raises ValidationError for what is no list of names of `SOURCES`."""
    if not isinstance(names, list) or not all(isinstance(name, str) and name in SOURCES for name in names):
        raise ValidationError(f"{names!r} is no list of names among {', '.join(SOURCES)}")
