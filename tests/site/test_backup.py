"""A backup taken of a working instance comes to life in an empty directory: same cases, whole record."""

from __future__ import annotations

import hashlib
import io
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.test import override_settings

from onewindow.base import clock
from onewindow.base.ledger import heads, sequencer
from onewindow.cases import services
from onewindow.documents import services as papers
from onewindow.documents.storage import bucket
from onewindow.site import embedded
from tests import database, world
from tests.documents import bucket_server
from tests.documents.corpus import pdf

pytestmark = pytest.mark.slow
HOW_MANY = 3


@pytest.fixture
def place() -> Iterator[Path]:
    # Not pytest's own directory: the next run closes that to the database's user.
    place = Path(tempfile.mkdtemp(prefix="onewindow-backup-"))
    yield place
    embedded.stop(place / "target")
    shutil.rmtree(place)


@pytest.fixture
def city(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    with world.standing(django_db_blocker):
        clock.move_to(world.START)
        yield


@pytest.fixture
def source(place: Path, city: None) -> Iterator[tuple[Path, set[str]]]:
    """(data directory, case numbers): cases in the run's database, a paper's file, a signed head."""
    with _source(place) as folder:
        yield folder, _cases()


@pytest.fixture
def in_bucket(place: Path, city: None) -> Iterator[tuple[Path, str]]:
    """(data directory, ``host:port`` of the store): the same with its files in a bucket, another bucket empty."""
    with bucket_server.server() as store:
        at = bucket_server.place(store)
        bucket._client(bucket.Place(**at)).make_bucket(bucket_server.BUCKET)
        with _source(place, ONEWINDOW_FILES="s3", ONEWINDOW_S3=at) as folder:
            yield folder, store


@contextmanager
def _source(place: Path, **told: Any) -> Iterator[Path]:
    source = place / "source"
    source.mkdir()
    (source / "keys").symlink_to(Path(settings.ONEWINDOW_DATA_DIR) / "keys")
    with override_settings(ONEWINDOW_DATA_DIR=source, ONEWINDOW_FILES_DIR=source / "files", **told):
        yield source


def _cases() -> set[str]:
    clerk = world.actor("clerk1")
    body = world.application(world.SEWAGE, channel="window")
    made = [services.create(clerk, body, now=clock.now()) for _ in range(HOW_MANY)]
    services.act(clerk, made[0]["case_no"], "accept", {"version": made[0]["version"]}, now=clock.now())
    papers.open_paper(made[0]["documents"][0]["document_no"], now=clock.now())
    sequencer.catch_up()
    heads.sign_now(clock.now())
    return {case["case_no"] for case in made}


def _command(
    data_dir: Path, *words: str, on_test_database: bool = False, **told: str
) -> subprocess.CompletedProcess[str]:
    if on_test_database:
        told |= {
            "ONEWINDOW_DATABASE_URL": database.url(owner=True, name=database.NAME),
            "ONEWINDOW_APP_DATABASE_URL": database.url(owner=False, name=database.NAME),
        }
    return _run(data_dir, [sys.executable, "-m", "onewindow", *words], **told)


def _run(data_dir: Path, words: list[str], **told: str) -> subprocess.CompletedProcess[str]:
    outside = ("ONEWINDOW_DATABASE_URL", "ONEWINDOW_APP_DATABASE_URL")
    environment = {name: value for name, value in os.environ.items() if name not in outside}
    environment |= {"ONEWINDOW_DATA_DIR": str(data_dir), **told}
    return subprocess.run(
        words, cwd=database.ROOT, env=environment, capture_output=True, text=True, check=False
    )


def test_a_backup_comes_to_life_in_an_empty_directory(place: Path, source: tuple[Path, set[str]]) -> None:
    folder, target = place / "backup", place / "target"
    done = _command(source[0], "backup", str(folder), on_test_database=True)
    assert done.returncode == 0, done.stdout + done.stderr
    again = _command(source[0], "backup", str(folder), on_test_database=True)
    assert again.returncode != 0 and "Traceback" not in again.stderr

    log = folder / "ledger-heads.log"
    honest = log.read_bytes()
    log.write_bytes(honest.replace(b"1", b"2", 1))
    damaged = _command(target, "restore", str(folder))
    assert damaged.returncode != 0 and log.name in damaged.stdout + damaged.stderr
    log.write_bytes(honest)

    done = _command(target, "restore", str(folder))
    assert done.returncode == 0, done.stdout + done.stderr
    assert _stored(target) == source[1]
    assert [path for path in (target / "files").rglob("*") if path.is_file()]
    assert (target / log.name).read_bytes() == honest
    for words in (("ledger", "verify"), ("cases", "replay")):
        done = _command(target, *words)
        assert done.returncode == 0, done.stdout + done.stderr
    refused = _command(target, "restore", str(folder))
    assert refused.returncode != 0 and "--force" in refused.stdout + refused.stderr
    assert _stored(target) == source[1]


def test_a_sealed_backup_of_a_bucket_comes_to_life_in_an_empty_one(
    place: Path, in_bucket: tuple[Path, str]
) -> None:
    (source, store), folder, target = in_bucket, place / "sealed", place / "target"
    cases, content = _cases(), pdf(pages=3)
    kept = papers.store_upload(world.actor("clerk1"), "a.pdf", io.BytesIO(content), now=clock.now())
    right, wrong = place / "right", place / "wrong"
    right.write_text("a passphrase for the test\n", encoding="utf-8")
    wrong.write_text("another passphrase\n", encoding="utf-8")
    sealed = ("backup", str(folder), "--passphrase-file", str(right))
    done = _command(source, *sealed, on_test_database=True, **_told(store, f"{bucket_server.BUCKET}/one"))
    assert done.returncode == 0, done.stdout + done.stderr
    assert len([path for path in (folder / "files").rglob("*") if path.is_file()]) == 2
    plain = b"PGDMP"  # how a dump begins
    assert not [path for path in folder.rglob("*") if path.is_file() and path.read_bytes().startswith(plain)]

    empty = _told(store, "empty")
    for secret in ((), ("--passphrase-file", str(wrong))):
        refused = _command(target, "restore", str(folder), *secret, **empty)
        assert refused.returncode == 1 and len(refused.stderr.strip().splitlines()) == 1
    dump = folder / "database.dump"
    honest = dump.read_bytes()
    dump.write_bytes(honest[:-1])
    restoring = ("restore", str(folder), "--passphrase-file", str(right))
    refused = _command(target, *restoring, **empty)
    assert refused.returncode == 1 and dump.name in refused.stderr
    dump.write_bytes(honest)
    refused = _command(target, *restoring, **empty)
    assert refused.returncode == 1 and "文件存储" in refused.stderr  # there is no such bucket yet

    bucket._client(bucket.Place(**bucket_server.place(store))).make_bucket("empty")
    for words in (restoring, ("ledger", "verify"), ("cases", "replay")):
        done = _command(target, *words, **empty)
        assert done.returncode == 0, done.stdout + done.stderr
    assert _stored(target) == cases and not (target / "files").exists()
    told = _run(target, [sys.executable, "-c", _DOWNLOAD, kept["file_id"]], **empty)
    assert told.stdout.split()[-2:] == ["200", hashlib.sha256(content).hexdigest()], told.stdout + told.stderr
    log = heads.log_path().name
    assert (target / log).read_bytes() == (source / log).read_bytes()


# A restored file, asked for as an outside system does.
_DOWNLOAD = """
import hashlib, sys, django; django.setup()
from django.test import Client
from onewindow.base import clock, tokens
from onewindow.base.models import Account
token = tokens.issue(Account.objects.get(username="clerk1"), purpose="api", now=clock.real_now()).token
got = Client().get(f"/api/v1/files/{sys.argv[1]}", headers={"Authorization": f"Bearer {token}"})
print(got.status_code, hashlib.sha256(b"".join(got.streaming_content)).hexdigest())
"""


def _told(store: str, name: str) -> dict[str, str]:
    return {
        "ONEWINDOW_FILES": "s3",
        "ONEWINDOW_S3_URL": f"http://{store}/{name}",
        "ONEWINDOW_S3_ACCESS_KEY": bucket_server.ACCESS_KEY,
        "ONEWINDOW_S3_SECRET_KEY": bucket_server.SECRET_KEY,
        "ONEWINDOW_S3_SECONDS": "5",
    }


def _stored(target: Path) -> set[str]:
    with psycopg.connect(embedded.ensure_running(target).owner) as connection:
        return {row[0] for row in connection.execute("SELECT case_no FROM cases_case")}
