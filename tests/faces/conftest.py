"""What tests of several faces stand on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests import demonstration


@pytest.fixture(scope="module")
def demo_city(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The demonstration city, committed for the tests of one file."""
    with django_db_blocker.unblock(), demonstration.stands():
        yield
