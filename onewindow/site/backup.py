"""Backup and restore of an instance: database, files, keys and the outside log of tree heads, checked by digest."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import connection

from onewindow.base.ledger import heads
from onewindow.kernel.errors import N_, Refusal
from onewindow.site import embedded

DUMP = "database.dump"
MANIFEST = "manifest.json"
_FOLDERS = ("keys", "files")


def write(folder: Path, *, now: datetime) -> int:
    """Write a backup into an empty or absent ``folder``; how many files it holds.

    The log of heads is copied before the dump and the files after it: then the database is never behind the
    log, and every file that the dump names is there (files are only ever added).
    """
    if folder.exists() and any(folder.iterdir()):
        raise Refusal("not-empty", N_("备份目录不是空的"))
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    log = heads.log_path()
    if log.exists():
        shutil.copy2(log, folder / log.name)
    _run(
        "pg_dump",
        "--format=custom",
        "--no-owner",
        f"--file={folder / DUMP}",
        settings.ONEWINDOW_DATABASE_URLS.owner,
    )
    for name in _FOLDERS:
        if (settings.ONEWINDOW_DATA_DIR / name).exists():
            shutil.copytree(settings.ONEWINDOW_DATA_DIR / name, folder / name)
    listed = {str(path.relative_to(folder)): _digest(path) for path in _files(folder)}
    manifest = {"made_at": now.isoformat(), "files": listed}
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=1), encoding="utf-8")
    return len(listed)


def restore(folder: Path, *, is_forced: bool) -> int:
    """Bring an instance back from a backup; how many files. Refuses a damaged backup and a database in use."""
    listed = _checked(folder)
    if not is_forced and _has_cases():
        raise Refusal("not-empty", N_("数据库里已有办件；确实要覆盖请加 --force"))
    connection.close()
    url = settings.ONEWINDOW_DATABASE_URLS.owner
    _run(
        "pg_restore",
        "--clean",
        "--if-exists",
        "--no-owner",
        "--exit-on-error",
        f"--dbname={url}",
        str(folder / DUMP),
    )
    for name in _FOLDERS:
        target = settings.ONEWINDOW_DATA_DIR / name
        shutil.rmtree(target, ignore_errors=True)
        if (folder / name).exists():
            shutil.copytree(folder / name, target)
    log = heads.log_path()
    if (folder / log.name).exists():
        shutil.copy2(folder / log.name, log)
    return len(listed)


def _checked(folder: Path) -> dict[str, str]:
    try:
        listed: dict[str, str] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))["files"]
    except (OSError, ValueError, KeyError, TypeError):
        raise Refusal("no-backup", N_("这里没有可用的备份")) from None
    for name, digest in listed.items():
        if not (folder / name).is_file() or _digest(folder / name) != digest:
            raise Refusal("damaged-backup", N_("备份已损坏：%(name)s"), params={"name": name})
    return listed


def _has_cases() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('cases_case') IS NOT NULL")
        if not cursor.fetchone()[0]:
            return False
        cursor.execute("SELECT EXISTS (SELECT 1 FROM cases_case)")
        return bool(cursor.fetchone()[0])


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.is_file() and path.name != MANIFEST)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _run(name: str, *arguments: str) -> None:
    program, environment = embedded.program(settings.ONEWINDOW_DATA_DIR, name)
    done = subprocess.run([program, *arguments], env=environment, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        lines = done.stderr.strip().splitlines() or [name]
        raise Refusal("backup-failed", N_("备份程序出错：%(why)s"), params={"why": lines[-1]})
