import django.db.models.deletion
from django.db import migrations, models


def add_words(apps, schema_editor):
    """Of the passengers that there are."""
    from bookings.passenger_words import words_for

    word_of = apps.get_model('bookings', 'PassengerWord')
    passengers = apps.get_model('bookings', 'Passenger').objects.only('operator', 'name', 'phone')
    rows = (
        word_of(operator_id=each.operator_id, passenger_id=each.pk, word=word)
        for each in passengers.iterator(2000)
        for word in sorted(words_for(each.name, each.phone))
    )
    word_of.objects.bulk_create(rows, batch_size=2000)


class Migration(migrations.Migration):

    dependencies = [
        ('bookings', '0041_people'),
    ]

    operations = [
        migrations.CreateModel(
            name='PassengerWord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('word', models.CharField(max_length=41)),
                ('operator', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='bookings.operator')),
                ('passenger', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='words', to='bookings.passenger')),
            ],
            options={
                'indexes': [models.Index(fields=['operator', 'word'], name='passengers_by_word', opclasses=['int8_ops', 'varchar_pattern_ops'])],
            },
        ),
        migrations.RunPython(add_words, migrations.RunPython.noop, elidable=True),
    ]
