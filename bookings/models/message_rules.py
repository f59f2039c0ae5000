from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

from django.db import models

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo


class MessageRules(models.Model):
    """When a service tells its passengers something, by the clocks of its zone."""

    quiet_from = models.TimeField(default=time(21), help_text="from then on only what can't wait is sent,")
    quiet_until = models.TimeField(default=time(8), help_text="until then; the same time twice: at any hour")
    remind_before_s = models.PositiveIntegerField(default=7200, help_text="reminder before the expected pick-up; 0 for none")
    remind_evening_at = models.TimeField(
        null=True, blank=True, default=time(18), help_text="reminder on the day before; empty for none"
    )
    delay_told_s = models.PositiveIntegerField(
        default=300, help_text="told when the pick-up is expected later than promised, or than last told, by more than that"
    )
    hold_warning_s = models.PositiveIntegerField(default=180, help_text="told so long before a hold runs out; 0 for not at all")

    class Meta:
        abstract = True

    if TYPE_CHECKING:

        @property
        def tz(self) -> ZoneInfo: ...

    def quiet_end(self, at: datetime) -> datetime | None:
        """When the quiet hours end in which an instant lies; None outside them."""
        local, begins, ends = at.astimezone(self.tz), self.quiet_from, self.quiet_until
        now = local.time()
        quiet = begins <= now < ends if begins <= ends else now >= begins or now < ends
        if not quiet:
            return None
        date = local.date() + timedelta(days=1 if now >= ends else 0)
        return datetime.combine(date, ends, self.tz)
