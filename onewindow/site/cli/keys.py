"""Commands for the keys of the instance."""

import argparse
from typing import Any

from onewindow.site.cli import group


def register(commands: Any) -> None:
    """`keys rotate personal|signing`."""
    keys = group(commands, "keys", help="keys of the instance")
    rotate = keys.add_parser("rotate", help="begin a new key; old ones go on opening and verifying")
    rotate.add_argument(
        "what",
        choices=("personal", "signing"),
        help="personal: seals personal values; signing: signs tree heads",
    )
    rotate.set_defaults(run=_rotate, needs="database")


def _rotate(options: argparse.Namespace) -> None:
    from onewindow.base import clock, rotation
    from onewindow.kernel.actor import SYSTEM

    rotates = {"personal": rotation.rotate_personal, "signing": rotation.rotate_signing}
    number = rotates[options.what](now=clock.now(), actor=SYSTEM)
    print(
        f"key {number} for {options.what} is in use; reload the web processes, restart the worker, make a backup"
    )
