"""What was announced to everybody is found without reading other papers."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("documents", "0007_virus_scan")]

    operations = [
        migrations.AddIndex(
            "document",
            models.Index(
                fields=["id"],
                name="documents_document_public",
                condition=models.Q(kind="hearing-announcement"),
            ),
        ),
    ]
