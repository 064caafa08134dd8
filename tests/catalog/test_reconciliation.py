"""The nightly comparison: once a day, by night, and it finds what does not agree."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from onewindow.base import clock, facts
from onewindow.catalog import directory, publishing, queries, reconciliation, services
from onewindow.catalog.common_elements import CommonElements
from onewindow.catalog.models import ItemSearch, Reconciliation
from onewindow.kernel.actor import SYSTEM, Actor
from onewindow.kernel.errors import NotAllowed, NotFound
from onewindow.org import services as org
from tests.catalog.items import sound

pytestmark = pytest.mark.django_db
NIGHT = datetime(2026, 9, 9, 2, 0, tzinfo=clock.SHANGHAI)
DAY_BEFORE = NIGHT - timedelta(hours=12)
EDITOR = Actor(1, "catalog1", "编辑", frozenset({"catalog"}))


@pytest.fixture(autouse=True)
def _alone(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    queries.flush()
    monkeypatch.setattr(reconciliation, "_done", None)
    monkeypatch.setattr(reconciliation, "spans", [])
    yield


def _organ() -> int:
    return org.ensure_organ(code="H", name="区住建局", uscc=None, region="511602", now=DAY_BEFORE).id


def _publish(code: str, **changes: Any) -> int:
    return services.publish(sound(code, organ_id=_organ(), **changes), actor=SYSTEM, now=DAY_BEFORE)


def _counts() -> dict[str, int]:
    return {one["kind"]: one["count"] for one in reconciliation.compare()["differences"] if one["count"]}


def test_it_runs_by_night_once_a_day() -> None:
    _publish("A")
    assert reconciliation.sweep(NIGHT - timedelta(minutes=1)) == 0
    assert [reconciliation.sweep(NIGHT), reconciliation.sweep(NIGHT)] == [1, 0]
    with CaptureQueriesContext(connection) as rest_of_the_day:
        assert reconciliation.sweep(NIGHT + timedelta(hours=9)) == 0
    assert len(rest_of_the_day) == 0
    reconciliation._done = None  # another process
    assert reconciliation.sweep(NIGHT + timedelta(hours=9)) == 0
    assert reconciliation.run(NIGHT + timedelta(hours=9)) is False
    assert Reconciliation.objects.count() == 1
    assert reconciliation.sweep(NIGHT + timedelta(days=1)) == 1
    told = [fact for fact in facts.of_subject("catalog", 0) if fact[1] == "items-reconciled"]
    assert [fact[5]["day"] for fact in told] == ["2026-09-09", "2026-09-10"]
    report = reconciliation.latest(EDITOR)
    assert report["checked"] == {"items": 1, "handled": 1, "catalogue_items": 0}
    assert report["day"].isoformat() == "2026-09-10"


def test_who_may_read_it() -> None:
    with pytest.raises(NotAllowed):
        reconciliation.latest(Actor(2, "clerk1", "窗口", frozenset({"clerk"})))
    with pytest.raises(NotFound):
        reconciliation.latest(EDITOR)


def test_all_agrees() -> None:
    _publish("A")
    assert _counts() == {}


def test_cases_received_outside_the_time_of_their_item() -> None:
    early, late, good = _publish("A"), _publish("B"), _publish("C")
    services.withdraw("B", actor=SYSTEM, now=DAY_BEFORE + timedelta(hours=1), reason="取消")
    hour = timedelta(hours=1)
    reconciliation.spans.append(
        lambda: [
            reconciliation.Span(early, 3, DAY_BEFORE - hour, DAY_BEFORE + hour),
            reconciliation.Span(late, 2, DAY_BEFORE, DAY_BEFORE + 2 * hour),
            reconciliation.Span(good, 9, DAY_BEFORE, DAY_BEFORE + 2 * hour),
        ]
    )
    (found,) = [one for one in reconciliation.compare()["differences"] if one["count"]]
    assert [(row["task_code"], row["cases"], row["why"]) for row in found["rows"]] == [
        ("A", 3, "received-before-publication"),
        ("B", 2, "received-while-cancelled"),
    ]


def test_what_is_handled_has_all_it_needs() -> None:
    broken = sound("A", organ_id=_organ(), materials=(), form_schema={})
    publishing.lock()
    publishing.write([publishing.Publication(broken)], now=DAY_BEFORE)
    (found,) = [one for one in reconciliation.compare()["differences"] if one["count"]]
    assert (found["kind"], found["rows"][0]["lacks"]) == ("handled-incomplete", ["form_schema", "materials"])


def test_the_catalogue_and_its_items() -> None:
    for code in ("510117002011", "510117002012", "510117002013"):
        directory.write(CommonElements(catalog_code=code, name=code), reason="", now=DAY_BEFORE)
    _publish("A", catalog_code="510117002011")
    _publish("B", catalog_code="510117002012")
    _publish("C", catalog_code="510117002099")
    directory.cancel("510117002012", reason="取消", now=DAY_BEFORE)
    assert _counts() == {
        "catalogue-without-item": 1,
        "item-of-cancelled-catalogue": 1,
        "item-of-unknown-catalogue": 1,
    }


def test_the_published_directory_is_what_is_in_force() -> None:
    _publish("A")
    ItemSearch.objects.all().delete()
    assert _counts() == {"not-listed": 1}
