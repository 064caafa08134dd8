"""The embedded server: starts from nothing, survives what may happen to it, leaves nothing behind."""

import os
import shutil
import signal
import stat
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest

from onewindow.site import cli, embedded


@pytest.fixture(scope="module")
def place() -> Iterator[Path]:
    """A data directory below a private one, as a careful caller would give it."""
    private = Path(tempfile.mkdtemp(prefix="onewindow-private-"))
    assert stat.S_IMODE(private.stat().st_mode) == 0o700
    yield private / "deeper" / "data"
    embedded.stop(private / "deeper" / "data")
    shutil.rmtree(private)


def _ask(url: str, question: str) -> object:
    with psycopg.connect(url) as connection:
        row = connection.execute(question).fetchone()
    assert row is not None
    return row[0]


def test_starts_from_nothing_with_a_bounded_role(place: Path) -> None:
    urls = embedded.ensure_running(place)
    assert _ask(urls.owner, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user") is True
    assert _ask(urls.app, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user") is False
    assert _ask(urls.app, "SHOW timezone") == "Asia/Shanghai"
    assert _ask(urls.app, "SHOW server_encoding") == "UTF8"
    assert _ask(urls.app, "SHOW listen_addresses") == "127.0.0.1"
    assert _ask(urls.app, "SHOW synchronous_commit") == "on"


def test_passwords_are_private_and_asked_for(place: Path) -> None:
    urls = embedded.ensure_running(place)
    assert stat.S_IMODE((place / "postgres.json").stat().st_mode) == 0o600
    head, _, tail = urls.app.rpartition("@")
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(f"{head.rpartition(':')[0]}:wrong@{tail}")


def test_killed_server_starts_again_with_its_data(place: Path) -> None:
    urls = embedded.ensure_running(place)
    with psycopg.connect(urls.owner, autocommit=True) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
    pid = embedded.postmaster_pid(place)
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    assert embedded.ensure_running(place) == urls
    assert _ask(urls.owner, "SELECT answer FROM kept") == 42
    with psycopg.connect(urls.owner, autocommit=True) as connection:
        connection.execute("DROP TABLE kept")


def test_pid_file_that_names_a_stranger_is_no_obstacle(place: Path) -> None:
    embedded.ensure_running(place)
    remains = (place / "postgres/data/postmaster.pid").read_text()
    embedded.stop(place)
    stranger = "\n".join([str(os.getpid()), *remains.split("\n")[1:]])
    (place / "postgres/data/postmaster.pid").write_text(stranger)
    assert embedded.postmaster_pid(place) is None
    embedded.ensure_running(place)
    assert embedded.postmaster_pid(place) not in (None, os.getpid())


def test_many_may_start_it_at_once(place: Path) -> None:
    embedded.stop(place)
    with ThreadPoolExecutor(4) as pool:
        urls = set(pool.map(embedded.ensure_running, [place] * 4))
    assert len(urls) == 1


def test_last_user_stops_it(place: Path) -> None:
    embedded.stop(place)
    with embedded.session(place) as urls:
        with embedded.session(place):
            pass
        assert _ask(urls.app, "SELECT 1") == 1
    assert embedded.postmaster_pid(place) is None


def test_a_web_server_keeps_it_from_commands_that_end(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []

    class Listening:
        def __init__(self, *_: object, **__: object) -> None: ...

        def serve(self) -> None:
            with embedded.session(place):  # a command that comes and goes
                pass
            seen.append(embedded.postmaster_pid(place))

    monkeypatch.setattr("granian.server.Server", Listening)
    monkeypatch.setattr("onewindow.site.lifeline.follow", lambda: None)
    monkeypatch.delenv("ONEWINDOW_DATABASE_URL", raising=False)
    monkeypatch.setenv("ONEWINDOW_DATA_DIR", str(place))
    monkeypatch.setenv("ONEWINDOW_DATABASE_ROLE", "")
    assert cli.main(["serve"]) == 0
    assert seen != [None]
    assert embedded.postmaster_pid(place) is None, "the last one to leave stops it"


def test_second_start_is_quick(place: Path) -> None:
    embedded.stop(place)
    begun = time.monotonic()
    embedded.ensure_running(place)
    assert time.monotonic() - begun < 5


def test_lost_passwords_are_told_and_destroy_nothing(place: Path) -> None:
    embedded.stop(place)
    state = place / "postgres.json"
    state.rename(state.with_suffix(".aside"))
    with pytest.raises(embedded.EmbeddedError, match=r"postgres\.json is missing"):
        embedded.ensure_running(place)
    state.with_suffix(".aside").rename(state)
    embedded.ensure_running(place)
