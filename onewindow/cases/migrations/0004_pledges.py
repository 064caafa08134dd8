"""Cases that were applied for with a promise: few among all, found by an index of their own."""

from django.db import migrations

# The predicate is cheap (a key at the top of ``life``) and false for nearly every row.
ADD = """
CREATE INDEX cases_case_pledge ON cases_case
  (organ_id, (life->'pledge'->>'standing'), (life->'pledge'->>'due_on'), id) WHERE life ? 'pledge'
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0003_erasing")]
    operations = [migrations.RunSQL(ADD, "DROP INDEX cases_case_pledge")]
