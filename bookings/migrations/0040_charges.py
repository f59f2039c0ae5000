from django.db import migrations
from django.db.models import Q


def charge_what_stands(apps, schema_editor):
    """Bookings from before there was a ledger owe their fare, as those after it do: not who missed a vehicle that came too late."""
    entry = apps.get_model("bookings", "LedgerEntry")
    missed = Q(status="no_show", strike__isnull=False, strike__reversed_at=None)
    standing = apps.get_model("bookings", "Booking").objects.filter(
        Q(status__in=("confirmed", "aboard", "completed")) | missed, fare_pence__gt=0
    )
    rows = standing.values_list("pk", "service__operator_id", "fare_pence", "created_at").iterator(2000)
    entry.objects.bulk_create(
        (
            entry(operator_id=operator, booking_id=pk, kind="charge", pence=pence, pay_by="on_board", at=at)
            for pk, operator, pence, at in rows
        ),
        batch_size=500,
    )


class Migration(migrations.Migration):

    dependencies = [
        ('bookings', '0039_money'),
    ]

    operations = [
        migrations.RunPython(charge_what_stands, migrations.RunPython.noop),
    ]
