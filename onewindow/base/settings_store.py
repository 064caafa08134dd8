"""Values that operators and set-up leave in the database."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import transaction

from onewindow.base.models import Setting

_LOADED = "loaded"
_is_loaded = False


def get(name: str, default: Any = None) -> Any:
    """The value ``name``; one statement."""
    found = Setting.objects.filter(name=name).values_list("value", flat=True).first()
    return default if found is None else found


def put(name: str, value: Any) -> None:
    """Set ``name``; safe to repeat."""
    Setting.objects.update_or_create(name=name, defaults={"value": value})


def put_in(name: str, key: str, value: Any) -> None:
    """Set ``key`` of the mapping ``name``; two who set different keys at once both stay."""
    with transaction.atomic():
        Setting.objects.get_or_create(name=name, defaults={"value": {}})
        row = Setting.objects.select_for_update().get(name=name)
        row.value = {**row.value, key: value}
        row.save(update_fields=["value"])


def is_loaded() -> bool:
    """True when the demonstration's data is complete; an instance that is no demonstration is always ready."""
    global _is_loaded
    if not _is_loaded:
        _is_loaded = not settings.ONEWINDOW_SANDBOX or bool(get(_LOADED))
    return _is_loaded


def mark_loaded() -> None:
    """Said by the demonstration's loader as its last act."""
    put(_LOADED, True)
