"""Who gets which answer from which endpoint, about whose things. What isn't here is nobody's: 405."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bookings.models import Driver
from tests.backend.access_world import DEVICE_KEYS, ROLES, WHOSE, Things, weekly
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
GET    services/<slug:slug>/days/<day:date>/refusals   own     403       200   200        403    404       403   403    401
GET    services/<slug:slug>/days/<day:date>/refusals   other   403       200   200        403    404       403   403    401
GET    services/<slug:slug>/days/<day:date>/refusals   foreign 403       404   404        403    200       403   403    401
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
GET    bookings/<reference:reference>/cancel           own     200       200   200        403    404       403   403    401
GET    bookings/<reference:reference>/cancel           other   404       200   200        403    404       403   403    401
GET    bookings/<reference:reference>/cancel           foreign 404       404   404        403    200       403   403    401
POST   bookings/<reference:reference>/cancel           own     200       200   200        403    404       403   403    401
POST   bookings/<reference:reference>/cancel           other   404       200   200        403    404       403   403    401
POST   bookings/<reference:reference>/cancel           foreign 404       404   404        403    200       403   403    401
GET    shifts                                          -       403       200   200        200    200       403   403    401
GET    shifts/<int:pk>/manifest                        own     403       403   200        200    404       403   403    401
GET    shifts/<int:pk>/manifest                        other   403       403   200        404    404       403   403    401
GET    shifts/<int:pk>/manifest                        foreign 403       403   404        404    200       403   403    401
GET    shifts/<int:pk>/directions                      own     403       403   200        200    404       403   403    401
GET    shifts/<int:pk>/directions                      other   403       403   200        404    404       403   403    401
GET    shifts/<int:pk>/directions                      foreign 403       403   404        404    200       403   403    401
GET    shifts/<int:pk>/way                             own     403       403   200        200    404       403   403    401
GET    shifts/<int:pk>/way                             other   403       403   200        404    404       403   403    401
GET    shifts/<int:pk>/way                             foreign 403       403   404        404    200       403   403    401
POST   shifts/<int:pk>/events                          own     403       403   201        201    404       403   403    401
POST   shifts/<int:pk>/events                          other   403       403   201        404    404       403   403    401
POST   shifts/<int:pk>/events                          foreign 403       403   404        404    201       403   403    401
GET    services/<slug:slug>/zones                      own     200       200   200        200    404       403   403    401
GET    services/<slug:slug>/zones                      other   200       200   200        200    404       403   403    401
GET    services/<slug:slug>/zones                      foreign 404       404   404        404    200       403   403    401
GET    services/<slug:slug>/turned-away                own     403       403   200        403    404       403   403    401
GET    services/<slug:slug>/turned-away                other   403       403   200        403    404       403   403    401
GET    services/<slug:slug>/turned-away                foreign 403       403   404        403    200       403   403    401
POST   passengers/<int:pk>/reinstate                   own     403       403   200        403    404       403   403    401
POST   passengers/<int:pk>/reinstate                   other   403       403   200        403    404       403   403    401
POST   passengers/<int:pk>/reinstate                   foreign 403       403   404        403    200       403   403    401
GET    me                                              -       200       403   403        403    403       403   403    401
GET    me/export                                       -       200       403   403        403    403       403   403    401
POST   me/erase                                        -       409       403   403        403    403       403   403    401
GET    me/devices                                      -       200       403   403        403    403       403   403    401
PATCH  me                                              -       200       403   403        403    403       403   403    401
POST   me/devices                                      -       201       403   403        403    403       403   403    401
DELETE me/devices/<int:pk>                             own     204       403   403        403    403       403   403    401
DELETE me/devices/<int:pk>                             other   404       403   403        403    403       403   403    401
DELETE me/devices/<int:pk>                             foreign 404       403   403        403    403       403   403    401
POST   bookings/<reference:reference>/change           own     201       201   201        403    404       403   403    401
POST   bookings/<reference:reference>/change           other   404       201   201        403    404       403   403    401
POST   bookings/<reference:reference>/change           foreign 404       404   404        403    201       403   403    401
POST   bookings/<reference:reference>/reverse-strike   own     403       200   200        403    404       403   403    401
POST   bookings/<reference:reference>/reverse-strike   other   403       200   200        403    404       403   403    401
POST   bookings/<reference:reference>/reverse-strike   foreign 403       404   404        403    200       403   403    401
GET    series                                          -       200       200   200        403    200       403   403    401
POST   series                                          own     201       201   201        403    400       403   403    401
POST   series                                          other   403       201   201        403    400       403   403    401
POST   series                                          foreign 400       400   400        403    201       403   403    401
GET    series/<int:pk>                                 own     200       200   200        403    404       403   403    401
GET    series/<int:pk>                                 other   404       200   200        403    404       403   403    401
GET    series/<int:pk>                                 foreign 404       404   404        403    200       403   403    401
POST   series/<int:pk>/skip                            own     200       200   200        403    404       403   403    401
POST   series/<int:pk>/skip                            other   404       200   200        403    404       403   403    401
POST   series/<int:pk>/skip                            foreign 404       404   404        403    200       403   403    401
POST   series/<int:pk>/end                             own     200       200   200        403    404       403   403    401
POST   series/<int:pk>/end                             other   404       200   200        403    404       403   403    401
POST   series/<int:pk>/end                             foreign 404       404   404        403    200       403   403    401
GET    waitlist                                        -       200       200   200        403    200       403   403    401
POST   waitlist                                        own     201       201   201        403    404       403   403    401
POST   waitlist                                        other   404       201   201        403    404       403   403    401
POST   waitlist                                        foreign 404       404   404        403    201       403   403    401
DELETE waitlist/<int:pk>                               own     204       204   204        403    404       403   403    401
DELETE waitlist/<int:pk>                               other   404       204   204        403    404       403   403    401
DELETE waitlist/<int:pk>                               foreign 404       404   404        403    204       403   403    401
GET    webhooks                                        -       403       403   200        403    200       403   403    401
POST   webhooks                                        -       403       403   201        403    201       403   403    401
GET    webhooks/<int:pk>                               own     403       403   200        403    404       403   403    401
GET    webhooks/<int:pk>                               other   403       403   200        403    404       403   403    401
GET    webhooks/<int:pk>                               foreign 403       403   404        403    200       403   403    401
PATCH  webhooks/<int:pk>                               own     403       403   200        403    404       403   403    401
PATCH  webhooks/<int:pk>                               other   403       403   200        403    404       403   403    401
PATCH  webhooks/<int:pk>                               foreign 403       403   404        403    200       403   403    401
DELETE webhooks/<int:pk>                               own     403       403   204        403    404       403   403    401
DELETE webhooks/<int:pk>                               other   403       403   204        403    404       403   403    401
DELETE webhooks/<int:pk>                               foreign 403       403   404        403    204       403   403    401
POST   webhooks/<int:pk>/secret                        own     403       403   201        403    404       403   403    401
POST   webhooks/<int:pk>/secret                        other   403       403   201        403    404       403   403    401
POST   webhooks/<int:pk>/secret                        foreign 403       403   404        403    201       403   403    401
GET    webhooks/<int:pk>/deliveries                    own     403       403   200        403    404       403   403    401
GET    webhooks/<int:pk>/deliveries                    other   403       403   200        403    404       403   403    401
GET    webhooks/<int:pk>/deliveries                    foreign 403       403   404        403    200       403   403    401
POST   bookings/<reference:reference>/payment          own     409       409   409        403    404       403   403    401
POST   bookings/<reference:reference>/payment          other   404       409   409        403    404       403   403    401
POST   bookings/<reference:reference>/payment          foreign 404       404   404        403    409       403   403    401
GET    bookings/<reference:reference>/receipts         own     200       200   200        403    404       403   403    401
GET    bookings/<reference:reference>/receipts         other   404       200   200        403    404       403   403    401
GET    bookings/<reference:reference>/receipts         foreign 404       404   404        403    200       403   403    401
POST   bookings/<reference:reference>/receipts         own     409       409   409        403    404       403   403    401
POST   bookings/<reference:reference>/receipts         other   404       409   409        403    404       403   403    401
POST   bookings/<reference:reference>/receipts         foreign 404       404   404        403    409       403   403    401
GET    bookings/<reference:reference>/receipts/<int:number> own     200       200   200        403    404       403   403    401
GET    bookings/<reference:reference>/receipts/<int:number> other   404       200   200        403    404       403   403    401
GET    bookings/<reference:reference>/receipts/<int:number> foreign 404       404   404        403    200       403   403    401
GET    accounts                                        -       403       403   200        403    200       403   403    401
GET    accounts/<int:pk>/statements/<month:month>      own     403       403   200        403    404       403   403    401
GET    accounts/<int:pk>/statements/<month:month>      other   403       403   200        403    404       403   403    401
GET    accounts/<int:pk>/statements/<month:month>      foreign 403       403   404        403    200       403   403    401
POST   accounts/<int:pk>/payments                      own     403       403   201        403    404       403   403    401
POST   accounts/<int:pk>/payments                      other   403       403   201        403    404       403   403    401
POST   accounts/<int:pk>/payments                      foreign 403       403   404        403    201       403   403    401
GET    problems                                        -       200       200   200        200    200       200   200    200
GET    problems/<slug:slug>                            -       200       200   200        200    200       200   200    200
GET    schema/                                         -       200       200   200        200    200       200   200    200
GET    untold                                          -       403       200   200        403    200       403   403    401
POST   untold/<int:pk>/told                            own     403       200   200        403    404       403   403    401
POST   untold/<int:pk>/told                            other   403       200   200        403    404       403   403    401
POST   untold/<int:pk>/told                            foreign 403       404   404        403    200       403   403    401
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
GET    refunds                                         -       403       403   200        403    200       403   403    401
POST   refunds/<uuid:pk>/send-again                    own     403       403   201        403    404       403   403    401
POST   refunds/<uuid:pk>/send-again                    other   403       403   201        403    404       403   403    401
POST   refunds/<uuid:pk>/send-again                    foreign 403       403   404        403    201       403   403    401
POST   refunds/<uuid:pk>/settle                        own     403       403   200        403    404       403   403    401
POST   refunds/<uuid:pk>/settle                        other   403       403   200        403    404       403   403    401
POST   refunds/<uuid:pk>/settle                        foreign 403       403   404        403    200       403   403    401
"""

ACCOUNTS = """
POST   sign-in/codes                                   -       400       400   400        400    400       400   400    400
GET    open/services                                   -       200       200   200        200    200       200   200    200
POST   sign-in                                         -       422       422   422        422    422       422   422    422
POST   enrolments                                      -       403       403   201        403    201       403   403    401
GET    tablets                                         -       403       403   200        403    200       403   403    401
POST   tablets                                         -       422       422   422        422    422       422   422    422
DELETE tablets/<int:pk>                                own     403       403   204        403    404       403   403    401
DELETE tablets/<int:pk>                                other   403       403   204        403    404       403   403    401
DELETE tablets/<int:pk>                                foreign 403       403   404        403    204       403   403    401
DELETE sign-in                                         -       204       204   204        204    204       403   403    401
"""
"""Signing in and out: whoever calls is a stranger to what is public."""

ELSE = dict(zip(ROLES, (405, 405, 405, 405, 405, 403, 403, 401, 405), strict=True))
"""Methods that an endpoint hasn't got, where nothing is public."""
OPTIONS = dict(zip(ROLES, (204, 204, 204, 204, 204, 403, 403, 401, 204), strict=True))
BODIES: dict[tuple[str, str], Callable[[World, Things], Any]] = {
    ("POST", "offers"): lambda world, of: world.wish(service=of.slug, passenger=of.passenger, leave_at=world.at(10, days=2)),
    ("POST", "bookings"): lambda world, of: {"offer": of.offer},
    ("POST", "passengers"): lambda world, of: {"name": "Fern", "phone": "07700 900004"},
    ("PATCH", "passengers/<int:pk>"): lambda world, of: {"needs": "Walks with a frame"},
    ("POST", "saved-places"): lambda world, of: {"label": "Work", "position": HOME, "passenger": of.passenger},
    ("POST", "shifts/<int:pk>/events"): lambda world, of: {"kind": "arrived"},
    ("POST", "passengers/<int:pk>/reinstate"): lambda world, of: {"service": of.slug, "why": "mixed up the days"},
    ("PATCH", "me"): lambda world, of: {"language": "cy"},
    ("POST", "me/devices"): lambda world, of: {"endpoint": "https://8.8.8.8/new", "keys": DEVICE_KEYS},
    ("POST", "bookings/<reference:reference>/change"): lambda world, of: {"offer": of.change},
    ("POST", "bookings/<reference:reference>/reverse-strike"): lambda world, of: {"why": "the bus was stuck"},
    ("POST", "series"): lambda world, of: weekly(world, service=of.slug, passenger=of.passenger, leave_at=world.at(16)),
    ("POST", "series/<int:pk>/skip"): lambda world, of: {"date": of.series_day},
    ("POST", "waitlist"): lambda world, of: {"refusal": of.refusal},
    ("POST", "refunds/<uuid:pk>/send-again"): lambda world, of: {"why": "a new card"},
    ("POST", "refunds/<uuid:pk>/settle"): lambda world, of: {"why": "in cash"},
    ("POST", "accounts/<int:pk>/payments"): lambda world, of: {"pence": 100},
    ("POST", "webhooks"): lambda world, of: {"url": "https://8.8.8.8/new"},
    ("PATCH", "webhooks/<int:pk>"): lambda world, of: {"active": False},
    ("POST", "sign-in/codes"): lambda world, of: {"service": "nowhere", "email": "ann@example.org"},
    ("POST", "enrolments"): lambda world, of: {"driver": Driver.objects.order_by("pk")[0].code, "name": "Bus 2"},
    ("POST", "tablets"): lambda world, of: {"code": "K7M4-QXRT"},
    ("POST", "sign-in"): lambda world, of: {"ticket": "made-up", "code": "123 456"},
    ("POST", "passengers/search"): lambda world, of: {"q": "07700 900001"},
}


def rows() -> dict[Row, dict[str, int]]:
    """The table: the statuses of a row by role."""
    found: dict[Row, dict[str, int]] = {}
    head, *lines = filter(None, TABLE.splitlines())
    assert (*head.split(), "partner") == ROLES
    for line in [*lines, *filter(None, ACCOUNTS.splitlines())]:
        method, route, whose, *statuses = line.split()
        assert (method, route, whose) not in found, line
        found[method, route, whose] = dict(zip(ROLES, map(int, statuses), strict=False))
    for row, by_role in found.items():
        by_role["partner"] = PARTNER.get(row, 403 if by_role["anonymous"] == 401 else by_role["anonymous"])
    assert PARTNER.keys() <= found.keys()
    return found


SERVICE = ("services/<slug:slug>", "services/<slug:slug>/stops", "services/<slug:slug>/zones")
READ = ("receipts", "receipts/<int:number>", "cancel")
STEPS = ("confirm", "cancel", "change", "payment", "receipts")
PARTNER: dict[Row, int] = {
    ("GET", "services", "-"): 200,
    **{("GET", route, whose): 200 for route in SERVICE for whose in ("own", "other")},
    **{("GET", route, "foreign"): 404 for route in SERVICE},
    **{("GET", "places", whose): status for whose, status in (("own", 200), ("other", 200), ("foreign", 400))},
    ("POST", "passengers", "-"): 200,
    **{(method, "passengers/<int:pk>", whose): 404 for method in ("GET", "PATCH") for whose in WHOSE},
    **{("POST", "offers", whose): 400 for whose in WHOSE},
    ("GET", "bookings", "-"): 200,
    **{("POST", "bookings", whose): 404 for whose in WHOSE},
    **{("GET", "bookings/<reference:reference>", whose): 404 for whose in WHOSE},
    **{("POST", f"bookings/<reference:reference>/{step}", whose): 404 for step in STEPS for whose in WHOSE},
    **{("GET", f"bookings/<reference:reference>/{of}", whose): 404 for of in READ for whose in WHOSE},
    ("DELETE", "sign-in", "-"): 204,
}
"""What a partner gets beside what everybody does, where it isn't a 403: of passengers whom others have made, nothing."""
