"""The one way in which a dossier is overwritten: a function that first looks for the fact of it."""

from django.db import migrations

ERASE = """
CREATE FUNCTION cases_erase(wanted bigint) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  overwritten integer;
BEGIN
  IF NOT EXISTS (
    SELECT 1 FROM public.base_fact WHERE stream = 'case' AND subject = wanted AND type = 'erased'
  ) THEN
    RAISE EXCEPTION 'case % has no fact of an erasure', wanted USING ERRCODE = 'insufficient_privilege';
  END IF;
  UPDATE public.cases_dossier SET sealed = NULL WHERE case_id = wanted AND sealed IS NOT NULL;
  GET DIAGNOSTICS overwritten = ROW_COUNT;
  RETURN overwritten;
END $$;
REVOKE EXECUTE ON FUNCTION cases_erase(bigint) FROM PUBLIC;
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0002_periods"), ("base", "0001_initial")]
    operations = [migrations.RunSQL(ERASE, "DROP FUNCTION cases_erase(bigint)")]
