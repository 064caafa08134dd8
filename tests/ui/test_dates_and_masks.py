"""How dates, limits and masked values are written."""

from datetime import date

import pytest
from django.utils import translation

from onewindow.catalog.definition import Limit
from onewindow.ui import dates, masks


@pytest.mark.parametrize(
    "value, expected",
    [
        ("2026-09-24", "2026年9月24日（周四）"),
        (date(2026, 10, 10), "2026年10月10日（周六）"),
        # 17:00 in Greenwich is past midnight in Shanghai: the day is the one people live there.
        ("2026-09-23T17:00:00+00:00", "2026年9月24日（周四）"),
        (None, ""),
    ],
)
def test_a_day_is_written_with_its_weekday(value: object, expected: str) -> None:
    with translation.override("zh-hans"):
        assert dates.day_text(value) == expected


def test_english_dates() -> None:
    with translation.override("en"):
        assert dates.day_text("2026-09-24") == "Thu 24 Sep 2026"


@pytest.mark.parametrize(
    "limit, expected",
    [
        (Limit(7), "7 个工作日"),
        ({"days": 30, "unit": "calendar_day"}, "30 个自然日"),
        (Limit(0), "当天办结"),
        (None, ""),
    ],
)
def test_limits_name_their_unit(limit: object, expected: str) -> None:
    with translation.override("zh-hans"):
        assert dates.limit_text(limit) == expected


@pytest.mark.parametrize("size, expected", [(0, "0 B"), (537, "537 B"), (13_002_342, "12.4 MB")])
def test_sizes(size: int, expected: str) -> None:
    assert dates.size_text(size) == expected


def test_masking_leaves_masked_values() -> None:
    assert masks.mask("王大川", kind="name") == "王*川"
    assert masks.mask("王*川", kind="name") == "王*川"
    assert "19000101" not in masks.mask("110101190001010011", kind="id")
