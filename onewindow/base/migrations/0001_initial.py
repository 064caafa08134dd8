"""The tables of the base, and what the database itself holds about facts that are written once."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

# An outside database may have one role for everything: then this trigger stands where the missing right would.
# A superuser passes it; what he bends is found by verification.
ONCE_WRITTEN = """
CREATE FUNCTION base_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN
    RAISE EXCEPTION '% is written once: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER base_fact_once_written BEFORE UPDATE OR DELETE OR TRUNCATE ON base_fact
  FOR EACH STATEMENT EXECUTE FUNCTION base_refuse_change();
CREATE TRIGGER base_leaf_once_written BEFORE UPDATE OR DELETE OR TRUNCATE ON base_leaf
  FOR EACH STATEMENT EXECUTE FUNCTION base_refuse_change();
CREATE TRIGGER base_head_once_written BEFORE UPDATE OR DELETE OR TRUNCATE ON base_head
  FOR EACH STATEMENT EXECUTE FUNCTION base_refuse_change();
"""
UNWRITTEN = """
DROP TRIGGER base_fact_once_written ON base_fact;
DROP TRIGGER base_leaf_once_written ON base_leaf;
DROP TRIGGER base_head_once_written ON base_head;
DROP FUNCTION base_refuse_change();
"""

# Hashes do not compress; a run of leaves is found by a fact id that lies in its span.
STORAGE = """
ALTER TABLE base_tile ALTER COLUMN hashes SET STORAGE EXTERNAL;
CREATE INDEX base_leaf_span ON base_leaf USING gist (int8range(low, high, '[]'));
"""

# The platform's role, where the cluster has one. Later rooms' tables come under the default privileges.
GRANTS = """
DO $$
BEGIN
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'onewindow_app' AND rolname <> current_user) THEN
    GRANT USAGE ON SCHEMA public TO onewindow_app;
    ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO onewindow_app;
    ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT, UPDATE ON SEQUENCES TO onewindow_app;
    GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO onewindow_app;
    GRANT USAGE, SELECT, UPDATE ON ALL SEQUENCES IN SCHEMA public TO onewindow_app;
    REVOKE UPDATE, DELETE, TRUNCATE ON base_fact, base_leaf, base_head FROM onewindow_app;
    REVOKE DELETE, TRUNCATE ON base_tile FROM onewindow_app;
    REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM onewindow_app;
    -- Whoever may set this sequence back could make the database refuse new facts, never hide one.
    REVOKE UPDATE ON SEQUENCE base_fact_id_seq FROM onewindow_app;
  END IF;
END $$;
"""


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="CalendarDay",
            fields=[
                ("day", models.DateField(primary_key=True, serialize=False)),
                ("is_workday", models.BooleanField()),
                ("name", models.TextField(blank=True, default="")),
            ],
        ),
        migrations.CreateModel(
            name="CalendarYear",
            fields=[
                ("year", models.IntegerField(primary_key=True, serialize=False)),
                ("source", models.TextField()),
                ("loaded_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Head",
            fields=[
                ("size", models.BigIntegerField(primary_key=True, serialize=False)),
                ("root", models.BinaryField()),
                ("at", models.DateTimeField()),
                ("signature", models.BinaryField()),
            ],
        ),
        migrations.CreateModel(
            name="Setting",
            fields=[
                ("name", models.TextField(primary_key=True, serialize=False)),
                ("value", models.JSONField()),
            ],
        ),
        migrations.CreateModel(
            name="Account",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("username", models.TextField()),
                ("password", models.TextField()),
                ("kind", models.TextField(choices=[("staff", "工作人员"), ("applicant", "申请人")])),
                ("name", models.TextField()),
                ("email", models.TextField(blank=True, default="")),
                ("is_active", models.BooleanField(default=True)),
                ("must_change_password", models.BooleanField(default=False)),
                ("failed_logins", models.IntegerField(default=0)),
                ("locked_until", models.DateTimeField(null=True)),
                ("last_login_at", models.DateTimeField(null=True)),
                ("created_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("username",), name="base_account_username"),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["staff", "applicant"])), name="base_account_kind"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Fact",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("subject", models.BigIntegerField()),
                ("at", models.DateTimeField()),
                ("organ", models.BigIntegerField(null=True)),
                ("seq", models.IntegerField()),
                ("stream", models.TextField()),
                ("type", models.TextField()),
                ("actor", models.TextField()),
                ("role", models.TextField()),
                ("data", models.JSONField()),
                ("salt", models.BinaryField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("stream", "subject", "seq"), name="base_fact_once"),
                    models.CheckConstraint(condition=models.Q(("seq__gte", 1)), name="base_fact_seq"),
                ],
            },
        ),
        migrations.CreateModel(
            name="KeptAnswer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("account", models.BigIntegerField()),
                ("operation", models.TextField()),
                ("key", models.TextField()),
                ("body_digest", models.BinaryField()),
                ("status", models.IntegerField()),
                ("answer", models.BinaryField()),
                ("at", models.DateTimeField()),
            ],
            options={
                "indexes": [models.Index(fields=["at"], name="base_keptanswer_at")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("account", "operation", "key"), name="base_keptanswer_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Leaf",
            fields=[
                ("first", models.BigIntegerField(primary_key=True, serialize=False)),
                ("low", models.BigIntegerField()),
                ("high", models.BigIntegerField()),
                ("settled", models.BigIntegerField()),
                (
                    "facts",
                    django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("first__gte", 0)), name="base_leaf_first"),
                    models.CheckConstraint(
                        condition=models.Q(("facts__len__gte", 1)), name="base_leaf_facts"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LoginFailure",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("username", models.TextField()),
                ("address", models.TextField()),
                ("at", models.DateTimeField()),
            ],
            options={
                "indexes": [
                    models.Index(fields=["username", "at"], name="base_loginfailure_user"),
                    models.Index(fields=["address", "at"], name="base_loginfailure_addr"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Tile",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("level", models.IntegerField()),
                ("number", models.BigIntegerField()),
                ("hashes", models.BinaryField()),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("level", "number"), name="base_tile_once")],
            },
        ),
        migrations.CreateModel(
            name="Delivery",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("listener", models.TextField()),
                ("attempts", models.IntegerField(default=0)),
                ("due_at", models.DateTimeField()),
                ("is_dead", models.BooleanField(default=False)),
                ("error", models.TextField(blank=True, default="")),
                (
                    "fact",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="base.fact",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("is_dead", False)),
                        fields=["due_at", "id"],
                        name="base_delivery_due",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("fact", "listener"), name="base_delivery_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Token",
            fields=[
                ("digest", models.BinaryField(primary_key=True, serialize=False)),
                ("purpose", models.TextField(default="api")),
                ("issued_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("seen_at", models.DateTimeField()),
                ("idle_seconds", models.IntegerField(default=1800)),
                ("revoked_at", models.DateTimeField(null=True)),
                (
                    "account",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, to="base.account"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["account"], name="base_token_account")],
            },
        ),
        migrations.RunSQL(STORAGE, "DROP INDEX base_leaf_span"),
        migrations.RunSQL(ONCE_WRITTEN, UNWRITTEN),
        migrations.RunSQL(GRANTS, migrations.RunSQL.noop),
    ]
