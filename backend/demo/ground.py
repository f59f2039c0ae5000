"""The ground that a demo stands on: an empty database, the built-in service, and people who can sign in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import make_password
from django.core.management import CommandError, call_command
from django.db import connection
from knox.models import AuthToken

from backend.notify.ports.choosing import LOG
from bookings.calendar import open_hours
from bookings.models import Driver, Passenger, Role, Service, StaffMember

PASSWORD = "drover-demo"
"""Of every account in the demo, which listens on this computer only."""


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody who can sign in, with a token for the API."""

    role: str
    username: str
    token: str

    @property
    def header(self) -> str:
        return f"Authorization: Token {self.token}"


@dataclass(frozen=True, slots=True)
class Accounts:
    administrator: Account
    agent: Account
    dispatcher: Account
    drivers: dict[str, Account]
    """By the driver's name."""
    passengers: dict[str, Account]
    """By the passenger's name: those who book by app."""


def empty_database() -> None:
    """An embedded database with all tables and nothing in them. Raises CommandError where that could hurt somebody's data."""
    if not settings.EMBEDDED or Path(settings.DATA_DIR).name != "demo":
        raise CommandError(
            "the demo starts from an empty database each time, so it runs only in a folder of its own: use `make demo`, "
            "or set DROVER_DATA to a folder named demo and leave DATABASE_URL unset"
        )
    name = str(settings.DATABASES["default"]["NAME"])
    connection.close()
    for suffix in ("", "-wal", "-shm", "-journal"):
        Path(name + suffix).unlink(missing_ok=True)
    (Path(settings.DATA_DIR) / LOG).unlink(missing_ok=True)
    call_command("migrate", verbosity=0)


def next_weekday(service: Service, today: date) -> date:
    """The first day after today, Monday to Friday, on which the service runs."""
    ahead = (today + timedelta(days=days) for days in range(1, 15))
    return next(day for day in ahead if day.weekday() < 5 and open_hours(service, day))


def open_accounts(service: Service, wishes: Iterable[dict[str, Any]]) -> Accounts:
    """An administrator, an agent, a dispatcher, every driver, and every passenger who books by app."""
    operator, hashed = service.operator, make_password(PASSWORD)
    user_model = get_user_model()

    def account(role: str, username: str, name: str) -> tuple[Account, Any]:
        first, _, last = name.partition(" ")
        user = user_model.objects.create(username=username, first_name=first, last_name=last, password=hashed)
        return Account(role, username, AuthToken.objects.create(user)[1]), user

    administrator, administrator_user = account("administrator", "admin", "Addy Council")
    administrator_user.is_staff = administrator_user.is_superuser = True
    administrator_user.save()
    agent, agent_user = account("agent", "agent", "Avery Call")
    dispatcher, dispatcher_user = account("dispatcher", "dispatcher", "Devon Desk")
    StaffMember.objects.create(user=agent_user, operator=operator, role=Role.AGENT)
    StaffMember.objects.create(user=dispatcher_user, operator=operator, role=Role.DISPATCHER)

    drivers = {}
    for driver in Driver.objects.filter(operator=operator).order_by("pk"):
        drivers[driver.name], driver.user = account("driver", driver.code, driver.name)
        driver.save(update_fields=["user"])

    passengers = {}
    by_app = {wish["passenger"]["name"]: wish["passenger"]["phone"] for wish in wishes if wish["channel"] == "app"}
    for name, phone in by_app.items():
        passengers[name], user = account("passenger", name.lower().replace(" ", "."), name)
        Passenger.objects.create(operator=operator, user=user, name=name, phone=phone)
    return Accounts(administrator, agent, dispatcher, drivers, passengers)
