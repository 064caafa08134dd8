"""The tables of the catalogue, and what the database itself holds about published versions."""

import django.db.models.deletion
from django.db import migrations, models

# A published version never changes: only whether it is in force may. A superuser passes; the digest in the
# ledger's fact of publication tells what he bends.
FROZEN = """
CREATE FUNCTION catalog_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (TG_OP = 'DELETE' OR (OLD.content, OLD.name, OLD.type, OLD.item_id, OLD.version, OLD.organ_id, OLD.region,
      OLD.digest, OLD.published_at, OLD.handled) IS DISTINCT FROM (NEW.content, NEW.name, NEW.type, NEW.item_id,
      NEW.version, NEW.organ_id, NEW.region, NEW.digest, NEW.published_at, NEW.handled))
     AND NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN
    RAISE EXCEPTION 'a published version of an item is frozen: % refused', TG_OP
      USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER catalog_version_frozen BEFORE UPDATE OR DELETE ON catalog_itemversion
  FOR EACH ROW WHEN (OLD.published_at IS NOT NULL) EXECUTE FUNCTION catalog_refuse_change();
"""
THAWED = """
DROP TRIGGER catalog_version_frozen ON catalog_itemversion;
DROP FUNCTION catalog_refuse_change();
"""


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('org', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Item',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('task_code', models.TextField(unique=True)),
                ('created_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='ItemVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.IntegerField()),
                ('status', models.TextField(choices=[('draft', '草稿'), ('published', '已发布'), ('withdrawn', '已撤下')], default='draft')),
                ('is_current', models.BooleanField(default=False)),
                ('name', models.TextField()),
                ('type', models.TextField()),
                ('region', models.TextField()),
                ('kind', models.TextField(null=True)),
                ('legal_days', models.IntegerField(null=True)),
                ('legal_unit', models.TextField(null=True)),
                ('promised_days', models.IntegerField(null=True)),
                ('promised_unit', models.TextField(null=True)),
                ('handled', models.BooleanField(default=False)),
                ('content', models.JSONField()),
                ('digest', models.TextField()),
                ('source_digest', models.TextField(blank=True, default='')),
                ('created_at', models.DateTimeField()),
                ('published_at', models.DateTimeField(null=True)),
                ('withdrawn_at', models.DateTimeField(null=True)),
                ('reason', models.TextField(blank=True, default='')),
                ('item', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='catalog.item')),
                ('organ', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.organ')),
            ],
        ),
        migrations.CreateModel(
            name='ItemSearch',
            fields=[
                ('item', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, serialize=False, to='catalog.item')),
                ('row', models.JSONField()),
                ('syllables', models.TextField()),
                ('position', models.BigIntegerField()),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='catalog.itemversion')),
            ],
        ),
        migrations.AddConstraint(
            model_name='itemversion',
            constraint=models.UniqueConstraint(fields=('item', 'version'), name='catalog_version_once'),
        ),
        migrations.AddConstraint(
            model_name='itemversion',
            constraint=models.UniqueConstraint(condition=models.Q(('is_current', True)), fields=('item',), name='catalog_version_current'),
        ),
        migrations.AddConstraint(
            model_name='itemversion',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['draft', 'published', 'withdrawn'])), name='catalog_version_status'),
        ),
        migrations.AddConstraint(
            model_name='itemversion',
            constraint=models.CheckConstraint(condition=models.Q(('is_current', False), ('status', 'published'), _connector='OR'), name='catalog_current_is_published'),
        ),
        migrations.AddConstraint(
            model_name='itemversion',
            constraint=models.CheckConstraint(condition=models.Q(('promised_days', None), ('legal_days', None), models.Q(('promised_unit', models.F('legal_unit')), _negated=True), ('promised_days__lte', models.F('legal_days')), _connector='OR'), name='catalog_promise_within_law'),
        ),
        migrations.AddIndex(
            model_name='itemsearch',
            index=models.Index(fields=['position'], name='catalog_search_position'),
        ),
        migrations.RunSQL(FROZEN, THAWED),
    ]
