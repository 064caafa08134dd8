"""What was refused by a preference becomes a word of its own on its purpose (``people.consents``).

The column stays in the table for web processes of the release before, which still read it while they are replaced.
"""

from django.db import migrations

TAKE_OVER = """
INSERT INTO people_consent (account_id, purpose, is_given, edition, way, at)
SELECT account_id, purpose, false, '', 'before', set_at
FROM notices_preference, LATERAL (VALUES
  ('prefill', NOT is_prefilled), ('sms', sms = 'none'), ('email', email = 'none')) AS said (purpose, refused)
WHERE refused ORDER BY account_id;
UPDATE notices_preference SET sms = 'all' WHERE sms = 'none';
UPDATE notices_preference SET email = 'all' WHERE email = 'none';
"""


class Migration(migrations.Migration):
    dependencies = [
        ("notices", "0004_refusing_to_prefill"),
        ("people", "0002_consents"),
    ]

    operations = [
        migrations.RunSQL(TAKE_OVER, migrations.RunSQL.noop),
        migrations.SeparateDatabaseAndState(
            state_operations=[migrations.RemoveField(model_name="preference", name="is_prefilled")]
        ),
    ]
