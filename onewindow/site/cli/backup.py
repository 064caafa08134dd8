"""Commands that save an instance and bring it back."""

import argparse
from pathlib import Path
from typing import Any


def register(commands: Any) -> None:
    """`backup`, `restore`."""
    backup = commands.add_parser("backup", help="write database, files, keys and heads into a directory")
    backup.add_argument("folder", metavar="DIR", type=Path, help="an empty or absent directory")
    backup.set_defaults(run=_backup, needs="owner")
    restore = commands.add_parser("restore", help="bring an instance back from such a directory")
    restore.add_argument("folder", metavar="DIR", type=Path)
    restore.add_argument("--force", action="store_true", help="overwrite a database that holds cases")
    restore.set_defaults(run=_restore, needs="owner")


def _backup(options: argparse.Namespace) -> None:
    from onewindow.base import clock
    from onewindow.site import backup

    count = backup.write(options.folder.resolve(), now=clock.real_now())
    print(f"{count} files in {options.folder}; they hold the keys: keep them as closely as the instance")


def _restore(options: argparse.Namespace) -> None:
    from onewindow.base import generations
    from onewindow.site import backup

    count = backup.restore(options.folder.resolve(), is_forced=options.force)
    for name in ("tokens", "catalog", "calendar", "org", "items"):
        generations.bump(name)
    print(
        f"restored from {count} files; run `onewindow migrate` if this version is newer, then `onewindow ledger verify`"
    )
