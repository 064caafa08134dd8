"""The small city stands for all tests of reviews; each test rolls back and starts at the same instant."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from onewindow.base import clock, generations
from tests import world


@pytest.fixture(scope="package")
def _city(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    with world.standing(django_db_blocker):
        yield


@pytest.fixture
def api(_city: None, db: None) -> Iterator[Callable[[str | None], world.Api]]:
    """``api("clerk1")`` speaks as the clerk, ``api()`` as nobody; the test begins on 2026-09-08 at nine."""
    clock.move_to(world.START)
    world.Api.tokens.clear()
    yield world.Api
    generations.put("clock", 0)
