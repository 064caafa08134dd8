"""Fixtures for all tests: the database of the run, the owner's connection, plain static files."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.db import connections
from django.test import TransactionTestCase
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis

from onewindow.site import shapes
from tests import database

# How long an example takes says more about the machine than about the code.
hypothesis.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])
hypothesis.load_profile("house")


@pytest.fixture(scope="session", autouse=True)
def _plain_static_files() -> None:
    """Pages of the tests name static files without digests: nothing needs to be collected first."""
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }


@pytest.fixture(scope="session", autouse=True)
def _shapes_are_known() -> None:
    """As in the platform's own processes: tests have threads too."""
    shapes.learn()


@pytest.fixture(autouse=True)
def _no_heads_of_earlier_tests() -> None:
    """The file of signed heads lies outside the database and would outlive each test's facts."""
    (Path(settings.ONEWINDOW_DATA_DIR) / "ledger-heads.log").unlink(missing_ok=True)


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: Any) -> Iterator[None]:
    """The database of this run; tests reach it through the platform's bounded role."""
    with django_db_blocker.unblock():
        database.create()
    yield
    with django_db_blocker.unblock():
        database.drop()


def _start_afresh(self: TransactionTestCase, *_: object) -> None:
    # Django would TRUNCATE, which the bounded role may not do, and would lose what migrations have sown.
    connections.close_all()
    database.drop()
    database.create()


TransactionTestCase._fixture_teardown = _start_afresh  # type: ignore[method-assign]


@pytest.fixture
def owner(transactional_db: None) -> Iterator[psycopg.Connection]:
    """A connection with the owner's rights, each statement committed: for tests that bend the record."""
    with psycopg.connect(database.url(owner=True, name=database.NAME), autocommit=True) as connection:
        yield connection
