"""Commands for the demonstration: load it, throw it away and load it anew."""

import argparse
import time
from pathlib import Path
from typing import Any

from onewindow.site import environment, meter
from onewindow.site.cli import Failure, group


def register(commands: Any) -> None:
    """`demo load`, `demo reset`."""
    demo = group(commands, "demo", "the demonstration city")
    load = demo.add_parser("load", help="load the demonstration where it does not stand yet")
    load.add_argument("--if-empty", action="store_true", help="say nothing when it stands already")
    load.set_defaults(run=_load, needs="database")
    anew = demo.add_parser(
        "reset", help="throw all data away, files included, and load the demonstration anew"
    )
    anew.set_defaults(run=reset, needs="database")


def _load(options: argparse.Namespace) -> None:
    from onewindow.site.demo import loading

    began = time.monotonic()
    with meter.shown("demo") as bar:
        is_new = loading.load_if_empty(password=_password(), progress=lambda step, share: bar(share, step))
    if is_new or not options.if_empty:
        _tell(began, "is loaded" if is_new else "stands already; what was new was added")


def reset(options: argparse.Namespace) -> None:
    """Throw everything away and load the demonstration; raises ``Failure`` outside a training instance."""
    from onewindow.site.demo import loading

    began = time.monotonic()
    with meter.shown("demo") as bar:
        loading.reset(password=_password(), progress=lambda step, share: bar(share, step))
    _tell(began, "is loaded anew")


def _tell(began: float, what: str) -> None:
    from onewindow.base import clock

    print(f"the demonstration {what} ({time.monotonic() - began:.0f} s); it is {clock.now():%Y-%m-%d %H:%M}")


def _password() -> str:
    """The demonstration's password: asked for by the environment, else the one that is kept, else a new one."""
    from django.conf import settings

    from onewindow.site import up

    if not settings.ONEWINDOW_SANDBOX:
        raise Failure("the demonstration is loaded into a training instance only: set ONEWINDOW_SANDBOX=1")
    folder: Path = environment.data_dir()
    folder.mkdir(parents=True, exist_ok=True)
    is_kept = bool(environment.text("ONEWINDOW_DEMO_PASSWORD")) or (folder / "demo-password").exists()
    password = up.demo_password(folder)
    if not is_kept:
        print(f"password of the demonstration's accounts: {password}")
    return password
