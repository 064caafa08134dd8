"""The tables of the organisation."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('base', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Region',
            fields=[
                ('code', models.TextField(primary_key=True, serialize=False)),
                ('name', models.TextField()),
                ('level', models.TextField()),
                ('valid_from', models.DateField(null=True)),
                ('valid_until', models.DateField(null=True)),
                ('parent', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='children', to='org.region')),
            ],
        ),
        migrations.CreateModel(
            name='Organ',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.TextField(unique=True)),
                ('name', models.TextField(unique=True)),
                ('short_name', models.TextField()),
                ('uscc', models.TextField(blank=True, default='')),
                ('model', models.TextField(default='department')),
                ('is_active', models.BooleanField(default=True)),
                ('created_at', models.DateTimeField()),
                ('supervising_office', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.organ')),
                ('region', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.region')),
            ],
        ),
        migrations.CreateModel(
            name='ServiceCenter',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.TextField(unique=True)),
                ('name', models.TextField(unique=True)),
                ('is_active', models.BooleanField(default=True)),
                ('office', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.organ')),
                ('region', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.region')),
            ],
        ),
        migrations.CreateModel(
            name='Staff',
            fields=[
                ('account', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='+', serialize=False, to='base.account')),
                ('number', models.TextField(unique=True)),
                ('name', models.TextField()),
                ('title', models.TextField(blank=True, default='')),
                ('phone', models.TextField(blank=True, default='')),
                ('person_hash', models.BinaryField(null=True)),
                ('is_active', models.BooleanField(default=True)),
                ('organ', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.organ')),
            ],
        ),
        migrations.CreateModel(
            name='Duty',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.TextField()),
                ('from_on', models.DateField()),
                ('until_on', models.DateField(null=True)),
                ('is_revoked', models.BooleanField(default=False)),
                ('granted_by', models.TextField()),
                ('organ', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.organ')),
                ('region', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.region')),
                ('staff', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='duties', to='org.staff')),
            ],
        ),
        migrations.CreateModel(
            name='Deputy',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('from_on', models.DateField()),
                ('until_on', models.DateField(null=True)),
                ('is_revoked', models.BooleanField(default=False)),
                ('deputy', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.staff')),
                ('staff', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='deputies', to='org.staff')),
            ],
        ),
        migrations.CreateModel(
            name='Authority',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('powers', models.JSONField()),
                ('items', models.JSONField(default=list)),
                ('is_chief', models.BooleanField(default=False)),
                ('from_on', models.DateField()),
                ('until_on', models.DateField(null=True)),
                ('is_revoked', models.BooleanField(default=False)),
                ('granted_by', models.TextField()),
                ('organ', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.organ')),
                ('staff', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='authorities', to='org.staff')),
            ],
        ),
        migrations.CreateModel(
            name='Absence',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('from_on', models.DateField()),
                ('until_on', models.DateField()),
                ('reason', models.TextField(blank=True, default='')),
                ('is_cancelled', models.BooleanField(default=False)),
                ('staff', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='absences', to='org.staff')),
            ],
        ),
        migrations.CreateModel(
            name='Window',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.TextField()),
                ('name', models.TextField()),
                ('kind', models.TextField()),
                ('is_active', models.BooleanField(default=True)),
                ('center', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='windows', to='org.servicecenter')),
                ('organ', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.organ')),
            ],
        ),
        migrations.AddField(
            model_name='staff',
            name='window',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.window'),
        ),
        migrations.AddConstraint(
            model_name='region',
            constraint=models.CheckConstraint(condition=models.Q(('level__in', ('province', 'city', 'district', 'town', 'village'))), name='org_region_level'),
        ),
        migrations.AddConstraint(
            model_name='region',
            constraint=models.CheckConstraint(condition=models.Q(('code__regex', '^([0-9]{6}|[0-9]{9}|[0-9]{12})$')), name='org_region_code'),
        ),
        migrations.AddConstraint(
            model_name='region',
            constraint=models.CheckConstraint(condition=models.Q(('valid_from__isnull', True), ('valid_until__isnull', True), ('valid_until__gte', models.F('valid_from')), _connector='OR'), name='org_region_valid'),
        ),
        migrations.AddConstraint(
            model_name='region',
            constraint=models.CheckConstraint(condition=models.Q(('parent__isnull', True), models.Q(('parent', models.F('code')), _negated=True), _connector='OR'), name='org_region_not_own_parent'),
        ),
        migrations.AddIndex(
            model_name='organ',
            index=models.Index(condition=models.Q(('uscc', ''), _negated=True), fields=['uscc'], name='org_organ_uscc'),
        ),
        migrations.AddConstraint(
            model_name='organ',
            constraint=models.CheckConstraint(condition=models.Q(('model__in', ('department', 'bureau', 'office'))), name='org_organ_model'),
        ),
        migrations.AddConstraint(
            model_name='organ',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('name', ''), _negated=True), models.Q(('code', ''), _negated=True)), name='org_organ_named'),
        ),
        migrations.AddConstraint(
            model_name='duty',
            constraint=models.CheckConstraint(condition=models.Q(('role__in', ('clerk', 'examiner', 'approver', 'head', 'issuer', 'catalog', 'establishment', 'legal', 'leader', 'supervisor', 'manager', 'sysadmin', 'secadmin', 'auditor'))), name='org_duty_role'),
        ),
        migrations.AddConstraint(
            model_name='duty',
            constraint=models.CheckConstraint(condition=models.Q(('until_on__isnull', True), ('until_on__gte', models.F('from_on')), _connector='OR'), name='org_duty_dates'),
        ),
        migrations.AddConstraint(
            model_name='duty',
            constraint=models.UniqueConstraint(condition=models.Q(('is_revoked', False)), fields=('staff', 'role', 'organ'), name='org_duty_once', nulls_distinct=False),
        ),
        migrations.AddConstraint(
            model_name='duty',
            constraint=models.UniqueConstraint(condition=models.Q(('is_revoked', False), ('role__in', ('sysadmin', 'secadmin', 'auditor'))), fields=('staff',), name='org_duty_one_administrator_role'),
        ),
        migrations.AddConstraint(
            model_name='deputy',
            constraint=models.CheckConstraint(condition=models.Q(('staff', models.F('deputy')), _negated=True), name='org_deputy_is_another'),
        ),
        migrations.AddConstraint(
            model_name='deputy',
            constraint=models.CheckConstraint(condition=models.Q(('until_on__isnull', True), ('until_on__gte', models.F('from_on')), _connector='OR'), name='org_deputy_dates'),
        ),
        migrations.AddConstraint(
            model_name='deputy',
            constraint=models.UniqueConstraint(condition=models.Q(('is_revoked', False)), fields=('staff', 'deputy'), name='org_deputy_once'),
        ),
        migrations.AddConstraint(
            model_name='authority',
            constraint=models.CheckConstraint(condition=models.Q(('until_on__isnull', True), ('until_on__gte', models.F('from_on')), _connector='OR'), name='org_authority_dates'),
        ),
        migrations.AddConstraint(
            model_name='authority',
            constraint=models.CheckConstraint(condition=models.Q(('powers__contained_by', ['accept', 'examine', 'decide', 'extend']), models.Q(('powers', []), _negated=True)), name='org_authority_powers'),
        ),
        migrations.AddConstraint(
            model_name='authority',
            constraint=models.UniqueConstraint(condition=models.Q(('is_chief', True), ('is_revoked', False)), fields=('organ',), name='org_authority_one_chief_per_organ'),
        ),
        migrations.AddIndex(
            model_name='absence',
            index=models.Index(condition=models.Q(('is_cancelled', False)), fields=['until_on'], name='org_absence_until'),
        ),
        migrations.AddConstraint(
            model_name='absence',
            constraint=models.CheckConstraint(condition=models.Q(('until_on__gte', models.F('from_on'))), name='org_absence_dates'),
        ),
        migrations.AddConstraint(
            model_name='window',
            constraint=models.UniqueConstraint(fields=('center', 'code'), name='org_window_once'),
        ),
        migrations.AddConstraint(
            model_name='window',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ('integrated', 'special', 'issue', 'advisory'))), name='org_window_kind'),
        ),
        migrations.AddConstraint(
            model_name='window',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'special'), ('organ__isnull', False)), models.Q(models.Q(('kind', 'special'), _negated=True), ('organ__isnull', True)), _connector='OR'), name='org_window_special_has_organ'),
        ),
        migrations.AddConstraint(
            model_name='staff',
            constraint=models.UniqueConstraint(fields=('person_hash',), name='org_staff_one_per_person'),
        ),
    ]
