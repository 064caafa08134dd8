"""The items that the demonstration handles end to end: what the shared lists lack, written from the laws."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from onewindow.catalog import publishing, queries, services
from onewindow.catalog.definition import ItemDefinition
from onewindow.kernel.actor import SYSTEM, Actor

FOLDER = Path(__file__).resolve().parent.parent / "data" / "items"
REASON = "为演示依法补全"


def lists() -> list[Path]:
    """The shipped item lists, the district's first."""
    return [FOLDER / "district.csv.gz", FOLDER / "provincial.jsonl.gz"]


def completions() -> list[dict[str, Any]]:
    """What is laid over the imported rows, one mapping of ``ItemDefinition`` fields per item."""
    rows: list[dict[str, Any]] = msgspec.json.decode((FOLDER / "demonstration.json").read_bytes())
    return rows


def completed(base: ItemDefinition, row: dict[str, Any]) -> ItemDefinition:
    """``base`` with the elements of ``row``, marked as written for the demonstration."""
    whole = msgspec.to_builtins(base) | row | {"handled": True, "demonstration": True, "missing": ()}
    return msgspec.convert(whole, ItemDefinition)


def complete(*, now: datetime, actor: Actor = SYSTEM) -> list[int]:
    """Publish the completed items; those that stand already are left alone. Gives the new version ids."""
    made = []
    for row in completions():
        base = queries.current(row["task_code"])
        wanted = completed(base, row)
        if publishing.digest_of(base) != publishing.digest_of(wanted):
            made.append(services.publish(wanted, actor=actor, now=now, reason=REASON))
    return made


def load(*, now: datetime, actor: Actor = SYSTEM) -> list[services.ImportReport]:
    """Publish both shipped lists whole and complete the items that the demonstration handles; idempotent."""
    reports = [services.import_file(path, now=now, actor=actor) for path in lists()]
    complete(now=now, actor=actor)
    return reports
