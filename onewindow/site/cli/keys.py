"""Commands for the keys of the instance."""

import argparse
from typing import Any

from onewindow.site.cli import group


def register(commands: Any) -> None:
    """`keys rotate personal|signing|ledger|factors|search`, `keys retire ledger`."""
    keys = group(commands, "keys", help="keys of the instance")
    rotate = keys.add_parser("rotate", help="begin a new key; old ones go on opening and verifying")
    rotate.add_argument(
        "what",
        choices=("personal", "signing", "ledger", "factors", "search"),
        help="personal: seals personal values; signing: signs tree heads; ledger: salts facts;"
        " factors: challenges and recovery codes; search: finds people and cases by number",
    )
    rotate.set_defaults(run=_rotate, needs="database")
    retire = keys.add_parser("retire", help="let old keys of salts hold for the facts up to now alone")
    retire.add_argument("what", choices=("ledger",))
    retire.set_defaults(run=_retire, needs="database")


def _rotate(options: argparse.Namespace) -> None:
    from onewindow.base import clock, rotation
    from onewindow.kernel.actor import SYSTEM

    rotates = {
        "personal": rotation.rotate_personal,
        "signing": rotation.rotate_signing,
        "ledger": rotation.rotate_ledger,
        "factors": rotation.rotate_factors,
        "search": rotation.rotate_search,
    }
    number = rotates[options.what](now=clock.now(), actor=SYSTEM)
    print(
        f"key {number} for {options.what} is in use; reload the web processes, restart the worker, make a backup"
    )


def _retire(options: argparse.Namespace) -> int:
    from onewindow.base import clock, rotation
    from onewindow.kernel.actor import SYSTEM
    from onewindow.kernel.errors import RuleBroken

    try:
        last = rotation.retire_ledger(now=clock.now(), actor=SYSTEM)
    except RuleBroken as refusal:
        print(f"{refusal.code}: {refusal.message}")
        return 1
    print(f"old keys hold up to fact {last}; make a backup")
    return 0
