"""The virus scanner: a server that speaks clamd's protocol, and what happens when it is away."""

from __future__ import annotations

import io
import socketserver
import struct
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from onewindow.base import facts
from onewindow.documents import queries, services
from onewindow.documents.models import File
from onewindow.documents.services import rescanning
from onewindow.kernel.actor import Actor
from onewindow.kernel.errors import Away, Invalid, NotAllowed
from tests.documents.conftest import NOW
from tests.documents.corpus import pdf

pytestmark = pytest.mark.django_db
# In two parts, so that no scanner takes this very file for it.
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


class Clamd(socketserver.ThreadingUnixStreamServer):
    """Takes INSTREAM as clamd does; ``mood``: well, mute, rude (closes at once) or full (its size limit)."""

    daemon_threads = True
    mood = "well"
    seen = 0


class Session(socketserver.StreamRequestHandler):
    server: Clamd

    def handle(self) -> None:
        if self.server.mood == "rude":
            return
        assert self.rfile.read(10) == b"zINSTREAM\0"
        content = b""
        while size := struct.unpack(">I", self.rfile.read(4))[0]:
            content += self.rfile.read(size)
        self.server.seen = len(content)
        if self.server.mood == "mute":
            time.sleep(3)
        elif self.server.mood == "full":
            self.wfile.write(b"INSTREAM size limit exceeded. ERROR\0")
        else:
            found = b"Win.Test.EICAR_HDB-1 FOUND" if EICAR in content else b"OK"
            self.wfile.write(b"stream: " + found + b"\0")


@pytest.fixture
def clamd(tmp_path: Path, settings: Any) -> Iterator[Clamd]:
    place = str(tmp_path / "clamd")
    with Clamd(place, Session) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        settings.ONEWINDOW_CLAMD, settings.ONEWINDOW_CLAMD_SECONDS = place, 1
        yield server
        server.shutdown()


def put(actor: Actor, content: bytes) -> File:
    told = services.store_upload(actor, "a.pdf", io.BytesIO(content), now=NOW)
    return File.objects.get(file_id=told["file_id"])


def infected() -> bytes:
    def change(made: pikepdf.Pdf) -> None:
        made.Root.Extra = made.make_indirect(pikepdf.Stream(made, EICAR))

    return pdf(change, compress_streams=False)


def test_without_a_scanner_nothing_is_said(citizen: Actor) -> None:
    assert put(citizen, infected()).scan == ""


def test_a_clean_file_is_marked_so(citizen: Actor, clamd: Clamd) -> None:
    content = pdf(pages=2)
    assert put(citizen, content).scan == "clean"
    assert clamd.seen == len(content)


def test_an_infected_file_is_refused(citizen: Actor, clamd: Clamd, own_files: Path) -> None:
    with pytest.raises(Invalid) as caught:
        put(citizen, infected())
    assert caught.value.code == "file-infected" and not File.objects.exists()
    assert not [path for path in own_files.rglob("*") if path.is_file()]


@pytest.mark.parametrize("mood", ["mute", "rude", "full", "gone"])
def test_while_it_is_away_the_setting_decides(
    citizen: Actor, clamd: Clamd, settings: Any, mood: str, tmp_path: Path
) -> None:
    clamd.mood = mood
    if mood == "gone":
        settings.ONEWINDOW_CLAMD = str(tmp_path / "nobody")
    began = time.monotonic()
    settings.ONEWINDOW_CLAMD_AWAY = "refuse"
    with pytest.raises(Away):
        put(citizen, pdf())
    assert not File.objects.exists() and time.monotonic() - began < 2.5
    settings.ONEWINDOW_CLAMD_AWAY = "mark"
    assert put(citizen, pdf()).scan == "unscanned"


def test_over_tcp(citizen: Actor, settings: Any) -> None:
    class Tcp(socketserver.ThreadingTCPServer):
        daemon_threads = True
        mood, seen = "well", 0

    with Tcp(("127.0.0.1", 0), Session) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        settings.ONEWINDOW_CLAMD = f"127.0.0.1:{server.server_address[1]}"
        assert put(citizen, pdf()).scan == "clean"
        server.shutdown()


class TestLookedAtAgain:
    """What came while the scanner was away."""

    def test_clean_ones_are_marked_and_infected_ones_locked(
        self, citizen: Actor, clamd: Clamd, settings: Any
    ) -> None:
        clamd.mood, settings.ONEWINDOW_CLAMD_AWAY = "rude", "mark"
        good, bad, same = put(citizen, pdf(pages=2)), put(citizen, infected()), put(citizen, infected())
        assert rescanning.rescan(now=NOW).is_away
        assert queries.doubtful() == {"unscanned": 3, "infected": 0}

        clamd.mood = "well"
        told = rescanning.rescan(now=NOW)
        assert (told.clean, told.infected) == (1, 2)
        assert rescanning.rescan(now=NOW) == rescanning.Rescanned()
        assert queries.doubtful() == {"unscanned": 0, "infected": 2}
        assert queries.open_file(citizen, good.file_id)[2].exists()
        for file in (bad, same):
            with pytest.raises(NotAllowed):
                queries.open_file(citizen, file.file_id)
            with pytest.raises(Invalid):
                services.attach([file.file_id], "any-case", actor=citizen)
            ((_, type, _, _, _, data),) = facts.of_subject("file", file.pk)
            assert type == "locked" and data["virus"] == "Win.Test.EICAR_HDB-1"

    def test_where_no_scanner_is_set_any_more_nothing_is_said(
        self, citizen: Actor, clamd: Clamd, settings: Any
    ) -> None:
        clamd.mood, settings.ONEWINDOW_CLAMD_AWAY = "rude", "mark"
        file = put(citizen, pdf())
        settings.ONEWINDOW_CLAMD = ""
        assert rescanning.rescan(now=NOW) == rescanning.Rescanned()
        file.refresh_from_db()
        assert file.scan == "unscanned"
