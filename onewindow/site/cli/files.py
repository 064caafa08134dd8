"""Commands for the files of cases: where they lie, and whose time is over."""

import argparse
from typing import Any

from onewindow.site.cli import Failure, group


def register(commands: Any) -> None:
    """`files move`, `files retention`."""
    files = group(commands, "files", "files of cases: where they lie, what is known of them")
    move = files.add_parser("move", help="copy all files from disk to bucket or back, each read back")
    move.add_argument("--to", choices=("disk", "s3"), required=True)
    move.set_defaults(run=_move, needs="database")
    retention = files.add_parser("retention", help="closed cases whose files need be kept no longer")
    retention.add_argument(
        "--dry-run",
        action="store_true",
        required=True,
        help="list them; what goes is approved by two people at /console/disposals",
    )
    retention.set_defaults(run=_retention, needs="database")


def _move(options: argparse.Namespace) -> None:
    from django.conf import settings

    from onewindow.documents import storage
    from onewindow.documents.services import moving

    if not settings.ONEWINDOW_S3:
        raise Failure("ONEWINDOW_S3_URL is not set")
    source = "disk" if options.to == "s3" else "s3"
    told = moving.move(storage.shelf(source), storage.shelf(options.to))
    print(f"{told.copied} copied, {told.there} there already; nothing was taken away from {source}")
    for name in told.missing:
        print(f"missing: {name}")
    if told.missing:
        raise Failure(f"{len(told.missing)} files lie in neither place; see `onewindow ledger verify`")
    if options.to != settings.ONEWINDOW_FILES:
        print(f"now set ONEWINDOW_FILES={options.to}, reload, and run this once more for what came meanwhile")


def _retention(options: argparse.Namespace) -> None:
    from onewindow.base import clock
    from onewindow.privacy import queries

    found = queries.expired(today=clock.today(), limit=1_000_000)
    for one in found:
        print(
            f"{one.case_no}  {one.task_code}  {one.state}  ended {one.ended_on}  kept {one.years} years"
            f"  {one.files} files  {one.size} bytes"
        )
    size = sum(one.size for one in found)
    print(f"{len(found)} cases, {sum(one.files for one in found)} files, {size} bytes; nothing was touched")
