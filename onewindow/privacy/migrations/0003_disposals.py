import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('base', '0002_second_factors_and_devices'),
        ('privacy', '0002_corrections'),
    ]

    operations = [
        migrations.CreateModel(
            name='Disposal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('as_of', models.DateField()),
                ('state', models.TextField()),
                ('cases', models.JSONField()),
                ('digest', models.BinaryField()),
                ('reason', models.TextField()),
                ('proposed_at', models.DateTimeField()),
                ('decided_at', models.DateTimeField(null=True)),
                ('done_at', models.DateTimeField(null=True)),
                ('outcome', models.JSONField(default=dict)),
                ('proposer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='base.account')),
                ('second', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='base.account')),
            ],
            options={
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('state__in', ['proposed', 'approved', 'done', 'declined', 'withdrawn'])), name='privacy_disposal_state'),
                    models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['approved', 'done']), _negated=True), models.Q(('second__isnull', False), models.Q(('second', models.F('proposer')), _negated=True)), _connector='OR'), name='privacy_disposal_two_people'),
                    models.UniqueConstraint(condition=models.Q(('state', 'proposed')), fields=('state',), name='privacy_disposal_open'),
                ],
            },
        ),
    ]
