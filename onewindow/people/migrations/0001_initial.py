"""The tables of natural and legal persons and their mandates."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('base', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='LegalPerson',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.TextField()),
                ('id_type', models.TextField(default='uscc')),
                ('uscc', models.TextField(unique=True)),
                ('override_reason', models.TextField(blank=True, default='')),
                ('subject_hash', models.BinaryField(unique=True)),
                ('created_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='NaturalPerson',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('id_type', models.TextField()),
                ('subject_hash', models.BinaryField(unique=True)),
                ('name_sealed', models.BinaryField()),
                ('id_number_sealed', models.BinaryField()),
                ('phone_sealed', models.BinaryField(null=True)),
                ('assurance', models.TextField(default='none')),
                ('verified_at', models.DateTimeField(null=True)),
                ('verified_by', models.TextField(blank=True, default='')),
                ('created_at', models.DateTimeField()),
                ('account', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='base.account')),
            ],
        ),
        migrations.CreateModel(
            name='Mandate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.TextField()),
                ('scope', models.JSONField(default=list)),
                ('from_on', models.DateField()),
                ('until_on', models.DateField()),
                ('file_sha256', models.BinaryField(null=True)),
                ('state', models.TextField()),
                ('ended_on', models.DateField(null=True)),
                ('created_by', models.TextField()),
                ('created_at', models.DateTimeField()),
                ('firm', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='mandates', to='people.legalperson')),
                ('agent', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='held', to='people.naturalperson')),
                ('principal', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='given', to='people.naturalperson')),
            ],
        ),
        migrations.AddConstraint(
            model_name='naturalperson',
            constraint=models.CheckConstraint(condition=models.Q(('assurance__in', ('none', 'counter', 'verified'))), name='people_natural_assurance'),
        ),
        migrations.AddConstraint(
            model_name='naturalperson',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('assurance', 'verified'), _negated=True), ('verified_at__isnull', False), _connector='OR'), name='people_natural_verified'),
        ),
        migrations.AddIndex(
            model_name='mandate',
            index=models.Index(condition=models.Q(('state', 'ended'), _negated=True), fields=['agent'], name='people_mandate_agent'),
        ),
        migrations.AddConstraint(
            model_name='mandate',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ('operator', 'agent'))), name='people_mandate_kind'),
        ),
        migrations.AddConstraint(
            model_name='mandate',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ('declared', 'active', 'ended'))), name='people_mandate_state'),
        ),
        migrations.AddConstraint(
            model_name='mandate',
            constraint=models.CheckConstraint(condition=models.Q(('until_on__gte', models.F('from_on'))), name='people_mandate_dates'),
        ),
        migrations.AddConstraint(
            model_name='mandate',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('firm__isnull', False), ('principal__isnull', True)), models.Q(('firm__isnull', True), ('principal__isnull', False)), _connector='OR'), name='people_mandate_one_principal'),
        ),
        migrations.AddConstraint(
            model_name='mandate',
            constraint=models.CheckConstraint(condition=models.Q(('kind', 'agent'), ('firm__isnull', False), _connector='OR'), name='people_mandate_operator_of_firm'),
        ),
        migrations.AddConstraint(
            model_name='mandate',
            constraint=models.CheckConstraint(condition=models.Q(('principal__isnull', True), models.Q(('principal', models.F('agent')), _negated=True), _connector='OR'), name='people_mandate_for_another'),
        ),
        migrations.AddConstraint(
            model_name='mandate',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ended_on__isnull', False), ('state', 'ended')), models.Q(models.Q(('state', 'ended'), _negated=True), ('ended_on__isnull', True)), _connector='OR'), name='people_mandate_ended'),
        ),
        migrations.AddConstraint(
            model_name='mandate',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'active')), fields=('firm', 'principal', 'agent', 'kind'), name='people_mandate_once', nulls_distinct=False),
        ),
    ]
