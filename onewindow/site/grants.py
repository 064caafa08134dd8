"""What the platform's bounded role may do in the database: everything but rewriting what has happened.

A room names in its `AppConfig` the models whose rows are never changed nor deleted, and those whose rows are
changed but never deleted:

    class BaseConfig(AppConfig):
        append_only = ("Fact", "Leaf", "Head")
        never_deleted = ("Item",)
"""

import logging

from django.apps import apps
from django.conf import settings
from django.db import ProgrammingError, connection, transaction

from onewindow.site import environment
from onewindow.site.embedded.place import ERASER

_log = logging.getLogger(__name__)


def append_only_tables() -> set[str]:
    """Tables into which the bounded role may insert and from which it may read, nothing else."""
    return _tables("append_only")


def never_deleted_tables() -> set[str]:
    """Tables whose rows the bounded role may also change, but never delete."""
    return _tables("never_deleted")


def _tables(kind: str) -> set[str]:
    return {
        app.get_model(name)._meta.db_table
        for app in apps.get_app_configs()
        for name in getattr(app, kind, ())
    }


MAKE_ERASER = f"""
DO $$ BEGIN
  -- Asked first: an owner that may not make roles would be refused even where it stands already.
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{ERASER}') THEN
    CREATE ROLE {ERASER} NOLOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE;
  END IF;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
END $$"""


def erasers() -> dict[str, tuple[str, str]]:
    """Functions that overwrite what the bounded role may not, with the table and columns of each."""
    found: dict[str, tuple[str, str]] = {}
    for app in apps.get_app_configs():
        found |= getattr(app, "erasers", {})
    return found


def _hand_to_eraser() -> None:
    """Let each function run with the rights of a role that nobody logs in as and that may do only this.

    Where the owner may not make roles the functions stay the owner's, which is another role than the platform's.
    """
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(MAKE_ERASER)
            cursor.execute(f"GRANT USAGE, CREATE ON SCHEMA public TO {ERASER}")
            cursor.execute(f"GRANT SELECT (stream, subject, type) ON base_fact TO {ERASER}")
            for function, (table, columns) in erasers().items():
                cursor.execute(f"GRANT SELECT, UPDATE ({columns}) ON {table} TO {ERASER}")
                cursor.execute(f"ALTER FUNCTION {function} OWNER TO {ERASER}")
            cursor.execute(f"REVOKE CREATE ON SCHEMA public FROM {ERASER}")
    except ProgrammingError as error:
        _log.warning(
            "the functions that erase keep the rights of the owner: %s", type(error.__cause__).__name__
        )


def apply() -> None:
    """Grant the bounded role its rights on all present tables; run by the owner after each migration."""
    urls = settings.ONEWINDOW_DATABASE_URLS
    role = environment.database_parts(urls.app)["USER"]
    if not role or role == environment.database_parts(urls.owner)["USER"]:
        return  # an outside database with one role for everything
    _hand_to_eraser()
    quote = connection.ops.quote_name
    who = quote(role)
    with connection.cursor() as cursor:
        cursor.execute(f"GRANT USAGE ON SCHEMA public TO {who}")
        cursor.execute(f"GRANT USAGE, SELECT, UPDATE ON ALL SEQUENCES IN SCHEMA public TO {who}")
        cursor.execute(f"GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO {who}")
        tables = set(connection.introspection.table_names(cursor)) - {"django_migrations"}
        for table in sorted(tables):
            cursor.execute(f"REVOKE ALL ON {quote(table)} FROM {who}")
            rights = "SELECT, INSERT, UPDATE, DELETE"
            if table in append_only_tables():
                rights = "SELECT, INSERT"
            elif table in never_deleted_tables():
                rights = "SELECT, INSERT, UPDATE"
            cursor.execute(f"GRANT {rights} ON {quote(table)} TO {who}")
        cursor.execute(f"GRANT SELECT ON django_migrations TO {who}")
