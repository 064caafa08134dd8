from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models import Q

LOOKS = ['revealed', 'phone-opened', 'rater-opened', 'complainant-opened', 'looked']


class Migration(migrations.Migration):
    """Indexes are built while the platform writes on: facts are its largest table."""

    atomic = False

    dependencies = [
        ('base', '0002_second_factors_and_devices'),
    ]

    operations = [
        migrations.AddField(
            model_name='token',
            name='factor',
            field=models.TextField(blank=True, db_default='', default=''),
        ),
        migrations.AddField(
            model_name='loginfailure',
            name='kind',
            field=models.TextField(db_default='password', default='password'),
        ),
        migrations.AddField(
            model_name='loginfailure',
            name='is_lifted',
            field=models.BooleanField(db_default=False, default=False),
        ),
        AddIndexConcurrently('token', models.Index(fields=['issued_at'], name='base_token_issued')),
        AddIndexConcurrently('loginfailure', models.Index(fields=['at'], name='base_loginfailure_at')),
        AddIndexConcurrently('fact', models.Index(fields=['-id'], name='base_fact_looks', condition=Q(type__in=LOOKS))),
    ]
