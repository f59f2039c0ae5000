from django.db import migrations, models


def unlogged(apps, schema_editor):
    """What a bucket holds may be lost in a crash; no call should wait for a disk to have it."""
    if schema_editor.connection.vendor == 'postgresql':
        schema_editor.execute('ALTER TABLE bookings_bucket SET UNLOGGED')


def forget(apps, schema_editor):
    """Nobody repeats a write from before an upgrade under its key; its answer might have another shape by now."""
    apps.get_model('bookings', 'IdempotencyKey').objects.all().delete()


class Migration(migrations.Migration):

    dependencies = [
        ('bookings', '0037_fares'),
    ]

    operations = [
        migrations.CreateModel(
            name='Bucket',
            fields=[
                ('name', models.CharField(help_text='what is limited, and a digest of who asks', max_length=80, primary_key=True, serialize=False)),
                ('full_at_us', models.BigIntegerField(help_text='microseconds since 1970: what both databases can add to in one statement')),
            ],
        ),
        migrations.RunPython(unlogged, migrations.RunPython.noop),
        migrations.AddField(
            model_name='idempotencykey',
            name='headers',
            field=models.JSONField(blank=True, default=dict),
        ),
        migrations.RunPython(forget, migrations.RunPython.noop),
        migrations.AlterField(
            model_name='idempotencykey',
            name='body',
            field=models.TextField(blank=True, help_text='JSON as it was sent: a column of JSON would put names in another order'),
        ),
        migrations.AlterField(
            model_name='idempotencykey',
            name='created_at',
            field=models.DateTimeField(db_index=True),
        ),
    ]
