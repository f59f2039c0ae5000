"""What stands on the flag of a stop, and where the data of a service come from."""

from __future__ import annotations

from typing import Any

from django.db import migrations, models

import bookings.sources


def tell_sources(apps: Any, schema_editor: Any) -> None:
    """Of services that are there already, as far as their rows show it; the next import knows.

    Postcodes may be from another table than Code-Point Open. Those of a British service hold its data in any case.
    """
    Service, Stop, Place = (apps.get_model("bookings", name) for name in ("Service", "Stop", "Place"))
    for pk, roads, zone in Service.objects.values_list("pk", "roads", "zone"):
        named = Stop.objects.filter(service=pk).exclude(atco_code="").exclude(code__startswith="osm-").exists()
        postcodes = zone == "Europe/London" and Place.objects.filter(service=pk, kind="postcode").exists()
        told = {"openstreetmap": roads.endswith((".osm", ".osm.pbf")), "naptan": named, "code-point-open": postcodes}
        Service.objects.filter(pk=pk).update(sources=[name for name, true in told.items() if true])


class Migration(migrations.Migration):
    dependencies = [("bookings", "0049_survey")]

    operations = [
        migrations.AddField(
            model_name="stop",
            name="public_code",
            field=models.CharField(
                blank=True, default="", help_text="what stands on the flag, and what people text for departures", max_length=20
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="service",
            name="sources",
            field=models.JSONField(
                blank=True,
                default=list,
                help_text="of its data, for whose sake something is to be said",
                validators=[bookings.sources.validate_sources],
            ),
        ),
        migrations.RunPython(tell_sources, migrations.RunPython.noop),
    ]
