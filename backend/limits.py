"""How often somebody may ask: token buckets by scope (`settings.RATE_LIMITS`), and who it is that asks.

    take("offers", f"user {user.pk}")  # raises TooMany with `wait_s`; gives how many are left
    take("sign-in", address_of(request))

A bucket is known by a digest of who asks, so that no telephone number and no address is kept.
"""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Any

from django.conf import settings
from django.utils.crypto import salted_hmac

from bookings import clock
from bookings.actions.take_token import take_token


def take(scope: str, who: str) -> int:
    """Take one of the calls that somebody has in a scope; how many are left. Raises TooMany."""
    rate = settings.RATE_LIMITS[scope]
    name = f"{scope} {salted_hmac('drover.limits', who).hexdigest()}"
    return take_token(name, most=rate.most, period_s=rate.period_s, now=clock.database_now())


def address_of(request: Any) -> str:
    """Where a request comes from, as far as that can't be made up.

    Each proxy adds to X-Forwarded-For whom it got the request from. What stands to the left of what our own proxies
    (`settings.TRUSTED_PROXIES` of them) have added was sent by the client, and may be anything. Who has IPv6 has 2^64 addresses,
    so these go by their network.
    """
    hops = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
    trusted = min(settings.TRUSTED_PROXIES, len(hops))
    found = (_ip(hops[-trusted]) if trusted else None) or _ip(request.META.get("REMOTE_ADDR") or "")
    if isinstance(found, IPv6Address):
        return str(found.ipv4_mapped or IPv6Network((found, 64), strict=False))
    return str(found or "unknown")


def _ip(text: str) -> IPv4Address | IPv6Address | None:
    """An address, beside which some proxies write the port."""
    for each in (text.strip(), text.strip().rpartition(":")[0].strip("[]")):
        try:
            return ip_address(each)
        except ValueError:
            continue
    return None
