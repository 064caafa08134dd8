"""Backup and restore of an instance: database, files, keys and the outside log of tree heads, checked by digest.

A backup is a folder: `manifest.json` names every other file with its digest and the tree of facts as it stood.
An encrypted one holds the same files sealed (`site/sealing.py`); nothing plain is ever written beside them.
"""

from __future__ import annotations

import contextlib
import hashlib
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
from django.conf import settings
from django.db import connection

from onewindow.base import health
from onewindow.base.ledger import heads, sequencer, tiles
from onewindow.documents import messages, storage
from onewindow.documents.services import moving
from onewindow.kernel.errors import N_, Away, Refusal
from onewindow.site import embedded, sealing

DUMP = "database.dump"
MANIFEST = "manifest.json"
_FOLDERS = ("keys", "files")
_PIECE = 1 << 20


class Manifest(msgspec.Struct):
    """What a backup holds: sha256 of each file by name, and size and root (hex) of the tree of facts."""

    made_at: str
    files: dict[str, str]
    size: int = 0
    root: str = ""


class Shelf:
    """The folder of a backup, as plain files or sealed under ``key``."""

    def __init__(self, folder: Path, key: bytes | None) -> None:
        self._folder, self._key = folder, key

    def put(self, name: str, content: Iterable[bytes]) -> str:
        """Write a file; the sha256 (hex) of its plain content."""
        path, digest = self._folder / name, hashlib.sha256()
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)

        def seen() -> Iterator[bytes]:
            for piece in content:
                digest.update(piece)
                yield piece

        with path.open("xb") as file:
            if self._key is None:
                file.writelines(seen())
            else:
                sealing.seal(seen(), file, key=self._key, name=name)
        return digest.hexdigest()

    def pieces(self, name: str) -> Iterator[bytes]:
        """The plain content of a file; ``OSError`` or ``Damaged`` when it is not there or not what was written."""
        with (self._folder / name).open("rb") as file:
            if self._key is not None:
                yield from sealing.unseal(file, key=self._key, name=name)
            else:
                while piece := file.read(_PIECE):
                    yield piece


def write(
    folder: Path, *, now: datetime, secret: sealing.Secret | None = None, with_files: bool = True
) -> int:
    """Write a backup into an empty or absent ``folder``; how many files it holds. Sealed when there is a secret.

    ``with_files`` False leaves out files of cases that lie in a bucket, which keeps copies in its own manner.

    The log of heads is copied before the dump and the files after it: then the database is never behind the
    log, and every file that the dump names is there (files are only ever added). The manifest comes last: a
    backup without one was cut short and is none.
    """
    if folder.exists() and any(folder.iterdir()):
        raise Refusal("not-empty", N_("备份目录不是空的"))
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    shelf = Shelf(folder, sealing.lock(folder, secret) if secret else None)
    size = sequencer.tree_size()
    manifest = Manifest(now.isoformat(), {}, size, tiles.Reader(size).root().hex() if size else "")
    for name, content in _contents(with_files):
        manifest.files[name] = shelf.put(name, content)
    shelf.put(MANIFEST, [msgspec.json.format(msgspec.json.encode(manifest), indent=1)])
    health.note_backup(now, files=len(manifest.files), is_encrypted=secret is not None)
    return len(manifest.files)


def restore(folder: Path, *, is_forced: bool, secret: sealing.Secret | None = None) -> int:
    """Bring an instance back from a backup; how many files. Refuses a damaged backup and an instance in use.

    Everything is read and compared with its digest, and a bucket is asked, before anything is written. At the
    end the tree of facts must have the root that the manifest tells.
    """
    is_sealed = (folder / sealing.LOCK).exists()
    shelf = Shelf(folder, sealing.unlock(folder, secret or sealing.Secret()) if is_sealed else None)
    manifest = _checked(shelf)
    if not is_forced and _is_used():
        raise Refusal("not-empty", N_("数据库里已有办件；确实要覆盖请加 --force"))
    if not storage.shelf().answers():
        raise Away("storage-away", messages.STORAGE_AWAY)
    connection.close()
    _restore_database(shelf)
    for name in _FOLDERS:
        shutil.rmtree(settings.ONEWINDOW_DATA_DIR / name, ignore_errors=True)
    for name in manifest.files:
        if name != DUMP:
            _put_back(shelf, name)
    if manifest.size and tiles.Reader(manifest.size).root().hex() != manifest.root:
        raise Refusal("other-tree", N_("恢复后的存证树与备份时的不一致，请勿启用，改用另一份备份"))
    return len(manifest.files)


def _contents(with_files: bool) -> Iterator[tuple[str, Iterable[bytes]]]:
    log = heads.log_path()
    if log.exists():
        yield log.name, _read(log)
    yield DUMP, _dumped()
    root = settings.ONEWINDOW_DATA_DIR
    for name in _FOLDERS:
        for path in sorted((root / name).rglob("*")):
            relative = path.relative_to(root)
            if path.is_file() and "incoming" not in relative.parts:  # what is not checked yet is nobody's
                yield str(relative), _read(path)
    if _is_in_bucket() and with_files:
        yield from _from_bucket()


def _is_in_bucket() -> bool:
    return bool(settings.ONEWINDOW_FILES == "s3")


def _from_bucket() -> Iterator[tuple[str, Iterable[bytes]]]:
    """Under the names that they would have on the disk, so that either kind of instance can take them back."""
    for sha256 in moving.contents():
        with contextlib.suppress(FileNotFoundError):  # erased in the meantime; else verification tells
            with storage.shelf().open(sha256) as file:
                name = sha256.hex()
                yield f"files/{name[:2]}/{name[2:4]}/{name}", iter(partial(file.read, _PIECE), b"")


def _read(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            yield piece


def _dumped() -> Iterator[bytes]:
    url = settings.ONEWINDOW_DATABASE_URLS.owner
    with _running("pg_dump", "--format=custom", "--no-owner", url) as process:
        while piece := process.stdout.read(_PIECE):
            yield piece


def _restore_database(shelf: Shelf) -> None:
    url = settings.ONEWINDOW_DATABASE_URLS.owner
    options = ("--clean", "--if-exists", "--no-owner", "--exit-on-error", f"--dbname={url}")
    with _running("pg_restore", *options) as process:
        with contextlib.suppress(BrokenPipeError):  # it has ended and says why
            process.stdin.writelines(shelf.pieces(DUMP))
            process.stdin.close()


@contextlib.contextmanager
def _running(name: str, *arguments: str) -> Iterator[Any]:
    """A program of the database at work; on leaving it must have ended well, else its last words are told."""
    program, environment = embedded.program(settings.ONEWINDOW_DATA_DIR, name)
    pipe = subprocess.PIPE
    with tempfile.TemporaryFile("w+", encoding="utf-8") as words:
        command = [program, *arguments]
        with subprocess.Popen(command, env=environment, stdin=pipe, stdout=pipe, stderr=words) as process:
            try:
                yield process
            except BaseException:
                process.kill()
                raise
        if process.returncode != 0:
            words.seek(0)
            lines = words.read().strip().splitlines() or [name]
            raise Refusal("backup-failed", N_("备份程序出错：%(why)s"), params={"why": lines[-1]})


def _put_back(shelf: Shelf, name: str) -> None:
    if name.startswith("files/") and _is_in_bucket():
        with tempfile.TemporaryFile() as file:
            file.writelines(shelf.pieces(name))
            storage.keep(file)
        return
    path = settings.ONEWINDOW_DATA_DIR / name
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with path.open("wb") as file:
        path.chmod(0o600)
        file.writelines(shelf.pieces(name))


def _checked(shelf: Shelf) -> Manifest:
    try:
        manifest = msgspec.json.decode(b"".join(shelf.pieces(MANIFEST)), type=Manifest)
    except (OSError, msgspec.DecodeError, UnicodeDecodeError):
        raise Refusal("no-backup", N_("这里没有可用的备份")) from None
    except sealing.Damaged:
        raise _damaged(MANIFEST) from None
    for name, digest in manifest.files.items():
        # A name that leads elsewhere is nobody's backup.
        if name.startswith("/") or ".." in Path(name).parts or _digest(shelf, name) != digest:
            raise _damaged(name)
    return manifest


def _digest(shelf: Shelf, name: str) -> str:
    total = hashlib.sha256()
    try:
        for piece in shelf.pieces(name):
            total.update(piece)
    except (OSError, sealing.Damaged):
        return ""
    return total.hexdigest()


def _damaged(name: str) -> Refusal:
    return Refusal("damaged-backup", N_("备份已损坏：%(name)s"), params={"name": name})


def _is_used() -> bool:
    files = settings.ONEWINDOW_DATA_DIR / "files"
    return _has_cases() or any(path.is_file() for path in files.rglob("*"))


def _has_cases() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('cases_case') IS NOT NULL")
        if not cursor.fetchone()[0]:
            return False
        cursor.execute("SELECT EXISTS (SELECT 1 FROM cases_case)")
        return bool(cursor.fetchone()[0])
