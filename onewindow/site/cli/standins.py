"""The command that runs the stand-ins of outside systems, beside a sandbox."""

import argparse
from typing import Any

from onewindow.site import lifeline
from onewindow.site.cli import Failure


def register(commands: Any) -> None:
    """`standins`."""
    parser = commands.add_parser("standins", help="run the sandbox's courier and lockers (`up` does it)")
    parser.set_defaults(run=_run, needs="django")


def _run(options: argparse.Namespace) -> None:
    from django.conf import settings

    from onewindow.site import standins

    if not settings.ONEWINDOW_STANDINS_PORT:
        raise Failure("stand-ins run in the sandbox, at ONEWINDOW_STANDINS_PORT")
    lifeline.follow()
    keys = {name: key for name, (_, key) in settings.ONEWINDOW_CARRIERS.items()}
    carriers = standins.Carriers(keys=keys, callback=f"http://127.0.0.1:{settings.ONEWINDOW_PORT}")
    with standins.server(carriers, port=settings.ONEWINDOW_STANDINS_PORT) as server:
        server.serve_forever()
