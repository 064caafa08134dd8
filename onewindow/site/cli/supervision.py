"""Commands of supervision: make its figures anew from the facts, and compare them with the facts."""

import argparse
import subprocess
import sys
import time
from collections.abc import Iterable
from typing import Any

from onewindow.site.cli import Failure, group

MOST_TOLD = 20


def register(commands: Any) -> None:
    """`supervision rebuild`, `supervision check`."""
    supervision = group(commands, "supervision", "the figures of supervision")
    rebuild = supervision.add_parser(
        "rebuild",
        help="make all figures anew from the facts",
        description=(
            "Folds every case again, puts right what is stored otherwise, and counts every month anew, while the\n"
            "platform runs. Says what differed. Several processes share the work."
        ),
    )
    rebuild.add_argument("--workers", type=int, default=2, metavar="N", help="processes side by side (2)")
    rebuild.add_argument("--part", nargs=2, metavar=("WHAT", "I/N"), help=argparse.SUPPRESS)
    rebuild.set_defaults(run=_rebuild, needs="database")
    check = supervision.add_parser(
        "check", help="compare all figures with the facts; says what differs, changes nothing"
    )
    check.set_defaults(run=_check, needs="database")


def _rebuild(options: argparse.Namespace) -> None:
    from onewindow.site.simulate import stage

    # What is found anew lies in the past: it stands on the pages, but nobody gets a message for each card.
    with stage.quietly():
        if options.part:
            what, share = options.part
            part, _, parts = share.partition("/")
            _print(f"{share}: {_part(what, int(part), int(parts))} {what} differed")
        else:
            _rebuild_all(max(1, min(64, options.workers)))


def _rebuild_all(workers: int) -> None:
    from onewindow.supervision.services import rebuilding

    began = time.monotonic()
    _side_by_side("cases", workers)
    _print(f"{_told(rebuilding.strays())} rows without a case taken away")
    _side_by_side("counts", workers)
    _print(f"what differed is right now; {time.monotonic() - began:.0f} s")


def _side_by_side(what: str, workers: int) -> None:
    """Every process takes its share, this one the first."""
    command = [sys.executable, "-m", "onewindow", "supervision", "rebuild", "--part", what]
    others = [subprocess.Popen([*command, f"{part}/{workers}"]) for part in range(1, workers)]
    _print(f"0/{workers}: {_part(what, 0, workers)} {what} differed")
    statuses = [other.wait() for other in others]
    if any(statuses):
        raise Failure(f"a process that looks at {what} failed; what it did stands, begin again")


def _part(what: str, part: int, parts: int) -> int:
    from onewindow.base import clock
    from onewindow.supervision.services import rebuilding

    if what == "counts":
        return _told(rebuilding.counts(part=part, parts=parts))
    return _told(rebuilding.cases(clock.now(), part=part, parts=parts))


def _print(line: str) -> None:
    print(line, flush=True)


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
