"""Which addresses may be called that others have chosen: those of the public internet, and what an operator allows besides."""

from __future__ import annotations

import socket
from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import SplitResult, urlsplit

from django.conf import settings

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

NAT64 = (ip_network("64:ff9b::/96"), ip_network("64:ff9b:1::/48"))


class BadAddress(ValueError):
    """An address that won't be called; the message says why."""


def check_url(url: str) -> None:
    """Raises BadAddress for an address that may not be called, or that nobody answers to by name.

    What a name stands for may change by the time of the call, so whoever calls asks `resolve` again.
    """
    parts = _parts(url)
    found = resolve(parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80))
    check_scheme(parts.scheme, found)


def check_scheme(scheme: str, found: Iterable[Address]) -> None:
    """Raises BadAddress for anything but HTTPS, unless all the addresses are allowed ones of the operator's own."""
    if scheme != "https" and not all(_is_own(address) for address in found):
        raise BadAddress("Use an address that begins with https://.")


def resolve(host: str, port: int) -> list[Address]:
    """What a name stands for. Raises BadAddress where it's nothing, or where any of it may not be called."""
    try:
        answers = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise BadAddress(f"There is no {host}.") from None
    found = [ip_address(str(answer[4][0]).partition("%")[0]) for answer in answers]
    if not found or not all(is_allowed(address) for address in found):
        raise BadAddress(f"{host} is not on the public internet.")
    return list(dict.fromkeys(found))


def is_allowed(address: Address) -> bool:
    """Whether it's on the public internet, whatever form it's written in, or one that the operator allows."""
    if isinstance(address, IPv6Address):
        address = _translated(address) or address
    return _is_own(address) or all(_is_public(each) for each in (address, *_tunnel_ends(address)))


def _is_public(address: Address) -> bool:
    return address.is_global and not (address.is_multicast or address.is_reserved)


def _translated(address: IPv6Address) -> IPv4Address | None:
    """The IPv4 address that an IPv6 address is another form of."""
    if any(address in network for network in NAT64):
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped


def _tunnel_ends(address: Address) -> list[IPv4Address]:
    """The IPv4 addresses that packets to an IPv6 address go by."""
    if isinstance(address, IPv4Address):
        return []
    return [each for each in (address.sixtofour, *(address.teredo or ())) if each is not None]


def _is_own(address: Address) -> bool:
    networks: list[Network] = [ip_network(each) for each in settings.WEBHOOK_NETWORKS]
    return any(address in network for network in networks if network.version == address.version)


def _parts(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        fine = parts.scheme in ("http", "https") and parts.hostname and (parts.port is None or parts.port > 0)
    except ValueError:
        fine = False
    if not fine:
        raise BadAddress("Give a whole address, such as https://example.org/drover.")
    if parts.username or parts.password:
        raise BadAddress("Leave out name and password: deliveries are signed.")
    return parts
