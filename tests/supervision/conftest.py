"""The small city for tests of supervision; what a test writes is rolled back."""

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
    """The city at 2026-09-08, nine o'clock."""
    clock.move_to(world.START)
    world.Api.tokens.clear()
    yield
    generations.put("clock", 0)
