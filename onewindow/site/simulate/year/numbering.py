"""Numbering and signing beside the making, in a process of its own: the tree keeps up with what is written."""

from __future__ import annotations

import signal
from multiprocessing.connection import Connection
from multiprocessing.context import ForkContext
from typing import Any

from django.db import connections

from onewindow.base import clock
from onewindow.base.ledger import heads, sequencer


class Numberer:
    """Numbers what is committed whenever it is told to; to be started before the caller opens its database."""

    def __init__(self, fork: ForkContext) -> None:
        """``fork``: the context in which processes are made."""
        self._pipe, far = fork.Pipe()
        self._process: Any = fork.Process(target=_work, args=(far,), daemon=True)
        self._process.start()
        far.close()

    def __enter__(self) -> Numberer:
        return self

    def __exit__(self, *error: object) -> None:
        """What is not numbered yet waits for the next sequencer."""
        self._process.terminate()
        self._process.join()

    def go_on(self) -> None:
        """There is something new."""
        self._pipe.send(True)

    def finish(self) -> int:
        """Wait until all is numbered and signed; how many facts were numbered."""
        self._pipe.send(False)
        done: int = self._pipe.recv()
        self._process.join()
        return done


def _work(pipe: Connection) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the writer's, who ends this process
    done, goes_on = 0, True
    while goes_on:
        goes_on = pipe.recv()
        while pipe.poll() and goes_on:
            goes_on = pipe.recv()
        done += sequencer.catch_up()
        heads.sign_now(clock.now())
    pipe.send(done)
    connections.close_all()
