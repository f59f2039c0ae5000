"""What the tags of OpenStreetMap ways and nodes mean to a minibus in service. Pure: tags in, answer out.

Follows the OpenStreetMap wiki, pages "Key:access", "Key:oneway", "Key:barrier" and "Tag:route=ferry". Conditional access
(`access:conditional`) is not read: what holds outside of the condition holds always, for a road that is closed at certain hours
(a school street) is there for the rest of the day.
"""

from __future__ import annotations

from routing.travel.osm_profile import Profile
from routing.travel.osm_sizes import fits
from routing.travel.osm_speeds import Side, Tags

BY_INVITATION = {"track", "pedestrian", "footway", "cycleway", "path"}
"""Classes that a bus drives along only where the tags name it."""
SHORT_SERVICE = {"driveway", "parking_aisle", "drive-through", "emergency_access", "slipway"}
"""Kinds of service road that lead to a door and not to a stop."""
NO_STOPPING = {"motorway", "motorway_link", "trunk_link"}
CROSSINGS = ("ferry", "shuttle_train")

ACCESS_KEYS = ("access", "vehicle", "motor_vehicle", "psv", "bus", "minibus")
"""From the general to the particular: the last one given holds."""
BUS_KEYS = ("psv", "bus", "minibus")
CLOSED = {
    "no", "private", "agricultural", "forestry", "delivery", "emergency", "military", "permit", "residents", "employees",
    "use_sidepath", "restricted",
}  # fmt: skip
"""Everything else is open: `destination` and `customers`, too, for a bus goes where its passengers go."""
UNSAID = {"", "unknown", "none"}
WELCOME = {"yes", "designated", "official", "permissive", "destination"}

PAVED = {"paved", "asphalt", "concrete", "paving_stones", "chipseal"}
IMPASSABLE = {"very_horrible", "impassable"}

ONEWAY_KEYS = ("oneway:minibus", "oneway:bus", "oneway:psv", "oneway:motor_vehicle", "oneway")
"""From the particular to the general: the first one that can be read holds."""
ONEWAY = {
    "yes": (True, False), "true": (True, False), "1": (True, False), "-1": (False, True), "reverse": (False, True),
    "no": (True, True), "false": (True, True), "0": (True, True), "alternating": (True, True), "reversible": (False, False),
}  # fmt: skip
"""Whether one goes forward and backward. `reversible` depends on the hour: neither."""
ROUND = {"roundabout", "circular", "mini_roundabout"}
OPPOSITE = {"opposite", "opposite_lane", "opposite_track"}

TOLD_BY_NODES = ("barrier", "highway", "railway", "ford")
"""The keys of nodes that matter."""
PASSABLE = {
    "gate", "lift_gate", "swing_gate", "sliding_gate", "hampshire_gate", "bump_gate", "cattle_grid", "toll_booth",
    "border_control",
    "checkpoint", "sally_port", "entrance", "coupure", "height_restrictor", "kerb", "no",
}  # fmt: skip
"""Barriers that let a minibus by unless their tags say otherwise; all others stop it unless theirs do."""


def open_to_bus(tags: Tags, default: bool = True, side: Side | None = None) -> bool:
    """Whether the access tags let a minibus in, in one direction of a way if it is given."""
    given = [tags.get(f"{key}:{side}", tags.get(key, "")) for key in ACCESS_KEYS]
    said = [values for values in given if values not in UNSAID]
    return default if not said else any(value.strip() not in CLOSED for value in said[-1].split(";"))


def drivable(tags: Tags, vehicle: Profile) -> bool:
    """Whether a minibus may and would drive along a way, in one direction at least."""
    if tags.get("route") in CROSSINGS:
        return _takes_vehicles(tags)
    kind = tags.get("highway", "")
    if kind not in vehicle.kmh or tags.get("area") == "yes" or tags.get("smoothness") in IMPASSABLE:
        return False
    if not fits(tags, vehicle.size):
        return False
    if kind in BY_INVITATION:
        return _invited(tags) or (kind == "track" and _good_track(tags))
    if kind == "service" and tags.get("service") in SHORT_SERVICE and not _invited(tags):
        return False
    return any(directions(tags))


def kerbside(tags: Tags) -> bool:
    """Whether a bus may stop along a drivable way."""
    return tags.get("highway", "ferry") not in {*NO_STOPPING, "ferry"} and tags.get("motorroad") != "yes"


def directions(tags: Tags) -> tuple[bool, bool]:
    """Whether a bus may go forward along a way, and backward."""
    forward, backward = _oneway(tags)
    if forward != backward and {tags.get(f"busway{side}") for side in ("", ":left", ":right", ":both")} & OPPOSITE:
        forward = backward = True
    forward, backward = forward or _bus_lane(tags, "forward"), backward or _bus_lane(tags, "backward")
    return forward and open_to_bus(tags, side="forward"), backward and open_to_bus(tags, side="backward")


def blocks(tags: Tags, vehicle: Profile) -> bool:
    """Whether a node stops a minibus."""
    kind = tags.get("barrier", "no")
    if kind == "kerb" and tags.get("kerb") not in ("lowered", "flush", "no", "rolled"):
        kind = "raised"
    if kind == "height_restrictor" and "maxheight" not in tags:
        return True
    locked = tags.get("locked") == "yes"
    return not fits(tags, vehicle.size) or (kind != "no" and not open_to_bus(tags, default=kind in PASSABLE and not locked))


def node_s(tags: Tags, side: Side, vehicle: Profile) -> float:
    """The seconds that passing a node costs, in one direction of its way."""
    told = tags.get("traffic_signals:direction", tags.get("direction", ""))
    if told in ("forward", "backward") and told != side:
        return 0.0
    return max(vehicle.node_s.get(f"{key}={tags[key]}", 0.0) if key in tags else 0.0 for key in TOLD_BY_NODES)


def _oneway(tags: Tags) -> tuple[bool, bool]:
    for key in ONEWAY_KEYS:
        if (told := ONEWAY.get(tags.get(key, "").lower())) is not None:
            return told
    return (True, False) if tags.get("junction") in ROUND or tags.get("highway") == "motorway" else (True, True)


def _bus_lane(tags: Tags, side: Side) -> bool:
    """Whether buses have a lane of their own in a direction, against a one-way road maybe."""
    if any(tags.get(f"{key}:{side}") in WELCOME for key in BUS_KEYS):
        return True
    if any(tags.get(f"lanes:{key}:{side}", "0") not in ("0", "no") for key in BUS_KEYS):
        return True
    return any(WELCOME & set(tags.get(f"{key}:lanes:{side}", "").split("|")) for key in BUS_KEYS)


def _invited(tags: Tags) -> bool:
    return any(tags.get(key) in WELCOME for key in BUS_KEYS) and any(directions(tags))


def _good_track(tags: Tags) -> bool:
    """Tracks lead to fields. One that is paved and said to be open to vehicles is a road all the same."""
    paved = tags.get("tracktype") == "grade1" or tags.get("surface") in PAVED
    return paved and any(tags.get(key) in WELCOME for key in ACCESS_KEYS) and any(directions(tags))


def _takes_vehicles(tags: Tags) -> bool:
    """Whether a ferry does: many take people only, so it has to say so."""
    given = [tags[key] for key in ("vehicle", "motor_vehicle", "motorcar", *BUS_KEYS) if key in tags]
    return bool(given) and given[-1] in WELCOME
