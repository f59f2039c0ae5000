from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("bookings", "0048_told_by_telephone")]

    operations = [
        migrations.CreateModel(
            name="LastImport",
            fields=[
                (
                    "service",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="bookings.service",
                    ),
                ),
                ("road_km", models.FloatField(null=True)),
                ("stops", models.JSONField(null=True)),
                ("shifts", models.JSONField(null=True)),
            ],
        ),
    ]
