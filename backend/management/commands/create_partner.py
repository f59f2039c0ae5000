"""`manage.py create_partner NAME`: who books for passengers of their own, with a client id and a secret that is shown once."""

from __future__ import annotations

from argparse import ArgumentParser
from uuid import uuid4

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand
from django.db import transaction
from oauth2_provider.generators import generate_client_secret
from oauth2_provider.models import get_application_model

from backend.management.commands.create_user import find_operator
from bookings.models import Partner


class Command(BaseCommand):
    help = "Create a partner of an operator, such as a hospital or another booking site, and print what it gets tokens with."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="as staff know it")
        parser.add_argument("--operator", help="slug; may be left out where there is only one")

    def handle(self, *, name: str, operator: str | None, **_: object) -> None:
        found, secret = find_operator(operator), generate_client_secret()
        with transaction.atomic():
            user = get_user_model().objects.create_user(f"partner-{uuid4().hex}", first_name=name[:150])
            Partner.objects.create(user=user, operator=found, name=name)
            kinds = get_application_model()
            application = kinds.objects.create(
                name=name,
                user=user,
                client_type=kinds.CLIENT_CONFIDENTIAL,
                authorization_grant_type=kinds.GRANT_CLIENT_CREDENTIALS,
                client_secret=secret,
            )
        self.stdout.write(
            f"{name} is a partner of {found}. The secret is shown only now:\n"
            f"client_id {application.client_id}\nclient_secret {secret}\n"
            "POST /o/token/ with grant_type=client_credentials and these as HTTP Basic gives a token for an hour."
        )
