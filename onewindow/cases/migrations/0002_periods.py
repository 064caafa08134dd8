"""Summaries of pages by the days of receipt and decision, for periods over all cases."""

from django.contrib.postgres.indexes import BrinIndex
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("cases", "0001_cases")]

    operations = [
        migrations.AddIndex(
            model_name="case",
            index=BrinIndex(
                autosummarize=True, fields=["received_at"], name="cases_case_received", pages_per_range=32
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=BrinIndex(
                autosummarize=True, fields=["decided_on"], name="cases_case_decided", pages_per_range=32
            ),
        ),
    ]
