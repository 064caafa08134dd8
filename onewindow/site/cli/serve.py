"""Commands that run the platform: everything at once, or one process of it."""

import argparse
import contextlib
import os
import signal
import threading
import time
from typing import Any

from onewindow.site import environment, lifeline

_MOST_DEATHS = 10  # of web processes within a minute; more is a fault that a new start does not mend


def register(commands: Any) -> None:
    """`up`, `serve`, `worker`, `collect-static`."""
    up = commands.add_parser("up", help="run the whole platform (what `make run` does)")
    up.set_defaults(run=_up, needs="nothing")

    serve = commands.add_parser("serve", help="run the web server")
    serve.add_argument("--host", default="127.0.0.1", help="address to listen on (127.0.0.1)")
    serve.add_argument("--port", type=int, help="port (ONEWINDOW_PORT, else 8000)")
    serve.add_argument("--workers", type=int, default=2, help="worker processes (2)")
    serve.add_argument("--threads", type=int, default=2, help="threads in each (2)")
    serve.add_argument(
        "--overlap",
        type=float,
        default=8,
        help="seconds a new process has to come up at SIGHUP before an old one ends (8)",
    )
    serve.set_defaults(run=_serve, needs="nothing")

    worker = commands.add_parser("worker", help="run the worker: deliver facts, sweep what is due, slow jobs")
    worker.set_defaults(run=_worker, needs="database")

    static = commands.add_parser(
        "collect-static", help="gather the files that pages load, under hashed names"
    )
    static.set_defaults(run=_static, needs="django")


def _up(options: argparse.Namespace) -> int:
    from onewindow.site import up

    return up.run()


def _serve(options: argparse.Namespace) -> None:
    with contextlib.ExitStack() as stack:
        if not environment.text("ONEWINDOW_DATABASE_URL"):
            from onewindow.site import embedded

            # A user like any other: a command that ends meanwhile would stop the database under the server.
            stack.enter_context(embedded.session(environment.data_dir()))
        os.environ["ONEWINDOW_DATABASE_ROLE"] = "web"
        lifeline.follow()
        _listen(options)


def _listen(options: argparse.Namespace) -> None:
    from granian.constants import Interfaces
    from granian.log import LogLevels
    from granian.server import Server

    class Lasting(Server):  # type: ignore[misc,valid-type]
        """At SIGHUP an old process ends only when the new one listens: each has a socket of its own.

        A process that dies is followed by another. The library ends the server at a second death within seconds;
        here many deaths within a minute do, for a death or two come from outside and are mended by a new start.
        """

        _deaths: tuple[float, ...] = ()

        def _respawn_workers(self, workers: Any, target: Any, loader: Any, delay: float = 0) -> None:
            super()._respawn_workers(workers, target, loader, options.overlap if delay else 0)
            if not delay:
                now = time.monotonic()
                self._deaths = (*(one for one in self._deaths if one > now - 60), now)
                if len(self._deaths) <= _MOST_DEATHS:
                    self.respawned_wrks.clear()

    Lasting(
        "onewindow.site.wsgi:application",
        address=options.host,
        port=options.port or environment.number("ONEWINDOW_PORT", 8000, low=1, high=65535),
        interface=Interfaces.WSGI,
        workers=options.workers,
        blocking_threads=options.threads,
        respawn_failed_workers=True,
        respawn_interval=0.5,
        workers_kill_timeout=10,
        log_enabled=True,
        log_level=LogLevels.warning,
    ).serve()


def _static(options: argparse.Namespace) -> None:
    from django.core.management import call_command

    call_command("collectstatic", interactive=False, clear=True, verbosity=0)


def _worker(options: argparse.Namespace) -> None:
    from onewindow.base import worker
    from onewindow.site import shapes

    shapes.learn()
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    lifeline.follow()
    worker.run(stop)
