"""What is counted live is what the facts tell; what was damaged is found and put right."""

from __future__ import annotations

import argparse
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection, transaction

from onewindow.base import clock
from onewindow.base.ledger import sequencer
from onewindow.base.models import Delivery
from onewindow.cases import services as cases
from onewindow.site.cli import supervision as cli
from onewindow.supervision import models, services
from onewindow.supervision.services import following, rebuilding, tallying
from tests.world import FOOD, SEWAGE, START, Api

LATER = START + timedelta(days=40)


def settle(now: Any) -> None:
    while sequencer.catch_up() + cases.sweep_until(now) + services.sweep(now):
        pass


@pytest.fixture
def lived(city: None) -> None:
    """A month of cases of all ends: granted, denied, returned, stopped, late, deemed, still open."""
    clerk, examiner, approver = Api("clerk1"), Api("examiner1"), Api("approver1")
    granted = clerk.act(clerk.create(SEWAGE), "accept")
    denied = clerk.act(clerk.create(SEWAGE), "accept")
    clerk.act(clerk.create(SEWAGE), "accept")
    clerk.create(SEWAGE)
    clock.move_to(START + timedelta(days=1))
    settle(START + timedelta(days=1))
    for case, outcome in ((granted, "grant"), (denied, "deny")):
        case = examiner.act(case, "review", opinion="合格", **{"pass": True})
        approver.act(case, "decide", outcome=outcome, reason="排放口位置不符合规划")
    settle(START + timedelta(days=2))
    clock.move_to(LATER)
    Api("clerk2").create(FOOD)
    settle(LATER)


def told() -> list[str]:
    found = [*rebuilding.cases(LATER, is_dry_run=True), *rebuilding.strays(is_dry_run=True)]
    return [str(one) for one in (*found, *rebuilding.counts(is_dry_run=True))]


def dump() -> dict[str, Any]:
    rows: dict[str, Any] = {
        table.name: tallying.stored(table, date(2000, 1, 1), date(2100, 1, 1)) for table in tallying.TABLES
    }
    rows["matter"] = list(models.Matter.objects.order_by("case_id").values())
    return rows


def test_live_is_what_the_facts_tell(lived: None) -> None:
    assert models.Matter.objects.count() == 5
    assert told() == []


def test_everything_thrown_away_is_made_anew(lived: None) -> None:
    before, cards = dump(), models.Card.objects.count()
    for model in (models.Matter, models.Tally, models.Grain, models.Hour):
        model.objects.all().delete()
    assert len(told()) >= 5
    differed = list(rebuilding.cases(LATER))
    assert len(differed) == 5
    list(rebuilding.counts())
    assert dump() == before and models.Card.objects.count() == cards
    assert told() == [] and not list(rebuilding.cases(LATER)) and not list(rebuilding.counts())


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE supervision_matter SET decided_by = 'somebody' WHERE decided_on IS NOT NULL",
        "UPDATE supervision_matter SET promised_due_on = '2031-01-01' WHERE is_open",
        "UPDATE supervision_tally SET closed = closed + 1 WHERE cut = 'organ/month'",
        "DELETE FROM supervision_grain WHERE accepted > 0",
        "INSERT INTO supervision_hour VALUES ('2026-09-01', 1, 1, '511602', 9, 7, 0)",
        "INSERT INTO supervision_tally (cut, key, day, closed) VALUES ('all', '', '2026-09-03', 4)",
    ],
)
def test_damage_is_found_and_put_right(lived: None, damage: str) -> None:
    before = dump()
    with connection.cursor() as cursor:
        cursor.execute(damage)
        assert cursor.rowcount > 0
    assert told()
    list(rebuilding.cases(LATER))
    list(rebuilding.counts())
    assert told() == [] and dump() == before


def test_parts_share_the_cases(lived: None) -> None:
    models.Matter.objects.all().delete()
    parts = [len(list(rebuilding.cases(LATER, part=part, parts=3))) for part in range(3)]
    assert sum(parts) == 5 and max(parts) < 5


def test_parts_share_the_months_while_no_reader_moves(lived: None) -> None:
    before = dump()
    for model in (models.Tally, models.Grain, models.Hour):
        model.objects.all().delete()
    with transaction.atomic():
        following.hold(following.SHARING)  # another one counts
        counted = [len(list(rebuilding.counts(part=part, parts=2))) for part in range(2)]
    assert min(counted) > 0 and dump() == before and told() == []


def test_what_the_reader_has_yet_to_take_in_is_left_to_it(lived: None) -> None:
    case = Api("clerk1").create(SEWAGE)
    settle(LATER)
    Api("clerk1").act(case, "accept")
    assert told() == []
    known = models.Matter.objects.get(case_no=case["case_no"])
    list(rebuilding.cases(LATER))
    assert models.Matter.objects.get(case_no=case["case_no"]).seq == known.seq
    settle(LATER)
    assert models.Matter.objects.get(case_no=case["case_no"]).seq > known.seq and told() == []


@pytest.mark.parametrize("is_rebuilt", [True, False])
def test_a_rebuild_writes_to_nobody(city: None, is_rebuilt: bool) -> None:
    """What is found in the past stands on the pages; a message for each card would bury those of today."""
    clerk = Api("clerk1")
    clerk.act(clerk.create(SEWAGE), "accept")
    clock.move_to(LATER)
    if is_rebuilt:
        cli._rebuild(argparse.Namespace(part=("cases", "0/1")))
    else:
        settle(LATER)
    assert models.Card.objects.filter(level__in=("yellow", "red")).exists()
    assert Delivery.objects.filter(listener="card-notices").exists() is not is_rebuilt


def test_a_chunk_takes_few_statements(lived: None, django_assert_max_num_queries: Any) -> None:
    with django_assert_max_num_queries(8):
        list(rebuilding.cases(LATER, is_dry_run=True))
