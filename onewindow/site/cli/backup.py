"""Commands that save an instance and bring it back."""

import argparse
import os
import sys
from pathlib import Path
from typing import Any

from onewindow.site.cli import Failure


def register(commands: Any) -> None:
    """`backup`, `restore`, `backup-key`."""
    backup = commands.add_parser("backup", help="write database, files, keys and heads into a directory")
    backup.add_argument("folder", metavar="DIR", type=Path, help="an empty or absent directory")
    backup.add_argument(
        "--without-files", action="store_true", help="leave out files in a bucket that keeps its own copies"
    )
    _lockable(backup, "--recipient", "encrypt for the holder of this public key (see backup-key)")
    backup.set_defaults(run=_backup, needs="owner")
    restore = commands.add_parser("restore", help="bring an instance back from such a directory")
    restore.add_argument("folder", metavar="DIR", type=Path)
    restore.add_argument(
        "--force", action="store_true", help="overwrite an instance that holds cases or files"
    )
    _lockable(restore, "--key", "the private key that the backup was encrypted for")
    restore.set_defaults(run=_restore, needs="owner")
    pair = commands.add_parser("backup-key", help="make a key pair for encrypted backups: FILE and FILE.pub")
    pair.add_argument(
        "file", metavar="FILE", type=Path, help="the private key; keep it away from this machine"
    )
    pair.set_defaults(run=_pair, needs="django")


def _lockable(parser: Any, key: str, help_text: str) -> None:
    parser.add_argument(
        "--passphrase-file", metavar="FILE", help="its first line is the passphrase; - reads it"
    )
    parser.add_argument(key, dest="key", metavar="FILE", type=Path, help=help_text)


def _backup(options: argparse.Namespace) -> None:
    from onewindow.base import clock
    from onewindow.site import backup

    secret = _secret(options, is_new=True)
    count = backup.write(
        options.folder.resolve(),
        now=clock.real_now(),
        secret=secret,
        with_files=not options.without_files,
    )
    how = "encrypted" if secret else "not encrypted; they hold the keys: keep them as closely as the instance"
    print(f"{count} files in {options.folder}, {how}")


def _restore(options: argparse.Namespace) -> None:
    from onewindow.base import generations
    from onewindow.site import backup

    secret = _secret(options, is_new=False)
    count = backup.restore(options.folder.resolve(), is_forced=options.force, secret=secret)
    for name in ("tokens", "catalog", "calendar", "org", "items"):
        generations.bump(name)
    print(
        f"restored from {count} files; run `onewindow migrate` if this version is newer, then `onewindow ledger verify`"
    )


def _pair(options: argparse.Namespace) -> None:
    from onewindow.site import sealing

    private, public = sealing.make_pair()
    with os.fdopen(os.open(options.file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(private)
    Path(f"{options.file}.pub").write_bytes(public)
    print(f"back up with --recipient {options.file}.pub, restore with --key {options.file}")


def _secret(options: argparse.Namespace, *, is_new: bool) -> Any:
    """What locks or opens the backup; None when neither option is given."""
    from onewindow.site import sealing

    if options.key and options.passphrase_file:
        raise Failure("give a passphrase or a key file, not both")
    if options.key:
        return sealing.Secret(pem=options.key.read_bytes())
    if not options.passphrase_file:
        return None
    is_piped = options.passphrase_file == "-"  # noqa: S105 a name of a file
    text = sys.stdin.read() if is_piped else Path(options.passphrase_file).read_text(encoding="utf-8")
    passphrase = text.partition("\n")[0].rstrip("\r")
    if is_new and len(passphrase) < sealing.SHORTEST_PASSPHRASE:
        raise Failure(f"the passphrase has fewer than {sealing.SHORTEST_PASSPHRASE} characters")
    return sealing.Secret(passphrase=passphrase)
