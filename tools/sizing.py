"""The sizing table of docs/operations.md, worked out from the costs that docs/performance.md measured.

tools/sizing.py --write    write the table into docs/operations.md
tools/sizing.py --check    fail when it is not what the measured costs say
"""

import argparse
import re
import sys
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
MEASURED, PAPER = ROOT / "docs" / "performance.md", ROOT / "docs" / "operations.md"
BEGIN, END = "<!-- made by tools/sizing.py --write -->\n", "<!-- end of what it made -->\n"

# Assumed: how often each request is made in the life of a case, and what is not measured.
OFTEN = {
    "create (3 materials), whole": 1,
    "accept, whole": 7,
    "inbox of 20": 20,
    "one case, whole": 20,
    "search, never asked before": 3,
}
GUIDE_PAGES, GUIDE_MS = 15, 0.3
DATABASE_SHARE = 0.5  # of the web's time again, for database and proxy
STEPS, STEP_KB = 7, 0.5  # with their papers; a note alone is measured far below
FILES_MB = 3.0
DAYS, HOURS, PEAK = 250, 8, 5  # working days a year, hours a day, the busiest hour over the mean one
LOAD = 0.4
LOG_TIMES = 10  # the write-ahead log over what the database grows by
PLACES = {"district": 100_000, "city": 1_200_000, "province": 12_000_000}
RECOMMENDED = (
    "1 host, 4 cores, 16 GB, spare",
    "2 web hosts of 4 cores, database of 8 cores and 32 GB with a synchronous standby",
    "instances by city; largest city as above",
)


class Costs(NamedTuple):
    """Of one case in its whole life: ms of a core in the web, ms in all, kB in the database."""

    web_ms: float
    all_ms: float
    kb: float


def costs(measured: str) -> Costs:
    """Read off the tables of docs/performance.md; ``KeyError`` or ``ValueError`` when a figure is not there."""
    part = measured.partition("## CPU of one request")[2].partition("\n## ")[0]
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")] for line in part.splitlines() if line[:1] == "|"
    ]
    after = {row[0]: float(row[2]) for row in rows[2:]}
    created = re.search(r"Database per case created: ([\d.]+) kB", measured)
    if created is None:
        raise ValueError("docs/performance.md tells no bytes of a created case")
    web = sum(after[name] * times for name, times in OFTEN.items()) + GUIDE_PAGES * GUIDE_MS
    return Costs(web, web * (1 + DATABASE_SHARE), float(created[1]) + STEPS * STEP_KB)


def table(found: Costs) -> str:
    """The costs of a case in a sentence, and the table by size of the place."""
    lines = [
        f"Web **{found.web_ms:.0f} ms**, with database and proxy **{found.all_ms:.0f} ms** of a core, and"
        f" **{found.kb:.1f} kB** in the database a case.",
        "",
        "| | " + " | ".join(PLACES) + " |",
        "|---" * (len(PLACES) + 1) + "|",
    ]
    hour = [cases / DAYS / HOURS * PEAK for cases in PLACES.values()]
    seconds = [cases * found.all_ms / 1000 for cases in hour]
    grown = [cases * found.kb * 1000 for cases in PLACES.values()]
    for name, values in (
        ("cases a year", [f"{cases:,}" for cases in PLACES.values()]),
        (f"in the busiest hour (÷ {DAYS} days ÷ {HOURS} h × {PEAK})", [f"{one:,.0f}" for one in hour]),
        ("processor time in that hour, of 3,600 s a core", [f"{two(one):,} s" for one in seconds]),
        (f"cores at a load of {LOAD:.0%}", [str(max(1, -int(-one // (3600 * LOAD)))) for one in seconds]),
        ("database a year", [size(one) for one in grown]),
        ("files a year", [size(cases * FILES_MB * 1e6) for cases in PLACES.values()]),
        ("log for recovery a working day", [size(one / DAYS * LOG_TIMES) for one in grown]),
        ("recommended", list(RECOMMENDED)),
    ):
        lines.append(f"| {name} | " + " | ".join(values) + " |")
    return "\n".join(lines) + "\n"


def two(number: float) -> int:
    """Two digits that count: more would promise what nobody measured."""
    return int(float(f"{number:.2g}"))


def size(number: float) -> str:
    """Bytes in the largest unit that keeps them above one."""
    for unit, factor in (("TB", 1e12), ("GB", 1e9), ("MB", 1e6)):
        if number >= factor:
            return f"{float(f'{number / factor:.2g}'):g} {unit}"
    return f"{number / 1000:.0f} kB"


def written(paper: str, measured: str) -> str:
    """The paper with the table as it should be."""
    before, begin, rest = paper.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError("docs/operations.md has no place for the table")
    return before + BEGIN + table(costs(measured)) + END + after


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    chosen = parser.add_mutually_exclusive_group(required=True)
    chosen.add_argument("--write", action="store_true")
    chosen.add_argument("--check", action="store_true")
    options = parser.parse_args()
    paper = PAPER.read_text(encoding="utf-8")
    right = written(paper, MEASURED.read_text(encoding="utf-8"))
    if options.write:
        PAPER.write_text(right, encoding="utf-8")
    elif right != paper:
        print("docs/operations.md is not what was measured; run tools/sizing.py --write", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
