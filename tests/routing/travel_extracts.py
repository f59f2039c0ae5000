"""Small OpenStreetMap files, written as they are needed."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple
from xml.sax.saxutils import quoteattr

from routing.model import Point
from tests.routing.travel_worlds import at

SQUARE = {1: at(0, 0), 2: at(1000, 0), 3: at(1000, 1000), 4: at(0, 1000), 5: at(500, 0)}

Way = tuple[list[int], dict[str, str]]


class Relation(NamedTuple):
    """A relation; members as (`n` or `w`, id, role)."""

    tags: dict[str, str]
    members: list[tuple[str, int, str]]


def extract(
    folder: Path,
    ways: list[Way],
    nodes: dict[int, dict[str, str]] | None = None,
    relations: list[Relation] | None = None,
    places: dict[int, Point] = SQUARE,
) -> Path:
    """An .osm file of some ways (numbered from 1) between places: corners 1 to 4 of a square, 5 on its south side."""
    lines = [
        f'<node id="{i}" lon="{p.lon}" lat="{p.lat}" version="1">{_tags((nodes or {}).get(i, {}))}</node>'
        for i, p in places.items()
    ]
    for number, (refs, given) in enumerate(ways, start=1):
        nds = "".join(f'<nd ref="{ref}"/>' for ref in refs)
        lines.append(f'<way id="{number}" version="1">{nds}{_tags(given)}</way>')
    for number, relation in enumerate(relations or [], start=1):
        kinds = {"n": "node", "w": "way"}
        members = "".join(f'<member type="{kinds[kind]}" ref="{ref}" role="{role}"/>' for kind, ref, role in relation.members)
        lines.append(f'<relation id="{number}" version="1">{members}{_tags(relation.tags)}</relation>')
    path = folder / "town.osm"
    path.write_text(f'<?xml version="1.0"?><osm version="0.6">{"".join(lines)}</osm>', encoding="utf-8")
    return path


def _tags(given: dict[str, str]) -> str:
    return "".join(f"<tag k={quoteattr(key)} v={quoteattr(value)}/>" for key, value in given.items())
