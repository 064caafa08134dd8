"""Where a message leads in the product."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("notices", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="message", name="path", field=models.TextField(blank=True, db_default="", default="")
        )
    ]
