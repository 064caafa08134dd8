"""The name of an organ in full, as its papers carry it."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("org", "0004_ways_to_object")]

    operations = [
        migrations.AddField("organ", "official_name", models.TextField(blank=True, default="")),
    ]
