"""The register of erasures: digests of random keys, by which a backup that is restored forgets once more whom it should."""

from __future__ import annotations

import hashlib
import hmac
import logging
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction

from bookings.models import Erasure, Passenger

log = logging.getLogger(__name__)


def digest_of(passenger: Passenger) -> str:
    """What the register has of a passenger. Without the key of this installation it can't be made, nor turned back with it."""
    key = getattr(settings, "ERASURE_KEY", "") or settings.SECRET_KEY
    return hmac.new(key.encode(), passenger.key.bytes, hashlib.sha256).hexdigest()


def note(passenger: Passenger, *, now: datetime) -> None:
    """Put an erasure on the register: in the table, and once that is committed in the file, if there is one."""
    digest = digest_of(passenger)
    row, new = Erasure.objects.get_or_create(digest=digest, defaults={"erased_at": now})
    if new and (path := getattr(settings, "ERASURE_REGISTER", "")):
        transaction.on_commit(lambda: _append(Path(path), str(row)), robust=True)


def _append(path: Path, line: str) -> None:
    with path.open("a", encoding="ascii") as file:
        file.write(f"{line}\n")


def erased_name(user: int) -> str:
    """What a user is called who was a passenger and was erased."""
    return f"erased-{user}"
