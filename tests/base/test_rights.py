"""The platform's role may add facts, leaves and heads, never change or delete them."""

import psycopg
import pytest
from django.conf import settings

from onewindow.base.ledger import heads, sequencer
from tests import database

from .conftest import Record

ONCE_WRITTEN = ("base_fact", "base_leaf", "base_head")
CHANGES = {
    "base_fact": "UPDATE base_fact SET actor = 'x'",
    "base_leaf": "UPDATE base_leaf SET low = 0",
    "base_head": "UPDATE base_head SET root = ''",
}


@pytest.fixture
def app(owner: psycopg.Connection, record: Record):
    record(1, 1)
    sequencer.catch_up()
    heads.sign_now()
    with psycopg.connect(database.url(owner=False, name=database.NAME), autocommit=True) as connection:
        yield connection


@pytest.mark.parametrize("table", ONCE_WRITTEN)
def test_the_platforms_role_cannot_change_what_is_written(app: psycopg.Connection, table: str) -> None:
    for statement in (CHANGES[table], f"DELETE FROM {table}", f"TRUNCATE {table} CASCADE"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            app.execute(statement)
    count = app.execute(f"SELECT count(*) FROM {table}").fetchone()
    assert count == (1,)


@pytest.mark.parametrize("table", ONCE_WRITTEN)
def test_a_single_role_that_owns_all_cannot_either(
    owner: psycopg.Connection, app: object, table: str
) -> None:
    """On an outside database one role may own everything; the trigger stands where the right would."""
    if settings.ONEWINDOW_DATABASE_URLS.app == settings.ONEWINDOW_DATABASE_URLS.owner:
        pytest.skip("needs a superuser beside the platform's role")
    role = settings.DATABASES["default"]["USER"]
    owner.execute(f"GRANT ALL ON {table} TO {role}")
    owner.execute(f"SET ROLE {role}")
    for statement in (CHANGES[table], f"DELETE FROM {table}", f"TRUNCATE {table}"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege, match="written once"):
            owner.execute(statement)


def test_a_later_table_comes_under_the_same_rights(
    owner: psycopg.Connection, app: psycopg.Connection
) -> None:
    owner.execute("CREATE TABLE later_room (id int)")
    app.execute("INSERT INTO later_room VALUES (1)")
    app.execute("UPDATE later_room SET id = 2")
