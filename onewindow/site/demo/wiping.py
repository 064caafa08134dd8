"""Throwing the demonstration away: every row, every file, the heads that were signed; the keys stay."""

from __future__ import annotations

import shutil
from pathlib import Path

import psycopg
from django.conf import settings
from django.db import connection
from psycopg import sql

from onewindow.base import generations
from onewindow.base.ledger import heads, sequencer

# What a migration wrote is no demonstration data; the job library keeps its own version there.
_KEPT = frozenset({"django_migrations"})


def wipe() -> None:
    """Empty the whole database with the owner's rights, in one transaction, then remove files and heads.

    Running processes notice by the generations; whoever was logged in has to do it again. Serials of cases
    and papers go on, because running processes hold blocks of them; facts are numbered from 1 again.
    """
    heads.log_path().unlink(missing_ok=True)
    with psycopg.connect(_owner_url()) as owner, owner.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [sequencer.LOCK_KEY])
        tables = [sql.Identifier(name) for name in _tables(cursor)]
        cursor.execute(sql.SQL("TRUNCATE {}").format(sql.SQL(", ").join(tables)))
        cursor.execute("ALTER SEQUENCE base_fact_id_seq RESTART")
    heads.log_path().unlink(missing_ok=True)
    _remove(Path(settings.ONEWINDOW_FILES_DIR))
    _remove(Path(settings.EMAIL_FILE_PATH))
    generations.put("clock", 0)
    for name in generations.NAMES:
        if name != "clock":
            generations.bump(name)


def _owner_url() -> str:
    """The owner's address of the very database that this process works on."""
    head, _, tail = settings.ONEWINDOW_DATABASE_URLS.owner.rpartition("/")
    _, mark, query = tail.partition("?")
    return f"{head}/{connection.settings_dict['NAME']}{mark}{query}"


def _tables(cursor: psycopg.Cursor) -> list[str]:
    cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename")
    return [name for (name,) in cursor.fetchall() if name not in _KEPT]


def _remove(folder: Path) -> None:
    """Empty a folder; a file that a running process writes at this moment is left."""
    for path in folder.iterdir() if folder.is_dir() else ():
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
