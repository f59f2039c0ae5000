"""`manage.py create_user NAME --role ROLE`: somebody who can sign in, with a token for the API that is shown once."""

from __future__ import annotations

import os
from argparse import ArgumentParser
from getpass import getpass
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management import CommandError
from django.core.management.base import BaseCommand
from django.db import transaction
from knox.models import AuthToken

from backend.api.whom import Is
from bookings.models import Driver, Operator, Passenger, Role, StaffMember

ADMINISTRATOR = "administrator"
PASSWORD = "DROVER_PASSWORD"  # the name of a variable


class Command(BaseCommand):
    help = f"Create a user with a role and print their token. The password is asked for, or taken from {PASSWORD}."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--role", required=True, choices=[*(each.value for each in Is if each != Is.PARTNER), ADMINISTRATOR])
        parser.add_argument("--operator", help="slug; may be left out where there is only one")
        parser.add_argument("--driver", help="code of a driver of the service's folder; the username, unless said")
        parser.add_argument("--name", default="", help="as people know them")
        parser.add_argument("--phone", default="", help="of a passenger")
        parser.add_argument("--email", default="", help="of staff: by which they may sign in with their organisation's account")

    def handle(self, *, username: str, role: str, operator: str | None, driver: str | None, **more: Any) -> None:
        found = None if role == ADMINISTRATOR else find_operator(operator)
        password = os.environ.get(PASSWORD) or getpass("Password: ")
        with transaction.atomic():
            user = _user(username, password, more["name"], more["email"])
            if found is None:
                user.is_staff = user.is_superuser = True
                user.save()
                self.stdout.write(f"{username} is an administrator: sign in at /admin/")
                return
            if role == Is.DRIVER:
                _seat(user, found, driver or username)
            elif role == Is.PASSENGER:
                contact = {"phone": more["phone"], "email": more["email"]}
                Passenger.objects.create(operator=found, user=user, name=more["name"] or username, **contact)
            else:
                StaffMember.objects.create(user=user, operator=found, role=Role(role))
            _, token = AuthToken.objects.create(user)
        self.stdout.write(f"{username} is a {role} of {found}. For the API, shown only now:\nAuthorization: Token {token}")


def find_operator(slug: str | None) -> Operator:
    """The operator of this slug, or the only one. Raises CommandError."""
    known = list(Operator.objects.order_by("slug"))
    found = [each for each in known if slug in (None, each.slug)]
    if not known:
        raise CommandError("there is no operator yet: load a service first, such as `manage.py load_service fixtures/ripon`")
    if len(found) != 1:
        raise CommandError(f"say which operator: --operator with one of {', '.join(each.slug for each in known)}")
    return found[0]


def _user(username: str, password: str, name: str, email: str) -> Any:
    first, _, last = name.partition(" ")
    user = get_user_model()(username=username, first_name=first, last_name=last, email=email)
    user.set_password(password)
    try:
        user.full_clean()
        validate_password(password, user)
    except ValidationError as error:
        raise CommandError(" ".join(error.messages)) from error
    user.save()
    return user


def _seat(user: Any, operator: Operator, code: str) -> None:
    """Make a user one of the operator's drivers. Raises CommandError."""
    drivers = Driver.objects.filter(operator=operator)
    driver = drivers.filter(code=code).first()
    if driver is None:
        raise CommandError(f"there is no driver {code}: --driver with one of {', '.join(each.code for each in drivers)}")
    if driver.user is not None:
        raise CommandError(f"{driver.code} signs in as {driver.user.get_username()} already")
    driver.user = user
    driver.save(update_fields=["user"])
