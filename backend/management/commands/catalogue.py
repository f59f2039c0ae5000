"""`manage.py catalogue`: brings the catalogues of translations up to date with the code, and makes what programs read of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from backend.management.catalogue import mo, read_po, sentences, write_po


class Command(BaseCommand):
    help = "Collect what is to be translated into the .po files below bookings/locale, and make the .mo files of them."

    def handle(self, **_: Any) -> None:
        root = Path(settings.BASE_DIR)
        wanted = sentences(root)
        for po in sorted(root.glob("bookings/locale/*/LC_MESSAGES/django.po")):
            text = write_po(read_po(po.read_text(encoding="utf-8")), wanted)
            po.write_text(text, encoding="utf-8")
            known = read_po(text)
            po.with_suffix(".mo").write_bytes(mo(known))
            missing = sum(1 for told in known.values() if not told)
            self.stdout.write(f"{po.parts[-3]}: {len(wanted)} sentences, {missing} without a translation")
