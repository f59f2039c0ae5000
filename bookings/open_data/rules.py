"""The rules of a new service: the usual ones of rules.json beside this file, where a file of one's own does not say otherwise."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from bookings.files import BadFile, read_json

USUAL = Path(__file__).with_name("rules.json")
LIMITS = {"max_open_bookings", "one_at_a_time", "duplicate_m", "duplicate_s"}
NAMED: dict[str, set[str]] = {
    "service": {"slug", "name", "zone"},
    "operator": {"slug", "name", "phone"},
    "booking": {"door_s", "rules", "staff_skip_notice", "staff_skip_horizon", *LIMITS},
    "holidays": {"run_as", "hours"},
    "format": set(),
    "speeds": set(),
    "trips": set(),
    "payments": set(),
}
"""Keys that a file of rules may have beside those of the usual ones."""
FLEET = {"depots", "vehicles", "drivers", "shifts"}


def read_rules(path: Path | None) -> dict[str, Any]:
    """The usual rules, over them those of a file with keys as in a service.json. Raises BadFile for keys that mean nothing."""
    rules = read_json(USUAL)
    if path is None:
        return rules
    own = read_json(path)
    known = sorted(rules.keys() | NAMED.keys())
    for key, value in own.items():
        if key in FLEET:
            raise BadFile(path, key, "give vehicles, depots, drivers and shifts in the file of --fleet, and take them out here")
        if key not in known:
            raise BadFile(path, key, f"there is no such key: use {', '.join(known)}")
        usual = rules.get(key, {} if NAMED.get(key) else None)
        rules[key] = _over(path, key, usual, value) if isinstance(usual, dict) else value
    return rules


def _over(path: Path, key: str, usual: dict[str, Any], value: object) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise BadFile(path, key, "make it an object")
    known = usual.keys() | NAMED.get(key, set())
    if unknown := sorted(value.keys() - known):
        raise BadFile(path, f"{key}.{unknown[0]}", f"there is no such key: use {', '.join(sorted(known))}")
    return {**usual, **value}
