"""Our cases as XES (IEEE 1849): a trace a case, an event a fact, the standard extensions for what they cover."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import IO
from xml.sax.saxutils import quoteattr

from onewindow.base.tables import NOT_XML
from onewindow.supervision.logs.told import ToldCase, ToldStep

_SITE = "http://www.xes-standard.org/"
_EXTENSIONS = (
    ("Concept", "concept"),
    ("Time", "time"),
    ("Lifecycle", "lifecycle"),
    ("Organizational", "org"),
)
_OPENING = f"""<?xml version="1.0" encoding="UTF-8"?>
<log xes.version="1849.2016" xes.features="" xmlns="{_SITE}">
""" + "".join(
    f' <extension name="{name}" prefix="{prefix}" uri="{_SITE}{prefix}.xesext"/>\n'
    for name, prefix in _EXTENSIONS
)
_GLOBALS = """ <global scope="trace"><string key="concept:name" value="UNKNOWN"/>\
<date key="startdate" value="1970-01-01T00:00:00.000+00:00"/></global>
 <global scope="event"><string key="concept:name" value="UNKNOWN"/>\
<date key="time:timestamp" value="1970-01-01T00:00:00.000+00:00"/>\
<string key="lifecycle:transition" value="complete"/></global>
 <classifier name="Activity" keys="concept:name"/>
 <classifier name="Resource" keys="org:resource"/>
 <string key="lifecycle:model" value="standard"/>
"""


def write(out: IO[bytes], cases: Iterable[ToldCase]) -> tuple[int, int]:
    """Write the log; how many cases and events."""
    out.write((_OPENING + _GLOBALS).encode())
    count = events = 0
    for case in cases:
        out.write(_trace(case).encode())
        count += 1
        events += len(case.steps)
    out.write(b"</log>\n")
    return count, events


def _trace(case: ToldCase) -> str:
    life = case.life
    parts = [
        text("concept:name", life.case_no),
        text("item", case.item.name),
        text("task_code", case.item.task_code),
        f'<int key="item_version" value="{case.item.version}"/>',
        text("organ", case.organ),
        text("region", life.region),
        text("channel", life.channel),
        text("kind", life.kind),
        text("state", life.state),
        moment("startdate", life.received_at),
        moment("enddate", case.ended_at),
        moment("deadline", case.deadline),
        moment("enddate_planned", case.planned),
    ]
    told = "\n  ".join(part for part in parts if part)
    return f" <trace>\n  {told}\n" + "".join(map(_event, case.steps)) + " </trace>\n"


def _event(one: ToldStep) -> str:
    pairs = [
        text("concept:name", one.step.type),
        moment("time:timestamp", one.step.at),
        text("lifecycle:transition", "complete"),
        text("org:resource", one.who),
        text("org:role", one.duty),
        text("org:group", one.organ),
        f'<int key="seq" value="{one.step.seq}"/>',
        '<boolean key="deemed" value="true"/>' if one.step.is_deemed else "",
    ]
    return "  <event>" + "".join(pairs) + "</event>\n"


def text(key: str, value: str) -> str:
    """A string attribute; nothing for an empty one."""
    return f'<string key="{key}" value={quoteattr(NOT_XML.sub("", value))}/>' if value else ""


def moment(key: str, at: datetime | None) -> str:
    """A date attribute to the millisecond; nothing for None."""
    return "" if at is None else f'<date key="{key}" value="{at.isoformat(timespec="milliseconds")}"/>'
