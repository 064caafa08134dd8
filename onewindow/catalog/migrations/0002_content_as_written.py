"""The content of a version keeps the order in which it was written: ``json`` instead of ``jsonb``.

``json`` has no equality, so the guard of published versions compares the text.
"""

from __future__ import annotations

from django.db import migrations

import onewindow.catalog.models

_GUARD = """
CREATE OR REPLACE FUNCTION catalog_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (TG_OP = 'DELETE' OR ({old}, OLD.name, OLD.type, OLD.item_id, OLD.version, OLD.organ_id, OLD.region,
      OLD.digest, OLD.published_at, OLD.handled) IS DISTINCT FROM ({new}, NEW.name, NEW.type, NEW.item_id,
      NEW.version, NEW.organ_id, NEW.region, NEW.digest, NEW.published_at, NEW.handled))
     AND NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN
    RAISE EXCEPTION 'a published version of an item is frozen: % refused', TG_OP
      USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("catalog", "0001_initial")]

    operations = [
        migrations.RunSQL(
            _GUARD.format(old="OLD.content::text", new="NEW.content::text"),
            _GUARD.format(old="OLD.content", new="NEW.content"),
        ),
        migrations.AlterField(
            model_name="itemversion", name="content", field=onewindow.catalog.models.AsWritten()
        ),
    ]
