from django.db import migrations


def forbid_with_same_day(apps, schema_editor):
    """GTFS counts days of service for booking_type 2 alone."""
    for service in apps.get_model('bookings', 'Service').objects.filter(booking_rules__booking_type=1):
        if service.booking_rules.pop('prior_notice_service_days', None) is not None:
            service.save(update_fields=['booking_rules'])


class Migration(migrations.Migration):

    dependencies = [
        ('bookings', '0045_assistance'),
    ]

    operations = [
        migrations.RunPython(forbid_with_same_day, migrations.RunPython.noop),
    ]
