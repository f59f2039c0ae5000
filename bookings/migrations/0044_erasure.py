import uuid

import django.db.models.functions.datetime
from django.db import migrations, models


def give_keys(apps, schema_editor):
    """Out of their ids, so that a backup from before this comes to the same keys."""
    passengers = apps.get_model('bookings', 'Passenger').objects.only('key')
    batch = []
    for each in passengers.iterator(2000):
        each.key = uuid.uuid5(uuid.NAMESPACE_OID, f'drover passenger {each.pk}')
        batch.append(each)
        if len(batch) == 2000:
            passengers.bulk_update(batch, ['key'])
            batch = []
    passengers.bulk_update(batch, ['key'])


class Migration(migrations.Migration):

    dependencies = [
        ('bookings', '0043_audit'),
    ]

    operations = [
        migrations.CreateModel(
            name='Erasure',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('digest', models.CharField(max_length=64, unique=True)),
                ('erased_at', models.DateTimeField()),
            ],
            options={'ordering': ['pk']},
        ),
        migrations.AddField(
            model_name='passenger',
            name='created_at',
            field=models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
        ),
        migrations.AddField(
            model_name='passenger',
            name='erased_at',
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name='passenger',
            name='key',
            field=models.UUIDField(default=uuid.uuid4, editable=False, help_text='what the register of erasures goes by, in a digest'),
        ),
        migrations.RunPython(give_keys, migrations.RunPython.noop, elidable=True),
    ]
