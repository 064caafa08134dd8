"""Ratings carry the day and the window at which their case came in, and what figures ask stands in two indexes."""

from django.db import migrations, models

_FILL = """
UPDATE reviews_rating r SET
  received_on = coalesce((SELECT (c.received_at AT TIME ZONE 'Asia/Shanghai')::date FROM cases_case c
    WHERE c.id = r.case_id), r.rated_on),
  received_window = (SELECT (f.data ->> 'window')::bigint FROM base_fact f
    WHERE f.stream = 'case' AND f.subject = r.case_id AND f.data ? 'window' ORDER BY f.seq LIMIT 1)"""
_GIVEN = ["standing", "grade", "window", "region", "task_code", "person"]
_RATED = ["rated_on", "link", "organ", "received_window", "region", "task_code", "person"]


class Migration(migrations.Migration):
    dependencies = [("base", "0001_initial"), ("cases", "0001_cases"), ("reviews", "0003_erasing")]

    operations = [
        migrations.AddField("rating", "received_on", models.DateField(null=True)),
        migrations.AddField("rating", "received_window", models.BigIntegerField(null=True)),
        migrations.RunSQL(_FILL, migrations.RunSQL.noop),
        migrations.AlterField("rating", "received_on", models.DateField()),
        migrations.RemoveIndex("rating", "reviews_rating_day"),
        migrations.AddIndex(
            "rating", models.Index(fields=["rated_on", "organ"], include=_GIVEN, name="reviews_rating_day")
        ),
        migrations.AddIndex(
            "rating",
            models.Index(
                fields=["received_on", "case"],
                include=_RATED,
                name="reviews_rating_received",
                condition=models.Q(standing="valid"),
            ),
        ),
    ]
