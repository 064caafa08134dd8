"""Whether an item may offer a promise (handbook 3.7, 国办发〔2020〕42号), and how the public list tells it."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from onewindow.catalog.definition import Pledge, Promise
from onewindow.catalog.elements import EXCLUSIONS
from onewindow.catalog.listings import LISTINGS
from onewindow.catalog.rules.publication import hard_findings
from tests.cases.bench import item

SOUND = Pledge((Promise("资金已经落实", ("M1",)), Promise("配合核查")), "告知", "撤销", 60)
FORM = {"type": "object"}


def broken(**changes: Any) -> list[str]:
    found = item(conditions=("具备条件",), form_schema=FORM, review_type="前审后批")
    found = msgspec.structs.replace(found, pledge=msgspec.structs.replace(SOUND, **changes))
    return [one.rule for one in hard_findings(found)]


@pytest.mark.parametrize(
    ("changes", "rules"),
    [
        ({}, []),
        ({"notice": ""}, []),  # the conditions are told
        ({"consequences": " "}, ["2.3-6"]),
        ({"check_days": 0}, ["2.3-6"]),
        ({"check_days": 366}, ["2.3-6"]),
        ({"check_days": None}, []),
        ({"promises": (Promise("x", ("M9",)),)}, ["2.3-6"]),
        ({"promises": (), "exclusions": ("secrets",)}, []),
        *(({"exclusions": (ground,)}, ["2.3-7"]) for ground in EXCLUSIONS),
    ],
)
def test_what_may_be_published(changes: dict[str, Any], rules: list[str]) -> None:
    assert broken(**changes) == rules


def test_the_public_list_has_a_line_for_each_promise() -> None:
    rows = list(LISTINGS["by-commitment"].rows(item(pledge=SOUND)))
    assert [row[3:5] for row in rows] == [("资金已经落实", "申请表"), ("配合核查", "不代替材料")]
