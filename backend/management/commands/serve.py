"""`manage.py serve`: pages, API and background work on the built-in database, in one process."""

from __future__ import annotations

import signal
from argparse import ArgumentParser
from threading import Event
from typing import Any

from django.conf import settings
from django.core.management import CommandError
from django.core.management.base import BaseCommand

from backend.serving import check_port, running

IN_PRODUCTION = """with DATABASE_URL, server and workers are processes of their own: run the commands of docker-compose.yml"""


class Command(BaseCommand):
    help = "Serve on the built-in database, with a background worker in the same process, until Ctrl-C."
    requires_migrations_checks = True

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)

    def handle(self, *, host: str, port: int, **_: Any) -> None:
        if not settings.EMBEDDED:
            raise CommandError(IN_PRODUCTION)
        check_port(host, port)
        stop = Event()
        for each in (signal.SIGINT, signal.SIGTERM):
            signal.signal(each, lambda *_: stop.set())
        with running(host, port) as base_url:
            self.stdout.write(f"Serving on {base_url}/ and {base_url}/admin/ until Ctrl-C")
            self.stdout.flush()
            stop.wait()
