"""The one way in which who spoke is overwritten: functions that first look for the fact of it."""

from django.db import migrations

ERASE = """
CREATE FUNCTION reviews_erase_{kind}(wanted bigint) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  overwritten integer;
BEGIN
  IF NOT EXISTS (
    SELECT 1 FROM public.base_fact WHERE stream = '{stream}' AND subject = wanted AND type = 'erased'
  ) THEN
    RAISE EXCEPTION '{stream} % has no fact of an erasure', wanted USING ERRCODE = 'insufficient_privilege';
  END IF;
  UPDATE public.reviews_{kind} SET {values} WHERE {stream}_id = wanted AND sealed <> ''::bytea;
  GET DIAGNOSTICS overwritten = ROW_COUNT;
  RETURN overwritten;
END $$;
REVOKE EXECUTE ON FUNCTION reviews_erase_{kind}(bigint) FROM PUBLIC;
"""
RATER = ERASE.format(kind="rater", stream="rating", values="sealed = ''::bytea")
COMPLAINANT = ERASE.format(
    kind="complainant", stream="complaint", values="sealed = ''::bytea, found_by = ''::bytea"
)


class Migration(migrations.Migration):
    dependencies = [("reviews", "0002_files"), ("base", "0001_initial")]
    operations = [
        migrations.RunSQL(RATER, "DROP FUNCTION reviews_erase_rater(bigint)"),
        migrations.RunSQL(COMPLAINANT, "DROP FUNCTION reviews_erase_complainant(bigint)"),
    ]
