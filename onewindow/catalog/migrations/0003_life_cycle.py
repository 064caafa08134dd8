"""The life cycle of items: states and events, the basic catalogue, changes with their opinions, reconciliation."""

import django.db.models.deletion
import onewindow.catalog.models
from django.db import migrations, models


# A published version of a catalogue item is as frozen as that of an implementation item.
FROZEN = """
CREATE FUNCTION catalog_refuse_directory_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (TG_OP = 'DELETE' OR (OLD.content::text, OLD.name, OLD.catalogue_item_id, OLD.version, OLD.digest,
      OLD.published_at) IS DISTINCT FROM (NEW.content::text, NEW.name, NEW.catalogue_item_id, NEW.version,
      NEW.digest, NEW.published_at))
     AND NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN
    RAISE EXCEPTION 'a version of a catalogue item is frozen: % refused', TG_OP
      USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER catalog_directory_frozen BEFORE UPDATE OR DELETE ON catalog_catalogueversion
  FOR EACH ROW EXECUTE FUNCTION catalog_refuse_directory_change();
"""
THAWED = """
DROP TRIGGER catalog_directory_frozen ON catalog_catalogueversion;
DROP FUNCTION catalog_refuse_directory_change();
"""

# What is in the tables already: items withdrawn before are cancelled, every version was an event.
TAKEN_OVER = """
UPDATE catalog_item i SET state = 'cancelled', state_since = w.at, state_reason = ''
FROM (SELECT item_id, max(withdrawn_at) AS at FROM catalog_itemversion GROUP BY item_id
      HAVING NOT bool_or(is_current) AND max(withdrawn_at) IS NOT NULL) w
WHERE w.item_id = i.id;
INSERT INTO catalog_itemevent (item_id, version_id, what, state, at)
SELECT item_id, id, what, state, at FROM (
  SELECT item_id, id, 'published' AS what, 'in-use' AS state, published_at AS at
  FROM catalog_itemversion WHERE published_at IS NOT NULL
  UNION ALL
  SELECT item_id, id, 'cancelled', 'cancelled', withdrawn_at
  FROM catalog_itemversion WHERE withdrawn_at IS NOT NULL
) e ORDER BY at, id;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('catalog', '0002_content_as_written'),
        ('org', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='CatalogueItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('catalog_code', models.TextField(unique=True)),
                ('created_at', models.DateTimeField()),
                ('cancelled_at', models.DateTimeField(null=True)),
                ('cancel_reason', models.TextField(blank=True, default='')),
            ],
        ),
        migrations.CreateModel(
            name='CatalogueVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.IntegerField()),
                ('is_current', models.BooleanField(default=False)),
                ('name', models.TextField()),
                ('content', onewindow.catalog.models.AsWritten()),
                ('digest', models.TextField()),
                ('published_at', models.DateTimeField()),
                ('reason', models.TextField(blank=True, default='')),
            ],
        ),
        migrations.CreateModel(
            name='Change',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.TextField(unique=True)),
                ('version', models.IntegerField(default=1)),
                ('kind', models.TextField()),
                ('state', models.TextField(choices=[('to-submit', '待提交'), ('in-approval', '审批中'), ('passed', '已通过'), ('withdrawn', '已撤回'), ('rejected', '已驳回')], default='to-submit')),
                ('title', models.TextField()),
                ('reason', models.TextField()),
                ('basis', models.TextField(blank=True, default='')),
                ('round', models.IntegerField(default=1)),
                ('proposer_id', models.BigIntegerField()),
                ('establishment_id', models.BigIntegerField(null=True)),
                ('legal_id', models.BigIntegerField(null=True)),
                ('leader_id', models.BigIntegerField(null=True)),
                ('proposer_name', models.TextField()),
                ('effective_on', models.DateField(null=True)),
                ('warnings', models.JSONField(default=list)),
                ('held', models.TextField(blank=True, default='')),
                ('created_at', models.DateTimeField()),
                ('changed_at', models.DateTimeField()),
                ('submitted_at', models.DateTimeField(null=True)),
                ('decided_at', models.DateTimeField(null=True)),
                ('in_force_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='ChangeOpinion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('round', models.IntegerField()),
                ('seat', models.TextField()),
                ('verdict', models.TextField()),
                ('text', models.TextField(blank=True, default='')),
                ('account_id', models.BigIntegerField()),
                ('name', models.TextField()),
                ('at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='ChangeTarget',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.IntegerField()),
                ('task_code', models.TextField()),
                ('action', models.TextField()),
                ('content', onewindow.catalog.models.AsWritten(null=True)),
                ('base_version', models.IntegerField(null=True)),
                ('source_code', models.TextField(blank=True, default='')),
                ('version', models.IntegerField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='ItemEvent',
            fields=[
                ('seq', models.BigAutoField(primary_key=True, serialize=False)),
                ('what', models.TextField()),
                ('state', models.TextField()),
                ('at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='Reconciliation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField(unique=True)),
                ('made_at', models.DateTimeField()),
                ('differences', models.IntegerField()),
                ('report', models.JSONField()),
            ],
        ),
        migrations.AddField(
            model_name='item',
            name='state',
            field=models.TextField(choices=[('in-use', '在用'), ('suspended', '暂停'), ('cancelled', '取消')], db_default='in-use', default='in-use'),
        ),
        migrations.AddField(
            model_name='item',
            name='state_reason',
            field=models.TextField(blank=True, db_default='', default=''),
        ),
        migrations.AddField(
            model_name='item',
            name='state_since',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddConstraint(
            model_name='item',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['in-use', 'suspended', 'cancelled'])), name='catalog_item_state'),
        ),
        migrations.AddConstraint(
            model_name='item',
            constraint=models.CheckConstraint(condition=models.Q(('state', 'in-use'), ('state_since__isnull', False), _connector='OR'), name='catalog_item_state_since'),
        ),
        migrations.AddField(
            model_name='catalogueversion',
            name='catalogue_item',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='catalog.catalogueitem'),
        ),
        migrations.AddField(
            model_name='change',
            name='organ',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.organ'),
        ),
        migrations.AddField(
            model_name='itemversion',
            name='change',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalog.change'),
        ),
        migrations.AddField(
            model_name='changeopinion',
            name='change',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='opinions', to='catalog.change'),
        ),
        migrations.AddField(
            model_name='changetarget',
            name='change',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='targets', to='catalog.change'),
        ),
        migrations.AddField(
            model_name='itemevent',
            name='item',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalog.item'),
        ),
        migrations.AddField(
            model_name='itemevent',
            name='version',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalog.itemversion'),
        ),
        migrations.AddConstraint(
            model_name='catalogueversion',
            constraint=models.UniqueConstraint(fields=('catalogue_item', 'version'), name='catalog_directory_once'),
        ),
        migrations.AddConstraint(
            model_name='catalogueversion',
            constraint=models.UniqueConstraint(condition=models.Q(('is_current', True)), fields=('catalogue_item',), name='catalog_directory_current'),
        ),
        migrations.AddIndex(
            model_name='change',
            index=models.Index(fields=['state', '-id'], name='catalog_change_by_state'),
        ),
        migrations.AddIndex(
            model_name='change',
            index=models.Index(fields=['proposer_id', '-id'], name='catalog_change_by_proposer'),
        ),
        migrations.AddIndex(
            model_name='change',
            index=models.Index(condition=models.Q(('in_force_at', None), ('state', 'passed')), fields=['effective_on'], name='catalog_change_due'),
        ),
        migrations.AddConstraint(
            model_name='change',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['to-submit', 'in-approval', 'passed', 'withdrawn', 'rejected'])), name='catalog_change_state'),
        ),
        migrations.AddConstraint(
            model_name='change',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['new', 'change', 'split', 'merge', 'delegate', 'take-back', 'suspend', 'resume', 'cancel', 'directory'])), name='catalog_change_kind'),
        ),
        migrations.AddConstraint(
            model_name='change',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('establishment_id', None), models.Q(('establishment_id', models.F('proposer_id')), _negated=True), _connector='OR'), models.Q(('legal_id', None), models.Q(('legal_id', models.F('proposer_id')), _negated=True), _connector='OR'), models.Q(('leader_id', None), models.Q(('leader_id', models.F('proposer_id')), _negated=True), _connector='OR'), models.Q(('establishment_id', None), ('legal_id', None), models.Q(('establishment_id', models.F('legal_id')), _negated=True), _connector='OR'), models.Q(('establishment_id', None), ('leader_id', None), models.Q(('establishment_id', models.F('leader_id')), _negated=True), _connector='OR'), models.Q(('legal_id', None), ('leader_id', None), models.Q(('legal_id', models.F('leader_id')), _negated=True), _connector='OR')), name='catalog_change_four_persons'),
        ),
        migrations.AddConstraint(
            model_name='change',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'passed'), _negated=True), models.Q(('decided_at__isnull', False), ('establishment_id__isnull', False), ('leader_id__isnull', False), ('legal_id__isnull', False)), _connector='OR'), name='catalog_change_passed_by_all'),
        ),
        migrations.AddConstraint(
            model_name='change',
            constraint=models.CheckConstraint(condition=models.Q(('in_force_at', None), ('state', 'passed'), _connector='OR'), name='catalog_change_in_force_is_passed'),
        ),
        migrations.AddConstraint(
            model_name='changeopinion',
            constraint=models.UniqueConstraint(fields=('change', 'seat', 'round'), name='catalog_opinion_once'),
        ),
        migrations.AddConstraint(
            model_name='changeopinion',
            constraint=models.CheckConstraint(condition=models.Q(('seat__in', ['establishment', 'legal', 'leader'])), name='catalog_opinion_seat'),
        ),
        migrations.AddConstraint(
            model_name='changeopinion',
            constraint=models.CheckConstraint(condition=models.Q(('verdict__in', ['agree', 'disagree', 'return'])), name='catalog_opinion_verdict'),
        ),
        migrations.AddConstraint(
            model_name='changeopinion',
            constraint=models.CheckConstraint(condition=models.Q(('verdict', 'agree'), models.Q(('text', ''), _negated=True), _connector='OR'), name='catalog_opinion_says_why'),
        ),
        migrations.AddIndex(
            model_name='changetarget',
            index=models.Index(fields=['task_code'], name='catalog_target_by_code'),
        ),
        migrations.AddConstraint(
            model_name='changetarget',
            constraint=models.UniqueConstraint(fields=('change', 'task_code'), name='catalog_target_once'),
        ),
        migrations.AddConstraint(
            model_name='changetarget',
            constraint=models.CheckConstraint(condition=models.Q(('action__in', ['publish', 'suspend', 'resume', 'cancel'])), name='catalog_target_action'),
        ),
        migrations.AddConstraint(
            model_name='changetarget',
            constraint=models.CheckConstraint(condition=models.Q(('action', 'publish'), ('content__isnull', True), _connector='OR'), name='catalog_target_content'),
        ),
        migrations.AddConstraint(
            model_name='itemevent',
            constraint=models.CheckConstraint(condition=models.Q(('what__in', ['published', 'suspended', 'resumed', 'cancelled'])), name='catalog_event_what'),
        ),
        migrations.RunSQL(FROZEN, THAWED),
        migrations.RunSQL(TAKEN_OVER, migrations.RunSQL.noop),
    ]
