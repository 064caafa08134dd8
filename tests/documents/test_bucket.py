"""Files in an S3 bucket: against a real server, one that is away, one that stumbles and one that says nothing."""

from __future__ import annotations

import hashlib
import io
import json
import logging
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from onewindow.documents import proof, queries, services, storage
from onewindow.documents.models import File
from onewindow.documents.services import erasing, moving
from onewindow.documents.storage import bucket
from onewindow.kernel.actor import SYSTEM, Actor
from onewindow.kernel.errors import Away, Refusal
from onewindow.site import backup
from tests.documents import bucket_server
from tests.documents.bucket_server import ACCESS_KEY, BUCKET, SECRET_KEY
from tests.documents.conftest import NOW
from tests.documents.corpus import pdf

BUSY = b"<Error><Code>SlowDown</Code><Message>slow</Message></Error>"
DENIED = b"<Error><Code>AccessDenied</Code><Message>no</Message></Error>"


@pytest.fixture(scope="module")
def running() -> Iterator[str]:
    with bucket_server.server() as host:
        bucket._client(bucket.Place(**bucket_server.place(host))).make_bucket(BUCKET)
        yield host


@pytest.fixture(autouse=True)
def awake() -> None:
    bucket._silent_until = 0.0


@pytest.fixture
def in_bucket(running: str, settings: Any) -> bucket.Bucket:
    return at(settings, running)


def at(settings: Any, host: str, **changes: Any) -> bucket.Bucket:
    settings.ONEWINDOW_FILES, settings.ONEWINDOW_S3 = "s3", bucket_server.place(host, **changes)
    settings.ONEWINDOW_S3_SECONDS = 2
    bucket._client.cache_clear()
    return bucket.Bucket()


def bend(shelf: bucket.Bucket, sha256: bytes, content: bytes) -> None:
    shelf._client.put_object(BUCKET, shelf._name(sha256), io.BytesIO(content), len(content))


def put(actor: Actor, content: bytes) -> File:
    told = services.store_upload(actor, "a.pdf", io.BytesIO(content), now=NOW)
    return File.objects.get(file_id=told["file_id"])


@pytest.mark.parametrize("size", [1, 5_000_000, bucket.PART, bucket.PART + 1, 2 * bucket.PART + 77])
def test_what_is_kept_is_read(in_bucket: bucket.Bucket, size: int) -> None:
    content = hashlib.shake_128(str(size).encode()).digest(size)
    sha256, told = storage.keep(io.BytesIO(content))
    assert (sha256, told) == (hashlib.sha256(content).digest(), size)
    assert storage.keep(io.BytesIO(content)) == (sha256, size)  # safe to repeat
    stored = storage.Stored(sha256)
    assert stored.exists() and stored.read_bytes() == content and storage.is_whole(sha256)
    found = in_bucket._client.stat_object(BUCKET, in_bucket._name(sha256))
    parts = (found.etag or "").rpartition("-")[2] if "-" in (found.etag or "") else "1"
    assert (found.size, int(parts)) == (size, -(-size // bucket.PART))
    storage.forget(sha256)
    storage.forget(sha256)
    assert not stored.exists() and not storage.is_whole(sha256)
    with pytest.raises(FileNotFoundError):
        stored.open()


def test_the_server_is_asked_to_seal(running: str, settings: Any) -> None:
    for encryption, told in (("AES256", "AES256"), ("aws:kms:the-key", "aws:kms")):
        shelf = at(settings, running, encryption=encryption)
        sha256, _ = storage.keep(io.BytesIO(encryption.encode()))
        found = shelf._client.stat_object(BUCKET, shelf._name(sha256))
        assert (found.metadata or {})["x-amz-server-side-encryption"] == told


@pytest.mark.django_db
def test_an_upload_lies_in_the_bucket_and_nowhere_else(
    in_bucket: bucket.Bucket, citizen: Actor, own_files: Path
) -> None:
    content = pdf()
    file = put(citizen, content)
    sha256 = bytes(file.sha256)
    assert in_bucket.digest(sha256) == sha256
    assert not [one for one in own_files.rglob("*") if one.is_file()]
    assert queries.open_file(citizen, file.file_id)[2].read_bytes().startswith(b"%PDF-")
    assert not list(proof.findings())

    bend(in_bucket, sha256, b"something else")
    assert [one.code for one in proof.findings()] == ["file-changed"]
    put(citizen, content)  # what is stored again is mended
    assert not list(proof.findings())


@pytest.mark.django_db(transaction=True)
def test_an_erased_file_leaves_the_bucket(in_bucket: bucket.Bucket, citizen: Actor) -> None:
    file = put(citizen, pdf(pages=3))
    services.erase_loose([file.pk], before=NOW.replace(year=2030), actor=SYSTEM, role="system", now=NOW)
    assert not in_bucket.exists(bytes(file.sha256))


@pytest.mark.django_db(transaction=True)
def test_what_could_not_be_erased_goes_the_next_night(
    in_bucket: bucket.Bucket, citizen: Actor, settings: Any, running: str
) -> None:
    file = put(citizen, pdf(pages=4))
    sha256 = bytes(file.sha256)
    with bucket_server.stumbling([(503, BUSY)]) as (host, _):
        at(settings, host)
        services.erase_loose([file.pk], before=NOW.replace(year=2030), actor=SYSTEM, role="system", now=NOW)
    bucket._silent_until = 0.0
    shelf = at(settings, running)
    assert shelf.exists(sha256) and [one.code for one in proof.findings()] == ["erasure-undone"]
    assert erasing.sweep_left(NOW) == 1 and erasing.sweep_left(NOW) == 0
    assert not shelf.exists(sha256) and not list(proof.findings())


@pytest.mark.django_db
@pytest.mark.parametrize("body", [BUSY, DENIED], ids=["busy", "denied"])
def test_while_it_is_away_nothing_is_taken_and_nothing_is_lost(
    running: str, settings: Any, citizen: Actor, body: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bucket, "_WAITS", (0.01, 0.01))
    at(settings, running)
    file = put(citizen, pdf())
    with bucket_server.stumbling([(503 if body == BUSY else 403, body)]) as (host, asked):
        at(settings, host)
        for work in (
            lambda: put(citizen, pdf(pages=2)),
            lambda: queries.open_file(citizen, file.file_id),
            lambda: storage.is_whole(bytes(file.sha256)),
            lambda: list(proof.findings()),
        ):
            bucket._silent_until = 0.0
            with pytest.raises(Away) as caught:
                work()
            assert caught.value.code == "storage-away" and caught.value.retry_after
    assert File.objects.count() == 1
    bucket._silent_until = 0.0
    at(settings, running)
    assert queries.open_file(citizen, file.file_id)[2].exists()


def test_what_passes_is_tried_again(settings: Any) -> None:
    with bucket_server.stumbling([(503, BUSY), (500, BUSY), (200, b"abc")]) as (host, asked):
        at(settings, host)
        assert storage.Stored(bytes(32)).read_bytes() == b"abc"
        assert len(asked) == 3


def test_what_does_not_pass_is_not_tried_again(settings: Any) -> None:
    with bucket_server.stumbling([(403, DENIED)]) as (host, asked):
        at(settings, host)
        with pytest.raises(Away):
            storage.Stored(bytes(32)).open()
        assert len(asked) == 1
        with pytest.raises(Away):  # nor by the next who comes
            storage.Stored(bytes(32)).open()
        assert len(asked) == 1


def test_silence_ends(settings: Any) -> None:
    with bucket_server.black_hole() as host:
        at(settings, host)
        began = time.monotonic()
        with pytest.raises(Away):
            storage.keep(io.BytesIO(b"abc"))
        assert time.monotonic() - began < 4


@pytest.mark.django_db
def test_files_move_and_come_back(running: str, settings: Any, citizen: Actor, own_files: Path) -> None:
    settings.ONEWINDOW_FILES = "disk"
    files = [put(citizen, pdf(pages=number)) for number in (5, 6)]
    shelf = at(settings, running, prefix="moved/")
    disk = storage.shelf("disk")
    assert moving.move(disk, shelf) == moving.Moved(2, 0, ())
    assert moving.move(disk, shelf) == moving.Moved(0, 2, ())
    assert not list(proof.findings())

    first = bytes(files[0].sha256)
    storage.disk.path_of(first).write_bytes(b"rotten")
    assert moving.move(shelf, disk) == moving.Moved(1, 1, ())
    assert disk.digest(first) == first
    for one in (disk, shelf):
        one.delete(first)
    assert moving.move(disk, shelf).missing == (first.hex(),)

    storage.disk.path_of(bytes(files[1].sha256)).write_bytes(b"rotten")
    shelf.delete(bytes(files[1].sha256))
    with pytest.raises(Refusal, match="copy-differs"):
        moving.move(disk, shelf)


@pytest.mark.django_db
def test_a_backup_holds_them_and_brings_them_back(
    running: str, settings: Any, citizen: Actor, tmp_path: Path
) -> None:
    shelf = at(settings, running, prefix="saved/")
    sha256 = bytes(put(citizen, pdf(pages=7)).sha256)
    folder = backup.Shelf(tmp_path / "backup", None)
    for name, content in backup._from_bucket():
        assert folder.put(name, content) == sha256.hex()
    shelf.delete(sha256)
    backup._put_back(folder, name)
    assert shelf.digest(sha256) == sha256


@pytest.mark.django_db
def test_the_keys_reach_no_log(
    running: str, settings: Any, citizen: Actor, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    shelf = at(settings, running)
    put(citizen, pdf())
    with bucket_server.stumbling([(403, DENIED)]) as (host, _):
        at(settings, host)
        with pytest.raises(Away):
            put(citizen, pdf(pages=2))
    told = "\n".join(
        [*(record.getMessage() for record in caplog.records), repr(shelf._place), json.dumps([])]
    )
    assert "AccessDenied" in told
    for secret in (ACCESS_KEY, SECRET_KEY):
        assert secret not in told
