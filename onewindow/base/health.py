"""Whether this instance can serve, and what an operator should hear of before it cannot."""

from __future__ import annotations

import pkgutil
import socket
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeVar

import msgspec
from django.apps import apps
from django.db import ProgrammingError, connection

from onewindow.base import disk, settings_store

# The worker says every five seconds that it lives; thirty of silence are told.
LATE = timedelta(seconds=30)
T = TypeVar("T")
_BEAT, _BACKUP = "worker.beat", "backup.last"
_is_migrated = False

# What higher rooms know to be away without being unable to serve: (name, whether it is well), quick and never
# raising (filled by site.wiring).
further: list[tuple[str, Callable[[], bool]]] = []


class Check(msgspec.Struct, frozen=True):
    """One thing that was looked at. Without what ``is_needed`` nobody can be served; the rest is told."""

    name: str
    is_well: bool
    is_needed: bool


class Beat(msgspec.Struct, frozen=True):
    """The newest sign of life of a worker (real clock) and how long its last sweep took."""

    at: datetime
    host: str
    sweep_seconds: float


class Backup(msgspec.Struct, frozen=True):
    """The newest backup that was written whole."""

    at: datetime
    files: int
    is_encrypted: bool


def checks(now: datetime) -> list[Check]:
    """Database, migrations, worker, disk and what is ``further``; ``now`` on the real clock. A database that is
    away rises as its error."""
    migrated = _migrated()
    beat = last_beat() if migrated else None
    return [
        Check("database", is_well=True, is_needed=True),
        Check("migrations", is_well=migrated, is_needed=True),
        Check("worker", is_well=beat is not None and now - beat.at < LATE, is_needed=False),
        Check("disk", is_well=not disk.is_full(), is_needed=False),
        *(Check(name, is_well=is_well(), is_needed=False) for name, is_well in further),
    ]


def beat(now: datetime, *, sweep_seconds: float) -> None:
    """Said by a worker about itself; ``now`` on the real clock."""
    _note(_BEAT, Beat(now, socket.gethostname(), round(sweep_seconds, 6)))


def last_beat() -> Beat | None:
    """None when no worker ever ran."""
    return _noted(_BEAT, Beat)


def note_backup(now: datetime, *, files: int, is_encrypted: bool) -> None:
    """Said by the command that has written one."""
    _note(_BACKUP, Backup(now, files, is_encrypted))


def last_backup() -> Backup | None:
    """None when there is none."""
    return _noted(_BACKUP, Backup)


def _note(name: str, told: msgspec.Struct) -> None:
    settings_store.put(name, msgspec.to_builtins(told))


def _noted(name: str, kind: type[T]) -> T | None:
    value = settings_store.get(name)
    return msgspec.convert(value, kind) if value is not None else None


def _migrated() -> bool:
    """Whether every migration that this version carries is applied; asked until it is so, then remembered."""
    global _is_migrated
    if not _is_migrated:
        with connection.cursor() as cursor:
            try:
                cursor.execute("SELECT app, name FROM django_migrations")
            except ProgrammingError:
                return False
            _is_migrated = _carried() <= set(cursor.fetchall())
    return _is_migrated


def _carried() -> set[tuple[str, str]]:
    """By their file names: importing two hundred modules would cost each web process its memory."""
    return {
        (app.label, module.name)
        for app in apps.get_app_configs()
        for module in pkgutil.iter_modules([str(Path(app.path) / "migrations")])
        if module.name[0].isdigit()
    }
