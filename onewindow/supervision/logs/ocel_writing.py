"""Our cases as OCEL 2.0 in JSON: events touch a case, its item version, organs, windows and papers.

Objects are written to a temporary file while events stream, then put behind them; what is kept in memory is
the set of items, organs and windows. All values are strings, as the schema of the standard has them.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import IO, Any

import msgspec

from onewindow.kernel.errors import NotFound
from onewindow.org import queries as org
from onewindow.supervision.logs.told import Item, ToldCase, ToldStep, organ_name

_encode = msgspec.json.encode
_ALWAYS = "1970-01-01T00:00:00Z"  # since when what never changed holds
OBJECT_TYPES = {
    "case": {
        "case_no": "string", "kind": "string", "channel": "string", "region": "string", "state": "string",
        "received_at": "time", "ended_at": "time", "planned": "time", "deadline": "time",
    },
    "item version": {"task_code": "string", "version": "string", "name": "string", "type": "string"},
    "organ": {"name": "string"},
    "window": {"name": "string", "hall": "string", "kind": "string"},
    "document": {"document_no": "string", "kind": "string"},
}  # fmt: skip
EVENT_ATTRIBUTES = {"resource": "string", "role": "string", "lifecycle": "string", "deemed": "string"}


def write(out: IO[bytes], cases: Iterable[ToldCase]) -> tuple[int, int]:
    """Write the log; how many cases and events."""
    with tempfile.TemporaryFile(prefix="log-") as aside:
        writer = _Writer(out, aside)
        out.write(b'{"events":[')
        for case in cases:
            writer.case(case)
        out.write(b'\n],"objects":[')
        aside.seek(0)
        shutil.copyfileobj(aside, out)
        types = [_type(name, EVENT_ATTRIBUTES) for name in sorted(writer.types)]
        out.write(b'\n],"eventTypes":' + _encode(types))
        out.write(b',"objectTypes":' + _encode([_type(*one) for one in OBJECT_TYPES.items()]) + b"}\n")
    return writer.cases, writer.events


def _type(name: str, attributes: dict[str, str]) -> dict[str, Any]:
    return {"name": name, "attributes": [{"name": one, "type": kind} for one, kind in attributes.items()]}


class _Writer:
    def __init__(self, out: IO[bytes], aside: IO[bytes]) -> None:
        self._out, self._aside = out, aside
        self._known: set[str] = set()  # items, organs, windows
        self.types: set[str] = set()
        self.cases = self.events = self._objects = 0

    def case(self, case: ToldCase) -> None:
        """Write a case, its events and what they touch for the first time."""
        life = case.life
        id, item_id = f"case:{life.case_no}", self._item(case.item)
        at = life.received_at.isoformat()
        told = {
            "case_no": life.case_no, "kind": life.kind, "channel": life.channel, "region": life.region,
            "received_at": at, "ended_at": _iso(case.ended_at), "planned": _iso(case.planned),
            "deadline": _iso(case.deadline),
        }  # fmt: skip
        links = [(item_id, "applies for"), (self._organ(life.organ_id), "decided by")]
        values = [(name, value, at) for name, value in told.items()]
        # The state is that of the last fact, told at its instant.
        values.append(("state", life.state, life.steps[-1].at.isoformat()))
        self._object(id, "case", values, links)
        for step in case.steps:
            self._event(case, step, id, item_id)
        self.cases += 1

    def _event(self, case: ToldCase, one: ToldStep, case_id: str, item_id: str) -> None:
        step = one.step
        links = [(case_id, "case"), (item_id, "item"), (self._organ(case.life.organ_id), "deciding organ")]
        if step.organ_id is not None and one.organ and step.organ_id != case.life.organ_id:
            links.append((self._organ(step.organ_id), "acting organ"))
        if one.window_id is not None:
            links.append((self._window(one.window_id), "at window"))
        for number, kind in step.papers:
            id = f"document:{number}"
            values = [("document_no", number, step.at.isoformat()), ("kind", kind, step.at.isoformat())]
            self._object(id, "document", values, [(case_id, "issued for")])
            links.append((id, "issues"))
        told = {"resource": one.who, "role": one.duty, "lifecycle": "complete"}
        if step.is_deemed:
            told["deemed"] = "true"
        self._put(
            self._out,
            {
                "id": f"{case.life.case_no}#{step.seq}",
                "type": step.type,
                "time": step.at.isoformat(),
                "attributes": [{"name": name, "value": value} for name, value in told.items() if value],
                "relationships": _links(links),
            },
            is_first=not self.events,
        )
        self.events += 1
        self.types.add(step.type)

    def _item(self, item: Item) -> str:
        id = f"item:{item.task_code}@{item.version}"
        if self._is_new(id):
            told = {"task_code": item.task_code, "version": str(item.version), "name": item.name}
            told["type"] = item.type
            self._object(id, "item version", _lasting(told), [(self._organ(item.organ_id), "item of")])
        return id

    def _organ(self, organ_id: int) -> str:
        id = f"organ:{organ_id}"
        if self._is_new(id):
            self._object(id, "organ", _lasting({"name": organ_name(organ_id)}), [])
        return id

    def _window(self, window_id: int) -> str:
        id = f"window:{window_id}"
        if self._is_new(id):
            self._object(id, "window", _lasting(_window(window_id)), [])
        return id

    def _is_new(self, id: str) -> bool:
        is_new = id not in self._known
        self._known.add(id)
        return is_new

    def _object(
        self, id: str, type: str, values: Sequence[tuple[str, str, str]], links: Sequence[tuple[str, str]]
    ) -> None:
        attributes = [{"name": name, "value": value, "time": at} for name, value, at in values if value]
        told = {"id": id, "type": type, "attributes": attributes, "relationships": _links(links)}
        self._put(self._aside, told, is_first=not self._objects)
        self._objects += 1

    def _put(self, file: IO[bytes], value: dict[str, Any], *, is_first: bool) -> None:
        file.write((b"\n" if is_first else b",\n") + _encode(value))


def _links(links: Sequence[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"objectId": id, "qualifier": qualifier} for id, qualifier in links]


def _lasting(told: dict[str, str]) -> list[tuple[str, str, str]]:
    return [(name, value, _ALWAYS) for name, value in told.items()]


def _window(window_id: int) -> dict[str, str]:
    try:
        found = org.window(window_id)
    except NotFound:
        return {}
    return {"name": found.name, "hall": found.center_name, "kind": found.kind}


def _iso(at: datetime | None) -> str:
    return "" if at is None else at.isoformat()
