"""What tests of the catalogue stand on."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from onewindow.catalog import queries
from tests.catalog.changing import City


@pytest.fixture
def city() -> Iterator[City]:
    queries.flush()
    yield City()
    queries.flush()
