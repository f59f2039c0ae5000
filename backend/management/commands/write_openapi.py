"""manage.py write_openapi: the OpenAPI document of the code as it is now, to be looked at and committed."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from backend.api import openapi


class Command(BaseCommand):
    help = "Write backend/api/openapi.yaml anew"
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        text = openapi.as_text(openapi.generated())
        same = openapi.PATH.is_file() and openapi.PATH.read_text(encoding="utf-8") == text
        openapi.PATH.write_text(text, encoding="utf-8")
        self.stdout.write("The OpenAPI document is as it was." if same else f"Written: {openapi.PATH}. Look at the difference.")
