"""A backup taken of a working instance comes to life in an empty directory: same cases, whole record."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
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
from onewindow.site import embedded
from tests import database, world

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
def source(place: Path, django_db_setup: None, django_db_blocker: Any) -> Iterator[tuple[Path, set[str]]]:
    """(data directory, case numbers): cases in the run's database, a paper's file, a signed head."""
    source = place / "source"
    source.mkdir()
    for shared in ("keys", "postgres"):
        (source / shared).symlink_to(Path(settings.ONEWINDOW_DATA_DIR) / shared)
    own = override_settings(ONEWINDOW_DATA_DIR=source, ONEWINDOW_FILES_DIR=source / "files")
    with own, world.standing(django_db_blocker):
        clock.move_to(world.START)
        yield source, _cases()


def _cases() -> set[str]:
    clerk = world.actor("clerk1")
    body = world.application(world.SEWAGE, channel="window")
    made = [services.create(clerk, body, now=clock.now()) for _ in range(HOW_MANY)]
    services.act(clerk, made[0]["case_no"], "accept", {"version": made[0]["version"]}, now=clock.now())
    papers.open_paper(made[0]["documents"][0]["document_no"], now=clock.now())
    sequencer.catch_up()
    heads.sign_now(clock.now())
    return {case["case_no"] for case in made}


def _command(data_dir: Path, *words: str, on_test_database: bool = False) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "ONEWINDOW_DATA_DIR": str(data_dir)}
    for name, is_owner in (("ONEWINDOW_DATABASE_URL", True), ("ONEWINDOW_APP_DATABASE_URL", False)):
        environment.pop(name, None)
        if on_test_database:
            environment[name] = database.url(owner=is_owner, name=database.NAME)
    return subprocess.run(
        [sys.executable, "-m", "onewindow", *words],
        cwd=database.ROOT, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip


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


def test_a_sealed_backup_opens_with_its_passphrase_alone(place: Path, source: tuple[Path, set[str]]) -> None:
    folder, target = place / "sealed", place / "target"
    right, wrong = place / "right", place / "wrong"
    right.write_text("a passphrase for the test\n", encoding="utf-8")
    wrong.write_text("another passphrase\n", encoding="utf-8")
    sealed = ("backup", str(folder), "--passphrase-file", str(right))
    done = _command(source[0], *sealed, on_test_database=True)
    assert done.returncode == 0, done.stdout + done.stderr
    plain = b"PGDMP"  # how a dump begins
    assert not [path for path in folder.rglob("*") if path.is_file() and path.read_bytes().startswith(plain)]

    for secret in ((), ("--passphrase-file", str(wrong))):
        refused = _command(target, "restore", str(folder), *secret)
        assert refused.returncode == 1 and len(refused.stderr.strip().splitlines()) == 1
    dump = folder / "database.dump"
    honest = dump.read_bytes()
    dump.write_bytes(honest[:-1])
    restoring = ("restore", str(folder), "--passphrase-file", str(right))
    refused = _command(target, *restoring)
    assert refused.returncode == 1 and dump.name in refused.stderr and not (target / "files").exists()
    dump.write_bytes(honest)

    done = _command(target, *restoring)
    assert done.returncode == 0, done.stdout + done.stderr
    assert _stored(target) == source[1]
    head = json.loads(_command(target, "ledger", "head").stdout)
    assert head == json.loads((source[0] / heads.log_path().name).read_text().splitlines()[-1])


def _stored(target: Path) -> set[str]:
    with psycopg.connect(embedded.ensure_running(target).owner) as connection:
        return {row[0] for row in connection.execute("SELECT case_no FROM cases_case")}
