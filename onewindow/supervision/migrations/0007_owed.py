"""An index of the cards for which an organ owes a word, and of it alone."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("supervision", "0006_staff")]

    operations = [
        migrations.RunSQL(
            "CREATE INDEX supervision_card_owed ON supervision_card (organ_id)"
            " WHERE ((state = 'issued' AND reply_due_on IS NOT NULL)"
            " OR life @? '$.letters[*] ? (!exists(@.answer))'::jsonpath)",
            "DROP INDEX supervision_card_owed",
        )
    ]
