"""Drafts and counter visits."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("base", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="CounterVisit",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("opened_at", models.DateTimeField()),
                ("closed_at", models.DateTimeField(null=True)),
                ("content", models.BinaryField()),
                (
                    "clerk",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, to="base.account"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("closed_at", None)),
                        fields=["clerk", "-opened_at"],
                        name="intake_countervisit_open",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Draft",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.TextField(unique=True)),
                ("task_code", models.TextField()),
                ("item_version", models.IntegerField()),
                ("step", models.TextField(default="who")),
                ("sealed", models.BinaryField()),
                ("saved_at", models.DateTimeField()),
                ("case_no", models.TextField(null=True)),
                (
                    "account",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, to="base.account"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["account", "-saved_at"], name="intake_draft_account")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("case_no", None)),
                        fields=("account", "task_code"),
                        name="intake_draft_open",
                    )
                ],
            },
        ),
    ]
