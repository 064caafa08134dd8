"""Counts that move with the cases equal a recount from nothing, over every cut and period."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st

from onewindow.supervision import models
from onewindow.supervision.queries import cuts, indicators
from onewindow.supervision.rules.indicators import INDICATORS, ratio
from onewindow.supervision.rules.matters import Matter
from onewindow.supervision.rules.measures import MEASURES, contributions
from onewindow.supervision.services import tallying

DAY = date(2026, 3, 1)
OFFSETS = st.integers(0, 130)


@st.composite
def matters(draw: Any, case_id: int | None = None) -> Matter:
    """A case as supervision may know it, at any stage."""
    received = DAY + timedelta(days=draw(OFFSETS))
    accepted = received + timedelta(days=draw(st.integers(0, 5))) if draw(st.booleans()) else None
    decided = (
        accepted + timedelta(days=draw(st.integers(0, 40))) if accepted and draw(st.booleans()) else None
    )
    limits = st.none() | st.integers(0, 20)
    return Matter(
        case_id=draw(st.integers(1, 60)) if case_id is None else case_id,
        case_no="",
        seq=1,
        state="granted" if decided else "accepted" if accepted else "received",
        is_open=decided is None,
        kind=draw(st.sampled_from(["instant", "commitment"])),
        channel=draw(st.sampled_from(["portal", "window", "mobile"])),
        organ_id=draw(st.integers(1, 3)),
        region=draw(st.sampled_from(["511602", "511603", "511602001"])),
        window_id=draw(st.none() | st.integers(1, 2)),
        item_version_id=1,
        task_code=draw(st.sampled_from(["A", "B"])),
        accepted_by=draw(st.sampled_from(["", "clerk1", "clerk2"])),
        decided_by="approver1" if decided else "",
        outcome="grant" if decided else "",
        received_on=received,
        accepted_on=accepted,
        is_deemed=draw(st.booleans()),
        decided_on=decided,
        delivered_on=None,
        unit="working_day",
        legal_days=draw(limits),
        promised_days=draw(limits),
        used_days=draw(st.none() | st.integers(0, 30)) if decided else None,
        promised_used_days=draw(st.none() | st.integers(0, 30)) if decided else None,
        visits=draw(st.none() | st.integers(0, 3)),
        promised_due_on=None,
        legal_due_on=None,
        due_on=None,
    )  # fmt: skip


def recount(known: dict[int, Matter], cut: cuts.Cut, since: date, until: date) -> dict[str, int]:
    """The slow way: every case, every contribution, every bound."""
    total: Counter[str] = Counter(dict.fromkeys(MEASURES, 0))
    for matter in known.values():
        for one in contributions(matter):
            is_in = (
                since <= one.day <= until
                and cut.organ_id in (None, one.organ_id)
                and cut.window_id in (None, one.window_id)
                and (cut.region is None or one.region.startswith(cut.region))
                and cut.task_code in (None, one.task_code)
                and cut.person in (None, one.person)
            )
            if is_in:
                total.update(one.counts)
    return dict(total)


CUTS = st.builds(
    cuts.Cut,
    organ_id=st.none() | st.integers(1, 3),
    window_id=st.none() | st.integers(1, 2),
    region=st.sampled_from([None, "5116", "511602", "511602001"]),
    task_code=st.sampled_from([None, "A"]),
    person=st.sampled_from([None, "clerk1", "approver1"]),
)


@pytest.mark.django_db
@settings(max_examples=25, deadline=None)
@given(
    waves=st.lists(st.lists(matters(), max_size=25), min_size=1, max_size=4),
    asked=st.lists(st.tuples(CUTS, OFFSETS, OFFSETS), min_size=6, max_size=6),
)
def test_counts_that_move_equal_a_recount(
    waves: list[list[Matter]], asked: list[tuple[cuts.Cut, int, int]]
) -> None:
    models.Tally.objects.all().delete()
    models.Grain.objects.all().delete()
    known: dict[int, Matter] = {}
    for wave in waves:
        newest = {one.case_id: one for one in wave}
        tallying.move((known.get(id), one) for id, one in newest.items())
        known |= newest
    for cut, first, length in asked:
        since, until = DAY + timedelta(days=first), DAY + timedelta(days=first + length)
        assert cuts.counts(cut, since, until) == recount(known, cut, since, until)


@pytest.mark.parametrize(
    ("since", "until", "parts"),
    [
        ("2026-03-01", "2026-03-31", [("/month", "2026-03-01", "2026-03-31")]),
        ("2026-03-02", "2026-03-31", [("", "2026-03-02", "2026-03-31")]),
        ("2026-03-02", "2026-04-30", [("", "2026-03-02", "2026-03-31"), ("/month", "2026-04-01", "2026-04-30")]),
        ("2026-01-01", "2026-02-10", [("/month", "2026-01-01", "2026-01-31"), ("", "2026-02-01", "2026-02-10")]),
        ("2026-01-31", "2026-03-01", [
            ("", "2026-01-31", "2026-01-31"), ("/month", "2026-02-01", "2026-02-28"), ("", "2026-03-01", "2026-03-01"),
        ]),
        ("2026-03-05", "2026-03-04", []),
        ("2025-12-15", "2026-01-14", [("", "2025-12-15", "2026-01-14")]),
    ],
)  # fmt: skip
def test_a_stretch_is_whole_months_and_days_around_them(since: str, until: str, parts: list[Any]) -> None:
    found = [(kind, a.isoformat(), b.isoformat()) for kind, a, b in cuts.periods(_day(since), _day(until))]
    if since == "2025-12-15":  # no whole month inside: the days are one stretch or two that touch
        assert [kind for kind, _, _ in found] == [""] * len(found)
        assert (found[0][1], found[-1][2]) == (since, until)
    else:
        assert found == parts


def _day(text: str) -> date:
    return date.fromisoformat(text)


# The figures of the sources (handbook 5.1): parts of the one, whole, percent.
@pytest.mark.parametrize(
    ("part", "whole", "percent"),
    [
        (26724, 26779, "99.79"),
        (280, 462, "60.61"),
        (4160, 26724, "15.57"),
        (12284, 22564, "54.44"),
        (381, 429, "88.81"),
        (13460453, 13461728, "99.99"),
        (0, 0, None),
        (0, 5, "0.00"),
        (1, 800, "0.13"),
    ],
)
def test_rates_are_percent_half_up(part: int, whole: int, percent: str | None) -> None:
    assert ratio(part, whole) == (None if percent is None else Decimal(percent))


def test_every_indicator_names_counts_that_exist() -> None:
    for one in INDICATORS.values():
        for term in (*one.numerator, *one.denominator):
            source, _, name = term.lstrip("-").partition(".")
            assert source in indicators.SOURCES
            assert source != "cases" or name in MEASURES, term


def test_the_contract_names_its_indicators() -> None:
    named = [
        "same_day_closure_rate",
        "month_closure_rate",
        "completion_rate",
        "instant_share_items",
        "instant_share_cases",
        "promise_compression",
        "actual_compression",
        "mean_handling_days",
        "on_time_rate",
        "early_rate",
        "overdue_promise",
        "overdue_law",
        "rule_compliance",
        "entry_rate",
        "one_visit_rate",
        "zero_visit_rate",
        "online_share_cases",
        "online_closed_share",
        "fully_online_share_items",
        "good_rating_rate",
        "rating_participation",
        "bad_rating_rectified_on_time",
    ]
    assert set(named) <= set(INDICATORS)


def test_measures_are_the_columns_of_both_tables() -> None:
    for model in (models.Tally, models.Grain):
        columns = {field.column for field in model._meta.concrete_fields}
        assert set(MEASURES) <= columns


@pytest.mark.django_db
def test_any_cut_is_one_statement_a_stretch(django_assert_num_queries: Any) -> None:
    whole = cuts.Cut(organ_id=1)
    with django_assert_num_queries(1):
        cuts.counts(whole, date(2026, 1, 1), date(2026, 12, 31))
    with django_assert_num_queries(3):  # the days before, whole months of the pair, the days after
        cuts.counts(cuts.Cut(organ_id=1, person="x"), date(2026, 1, 5), date(2026, 12, 30))
    with django_assert_num_queries(1):
        cuts.counts(cuts.Cut(organ_id=1, person="x", region="5116"), date(2026, 1, 5), date(2026, 12, 30))


@pytest.mark.django_db
def test_a_year_of_all_reads_twelve_rows_by_their_key() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(
            "EXPLAIN " + cuts.TALLIES + cuts.KEY[False],
            ["all/month", date(2026, 1, 1), date(2026, 12, 31), [""]],
        )
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "Index" in plan and "Seq Scan" not in plan
