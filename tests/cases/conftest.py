"""The small city for tests of deeds: rolled back after each test, or committed and thrown away when they race."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from onewindow.base import clock, generations
from tests import world


@pytest.fixture(scope="package")
def _city(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    with world.standing(django_db_blocker):
        yield


@pytest.fixture
def city(_city: None, db: None) -> Iterator[None]:
    """The city at 2026-09-08, nine o'clock; what the test writes is rolled back."""
    clock.move_to(world.START)
    world.Api.tokens.clear()
    yield
    generations.put("clock", 0)


@pytest.fixture
def open_city(_city: None, django_db_blocker: Any) -> Iterator[None]:
    """The city without a transaction around the test, for deeds that race; cases stay until the package ends."""
    with django_db_blocker.unblock():
        clock.move_to(world.START)
        world.Api.tokens.clear()
        yield
        generations.put("clock", 0)
