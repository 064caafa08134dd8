import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('base', '0002_second_factors_and_devices'),
        ('people', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Consent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('purpose', models.TextField()),
                ('is_given', models.BooleanField()),
                ('edition', models.TextField()),
                ('way', models.TextField()),
                ('at', models.DateTimeField()),
                ('account', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='base.account')),
            ],
            options={
                'indexes': [models.Index(fields=['account', 'purpose', '-id'], name='people_consent_last')],
                'constraints': [models.CheckConstraint(condition=models.Q(('way__in', ['page', 'api', 'before'])), name='people_consent_way')],
            },
        ),
    ]
