from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from bookings import codes
from bookings.models import Driver, Enrolment
from bookings.refusals import Conflict

if TYPE_CHECKING:
    from django.contrib.auth.models import User

LASTS = timedelta(minutes=10)
LENGTH = 8


class RightsBeyondDriving(Conflict):
    """A tablet is left lying about: it must not open the desk, nor the admin."""

    kind = "rights_beyond_driving"

    def __init__(self, driver: Driver) -> None:
        super().__init__(f"{driver.code} is also staff, and a tablet would have these rights: give them a user of their own.")


def make_enrolment(driver: Driver, *, name: str, by: User, now: datetime) -> tuple[Enrolment, str]:
    """A code that lets one tablet in as this driver; it is shown this once. Raises RightsBeyondDriving."""
    check_only_drives(driver)
    code = codes.new_letters(LENGTH)
    row = Enrolment.objects.create(
        driver=driver, name=name, code_digest=codes.digest("enrolment", code), made_by=by, expires_at=now + LASTS
    )
    return row, code


def check_only_drives(driver: Driver) -> None:
    """Raises RightsBeyondDriving."""
    user = driver.user
    if user is not None and (user.is_staff or user.is_superuser or hasattr(user, "staff_member")):
        raise RightsBeyondDriving(driver)
