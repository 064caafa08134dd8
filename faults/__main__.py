"""`python -m faults`: the fault campaign. Each part brings its own instance and throws it away.

    python -m faults kills   --count 1000    kill -9 under load
    python -m faults windows --count 200     cut, stalled, full, frozen, away, promoted
    python -m faults inputs  --count 100000  hostile inputs to API and forms
    python -m faults …       --control       the negative controls of the part: each must fail, and is said to

Prints a Markdown table, leaves it under build/faults, and ends with status 0 only when the part holds.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from faults.instance import usual_parent


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m faults", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("part", choices=["kills", "windows", "inputs"])
    parser.add_argument("--count", type=int, help="how many (1000 kills, 200 windows, 100000 inputs)")
    parser.add_argument("--minutes", type=float, default=60, help="stop early after so many minutes (60)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--writers", type=int, help="writers, or connections, side by side")
    parser.add_argument("--control", action="store_true", help="the negative controls instead")
    parser.add_argument("--only", default="", help="one kind of window, or one control")
    parser.add_argument(
        "--folder", type=Path, default=usual_parent(), help="where the instances lie (%(default)s)"
    )
    parser.add_argument("--keep", action="store_true", help="leave the directory for a look")
    return 0 if _run(parser.parse_args()) else 1


def _run(asked: argparse.Namespace) -> bool:
    if asked.control:
        from faults import controls

        own = {"seed": asked.seed, "keep": asked.keep, "parent": asked.folder}
        return controls.campaign(asked.part, only=asked.only, **own)
    told = {"minutes": asked.minutes, "seed": asked.seed, "keep": asked.keep, "parent": asked.folder}
    if asked.part == "kills":
        from faults import kills

        return kills.campaign(count=asked.count or 1000, writers=asked.writers or 6, **told)
    if asked.part == "windows":
        from faults import windows

        return windows.campaign(count=asked.count or 200, only=asked.only, **told)
    from faults.inputs import campaign

    return campaign.campaign(count=asked.count or 100_000, connections=asked.writers or 6, **told)


if __name__ == "__main__":
    sys.exit(main())
