"""What the tags of OpenStreetMap say a thing is, in words for people; see the wiki's pages "Key:place" and "Map features"."""

from __future__ import annotations

import re
from collections.abc import Mapping

Tags = Mapping[str, str]

REACH = {"city": 4.0, "town": 2.0, "village": 1.0, "hamlet": 0.5}
"""Settlements that streets and landmarks are said to be in. A town reaches twice as far as a village before that is nearer."""

SETTLEMENTS = {
    **{kind: kind.capitalize() for kind in REACH},
    "suburb": "Suburb",
    "quarter": "Quarter",
    "neighbourhood": "Neighbourhood",
    "isolated_dwelling": "Isolated houses",
    "farm": "Farm",
}

STREETS = {
    *(
        "trunk",
        "primary",
        "secondary",
        "tertiary",
        "unclassified",
        "residential",
        "living_street",
        "pedestrian",
        "service",
        "road",
    ),
}
"""Values of `highway` whose names are addresses: no motorways, slip roads, paths or tracks."""

LANDMARKS = {
    "amenity": {
        "hospital": "Hospital",
        "clinic": "Clinic",
        "doctors": "Surgery",
        "dentist": "Dentist",
        "pharmacy": "Pharmacy",
        "school": "School",
        "kindergarten": "Nursery",
        "college": "College",
        "university": "University",
        "library": "Library",
        "townhall": "Town hall",
        "community_centre": "Community centre",
        "village_hall": "Village hall",
        "social_facility": "Care",
        "place_of_worship": "Place of worship",
        "post_office": "Post office",
        "bank": "Bank",
        "bus_station": "Bus station",
        "ferry_terminal": "Ferry",
        "marketplace": "Market",
        "cinema": "Cinema",
        "theatre": "Theatre",
        "courthouse": "Court",
        "police": "Police",
        "pub": "Pub",
    },
    "healthcare": {
        "hospital": "Hospital",
        "clinic": "Clinic",
        "centre": "Health centre",
        "doctor": "Surgery",
        "dentist": "Dentist",
        "pharmacy": "Pharmacy",
    },
    "shop": {
        "supermarket": "Supermarket",
        "convenience": "Convenience shop",
        "mall": "Shopping centre",
        "department_store": "Department store",
        "garden_centre": "Garden centre",
        "chemist": "Chemist",
        "doityourself": "DIY shop",
    },
    "railway": {"station": "Railway station", "halt": "Railway station", "tram_stop": "Tram stop"},
    "public_transport": {"station": "Station"},
    "aeroway": {"aerodrome": "Airport", "terminal": "Airport"},
    "leisure": {"sports_centre": "Leisure centre", "swimming_pool": "Swimming pool", "stadium": "Stadium", "park": "Park"},
    "tourism": {"hotel": "Hotel", "museum": "Museum", "attraction": "Attraction"},
}
"""Kinds of landmarks by key and value; where a thing has several keys, the first one listed here decides."""

KNOWN_BY_KIND = {
    *("Hospital", "Surgery", "Health centre", "Pharmacy", "School", "Supermarket", "Library"),
    *("Post office", "Town hall", "Railway station", "Bus station"),
}
"""Kinds of landmarks that people ask for without a name."""

KEYS = ("place", "highway", *LANDMARKS)

_LANGUAGE = ":[a-z]{2,3}(-[A-Za-z0-9-]+)?"
_OTHER_NAME = re.compile(f"(alt|int|loc|nat|official|old|reg|short)_name({_LANGUAGE})?|name{_LANGUAGE}")
"""No `name:source`, `name:etymology` or `name:left`."""

_YES_OR_NO = {"yes": True, "designated": True, "limited": True, "no": False}


def landmark_kind(tags: Tags) -> str | None:
    """What people call a thing like this ("Surgery"); None for what nobody asks a bus to go to."""
    for key, kinds in LANDMARKS.items():
        if kind := kinds.get(tags.get(key, "")):
            return "Bus station" if kind == "Station" and tags.get("bus") == "yes" else kind
    return None


def landmark_name(tags: Tags, kind: str) -> str:
    """The name of a landmark; else whose it is, as shops often have a brand alone; else its kind, if that says enough."""
    named = written(tags, "name") or written(tags, "brand") or written(tags, "operator")
    return named or (kind if kind in KNOWN_BY_KIND else "")


def written(tags: Tags, key: str) -> str:
    """A text that people wrote, without the blanks too many; empty where there is none."""
    return " ".join(tags.get(key, "").split())


def other_names(tags: Tags) -> list[str]:
    """What else a thing is or was called, in any language; see the wiki's page "Names"."""
    return [" ".join(name.split()) for key in sorted(tags) if _OTHER_NAME.fullmatch(key) for name in tags[key].split(";")]


def is_bus_stop(tags: Tags) -> bool:
    """A place where people wait for a bus, in the old tagging (`highway`) or the new one (`public_transport`)."""
    return tags.get("highway") == "bus_stop" or (tags.get("public_transport") == "platform" and tags.get("bus") == "yes")


def yes_or_no(value: str | None) -> bool | None:
    """What a tag such as `wheelchair` says; None where it says nothing that is known."""
    return _YES_OR_NO.get(value or "")
