import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models


POSTGRESQL = """
CREATE FUNCTION drover_audit_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND OLD.at < now() - interval '180 days' THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'the audit stays as it was written' USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER audit_stays BEFORE UPDATE OR DELETE ON bookings_audit FOR EACH ROW EXECUTE FUNCTION drover_audit_stays();
"""
SQLITE = (
    """CREATE TRIGGER audit_is_not_changed BEFORE UPDATE ON bookings_audit
    BEGIN SELECT RAISE(ABORT, 'the audit stays as it was written'); END""",
    """CREATE TRIGGER audit_is_not_deleted BEFORE DELETE ON bookings_audit WHEN OLD.at >= datetime('now', '-180 days')
    BEGIN SELECT RAISE(ABORT, 'the audit stays as it was written'); END""",
)


def append_only(apps, schema_editor):
    """On SQLite, whatever alters the table later makes it anew, and has to make these anew as well."""
    for statement in [POSTGRESQL] if schema_editor.connection.vendor == 'postgresql' else SQLITE:
        schema_editor.execute(statement, params=None)


def not_any_more(apps, schema_editor):
    if schema_editor.connection.vendor == 'postgresql':
        schema_editor.execute('DROP FUNCTION drover_audit_stays CASCADE')


class Migration(migrations.Migration):

    dependencies = [
        ('bookings', '0042_passenger_words'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Audit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('role', models.CharField(max_length=15)),
                ('operation', models.CharField(help_text='method and route, or what was done elsewhere', max_length=90)),
                ('kind', models.CharField(max_length=20)),
                ('key', models.CharField(blank=True, max_length=60)),
                ('day', models.CharField(blank=True, help_text='slug of the service and date, where everybody of a day is shown', max_length=62)),
                ('status', models.PositiveSmallIntegerField(help_text='as in HTTP')),
                ('request_id', models.CharField(blank=True, max_length=64)),
                ('look', models.CharField(help_text='what a screen asks for again and again is one look in ten minutes', max_length=32, null=True, unique=True)),
                ('operator', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='bookings.operator')),
                ('passenger', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='bookings.passenger')),
                ('user', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-pk'],
                'indexes': [models.Index(condition=models.Q(('passenger__isnull', False)), fields=['passenger', 'id'], name='audit_of_passengers'), models.Index(condition=models.Q(('day', ''), _negated=True), fields=['day'], name='audit_of_days'), models.Index(fields=['at'], name='audit_by_age')],
            },
        ),
        migrations.RunPython(append_only, not_any_more),
    ]
