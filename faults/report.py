"""What a campaign found, as Markdown for people and as JSON under ``build/faults``."""

from __future__ import annotations

import json
import os
import platform
from datetime import UTC, datetime

import msgspec

from faults.instance import ROOT

BUILD = ROOT / "build" / "faults"


class Row(msgspec.Struct):
    """A line of the table: what was done how often, what was found, and what that says."""

    what: str
    count: int
    found: int
    told: str = ""


class Report(msgspec.Struct):
    """One campaign: its command, its lines, findings in full, and how long it took."""

    command: str
    rows: list[Row]
    wrong: list[str]
    seconds: float
    notes: list[str] = []

    def show(self, name: str) -> None:
        """Print the table and leave both forms under ``build/faults``."""
        text = self.text()
        print(text)
        BUILD.mkdir(parents=True, exist_ok=True)
        (BUILD / f"{name}.md").write_text(text, encoding="utf-8")
        (BUILD / f"{name}.json").write_text(
            json.dumps(msgspec.to_builtins(self), indent=1, ensure_ascii=False)
        )

    def text(self) -> str:
        lines = [f"`{self.command}`, {machine()}, {self.seconds / 60:.1f} min", ""]
        lines += ["| what | count | found | |", "|---|---:|---:|---|"]
        lines += [f"| {one.what} | {one.count:,} | {one.found} | {one.told} |" for one in self.rows]
        lines += ["", *self.notes]
        lines += [f"- {one}" for one in self.wrong[:40]]
        return "\n".join(lines).rstrip() + "\n"


def bound(count: int, found: int = 0) -> str:
    """The rule of three: none of ``count`` seen means fewer than 3 / count at 95 %."""
    return f"< {100 * 3 / count:.3g} % at 95 %" if count and not found else ""


def machine() -> str:
    load = os.getloadavg()[1]
    day = datetime.now(UTC).date()
    return f"{day}, {os.cpu_count()} cores ({platform.machine()}), load {load:.0f}"
