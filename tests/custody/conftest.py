"""The small city for tests of custody."""

from tests.cases.conftest import _city, city, open_city

__all__ = ["_city", "city", "open_city"]
