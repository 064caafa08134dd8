"""A bucket that goes away under the platform: told, 503 where a file is needed, everything else goes on."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client

from onewindow.documents import storage
from onewindow.documents.storage import bucket, watch
from tests.documents import bucket_server
from tests.documents.corpus import pdf
from tests.faces.api.envelope import upload
from tests.world import SEWAGE, Api, application

Open = Callable[..., Api]
DENIED = b"<Error><Code>AccessDenied</Code><Message>no</Message></Error>"


@pytest.fixture
def turn(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    """Point the platform at another store; nothing that was known of the one before holds."""
    settings.ONEWINDOW_FILES, settings.ONEWINDOW_S3_SECONDS = "s3", 2
    monkeypatch.setattr(bucket, "_WAITS", (0.01, 0.01))

    def point(host: str) -> None:
        settings.ONEWINDOW_S3 = bucket_server.place(host)
        bucket._client.cache_clear()
        bucket._silent_until = 0.0
        monkeypatch.setattr(storage, "_watch", watch.Watch(lambda: storage.shelf().answers()))

    yield point
    bucket._silent_until = 0.0


def test_away_and_back(
    api: Open, client: Client, turn: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    clerk, content = api("clerk1"), pdf()
    with bucket_server.server() as store, bucket_server.black_hole() as hole:
        turn(store)
        assert "files not ok" in _ready(client)  # a store without its bucket is not well
        bucket.Bucket()._client.make_bucket(bucket_server.BUCKET)
        turn(store)
        assert "files ok" in _ready(client)
        kept = upload(clerk, "a.pdf", content)
        assert kept.status == 201
        file = f"/files/{kept.json['file_id']}"
        with bucket_server.stumbling([(403, DENIED)]) as (forbidden, _):
            turn(forbidden)
            for refused in (upload(clerk, "b.pdf", pdf(pages=2)), clerk.get(file)):
                assert (refused.status, refused.code) == (503, "storage-away")
                assert int(refused.response.headers["Retry-After"]) > 0
            case = clerk.post("/cases", application(SEWAGE, channel="window"))
            assert case.status == 201 and clerk.view(case.json)["state"] == "received"
            assert "files not ok" in _ready(client)
            assert "onewindow_files_away 1" in client.get("/metrics").content.decode()
        turn(hole)
        monkeypatch.setattr(watch, "PATIENCE_SECONDS", 0.05)
        began = time.monotonic()
        assert client.get("/readyz").status_code == 200
        assert time.monotonic() - began < bucket._LOOK_SECONDS  # the hole is not waited for
        assert "files not ok" in _ready(client)
        turn(store)
        assert "files ok" in _ready(client)
        assert hashlib.sha256(clerk.get(file).content).digest() == hashlib.sha256(content).digest()
        assert upload(clerk, "b.pdf", pdf(pages=2)).status == 201


def _ready(client: Client) -> str:
    """What `/readyz`, which is 200 whatever becomes of files, says once its look has ended."""
    client.get("/readyz")
    thread = storage._watch._thread
    assert thread is not None
    thread.join()
    found = client.get("/readyz")
    assert found.status_code == 200 and found.content.startswith(b"ready\n")
    return found.content.decode()
