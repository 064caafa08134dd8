"""Tables of cases, their serials, and room on each page for the next step of a case."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("catalog", "0001_initial"),
        ("org", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Case",
            fields=[
                ("id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("case_no", models.TextField()),
                ("query_code", models.TextField()),
                ("version", models.IntegerField()),
                ("state", models.TextField()),
                ("kind", models.TextField()),
                ("disposition", models.TextField(null=True)),
                ("region", models.TextField()),
                ("channel", models.TextField()),
                ("dossier_no", models.IntegerField()),
                ("received_at", models.DateTimeField(null=True)),
                ("materials_at", models.DateTimeField(null=True)),
                ("accepted_on", models.DateField(null=True)),
                ("is_deemed", models.BooleanField(default=False)),
                ("decided_on", models.DateField(null=True)),
                ("delivered_on", models.DateField(null=True)),
                ("holder", models.TextField(null=True)),
                ("last_at", models.DateTimeField()),
                ("materials", models.JSONField()),
                ("life", models.JSONField()),
                ("subject_hash", models.BinaryField()),
                ("name_hash", models.BinaryField()),
                ("applicant_mask", models.TextField()),
                ("waits_for", models.TextField(null=True)),
                ("due_on", models.DateField()),
                ("promised_due_on", models.DateField(null=True)),
                ("legal_due_on", models.DateField(null=True)),
                ("wake_at", models.DateTimeField(null=True)),
                (
                    "item_version",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="catalog.itemversion",
                    ),
                ),
                (
                    "organ",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="org.organ",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Dossier",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "case_id", "no", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("no", models.IntegerField()),
                ("sealed", models.BinaryField(null=True)),
                (
                    "case",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="cases.case",
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("waits_for__in", ["examiner", "approver"])),
                fields=["organ", "waits_for", "due_on", "id"],
                name="cases_case_office",
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("waits_for__in", ["clerk", "issuer"])),
                fields=["waits_for", "due_on", "id"],
                name="cases_case_hall",
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("wake_at__isnull", False)), fields=["wake_at"], name="cases_case_wake"
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(fields=["subject_hash", "id"], name="cases_case_subject"),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(fields=["name_hash", "id"], name="cases_case_name"),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("holder__isnull", False)),
                fields=["holder", "due_on", "id"],
                name="cases_case_holder",
            ),
        ),
        migrations.AddConstraint(
            model_name="case",
            constraint=models.UniqueConstraint(fields=("case_no",), name="cases_case_no_once"),
        ),
        migrations.AddConstraint(
            model_name="case",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "state__in",
                        (
                            "draft",
                            "received",
                            "correcting",
                            "accepted",
                            "in_review",
                            "paused",
                            "granted",
                            "denied",
                            "produced",
                            "delivered",
                            "refused_acceptance",
                            "returned",
                            "withdrawn",
                            "terminated",
                        ),
                    )
                ),
                name="cases_case_state",
            ),
        ),
        migrations.AddConstraint(
            model_name="case",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ("instant", "commitment", "joint", "forward", "special"))),
                name="cases_case_kind",
            ),
        ),
        migrations.AddConstraint(
            model_name="case",
            constraint=models.CheckConstraint(
                condition=models.Q(("channel__in", ("portal", "mobile", "window", "kiosk", "exchange"))),
                name="cases_case_channel",
            ),
        ),
        migrations.AddConstraint(
            model_name="case",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("disposition__isnull", True),
                    ("disposition__in", ["supplement", "return"]),
                    _connector="OR",
                ),
                name="cases_case_disposition",
            ),
        ),
        migrations.AddConstraint(
            model_name="case",
            constraint=models.CheckConstraint(
                condition=models.Q(("version__gte", 1)), name="cases_case_version"
            ),
        ),
        migrations.AddConstraint(
            model_name="case",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ["draft", "withdrawn"]), ("received_at__isnull", False), _connector="OR"
                ),
                name="cases_case_received",
            ),
        ),
        migrations.AddConstraint(
            model_name="case",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        (
                            "state__in",
                            ["accepted", "in_review", "paused", "granted", "denied", "produced", "delivered"],
                        ),
                        _negated=True,
                    ),
                    ("accepted_on__isnull", False),
                    _connector="OR",
                ),
                name="cases_case_accepted",
            ),
        ),
        migrations.AddConstraint(
            model_name="case",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ["granted", "denied", "produced", "delivered"]), _negated=True),
                    ("decided_on__isnull", False),
                    _connector="OR",
                ),
                name="cases_case_decided",
            ),
        ),
        migrations.AddConstraint(
            model_name="case",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("decided_on__isnull", True),
                    ("decided_on__gte", models.F("accepted_on")),
                    _connector="OR",
                ),
                name="cases_case_order",
            ),
        ),
        migrations.AddConstraint(
            model_name="dossier",
            constraint=models.CheckConstraint(condition=models.Q(("no__gte", 1)), name="cases_dossier_no"),
        ),
        migrations.RunSQL(
            "CREATE SEQUENCE cases_serial INCREMENT BY 50",
            "DROP SEQUENCE cases_serial",
        ),
        # A case is written at every step: some room on its page keeps the new row beside the old one.
        migrations.RunSQL(
            "ALTER TABLE cases_case SET (fillfactor = 90, autovacuum_vacuum_scale_factor = 0.05)",
            migrations.RunSQL.noop,
        ),
    ]
