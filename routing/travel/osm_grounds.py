"""Reads the grounds of an OpenStreetMap extract: what people with business there cross beside the paths, and what stops them.

Follows the OpenStreetMap wiki, pages "Map features", "Key:barrier" and "Relation:multipolygon". Grounds are the outline of a
school, a hospital, a churchyard, a park: they have one keeper, and whoever goes there may walk all over them. Not so gardens and
the plots of houses (`leisure=garden`, `landuse=residential`), shops and works side by side (`retail`, `industrial`), what is
fenced and left by one gate (a zoo, a barracks), and where nobody goes for a bus (a golf course, a reserve, a field, a wood).
Nor buildings: they have a front and a back.
"""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import osmium
import shapely

from routing.travel.grounds import Geometries
from routing.travel.osm_network import BadExtract, places_of, runs
from routing.travel.osm_speeds import Tags

INSTITUTIONS = {
    "amenity": {
        "school", "kindergarten", "college", "university", "hospital", "clinic", "doctors", "nursing_home", "social_facility",
        "community_centre", "library", "townhall", "courthouse", "arts_centre", "exhibition_centre", "conference_centre",
        "place_of_worship", "monastery", "grave_yard", "marketplace",
    },
    "healthcare": {"hospital", "clinic", "centre", "doctor", "hospice", "rehabilitation"},
    "landuse": {"cemetery", "churchyard", "religious", "education"},
    "tourism": {"museum"},
}  # fmt: skip
"""Open to those who go there, also where they are private to others."""

COMMONS = {
    "leisure": {"park", "recreation_ground", "playground", "common", "village_green", "sports_centre", "stadium"},
    "landuse": {"recreation_ground", "village_green"},
    "tourism": {"camp_site", "caravan_site", "picnic_site"},
}
"""Open to all, unless their tags say otherwise."""

NOT_OPEN = {"no", "private", "military", "permit", "employees", "residents"}

WALLS = {
    "waterway": {"river", "stream", "canal", "drain", "ditch", "tidal_channel"},
    "natural": {"water", "cliff"},
    "railway": {"rail", "light_rail", "narrow_gauge", "subway", "preserved", "funicular", "monorail"},
    "highway": {"motorway", "motorway_link", "trunk", "trunk_link"},
}
"""What nobody crosses but by a path: lines, and the edges of areas. Streets on which one may walk are added with the network."""

FENCES = {"fence", "wire_fence", "wall", "hedge", "retaining_wall", "city_wall", "guard_rail", "hedge_bank", "jersey_barrier"}
GATES = {
    "gate", "kissing_gate", "lift_gate", "swing_gate", "sliding_gate", "hampshire_gate", "wicket_gate", "entrance", "opening",
    "gap", "stile", "bollard", "cycle_barrier", "turnstile", "full-height_turnstile", "cattle_grid", "sally_port", "coupure",
}  # fmt: skip
ENTRANCES = {"yes", "main", "secondary", "service", "shop"}
"""Values of `entrance` by which people go in."""

PRIVATE = {"private", "permit", "customers", "employees", "residents", "delivery"}
"""Ways with such access lead to where one has business: a gate, where they go through a fence."""


class Land(NamedTuple):
    """What lies beside the paths, each an array of geometries in degrees."""

    grounds: Geometries
    """Polygons."""
    walls: Geometries
    """Lines that nobody crosses."""
    fences: Geometries
    """Lines that stop people where they are the edge of grounds."""
    gates: Geometries
    """Points where one passes a fence."""
    drives: Geometries
    """Lines of ways that are not for everybody."""


def read_land(path: Path) -> Land:
    """The land of an extract. Raises BadExtract if it is not one."""
    tags = _wanted()
    keys, wanted = osmium.filter.KeyFilter(*sorted({key for key, _ in tags})), osmium.filter.TagFilter(*tags)
    found: dict[str, list[str]] = defaultdict(list)
    make = osmium.geom.WKBFactory()
    try:
        for entity in osmium.FileProcessor(str(path)).with_areas(wanted).with_filter(keys).with_filter(wanted):
            sort = _sort(entity, dict(entity.tags))
            if sort:
                found[sort] += _shapes(make, entity)
    except RuntimeError as error:
        raise BadExtract(f"{path}: not an OpenStreetMap extract: {error}") from error
    grounds = shapely.get_parts(_geometries(found["grounds"]))
    edges = shapely.get_parts(shapely.boundary(_geometries(found["shores"])))
    walls = np.concatenate([_geometries(found["walls"]), edges])
    return Land(grounds, walls, *(_geometries(found[sort]) for sort in ("fences", "gates", "drives")))


def is_grounds(tags: Tags) -> bool:
    """Whether an area is open ground to those who have business there."""
    if tags.get("building", "no") != "no" or tags.get("indoor", "no") != "no" or tags.get("access") == "no":
        return False
    if any(tags.get(key) in kinds for key, kinds in INSTITUTIONS.items()):
        return True
    common = any(tags.get(key) in kinds for key, kinds in COMMONS.items())
    return common and tags.get("foot", tags.get("access")) not in NOT_OPEN


def is_wall(tags: Tags) -> bool:
    """Whether nobody crosses a line, or the edge of an area: not what runs below the ground."""
    below = tags.get("tunnel", "no") != "no" or tags.get("covered") == "yes"
    return not below and any(tags.get(key) in kinds for key, kinds in WALLS.items())


def is_gate(tags: Tags) -> bool:
    """Whether one gets through a fence at a node; people with business also where it's marked private."""
    passable = tags.get("barrier") in GATES or tags.get("entrance") in ENTRANCES
    return passable and tags.get("locked") != "yes" and tags.get("foot", tags.get("access")) != "no"


def _sort(entity: Any, tags: Tags) -> str:
    """Which of the lists something belongs to; empty for none of them."""
    if isinstance(entity, osmium.osm.Node):
        return "gates" if is_gate(tags) else ""
    if isinstance(entity, osmium.osm.Area):
        return "grounds" if is_grounds(tags) else "shores" if is_wall(tags) and tags.get("natural") == "water" else ""
    if not isinstance(entity, osmium.osm.Way):
        return ""
    if is_wall(tags) and tags.get("natural") != "water":
        return "walls"
    if tags.get("barrier") in FENCES:
        return "fences"
    return "drives" if "highway" in tags and tags.get("access") in PRIVATE else ""


def _shapes(make: Any, entity: Any) -> list[str]:
    """The geometry as WKB in hexadecimal digits; of a line whatever the extract has of it, and nothing of half an area."""
    try:
        if isinstance(entity, osmium.osm.Node):
            return [make.create_point(entity)]
        return [make.create_multipolygon(entity) if isinstance(entity, osmium.osm.Area) else make.create_linestring(entity)]
    except osmium.InvalidLocationError:
        return [shapely.to_wkb(shapely.LineString(places), hex=True) for _, places in runs(places_of(entity))]
    except RuntimeError:  # all of its nodes are at one place
        return []


def _geometries(shapes: list[str]) -> Geometries:
    found: Geometries = shapely.from_wkb(np.array(shapes, dtype=object))
    return found


def _wanted() -> list[tuple[str, str]]:
    """All tags that matter."""
    kinds = [(key, kind) for table in (INSTITUTIONS, COMMONS, WALLS) for key, kinds in table.items() for kind in sorted(kinds)]
    barriers = [("barrier", kind) for kind in sorted(FENCES | GATES)]
    doors = [("entrance", kind) for kind in sorted(ENTRANCES)]
    return [*kinds, *barriers, *doors, *(("access", value) for value in sorted(PRIVATE))]
