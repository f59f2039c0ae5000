from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import models


class PayBy(models.TextChoices):
    """How a booking is paid."""

    ON_BOARD = "on_board", "to the driver"
    ON_ACCOUNT = "on_account", "by monthly statement"
    ONLINE = "online", "before travel, to a payment provider"


def on_board() -> list[str]:
    """How a new service is paid."""
    return [PayBy.ON_BOARD.value]


def validate_payment_methods(told: object) -> None:
    """Raises ValidationError for anything but a list of different ways to pay."""
    ok = isinstance(told, list) and bool(told) and all(isinstance(each, str) for each in told)
    if not ok or not set(told) <= set(PayBy.values) or len(set(told)) < len(told):  # type: ignore[arg-type, call-overload]
        raise ValidationError(f"payment methods are a list of {', '.join(PayBy.values)}, the usual one first")
