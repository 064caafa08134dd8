"""How long files are kept, as the operator set it by the organ's table of retention (档案保管期限表)."""

from __future__ import annotations

from django.conf import settings

from onewindow.cases.rules.retention import Retention, Table


def retention() -> Table:
    """``ONEWINDOW_RETENTION`` by item and type over the years of ``ONEWINDOW_RETENTION_YEARS`` and ``…_UNDECIDED``."""
    years = Retention(settings.ONEWINDOW_RETENTION_YEARS, settings.ONEWINDOW_RETENTION_YEARS_UNDECIDED)
    return Table(years, **settings.ONEWINDOW_RETENTION)
