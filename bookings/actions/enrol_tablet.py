from __future__ import annotations

from datetime import datetime
from uuid import uuid4

from django.contrib.auth import get_user_model
from django.db import transaction

from bookings import codes
from bookings.actions.make_enrolment import check_only_drives
from bookings.models import Driver, Enrolment, Tablet
from bookings.refusals import Unfit


class EnrolmentRefused(Unfit):
    """One sentence for whatever is wrong with a code."""

    kind = "code_refused"

    def __init__(self) -> None:
        super().__init__("This code doesn't work: it may be mistyped, used or too old. Ask for a new one at the desk.")


def enrol_tablet(code: str, *, now: datetime) -> Tablet:
    """Let the tablet in that has the code, which is used up by that. Its driver has a user afterwards.

    Raises EnrolmentRefused, RightsBeyondDriving.
    """
    with transaction.atomic():
        mine = Enrolment.objects.filter(code_digest=codes.digest("enrolment", code))
        if not mine.filter(used_at=None, expires_at__gt=now).update(used_at=now):
            raise EnrolmentRefused
        found = mine.get()
        driver = Driver.objects.select_for_update(of=("self",), no_key=True).select_related("user").get(pk=found.driver_id)
        check_only_drives(driver)
        if driver.user is None:
            driver.user = get_user_model().objects.create_user(f"driver-{uuid4().hex}")
            driver.save(update_fields=["user"])
        if not driver.user.is_active:
            raise EnrolmentRefused
        return Tablet.objects.create(driver=driver, name=found.name, enrolled_at=now, enrolled_by=found.made_by)
