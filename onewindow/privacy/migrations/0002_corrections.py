import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, Q

OPEN = ['asked', 'checked']


class Migration(migrations.Migration):

    dependencies = [
        ('base', '0002_second_factors_and_devices'),
        ('privacy', '0001_erasures'),
    ]

    operations = [
        migrations.CreateModel(
            name='Correction',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.TextField()),
                ('name_sealed', models.BinaryField()),
                ('id_number_sealed', models.BinaryField()),
                ('reason_sealed', models.BinaryField()),
                ('file_id', models.TextField()),
                ('asked_at', models.DateTimeField()),
                ('checked_by', models.TextField(blank=True, default='')),
                ('checked_at', models.DateTimeField(null=True)),
                ('ended_by', models.TextField(blank=True, default='')),
                ('ended_at', models.DateTimeField(null=True)),
                ('note_sealed', models.BinaryField(default=b'')),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='base.account')),
            ],
            options={
                'constraints': [
                    models.CheckConstraint(condition=Q(state__in=['asked', 'checked', 'done', 'refused', 'withdrawn']), name='privacy_correction_state'),
                    models.CheckConstraint(condition=Q(state__in=OPEN, ended_at__isnull=True) | (~Q(state__in=OPEN) & Q(ended_at__isnull=False)), name='privacy_correction_ended'),
                    models.CheckConstraint(condition=~Q(state='done') | (~Q(checked_by='') & ~Q(checked_by=F('ended_by'))), name='privacy_correction_two_people'),
                    models.UniqueConstraint(fields=['account'], condition=Q(state__in=OPEN), name='privacy_correction_open'),
                ],
            },
        ),
    ]
