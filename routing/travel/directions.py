"""Directions for a driver: the way as a line, and where to turn."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from routing.model import Point
from routing.travel.road_graph import RoadGraph
from routing.travel.sphere import project

AHEAD, BEND = 25.0, 60.0
"""Degrees: up to the first a road goes straight on, and up to the second a street may bend without anybody being told."""

FORK = 40.0
"""Degrees from straight on within which another road makes a fork of it."""

LOOK_M = 15.0
"""How far before and behind a junction the direction of a road is taken."""

BESIDE_M = 2.0
"""A stop closer to the middle of the road than this is on neither side."""

COMPASS: Final = ("north", "north-east", "east", "south-east", "south", "south-west", "west", "north-west")


class Piece(NamedTuple):
    """A part of an edge that is driven: its (lon, lat) rows in driving direction, and its metres."""

    edge: int
    shape: NDArray[np.float64]
    metres: float


class Turn(NamedTuple):
    """Something to do at a place, and then to follow `street` for so many metres.

    `kind`: depart (with a `heading` of the compass), straight, keep, slight, turn, sharp (these four with a `side`), uturn,
    roundabout (with the number of its `exit`), arrive. `side`: left, right or "". `street` is "" where it has no name.
    """

    kind: str
    side: str
    street: str
    at: Point
    metres: int
    exit: int = 0
    heading: str = ""


@dataclass(frozen=True, slots=True)
class Drive:
    """A way from place to place: its line with both ends, metres and seconds as the matrix has them, and the turns in order."""

    line: tuple[Point, ...]
    metres: int
    seconds: int
    turns: tuple[Turn, ...]


def turns_of(graph: RoadGraph, pieces: Sequence[Piece], end: Point) -> tuple[Turn, ...]:
    """What to do along one or more pieces that follow one another, to a stop at `end` beside the last; ends with an arrival."""
    crossings = Crossings(graph, [piece.edge for piece in pieces])
    found = [_departure(graph, pieces[0])]
    driven, index = pieces[0].metres, 1
    while index < len(pieces):
        turn, taken = crossings.turn(pieces, index)
        if turn is not None:
            found[-1] = found[-1]._replace(metres=round(driven))
            found.append(turn)
            driven = 0.0
        driven += sum(piece.metres for piece in pieces[index : index + taken])
        index += taken
    found[-1] = found[-1]._replace(metres=round(driven))
    return (*found, Turn("arrive", _side_of(pieces[-1].shape, end), "", end, 0))


class Crossings:
    """The junctions along a way, with the roads that leave them."""

    def __init__(self, graph: RoadGraph, edges: Sequence[int]) -> None:
        self.graph = graph
        # By place and not by node: where turns are forbidden, several nodes stand for one junction.
        places = graph.lon + 1j * graph.lat
        leaving = np.isin(places[graph.tail], places[graph.head[list(edges)]]) & (graph.length_m > 0)
        self.out: dict[complex, list[int]] = {}
        for edge in np.flatnonzero(leaving).tolist():
            self.out.setdefault(complex(places[graph.tail[edge]]), []).append(edge)

    def turn(self, pieces: Sequence[Piece], index: int) -> tuple[Turn | None, int]:
        """What to do between the piece before `index` and that one, if anything, and how many pieces that takes."""
        before, after = pieces[index - 1], pieces[index]
        at = Point(float(after.shape[0][0]), float(after.shape[0][1]))
        if self._round(after) and not self._round(before):
            return self._roundabout(pieces, index, at)
        angle, street = _angle(before.shape, after.shape), self._name(after.edge)
        if self._link(before) == self._link(after):
            return Turn("uturn", "", street, at, 0), 1
        others = [_angle(before.shape, self.graph.edge_shape(edge)) for edge in self._others(before, after)]
        kind, side = self._what(angle, others, (self._name(before.edge), self._class(before)), (street, self._class(after)))
        return (Turn(kind, side, street, at, 0) if kind else None), 1

    def _what(self, angle: float, others: Sequence[float], road: tuple[str, int], next_road: tuple[str, int]) -> tuple[str, str]:
        """Kind and side, for roads by name and class; an empty kind where nobody need be told."""
        if not others:
            return "", ""
        side = "right" if angle > 0 else "left"
        name, street = road[0], next_road[0]
        fork = [other for other in others if abs(other) <= FORK]
        if abs(angle) <= AHEAD:
            if fork and street != name:
                nearest = min(fork, key=lambda other: abs(other - angle))
                return "keep", "right" if angle > nearest else "left"
            return ("straight" if name and street and street != name else ""), ""
        goes_on = street == name if street else next_road == road
        if goes_on and abs(angle) <= BEND and not any(abs(other) < abs(angle) for other in others):
            return "", ""
        if abs(angle) <= BEND:
            return "slight", side
        return ("turn" if abs(angle) <= 120 else "sharp"), side

    def _roundabout(self, pieces: Sequence[Piece], index: int, at: Point) -> tuple[Turn, int]:
        taken = next((i for i, piece in enumerate(pieces[index:]) if not self._round(piece)), len(pieces) - index)
        exits = sum(self._has_exit(piece) for piece in pieces[index : index + taken])
        if index + taken == len(pieces):
            return Turn("roundabout", "", "", at, 0), taken
        return Turn("roundabout", "", self._name(pieces[index + taken].edge), at, 0, exits), taken + 1

    def _has_exit(self, piece: Piece) -> bool:
        graph = self.graph
        return any(not graph.round[graph.link[edge]] for edge in self._leaving(piece))

    def _others(self, before: Piece, after: Piece) -> Iterator[int]:
        """The roads that one might take instead; turning back is none of them."""
        for edge in self._leaving(before):
            if self.graph.link[edge] not in (self._link(before), self._link(after)):
                yield edge

    def _leaving(self, piece: Piece) -> list[int]:
        head = self.graph.head[piece.edge]
        return self.out.get(complex(self.graph.lon[head], self.graph.lat[head]), [])

    def _link(self, piece: Piece) -> int:
        return int(self.graph.link[piece.edge])

    def _name(self, edge: int) -> str:
        return str(self.graph.names[self.graph.name[self.graph.link[edge]]])

    def _class(self, piece: Piece) -> int:
        return int(self.graph.kind[self._link(piece)])

    def _round(self, piece: Piece) -> bool:
        return bool(self.graph.round[self._link(piece)])


def _departure(graph: RoadGraph, piece: Piece) -> Turn:
    place = Point(float(piece.shape[0][0]), float(piece.shape[0][1]))
    heading = COMPASS[round(_bearing(piece.shape) / 45) % 8]
    return Turn("depart", "", graph.names[graph.name[graph.link[piece.edge]]], place, 0, heading=heading)


def _angle(before: NDArray[np.float64], after: NDArray[np.float64]) -> float:
    """Degrees from the direction at the end of one line to that at the beginning of the next; right is positive, -180 to 180."""
    turned = _bearing(after) - (_bearing(before[::-1]) + 180)
    return (turned + 180) % 360 - 180


def _bearing(shape: NDArray[np.float64]) -> float:
    """Degrees clockwise from north in which a line sets out, over its first `LOOK_M` metres."""
    plane = project(shape, float(shape[0][1]))
    away = plane - plane[0]
    far = np.flatnonzero(np.hypot(away[:, 0], away[:, 1]) >= LOOK_M)
    east, north = away[far[0] if len(far) else -1]
    return float(np.degrees(np.arctan2(east, north))) % 360


def _side_of(shape: NDArray[np.float64], end: Point) -> str:
    """On which side of the end of a line a place is."""
    plane = project(np.vstack([shape, np.array([end])]), end.lat)
    beside = plane[-1] - plane[-2]
    heading = np.radians(_bearing(shape[::-1]) + 180)
    right = float(beside[0] * np.cos(heading) - beside[1] * np.sin(heading))
    if abs(right) < BESIDE_M:
        return ""
    return "right" if right > 0 else "left"


def in_words(turn: Turn) -> str:
    """What to tell the driver, in English."""
    on = f" on to {turn.street}" if turn.street else ""
    if turn.kind == "depart":
        return f"Head {turn.heading}" + (f" along {turn.street}" if turn.street else "")
    if turn.kind == "arrive":
        return f"Arrive: the stop is on the {turn.side}" if turn.side else "Arrive at the stop"
    if turn.kind == "uturn":
        return "Turn round" + (f" on {turn.street}" if turn.street else "")
    if turn.kind == "roundabout":
        return f"At the roundabout take the {_ordinal(turn.exit)} exit{on}" if turn.exit else "Enter the roundabout"
    if turn.kind == "straight":
        return f"Go straight{on}"
    verb = {"keep": "Keep", "slight": "Bear", "turn": "Turn", "sharp": "Turn sharp"}[turn.kind]
    return f"{verb} {turn.side}" + (f" into {turn.street}" if turn.street else "")


def _ordinal(number: int) -> str:
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"
