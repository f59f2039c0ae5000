import django.db.models.deletion
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('bookings', '0040_charges'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='SignInCode',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ticket_digest', models.CharField(max_length=64, unique=True)),
                ('code_digest', models.CharField(max_length=64)),
                ('channel', models.CharField(choices=[('sms', 'text message'), ('email', 'e-mail')], max_length=5)),
                ('to', models.CharField(help_text='a telephone number as +441632960100, or an e-mail address', max_length=254)),
                ('language', models.CharField(choices=[('en', 'English'), ('cy', 'Cymraeg')], max_length=2)),
                ('tries_left', models.PositiveSmallIntegerField()),
                ('expires_at', models.DateTimeField(db_index=True)),
                ('used_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='Tablet',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=60)),
                ('enrolled_at', models.DateTimeField()),
                ('revoked_at', models.DateTimeField(blank=True, null=True)),
                ('credential', models.CharField(blank=True, editable=False, help_text='which token or session it has, as `backend.tablets` calls it', max_length=140)),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.AddField(
            model_name='passenger',
            name='email_proven_at',
            field=models.DateTimeField(blank=True, editable=False, help_text='when they last showed that they read mail at this address', null=True),
        ),
        migrations.AlterField(
            model_name='booking',
            name='channel',
            field=models.CharField(choices=[('app', 'App'), ('phone', 'Phone'), ('partner', 'Partner')], max_length=10),
        ),
        migrations.AlterField(
            model_name='offer',
            name='channel',
            field=models.CharField(choices=[('app', 'App'), ('phone', 'Phone'), ('partner', 'Partner')], max_length=10),
        ),
        migrations.AlterField(
            model_name='refusal',
            name='channel',
            field=models.CharField(choices=[('app', 'App'), ('phone', 'Phone'), ('partner', 'Partner')], max_length=10),
        ),
        migrations.CreateModel(
            name='Enrolment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(help_text='what the tablet is called', max_length=60)),
                ('code_digest', models.CharField(max_length=64, unique=True)),
                ('expires_at', models.DateTimeField(db_index=True)),
                ('used_at', models.DateTimeField(null=True)),
                ('driver', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='bookings.driver')),
                ('made_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='Partner',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=120)),
                ('operator', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='partners', to='bookings.operator')),
                ('user', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='partner', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.AddField(
            model_name='passenger',
            name='partner',
            field=models.ForeignKey(blank=True, help_text='who made them, and sees them', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='passengers', to='bookings.partner'),
        ),
        migrations.AddField(
            model_name='passenger',
            name='phone_tail',
            field=models.GeneratedField(db_persist=True, expression=django.db.models.functions.text.Right(django.db.models.functions.text.Replace(django.db.models.functions.text.Replace(django.db.models.functions.text.Replace(django.db.models.functions.text.Replace(django.db.models.functions.text.Replace(django.db.models.functions.text.Replace(models.F('phone'), models.Value(' '), models.Value('')), models.Value('('), models.Value('')), models.Value(')'), models.Value('')), models.Value('.'), models.Value('')), models.Value('-'), models.Value('')), models.Value('/'), models.Value('')), 7), output_field=models.CharField(max_length=40)),
        ),
        migrations.AddIndex(
            model_name='passenger',
            index=models.Index(models.F('operator'), models.F('phone_tail'), name='passengers_by_phone'),
        ),
        migrations.AddIndex(
            model_name='passenger',
            index=models.Index(models.F('operator'), django.db.models.functions.text.Upper('email'), name='passengers_by_email'),
        ),
        migrations.AddField(
            model_name='signincode',
            name='operator',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='bookings.operator'),
        ),
        migrations.AddField(
            model_name='tablet',
            name='driver',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='tablets', to='bookings.driver'),
        ),
        migrations.AddField(
            model_name='tablet',
            name='enrolled_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='tablet',
            name='revoked_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
    ]
