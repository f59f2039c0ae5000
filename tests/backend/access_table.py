"""Who gets which answer from which endpoint, about whose things. What isn't here is nobody's: 405."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.backend.access_world import ROLES, Things
from tests.backend.api_world import HOME, World

Row = tuple[str, str, str]
"""Method, route, and whose the thing is."""

TABLE = """
                                                               passenger agent dispatcher driver elsewhere admin nobody anonymous
GET    services                                        -       200       200   200        200    200       403   403    401
GET    services/<slug:slug>                            own     200       200   200        200    404       403   403    401
GET    services/<slug:slug>                            other   200       200   200        200    404       403   403    401
GET    services/<slug:slug>                            foreign 404       404   404        404    200       403   403    401
GET    services/<slug:slug>/stops                      own     200       200   200        200    404       403   403    401
GET    services/<slug:slug>/stops                      other   200       200   200        200    404       403   403    401
GET    services/<slug:slug>/stops                      foreign 404       404   404        404    200       403   403    401
GET    services/<slug:slug>/days/<day:date>            own     403       403   200        403    404       403   403    401
GET    services/<slug:slug>/days/<day:date>            other   403       403   200        403    404       403   403    401
GET    services/<slug:slug>/days/<day:date>            foreign 403       403   404        403    200       403   403    401
POST   services/<slug:slug>/days/<day:date>/reoptimise own     403       403   202        403    404       403   403    401
POST   services/<slug:slug>/days/<day:date>/reoptimise other   403       403   202        403    404       403   403    401
POST   services/<slug:slug>/days/<day:date>/reoptimise foreign 403       403   404        403    202       403   403    401
GET    services/<slug:slug>/days/<day:date>/refusals   own     403       403   200        403    404       403   403    401
GET    services/<slug:slug>/days/<day:date>/refusals   other   403       403   200        403    404       403   403    401
GET    services/<slug:slug>/days/<day:date>/refusals   foreign 403       403   404        403    200       403   403    401
GET    places                                          own     200       200   200        200    400       403   403    401
GET    places                                          other   200       200   200        200    400       403   403    401
GET    places                                          foreign 400       400   400        400    200       403   403    401
GET    saved-places                                    own     200       200   200        403    400       403   403    401
GET    saved-places                                    other   403       200   200        403    400       403   403    401
GET    saved-places                                    foreign 403       400   400        403    200       403   403    401
POST   saved-places                                    own     201       201   201        403    400       403   403    401
POST   saved-places                                    other   403       201   201        403    400       403   403    401
POST   saved-places                                    foreign 403       400   400        403    201       403   403    401
DELETE saved-places/<int:pk>                           own     204       204   204        403    404       403   403    401
DELETE saved-places/<int:pk>                           other   404       204   204        403    404       403   403    401
DELETE saved-places/<int:pk>                           foreign 404       404   404        403    204       403   403    401
POST   passengers                                      -       403       200   200        403    200       403   403    401
GET    passengers/<int:pk>                             own     403       200   200        403    404       403   403    401
GET    passengers/<int:pk>                             other   403       200   200        403    404       403   403    401
GET    passengers/<int:pk>                             foreign 403       404   404        403    200       403   403    401
PATCH  passengers/<int:pk>                             own     403       200   200        403    404       403   403    401
PATCH  passengers/<int:pk>                             other   403       200   200        403    404       403   403    401
PATCH  passengers/<int:pk>                             foreign 403       404   404        403    200       403   403    401
POST   offers                                          own     200       200   200        403    400       403   403    401
POST   offers                                          other   403       200   200        403    400       403   403    401
POST   offers                                          foreign 400       400   400        403    200       403   403    401
GET    bookings                                        -       200       200   200        403    200       403   403    401
POST   bookings                                        own     201       201   201        403    404       403   403    401
POST   bookings                                        other   404       201   201        403    404       403   403    401
POST   bookings                                        foreign 404       404   404        403    201       403   403    401
GET    bookings/<reference:reference>                  own     200       200   200        403    404       403   403    401
GET    bookings/<reference:reference>                  other   404       200   200        403    404       403   403    401
GET    bookings/<reference:reference>                  foreign 404       404   404        403    200       403   403    401
POST   bookings/<reference:reference>/confirm          own     200       200   200        403    404       403   403    401
POST   bookings/<reference:reference>/confirm          other   404       200   200        403    404       403   403    401
POST   bookings/<reference:reference>/confirm          foreign 404       404   404        403    200       403   403    401
POST   bookings/<reference:reference>/cancel           own     200       200   200        403    404       403   403    401
POST   bookings/<reference:reference>/cancel           other   404       200   200        403    404       403   403    401
POST   bookings/<reference:reference>/cancel           foreign 404       404   404        403    200       403   403    401
GET    shifts                                          -       403       403   200        200    200       403   403    401
GET    shifts/<int:pk>/manifest                        own     403       403   200        200    404       403   403    401
GET    shifts/<int:pk>/manifest                        other   403       403   200        404    404       403   403    401
GET    shifts/<int:pk>/manifest                        foreign 403       403   404        404    200       403   403    401
GET    shifts/<int:pk>/directions                      own     403       403   200        200    404       403   403    401
GET    shifts/<int:pk>/directions                      other   403       403   200        404    404       403   403    401
GET    shifts/<int:pk>/directions                      foreign 403       403   404        404    200       403   403    401
POST   shifts/<int:pk>/events                          own     403       403   201        201    404       403   403    401
POST   shifts/<int:pk>/events                          other   403       403   201        404    404       403   403    401
POST   shifts/<int:pk>/events                          foreign 403       403   404        404    201       403   403    401
GET    problems                                        -       200       200   200        200    200       200   200    200
GET    problems/<slug:slug>                            -       200       200   200        200    200       200   200    200
GET    schema/                                         -       200       200   200        200    200       200   200    200
POST   passengers/search                               -       403       200   200        403    200       403   403    401
GET    passengers/<int:pk>/audit                       own     403       403   200        403    404       403   403    401
GET    passengers/<int:pk>/audit                       other   403       403   200        403    404       403   403    401
GET    passengers/<int:pk>/audit                       foreign 403       403   404        403    200       403   403    401
GET    passengers/<int:pk>/export                      own     403       403   200        403    404       403   403    401
GET    passengers/<int:pk>/export                      other   403       403   200        403    404       403   403    401
GET    passengers/<int:pk>/export                      foreign 403       403   404        403    200       403   403    401
POST   passengers/<int:pk>/erase                       own     403       403   409        403    404       403   403    401
POST   passengers/<int:pk>/erase                       other   403       403   409        403    404       403   403    401
POST   passengers/<int:pk>/erase                       foreign 403       403   404        403    409       403   403    401
"""

ELSE = dict(zip(ROLES, (405, 405, 405, 405, 405, 403, 403, 401), strict=True))
"""Methods that an endpoint hasn't got."""
OPTIONS = dict(zip(ROLES, (204, 204, 204, 204, 204, 403, 403, 401), strict=True))

BODIES: dict[tuple[str, str], Callable[[World, Things], Any]] = {
    ("POST", "offers"): lambda world, of: world.wish(service=of.slug, passenger=of.passenger),
    ("POST", "bookings"): lambda world, of: {"offer": of.offer},
    ("POST", "passengers"): lambda world, of: {"name": "Fern", "phone": "07700 900004"},
    ("PATCH", "passengers/<int:pk>"): lambda world, of: {"needs": "Walks with a frame"},
    ("POST", "saved-places"): lambda world, of: {"label": "Work", "position": HOME, "passenger": of.passenger},
    ("POST", "shifts/<int:pk>/events"): lambda world, of: {"kind": "arrived"},
    ("POST", "passengers/search"): lambda world, of: {"q": "07700 900001"},
}


def rows() -> dict[Row, dict[str, int]]:
    """The table: the statuses of a row by role."""
    found: dict[Row, dict[str, int]] = {}
    head, *lines = filter(None, TABLE.splitlines())
    assert tuple(head.split()) == ROLES
    for line in lines:
        method, route, whose, *statuses = line.split()
        assert (method, route, whose) not in found, line
        found[method, route, whose] = dict(zip(ROLES, map(int, statuses), strict=True))
    return found


SIGNS: dict[str, Callable[[Things], str]] = {
    "services": lambda of: f'"{of.slug}"',
    "bookings": lambda of: of.reference,
    "shifts": lambda of: f'{{"id": {of.shift},',
    "saved-places": lambda of: f'{{"id": {of.saved_place},',
    "services/<slug:slug>/days/<day:date>": lambda of: of.reference,
}
"""By what one sees that something is in a list."""

STAFF = {"own", "other"}
SEEN: dict[str, dict[str, set[str]]] = {
    "services": dict.fromkeys(("passenger", "agent", "dispatcher", "driver"), STAFF) | {"elsewhere": {"foreign"}},
    "bookings": {"passenger": {"own"}, "agent": STAFF, "dispatcher": STAFF, "elsewhere": {"foreign"}},
    "shifts": {"driver": {"own"}, "dispatcher": STAFF, "elsewhere": {"foreign"}},
    "saved-places": {"passenger": {"own"}, "agent": {"own"}, "elsewhere": {"foreign"}},
    "services/<slug:slug>/days/<day:date>": {"dispatcher": STAFF, "elsewhere": {"foreign"}},
}
"""Whose things somebody finds in a list."""
