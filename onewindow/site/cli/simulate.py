"""Commands that play the centre: a busy day, through the same deeds that people take."""

import argparse
import time
from datetime import date
from typing import TYPE_CHECKING, Any

from onewindow.site import meter
from onewindow.site.cli import Failure, group

if TYPE_CHECKING:
    from onewindow.site.simulate.day import Progress, Result

_DAY = """\
Plays a day of a busy centre: all cases come in on one working day between 8:30 and 17:30 and are followed
to their end on the days after it, by the same deeds that people take at the pages and through the API.
The day is the first one that has not begun on the platform's clock (or --start), and the sandbox clock moves
along, so that nothing lies in the platform's future; it ends at the last step. What time makes due on the way
happens to all cases, those that stood before as well. The same seed gives the same cases and outcomes.
Papers are issued; their PDF files are made when somebody opens them."""


def register(commands: Any) -> None:
    """`simulate day`."""
    plays = group(commands, "simulate", "play the centre at work")
    day = plays.add_parser(
        "day", help="play a day of a busy centre, to the end of each case", description=_DAY
    )
    day.add_argument("--seed", type=int, default=1, metavar="N", help="the dice (1)")
    day.add_argument("--cases", type=int, default=4000, metavar="N", help="cases received that day (4000)")
    day.add_argument("--start", type=date.fromisoformat, metavar="DATE", help="the day (YYYY-MM-DD)")
    day.set_defaults(run=_day, needs="database")


def _day(options: argparse.Namespace) -> int:
    from onewindow.site.simulate import day

    if not 1 <= options.cases <= 100_000:
        raise Failure("--cases must be from 1 to 100000")
    on = _first(options.start)
    print(f"seed {options.seed}: {options.cases} cases on {on}", flush=True)
    began = time.monotonic()
    with meter.shown("simulate") as bar:
        result = day.play(on, cases=options.cases, seed=options.seed, progress=lambda told: _show(bar, told))
    _print(result, time.monotonic() - began)
    return 1 if result.cut_short else 0


def _first(start: date | None) -> date:
    """The day to play: one that has not begun yet on the platform's clock."""
    from django.conf import settings

    from onewindow.base import clock, settings_store
    from onewindow.site.simulate import day, hours

    if not settings.ONEWINDOW_SANDBOX:
        raise Failure("days are played in a training instance only (ONEWINDOW_SANDBOX=1)")
    if not settings_store.get("loaded"):
        raise Failure("there is no demonstration yet: run `onewindow demo load` first")
    earliest = day.first_day(clock.now())
    if start is None:
        return earliest
    if not hours.is_workday(start):
        raise Failure(f"the centre is closed on {start}")
    if start < earliest:
        raise Failure(f"the clock never goes back: the first day that can be played is {earliest}")
    return start


def _show(bar: meter.Meter, told: "Progress") -> None:
    share = (told.received + 2 * told.ended) / (3 * told.cases)
    bar(share, f"{told.at:%Y-%m-%d %H:%M}  received {told.received}  ended {told.ended}")


def _print(result: "Result", seconds: float) -> None:
    from onewindow.base import clock

    rows: list[tuple[str, object]] = [
        ("received", result.received),
        ("accepted", result.accepted),
        ("  deemed", result.deemed),
        ("decided", result.decided),
        ("mean handling, working days", result.handling_days),
        ("overdue", result.overdue),
    ]
    for title, counted in (
        ("by state", result.states),
        ("by way", result.ways),
        ("by channel", result.channels),
        ("by item", result.items),
    ):
        rows += [(title, ""), *((f"  {name}", count) for name, count in counted.items())]
    for name, value in rows:
        print(f"{name:<32}{value}")
    print(f"{result.deeds} steps in {seconds:.0f} s ({result.deeds / max(seconds, 0.001):.0f} a second)")
    if result.cut_short:
        print(f"{result.cut_short} cases were left because somebody else acted on them")
    print(f"handled up to {result.ended_at:%Y-%m-%d %H:%M}; the clock stands at {clock.now():%Y-%m-%d %H:%M}")
