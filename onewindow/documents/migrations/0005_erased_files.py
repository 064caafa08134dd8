"""When a file's bytes and name were erased."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("documents", "0004_ofd")]
    operations = [
        migrations.AddField(
            model_name="file", name="erased_at", field=models.DateTimeField(null=True)
        ),
    ]
