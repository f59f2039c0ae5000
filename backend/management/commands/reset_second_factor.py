"""`manage.py reset_second_factor NAME`: for somebody who has lost their authenticator app and the codes they kept."""

from __future__ import annotations

from argparse import ArgumentParser

from django.contrib.auth.models import User
from django.core.management import CommandError
from django.core.management.base import BaseCommand

from backend.second_factor import forget


class Command(BaseCommand):
    help = "Forget the authenticator app of a user. Make sure first that it's really them who asks."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username")

    def handle(self, *, username: str, **_: object) -> None:
        user = User.objects.filter(username=username).first()
        if user is None:
            raise CommandError(f"there is no user {username}")
        had = forget(user)
        self.stdout.write(f"{username} signs in by password alone until they set one up" if had else f"{username} had none")
