"""The small city for tests of visits and drafts."""

from tests.cases.conftest import _city, city

__all__ = ["_city", "city"]
