"""A large catalogue answers from the index that stands, with what changed laid over it, until the next is built."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from onewindow.base import clock, generations
from onewindow.catalog import indexing, publishing, queries, services
from onewindow.kernel.actor import SYSTEM
from onewindow.org import services as org
from tests.catalog.items import sound

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 9, 8, 9, 0, tzinfo=clock.SHANGHAI)


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[object]]:
    """A catalogue that counts as large, on a generation that the test moves; builds behind are noted, not run."""
    generation, behind = [1], list[object]()
    monkeypatch.setattr(indexing, "SMALL", 0)
    monkeypatch.setattr(indexing, "REST_SECONDS", 0.0)
    real = generations.version
    monkeypatch.setattr(
        generations, "version", lambda name: (generation[0], 0) if name == "catalog" else real(name)
    )
    monkeypatch.setattr(indexing, "_start", lambda key: (behind.append(key), indexing._lock.release()))
    queries.flush()
    organ = org.ensure_organ(code="H", name="区住建局", uscc=None, region="511602", now=NOW).id
    for code, name in (("A", "排水许可"), ("B", "排水备案"), ("C", "燃气许可")):
        services.publish(sound(code, organ_id=organ, name=name), actor=SYSTEM, now=NOW)
    assert len(queries.search("排水")[0]) == 2
    behind.append(generation)
    behind.append(organ)
    yield behind
    queries.flush()


def _names(q: str = "") -> list[str]:
    return sorted(row["name"] for row in queries.search(q)[0])


def test_what_changed_shows_at_once_without_a_new_index(started: list[object]) -> None:
    generation, organ = started.pop(0), started.pop(0)
    services.withdraw("B", actor=SYSTEM, now=NOW, reason="取消")
    services.publish(sound("A", organ_id=organ, name="排水许可（新）"), actor=SYSTEM, now=NOW)  # type: ignore[arg-type]
    services.publish(sound("D", organ_id=organ, name="排水验收"), actor=SYSTEM, now=NOW)  # type: ignore[arg-type]
    generation[0] = 2  # type: ignore[index]
    with CaptureQueriesContext(connection) as first:
        assert _names("排水") == ["排水许可（新）"]
    assert len(first) == 1 and started == [(2, 0)]
    with CaptureQueriesContext(connection) as then:
        assert _names() == ["排水许可（新）", "燃气许可"]
    assert len(then) == 0
    indexing._build((2, 0))
    assert _names("排水") == ["排水许可（新）", "排水验收"]
    assert len(_names()) == 3


def test_a_suspended_item_is_told_as_not_handled_at_once(started: list[object]) -> None:
    generation, _organ = started.pop(0), started.pop(0)
    publishing.put_state("C", "suspended", reason="整顿", now=NOW)
    generation[0] = 2  # type: ignore[index]
    told = {row["name"]: row["handled"] for row in queries.search("燃气许可")[0]}
    assert told["燃气许可"] is False and told["排水许可"] is True


def test_in_a_burst_of_publications_one_build_is_enough(
    started: list[object], monkeypatch: pytest.MonkeyPatch
) -> None:
    generation, _organ = started.pop(0), started.pop(0)
    monkeypatch.setattr(indexing, "REST_SECONDS", 60.0)
    for number in range(2, 6):
        generation[0] = number  # type: ignore[index]
        _names()
    assert started == []
