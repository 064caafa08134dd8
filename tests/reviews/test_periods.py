"""Periods over all cases are read through summaries of pages, not by reading every case."""

from __future__ import annotations

import pytest
from django.db import connection

from onewindow.cases.queries import sampling
from onewindow.reviews.queries import ratings

ASKED = {"since": "2026-09-01", "until": "2026-09-30", "organ": None, "kind": "", "outcome": "", "light": ""}


@pytest.mark.django_db
@pytest.mark.parametrize("sql", [sampling._DECIDED, ratings._RATEABLE], ids=["draw", "participation"])
def test_a_period_reads_summaries_of_pages(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN {sql}", ASKED)
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "Bitmap Index Scan on cases_case_decided" in plan
