"""Events of cases as a log in XES (IEEE 1849) for process mining."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from typing import IO, Any
from xml.sax.saxutils import quoteattr

from onewindow.base.tables import NOT_XML

_OPENING = """<?xml version="1.0" encoding="UTF-8"?>
<log xes.version="1.0" xes.features="" xmlns="http://www.xes-standard.org/">
 <extension name="Concept" prefix="concept" uri="http://www.xes-standard.org/concept.xesext"/>
 <extension name="Time" prefix="time" uri="http://www.xes-standard.org/time.xesext"/>
 <extension name="Lifecycle" prefix="lifecycle" uri="http://www.xes-standard.org/lifecycle.xesext"/>
 <extension name="Organizational" prefix="org" uri="http://www.xes-standard.org/org.xesext"/>
 <global scope="trace"><string key="concept:name" value=""/></global>
 <global scope="event"><string key="concept:name" value=""/><date key="time:timestamp" \
value="1970-01-01T00:00:00+08:00"/></global>
 <classifier name="Activity" keys="concept:name"/>
"""


def write_xes(out: IO[bytes], events: Iterable[Any]) -> int:
    """An event log (IEEE 1849): a trace a case, an event a fact; ``events`` come case by case. How many events."""
    out.write(_OPENING.encode())
    count = 0
    for case_no, of_case in groupby(events, key=lambda event: event.case_no):
        lines = list(of_case)
        first = lines[0]
        parts = [" <trace>", _pair("concept:name", case_no)]
        parts += [_pair(name, getattr(first, name)) for name in ("task_code", "item", "organ", "channel")]
        parts += [_event(event) for event in lines]
        out.write(("\n".join(parts) + "\n </trace>\n").encode())
        count += len(lines)
    out.write(b"</log>\n")
    return count


def _event(event: Any) -> str:
    pairs = [
        _pair("concept:name", event.type),
        f'<date key="time:timestamp" value={quoteattr(event.at.isoformat(timespec="milliseconds"))}/>',
        _pair("lifecycle:transition", "complete"),
        _pair("org:resource", event.actor or event.role),
        _pair("org:role", event.role),
        f'<int key="seq" value="{int(event.seq)}"/>',
    ]
    return "  <event>" + "".join(pairs) + "</event>"


def _pair(key: str, value: str) -> str:
    return f'<string key="{key}" value={quoteattr(NOT_XML.sub("", value))}/>'
