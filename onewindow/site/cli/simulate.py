"""Commands that play the centre: a busy day, through the same deeds that people take."""

import argparse
import time
from datetime import date
from typing import TYPE_CHECKING, Any

import msgspec

from onewindow.site import meter
from onewindow.site.cli import Failure, group

if TYPE_CHECKING:
    from onewindow.site.simulate.day import Progress, Result
    from onewindow.site.simulate.year import writing
    from onewindow.site.simulate.year.plan import Plan

_DAY = """\
Plays a day of a busy centre: all cases come in on one working day between 8:30 and 17:30 and are followed
to their end on the days after it, by the same deeds that people take at the pages and through the API.
The day is the first one that has not begun on the platform's clock (or --start), and the sandbox clock moves
along, so that nothing lies in the platform's future; it ends at the last step. What time makes due on the way
happens to all cases, those that stood before as well. The same seed gives the same cases and outcomes.
Papers are issued; their PDF files are made when somebody opens them."""

_YEAR = """\
Fills a training instance with a year of a city's cases, in bulk: each life is made in memory by the same rules
as the deeds at the pages, at its own instants, and written by COPY month by month; the ledger is numbered and
signed beside it. The year is the twelve months before the platform's today (or --year), and what is still open
at its end stays open. The same seed gives the same cases. Windows and staff are added, and items of the
district's list get the limits, materials and steps that it lacks, marked as demonstration. The platform must
not run meanwhile. An interrupted run leaves whole months. A year is made once: --afresh throws everything in
the instance away, as `onewindow demo reset` does, and begins on the demonstration as it was."""


def register(commands: Any) -> None:
    """`simulate day`, `simulate year`."""
    plays = group(commands, "simulate", "play the centre at work")
    day = plays.add_parser(
        "day", help="play a day of a busy centre, to the end of each case", description=_DAY
    )
    day.add_argument("--seed", type=int, default=1, metavar="N", help="the dice (1)")
    day.add_argument("--cases", type=int, default=4000, metavar="N", help="cases received that day (4000)")
    day.add_argument("--start", type=date.fromisoformat, metavar="DATE", help="the day (YYYY-MM-DD)")
    day.set_defaults(run=_day, needs="database")
    _register_year(plays)


def _register_year(plays: Any) -> None:
    year = plays.add_parser("year", help="fill the instance with a year of a city's cases", description=_YEAR)
    year.add_argument("--seed", type=int, default=1, metavar="N", help="the dice (1)")
    year.add_argument("--cases", type=int, default=1_200_000, metavar="N", help="cases received (1200000)")
    year.add_argument("--year", type=int, metavar="YYYY", help="a calendar year that has passed")
    year.add_argument("--processes", type=int, default=2, metavar="N", help="makers side by side (2)")
    year.add_argument(
        "--over-promise", type=float, default=0.006, metavar="SHARE", help="decided after the promise (0.006)"
    )
    year.add_argument(
        "--over-law", type=float, default=0.001, metavar="SHARE", help="decided after the law's limit (0.001)"
    )
    year.add_argument("--no-papers", action="store_true", help="issue no papers: a third less work")
    year.add_argument(
        "--afresh", action="store_true", help="throw ALL data of the instance away first and load it anew"
    )
    year.set_defaults(run=_year, needs="database")


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
    from onewindow.base import clock
    from onewindow.site.simulate import day, hours

    _require_demonstration()
    earliest = day.first_day(clock.now())
    if start is None:
        return earliest
    if not hours.is_workday(start):
        raise Failure(f"the centre is closed on {start}")
    if start < earliest:
        raise Failure(f"the clock never goes back: the first day that can be played is {earliest}")
    return start


def _require_demonstration() -> None:
    from django.conf import settings

    from onewindow.base import settings_store

    if not settings.ONEWINDOW_SANDBOX:
        raise Failure("the centre is played in a training instance only (ONEWINDOW_SANDBOX=1)")
    if not settings_store.get("loaded"):
        raise Failure("there is no demonstration yet: run `onewindow demo load` first")


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


# ---------------------------------------------------------------- the year


def _year(options: argparse.Namespace) -> int:
    from onewindow.site.cli import demo
    from onewindow.site.simulate.year import writing

    _check_year(options)
    if options.afresh:
        demo.reset(options)
    plan = _plan(options)
    print(f"seed {plan.seed}: {plan.cases} cases from {plan.first} to {plan.last}", flush=True)
    try:
        result = writing.play(plan, processes=options.processes, progress=_show_month)
    except KeyboardInterrupt:
        print("interrupted: the months told of stand; --afresh begins anew", flush=True)
        raise
    _print_year(result)
    return 1 if any(name.startswith("cut ") for name in result.tally.counts) else 0


def _check_year(options: argparse.Namespace) -> None:
    if not options.afresh:
        _require_demonstration()
    if not 1 <= options.cases <= 5_000_000:
        raise Failure("--cases must be from 1 to 5000000")
    if not 1 <= options.processes <= 16:
        raise Failure("--processes must be from 1 to 16")
    if min(options.over_promise, options.over_law) < 0 or options.over_promise + options.over_law > 1:
        raise Failure("--over-promise and --over-law are shares of 1")


def _plan(options: argparse.Namespace) -> "Plan":
    made = _bare_plan(options)
    return msgspec.structs.replace(made, has_papers=not options.no_papers)


def _bare_plan(options: argparse.Namespace) -> "Plan":
    from onewindow.base import clock
    from onewindow.site.simulate.year import plan

    rates = plan.Rates(options.over_promise, options.over_law)
    if options.year is None:
        return plan.default(clock.now(), cases=options.cases, seed=options.seed, rates=rates)
    if not 2020 <= options.year < clock.today().year:
        raise Failure("--year must have passed and not lie before 2020")
    return plan.of_year(options.year, clock.now(), cases=options.cases, seed=options.seed, rates=rates)


def _show_month(told: "writing.Progress") -> None:
    print(
        f"{told.day:%Y-%m}  {told.cases:>9} cases  {told.facts:>9} facts  {told.seconds:>6.0f} s"
        f"  ({1000 * told.seconds / max(told.cases, 1):.2f} ms a case)",
        flush=True,
    )


def _print_year(result: "writing.Result") -> None:
    for name, count in sorted(result.tally.counts.items()):
        print(f"{name:<32}{count}")
    cases = max(result.tally.counts["cases"], 1)
    print(f"digest of the plan's lives      {result.digest}")
    print(
        f"{result.numbered} facts numbered; {result.seconds:.0f} s ({1000 * result.seconds / cases:.2f} ms a case)"
    )
