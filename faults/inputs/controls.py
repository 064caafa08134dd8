"""Negative controls of the inputs: a bug that is there must be counted, and knocking at the door is not entering."""

from __future__ import annotations

import time
from pathlib import Path

from faults.inputs.campaign import send, share
from faults.instance import Instance, folder, running
from faults.report import Report, Row

COUNT = 2000


def campaign(*, seed: int, keep: bool, parent: Path) -> bool:
    """Both controls on one instance; True when both failed as they must."""
    began = time.monotonic()
    with folder(keep, parent) as place:
        platform = Instance(place)
        platform.application = "faults.inputs.broken:application"
        with running(platform):
            buggy = send(platform, COUNT, seed=seed, pages=8)
            nobody = send(platform, COUNT, seed=seed, pages=8, has_names=False)
    is_found, is_kept_out = bool(buggy.bad), 3 * nobody.reached.total() < nobody.total
    rows = [
        Row("a bug let in: 500 for an escaped NUL in an address", buggy.total, len(buggy.bad), _verdict(is_found)),
        Row("the same inputs without a log-in that holds: the share that reaches business code must fall below a third",
            nobody.total, nobody.reached.total(), f"{share(nobody)}; {_verdict(is_kept_out)}"),
    ]  # fmt: skip
    Report("python -m faults inputs --control", rows, [], time.monotonic() - began).show("inputs-control")
    return is_found and is_kept_out


def _verdict(is_so: bool) -> str:
    return "fails, as it must" if is_so else "**NOT FOUND OUT**"
