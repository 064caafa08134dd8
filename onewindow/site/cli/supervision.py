"""Commands of supervision: make its figures anew from the facts, and compare them with the facts."""

import argparse
import subprocess
import sys
from collections.abc import Iterable
from typing import Any

from onewindow.site.cli import Failure, group

MOST_TOLD = 200


def register(commands: Any) -> None:
    """`supervision rebuild`, `supervision check`."""
    supervision = group(commands, "supervision", "the figures of supervision")
    rebuild = supervision.add_parser(
        "rebuild",
        help="make all figures anew from the facts",
        description=(
            "Folds every case again, puts right what is stored otherwise, and counts every month anew, while the\n"
            "platform runs. Says what differed. Several processes share the folding."
        ),
    )
    rebuild.add_argument("--workers", type=int, default=2, metavar="N", help="processes that fold (2)")
    rebuild.add_argument("--part", metavar="I/N", help=argparse.SUPPRESS)
    rebuild.set_defaults(run=_rebuild, needs="database")
    check = supervision.add_parser(
        "check", help="compare all figures with the facts; says what differs, changes nothing"
    )
    check.set_defaults(run=_check, needs="database")


def _rebuild(options: argparse.Namespace) -> None:
    from onewindow.base import clock
    from onewindow.supervision.services import rebuilding

    now = clock.now()
    if options.part:
        part, _, parts = options.part.partition("/")
        print(_told(rebuilding.cases(now, part=int(part), parts=int(parts))), flush=True)
        return
    workers = max(1, min(64, options.workers))
    others = [
        subprocess.Popen(
            [sys.executable, "-m", "onewindow", "supervision", "rebuild", "--part", f"{part}/{workers}"]
        )
        for part in range(1, workers)
    ]
    count = _told(rebuilding.cases(now, part=0, parts=workers))
    statuses = [other.wait() for other in others]
    if any(statuses):
        raise Failure("a process that folds cases failed; what it did stands, begin again")
    print(f"{count} here" if others else f"{count} cases differed")
    strays = _told(rebuilding.strays())
    print(
        f"{strays} rows without a case taken away; {_told(rebuilding.counts())} counts differed and are right now"
    )


def _check(options: argparse.Namespace) -> None:
    from onewindow.base import clock
    from onewindow.supervision.services import rebuilding

    now = clock.now()
    count = _told(rebuilding.cases(now, is_dry_run=True)) + _told(rebuilding.strays(is_dry_run=True))
    count += _told(rebuilding.counts(is_dry_run=True))
    if count:
        raise Failure(
            f"{count} figures differ from the facts; `onewindow supervision rebuild` puts them right"
        )
    print("all figures are those of the facts")


def _told(differences: Iterable[object]) -> int:
    """Print the first differences; how many there are."""
    count = 0
    for count, one in enumerate(differences, 1):
        if count <= MOST_TOLD:
            print(one, flush=True)
        elif count == MOST_TOLD + 1:
            print("…", flush=True)
    return count
