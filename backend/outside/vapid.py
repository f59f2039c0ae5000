"""The key by which push services know this installation (VAPID, RFC 8292)."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from functools import lru_cache

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from py_vapid import Vapid


@lru_cache(maxsize=4)
def public_key(private_key: str) -> str:
    """What browsers want to know before they subscribe (`applicationServerKey`), for a key as the settings have it."""
    point = Vapid.from_string(private_key).public_key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return urlsafe_b64encode(point).rstrip(b"=").decode()
