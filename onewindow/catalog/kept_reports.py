"""Reports over the whole catalogue: kept once made, made anew when the catalogue moved, by a job when it is large."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime
from typing import Any

import msgspec
from django.db import connection, transaction
from django.utils import translation
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from onewindow.base import clock, settings_store
from onewindow.catalog import data_elements, organ_comparison, quality, reconciliation, settings
from onewindow.catalog.organ_comparison import Group
from onewindow.catalog.quality import QualityReport
from onewindow.catalog.sheets.taking import in_force
from onewindow.kernel.errors import N_, NotFound

TASK = "catalog.make_report"
AT_ONCE = 5_000  # items; more are judged by the worker while the last report is shown
MOST_TO_MEND = 200
MOST_GROUPS = 500
LONGEST_CELLS = 200


class Comparison(msgspec.Struct, frozen=True):
    """Groups of kindred items that differ, the ``groups`` kept being the first of ``total``."""

    items: int
    total: int
    groups: tuple[Group, ...]


class Kept(msgspec.Struct, frozen=True):
    """A report as it was made: ``is_fresh`` when nothing moved since, ``is_coming`` when a job makes a new one."""

    made_at: datetime | None
    report: Any
    is_fresh: bool
    is_coming: bool


class _Stored(msgspec.Struct):
    mark: str
    made_at: datetime
    report: msgspec.Raw


def quality_report(*, organ_id: int | None = None, now: datetime) -> Kept:
    """The quality of all items in force, or of those of one organ, in the language of the page."""
    return _read("quality" if organ_id is None else f"quality-{organ_id}", now=now)


def comparison(*, now: datetime) -> Kept:
    """What should be the same at several organs and is not."""
    return _read("comparison", now=now)


def make(name: str, language: str, *, now: datetime) -> Any:
    """Make the report ``name`` and keep it. Raises ``NotFound`` for a name that there is not."""
    kind, maker = _maker(name)
    mark = _mark()  # before the reading: what moves meanwhile leaves the report stale
    with translation.override(language):
        report = maker()
    stored = _Stored(mark, now, msgspec.Raw(msgspec.json.encode(report)))
    settings_store.put(_key(name, language), msgspec.json.encode(stored).decode())
    return msgspec.json.decode(stored.report, type=kind)


def _read(name: str, *, now: datetime) -> Kept:
    language = translation.get_language() or "zh-hans"
    stored, mark = _stored(name, language), _mark()
    is_fresh = stored is not None and stored.mark == mark and _same_day(stored.made_at, now)
    if stored is not None and is_fresh:
        return Kept(stored.made_at, _decoded(name, stored), True, False)
    if _items() <= AT_ONCE:
        return Kept(now, make(name, language, now=now), True, False)
    _order(name, language)
    if stored is None:
        return Kept(None, None, False, True)
    return Kept(stored.made_at, _decoded(name, stored), False, True)


def _order(name: str, language: str) -> None:
    lock = _key(name, language)
    try:
        with transaction.atomic():
            app.configure_task(TASK, queueing_lock=lock).defer(name=name, language=language)
    except AlreadyEnqueued:
        pass  # somebody else asked before; one run serves both


def _same_day(made_at: datetime, now: datetime) -> bool:
    return clock.day_of(made_at) == clock.day_of(now)


def _key(name: str, language: str) -> str:
    return f"report-{name}-{language}"


def _stored(name: str, language: str) -> _Stored | None:
    text = settings_store.get(_key(name, language))
    return None if text is None else msgspec.json.decode(text, type=_Stored)


def _decoded(name: str, stored: _Stored) -> Any:
    return msgspec.json.decode(stored.report, type=_maker(name)[0])


def _mark() -> str:
    """What a report depends on: the versions in force and the settings of the rules."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT count(*) FROM catalog_itemversion WHERE is_current),"
            " (SELECT max(id) FROM catalog_itemversion), (SELECT count(*) FROM catalog_catalogueversion"
            " WHERE is_current), (SELECT max(id) FROM catalog_catalogueversion)"
        )
        counts = cursor.fetchone()
    rules = (
        sorted(settings.rule_levels().items()),
        settings.vague_words(),
        sorted(settings.unified_elements()),
        sorted(data_elements.all_elements().items()),
    )
    return hashlib.sha256(repr((counts, rules)).encode()).hexdigest()


def _items() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM catalog_itemversion WHERE is_current")
        return int(cursor.fetchone()[0])


def _cases() -> dict[int, int]:
    """Cases by version, from the room of cases as it is wired to the reconciliation."""
    return {span.version_id: span.cases for source in reconciliation.spans for span in source()}


def _quality(organ_id: int | None = None) -> QualityReport:
    return quality.check(organ_id=organ_id, top=MOST_TO_MEND, cases=_cases())


def _comparison() -> Comparison:
    items = list(in_force())
    groups = organ_comparison.compare(items)
    return Comparison(len(items), len(groups), tuple(_bounded(group) for group in groups[:MOST_GROUPS]))


def _bounded(group: Group) -> Group:
    rows = tuple(msgspec.structs.replace(row, cells=row.cells[:LONGEST_CELLS]) for row in group.rows)
    return msgspec.structs.replace(group, rows=rows)


def _maker(name: str) -> tuple[Any, Callable[[], Any]]:
    if name == "quality":
        return QualityReport, _quality
    if name == "comparison":
        return Comparison, _comparison
    organ = name.removeprefix("quality-")
    if organ != name and organ.isdigit():
        return QualityReport, lambda: _quality(int(organ))
    raise NotFound("no-report", N_("没有这种报告。"))
