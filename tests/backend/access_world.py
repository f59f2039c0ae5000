"""Three of everything: ann's own, another passenger's, and another operator's."""

from __future__ import annotations

import json
import re
import shutil
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.contrib.auth.models import User
from knox.models import AuthToken

from bookings import money
from bookings.actions.add_webhook import add_webhook
from bookings.actions.load_service import load_service
from bookings.actions.striking import strike
from bookings.actions.wait import join_waitlist
from bookings.models import (
    Account,
    Booking,
    Bucket,
    Checkout,
    Driver,
    EntryKind,
    Event,
    Message,
    Partner,
    Receipt,
    Refund,
    Refusal,
    Service,
    Shift,
    State,
    StrikeKind,
    Tablet,
)
from tests.backend.api_world import RIPON, World

ROLES = ("passenger", "agent", "dispatcher", "driver", "elsewhere", "admin", "nobody", "anonymous", "partner")
"""ann, two at the desk, the driver of ann's bus, another operator's dispatcher, a superuser, a user without role, a stranger,
a partner."""
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DEVICE_KEYS = {
    "p256dh": urlsafe_b64encode(b"\4" + b"p" * 64).decode().rstrip("="),
    "auth": urlsafe_b64encode(b"s" * 16).decode().rstrip("="),
}
WHOSE = ("own", "other", "foreign")
USERS = {"passenger": "ann", "elsewhere": "otto", "anonymous": None}
"""Who has a role, where they aren't called by it."""


@dataclass(frozen=True)
class Things:
    """What calls can be about, all of it somebody's."""

    slug: str
    day: str
    reference: str
    """Of a booking that is held."""
    offer: str
    passenger: int
    saved_place: int
    shift: int
    confirmed: str
    """Another booking, and `change` is an offer made instead of it."""
    change: str
    series: int
    series_day: str
    refusal: int
    waiting: int
    """Somebody of another refusal, as one waits once."""
    device: int
    webhook: int
    account: int
    receipt: int
    """The number of one for the confirmed booking."""
    tablet: int
    refund: str
    """One that failed, of the confirmed booking."""
    message: int
    """One that reached nobody."""

    def fill(self, method: str, route: str) -> str:
        """The address of a route, with all that a GET needs in its query."""
        first = route.partition("/")[0]
        keys = {
            "passengers": self.passenger,
            "saved-places": self.saved_place,
            "shifts": self.shift,
            "series": self.series,
            "waitlist": self.waiting,
            "me": self.device,
            "webhooks": self.webhook,
            "accounts": self.account,
            "bookings": self.receipt,
            "tablets": self.tablet,
            "untold": self.message,
        }
        values = {
            "slug": "gone" if first == "problems" else self.slug,
            "day": self.day,
            "month": self.day[:7],
            "reference": self.confirmed if re.search("/(change|receipts)", route) else self.reference,
            "int": keys.get(first),
            "uuid": self.refund,
        }
        path = re.sub(r"<(\w+):\w+>", lambda found: str(values[found[1]]), route)
        query = {"places": f"?service={self.slug}&q=hospital", "saved-places": f"?passenger={self.passenger}"}
        return path + (query.get(route, "") if method == "GET" else "")


def things_of(world: World, who: str, slug: str, hour: int) -> Things:
    """A held booking, an offer and a saved place of a passenger, and the shift that takes them."""
    here = {"service": slug}
    home = {"label": "Home", "position": {"type": "Point", "coordinates": [-1.52, 54.13]}}
    booking = world.book(who, **here, leave_at=world.at(hour), hold=True)
    row = Booking.objects.get(reference=booking["reference"])
    strike(row, StrikeKind.LATE_CANCEL, by=None, now=world.now)  # as if they had cancelled late: for somebody to take it back
    refusals = [turned_away(row, world) for _ in range(2)]
    waiting = join_waitlist(refusals[1], passenger=row.passenger, by=None, channel=row.channel, now=world.now)
    series = world.post(who, "series", weekly(world, **here, leave_at=world.at(hour, days=1))).json()
    device = {"endpoint": f"https://8.8.8.8/{who}", "keys": DEVICE_KEYS}
    webhook = add_webhook(row.service.operator, url=f"https://8.8.8.8/{who}", description="", events=[], by=None, now=world.now)
    operator = row.service.operator
    confirmed = world.book(who, **here, leave_at=world.at(hour + 2))["reference"]
    paid = Booking.objects.get(reference=confirmed)
    receipt = Receipt.objects.create(
        operator=operator, number=1000 + paid.pk, booking=paid, pence=200, pay_by="on_board", lines=[], issued_at=world.now
    )
    page = Checkout.objects.create(booking=paid, pence=200, status="closed", created_at=world.now)
    money.record(paid, EntryKind.PAYMENT, 200, at=world.now, checkout=page)
    told = {"pence": 200, "why": "cancelled", "status": "failed", "created_at": world.now}
    instead = world.wish(**here, leave_at=world.at(hour + 2, 30), instead_of=confirmed)
    driver = Shift.objects.select_related("driver").get(pk=booking["shift"]["id"]).driver
    assert driver is not None
    return Things(
        slug=slug,
        day=world.now.date().isoformat(),
        reference=booking["reference"],
        offer=world.offers(who, **here, leave_at=world.at(hour + 1))[0]["id"],
        passenger=booking["passenger"]["id"],
        saved_place=world.post(who, "saved-places", home).json()["id"],
        shift=booking["shift"]["id"],
        confirmed=confirmed,
        change=world.post(who, "offers", instead).json()["offers"][0]["id"],
        series=series["id"],
        series_day=series["first"],
        refusal=refusals[0].pk,
        waiting=waiting.pk,
        device=world.post(who, "me/devices", device).json()["id"],
        webhook=webhook.pk,
        account=Account.objects.create(operator=operator, name=f"School of {who}").pk,
        receipt=receipt.number,
        message=unreached(row, world).pk,
        tablet=Tablet.objects.create(driver=driver, name="Bus 2", enrolled_at=world.now).pk,
        refund=str(Refund.objects.create(checkout=page, booking=paid, **told).pk),
    )


def weekly(world: World, **other: Any) -> dict[str, Any]:
    """A journey of one week, on its first day alone."""
    wish = world.wish(**other)
    first = datetime.fromisoformat(wish["leave_at"]).date()
    return wish | {"repeat": {"weekdays": [DAYS[first.weekday()]], "until": first.isoformat()}}


def turned_away(booking: Booking, world: World) -> Refusal:
    """The wish of a booking as if there had been no room for it."""
    told = {"kind": "no_vehicle", "title": "No vehicle", "detail": "All vehicles are full.", "created_at": world.now}
    assert booking.offer is not None
    return Refusal.objects.create(
        service=booking.service,
        date=booking.date,
        passenger=booking.passenger,
        asked_by=booking.booked_by,
        channel=booking.channel,
        wish=booking.offer.wish,
        **told,
    )


def unreached(booking: Booking, world: World) -> Message:
    """As if a place were held for who has no mobile telephone."""
    over = booking.held_until or world.now
    facts = {"service": booking.service, "date": booking.date, "at": world.now, "recorded_at": world.now}
    event = Event.objects.create(kind="waitlist.offered", booking=booking, data={"until": over.isoformat()}, **facts)
    how = {"kind": "waitlist_offer", "channel": "sms", "language": "en", "state": State.SUPPRESSED, "reason": "no telephone"}
    when = {"created_at": world.now, "due_at": world.now, "done_at": world.now, "expires_at": over}
    whose = {"event": event, "booking": booking, "passenger": booking.passenger}
    return Message.objects.create(key=f"untold {booking.pk}", **whose, **how, **when)


def three_of_everything(world: World, folder: Path) -> dict[str, Things]:
    """By whose they are; and everybody in `ROLES` has a token under the name of their role."""
    away = add_service_elsewhere(world, folder)
    found = {"own": things_of(world, "ann", "ripon", 10), "foreign": things_of(world, "eve", away.slug, 10)}
    mine = Shift.objects.get(pk=found["own"].shift)
    bobs = things_of(world, "bob", "ripon", 14)
    others = Shift.objects.filter(service=mine.service, date=mine.date).exclude(driver=mine.driver).order_by("pk")
    found["other"] = Things(**{**vars(bobs), "shift": others[0].pk})
    Bucket.objects.all().delete()
    assert mine.driver is not None
    world.tokens["driver"] = world.tokens[mine.driver.code]
    world.tokens["admin"] = AuthToken.objects.create(User.objects.create_superuser("addy"))[1]
    Partner.objects.create(user=world.user("partner"), operator=world.service.operator, name="Hospital")
    for role in ("passenger", "elsewhere"):
        world.tokens[role] = world.tokens[str(USERS[role])]
    return found


def add_service_elsewhere(world: World, folder: Path) -> Service:
    """Ripon once more, under another name and run by the other operator."""
    shutil.copytree(RIPON, folder, dirs_exist_ok=True)
    described: dict[str, Any] = json.loads((folder / "service.json").read_text())
    described["operator"] = {"slug": "elsewhere", "name": "Elsewhere", "phone": "01632 960200"}
    described["service"] |= {"slug": "away", "name": "Away"}
    (folder / "service.json").write_text(json.dumps(described))
    away = load_service(folder)
    Service.objects.filter(pk=away.pk).update(roads="ripon/roads.geojson")
    Driver.objects.filter(operator=away.operator).update(user=None)
    return away
