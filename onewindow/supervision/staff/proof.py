"""Published appraisals as verification sees them: each says what its fact says it said."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import connection

from onewindow.base.ledger.findings import Finding
from onewindow.supervision.staff import publishing
from onewindow.supervision.staff.models import Appraisal

_FACTS = """
SELECT subject, data->>'digest' FROM base_fact WHERE stream = 'appraisal' AND type = 'published'"""


def findings() -> Iterator[Finding]:
    """Every published result against the digest of its fact; nothing when all is whole."""
    with connection.cursor() as cursor:
        cursor.execute(_FACTS)
        told = dict(cursor.fetchall())
    for one in Appraisal.objects.order_by("pk").iterator(chunk_size=20):
        sum_ = publishing.digest(one.kind, one.period, one.version, one.scheme, one.rows, one.reason)
        if told.pop(one.pk, None) != sum_ or one.digest != sum_:
            yield Finding(
                "appraisal-changed", f"appraisal {one.pk}", "发布的考核结果与发布时的记录不符：已被改动"
            )
    for subject in told:
        yield Finding("appraisal-lost", f"appraisal {subject}", "有发布记录，考核结果却不存在")
