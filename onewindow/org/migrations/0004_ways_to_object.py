"""The reviewing organ and the court of each organ."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("org", "0003_duty_changes")]

    operations = [
        migrations.AddField("organ", "reconsideration_organ", models.TextField(blank=True, default="")),
        migrations.AddField("organ", "court", models.TextField(blank=True, default="")),
    ]
