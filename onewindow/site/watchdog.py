"""Cuts a database connection that does not answer: a server that hangs sends nothing, not even an error.

The server ends statements of web processes after five seconds itself. One that is still under way later
belongs to a server that is frozen or unreachable behind an open socket; libpq would wait for ever. The
watchdog shuts the socket, the waiting thread gets an `OperationalError` and answers 503.
"""

import contextlib
import logging
import os
import socket
import threading
import time
from typing import Any

from django.conf import settings
from django.db import connections
from psycopg.pq import TransactionStatus

LIMIT_SECONDS = 5.4
STEP_SECONDS = 0.3

_log = logging.getLogger(__name__)
_wrappers: dict[int, Any] = {}
_guard = threading.Lock()
_thread: threading.Thread | None = None
_local = threading.local()


def watch() -> None:
    """Put this thread's connection under watch; costs a look-up after the first time."""
    if not getattr(_local, "is_watched", False):
        _local.is_watched = True
        _wrappers[threading.get_ident()] = connections["default"]


def start() -> None:
    """Start the watching thread once per process; only web processes have bounded statements."""
    global _thread
    if settings.ONEWINDOW_DATABASE_ROLE != "web":
        return
    with _guard:
        if _thread is None or not _thread.is_alive():
            _thread = threading.Thread(target=_run, name="database-watchdog", daemon=True)
            _thread.start()


def _run() -> None:
    busy_since: dict[int, tuple[Any, float]] = {}
    while True:
        time.sleep(STEP_SECONDS)
        now = time.monotonic()
        for thread, wrapper in list(_wrappers.items()):
            link: Any = wrapper.connection
            if link is None or link.closed or link.pgconn.transaction_status != TransactionStatus.ACTIVE:
                busy_since.pop(thread, None)
                continue
            seen = busy_since.get(thread)
            if seen is None or seen[0] is not link:
                busy_since[thread] = (link, now)
            elif now - seen[1] > LIMIT_SECONDS - STEP_SECONDS:
                busy_since.pop(thread, None)
                _cut(link.pgconn.socket)


def _cut(descriptor: int) -> None:
    _log.warning("the database does not answer; connection cut")
    with contextlib.suppress(OSError), socket.socket(fileno=os.dup(descriptor)) as twin:
        twin.shutdown(socket.SHUT_RDWR)
