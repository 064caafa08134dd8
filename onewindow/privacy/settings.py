"""How long files are kept, as the operator set it by the organ's table of retention (档案保管期限表)."""

from __future__ import annotations

from django.conf import settings

from onewindow.cases.rules.retention import Retention


def retention() -> Retention:
    """Years of ``ONEWINDOW_RETENTION_YEARS`` and ``ONEWINDOW_RETENTION_YEARS_UNDECIDED``."""
    return Retention(settings.ONEWINDOW_RETENTION_YEARS, settings.ONEWINDOW_RETENTION_YEARS_UNDECIDED)
