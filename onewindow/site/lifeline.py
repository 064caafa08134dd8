"""Children that must not outlive `up`: each waits for a lock that only the death of `up` sets free.

Works for grandchildren too (the web server's workers), needs no inherited descriptor, and no child can be
missed: `kill -9` of `up` frees the lock at once.
"""

import fcntl
import os
import signal
import threading
import time
from pathlib import Path
from typing import IO

VARIABLE = "ONEWINDOW_LIFELINE"  # "<pid of up>:<path of the lock file>"


def hold(path: Path, *, seconds: float = 10) -> IO[str] | None:
    """Take the lock for this process; None when another one holds it for longer than `seconds`."""
    file = open(path, "a+", encoding="ascii")  # noqa: SIM115 held open for as long as this process lives
    deadline = time.monotonic() + seconds
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            break
        except BlockingIOError:
            # Children of a killed predecessor hold it for the blink in which they die.
            if time.monotonic() > deadline:
                file.close()
                return None
            time.sleep(0.05)
    file.seek(0)
    file.truncate()
    file.write(str(os.getpid()))
    file.flush()
    return file


def variable(path: Path) -> str:
    """What to put into the environment of a child under `VARIABLE`."""
    return f"{os.getpid()}:{path}"


def follow() -> None:
    """Die when the process named in the environment dies; nothing to do when none is named."""
    value = os.environ.get(VARIABLE, "")
    if not value:
        return
    pid, _, path = value.partition(":")
    threading.Thread(target=_wait, args=(pid, path), name="lifeline", daemon=True).start()


def _wait(pid: str, path: str) -> None:
    try:
        with open(path, encoding="ascii") as file:
            if file.read() == pid:
                fcntl.flock(file, fcntl.LOCK_SH)
    finally:
        os.kill(os.getpid(), signal.SIGKILL)
