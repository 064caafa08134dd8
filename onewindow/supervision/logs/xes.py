"""XES (IEEE 1849) read trace by trace with expat: no document types, no entities, nothing kept but one trace."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from xml.parsers import expat

from onewindow.kernel.errors import N_, Unreadable
from onewindow.supervision.logs.lines import Case, Dirty, Event, Report, cut
from onewindow.supervision.logs.mapping import Names, Resolver
from onewindow.supervision.logs.source import Limits, Source

_Found = dict[str, tuple[int, str]]
_ATTRIBUTES = frozenset({"string", "date", "int", "float", "boolean", "id"})


def read(source: Source, names: Names, report: Report, roles: set[str]) -> Iterator[Case]:
    """Every trace in the order of the file; ``report`` hears of events that stand in none.

    ``roles`` takes up what the log tells.

    Raises ``Unreadable`` when the XML breaks, declares a document type or passes a bound.
    """
    state = _Reader(names, report, roles, source.limits)
    made = _parser(state)
    fed = 0
    try:
        for piece in source.pieces():
            made.Parse(piece, False)
            fed += len(piece)
            # An unfinished tag is scanned anew with every piece: without a bound that is quadratic.
            if fed - made.CurrentByteIndex > source.limits.token_bytes:
                raise _broken(made, N_("标记过长"))
            yield from state.taken()
        made.Parse(b"", True)
    except (expat.ExpatError, ValueError) as error:
        raise _broken(made, _reason(error, source)) from None
    yield from state.taken()
    if not state.is_log:
        raise Unreadable("not-xes", N_("XML 的根元素不是 log，不是 XES 日志"))


def _reason(error: Exception, source: Source) -> str:
    code = getattr(error, "code", 0)
    if code == 4 and not source.is_declared:  # invalid token: mostly a wrong encoding
        return "not well-formed, or not UTF-8 (--encoding)"
    return expat.ErrorString(code) or str(error)[:80] if code else str(error)[:80]


def _broken(made: Any, reason: str) -> Unreadable:
    return Unreadable(
        "broken-xml",
        N_("XML 在第 %(line)s 行中断：%(reason)s"),
        params={"line": made.CurrentLineNumber, "reason": reason},
    )


def _parser(state: _Reader) -> Any:
    """An expat parser that takes no document type, no entity and nothing from outside."""
    made: Any = expat.ParserCreate("UTF-8")
    state.place = made
    made.StartElementHandler = state.start
    made.EndElementHandler = state.end

    def refuse(*_: object) -> None:
        raise Unreadable("doctype", N_("日志内含有文档类型声明或实体，不予读取"))

    made.StartDoctypeDeclHandler = refuse
    made.EntityDeclHandler = refuse
    made.ExternalEntityRefHandler = refuse
    made.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
    return made


class _Reader:
    """The state between two events of the parser; finished traces wait in ``ready``."""

    def __init__(self, names: Names, report: Report, roles: set[str], limits: Limits) -> None:
        self.of_case, self.of_event = names.of_case(), names.of_event()
        self.report, self.roles, self.limits = report, roles, limits
        self.place: Any = None
        self.depth = 0
        self.is_log = False
        self.trace: Case | None = None
        self.in_case: _Found = {}
        self.in_event: _Found | None = None
        self.event_line = 0
        self.ready: list[Case] = []

    def taken(self) -> list[Case]:
        """The traces that ended since the last time."""
        found, self.ready = self.ready, []
        return found

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        depth = self.depth
        if depth > self.limits.depth:
            raise _broken(self.place, N_("嵌套过深"))
        if ":" in name:
            name = name.rpartition(":")[2]
        if depth == 4:
            if self.in_event is not None:
                _take(self.in_event, self.of_event, name, attributes)
        elif depth == 3:
            self._in_trace(name, attributes)
        elif depth == 2:
            self._in_log(name)
        elif depth == 1:
            self.is_log = name == "log"
            if not self.is_log:
                raise Unreadable("not-xes", N_("XML 的根元素不是 log，不是 XES 日志"))

    def _in_log(self, name: str) -> None:
        if name == "trace":
            self.trace = Case(self.place.CurrentLineNumber, {}, [])
            self.in_case = {}
        elif name == "event":
            self.report(Dirty(None, "event-outside-case", self.place.CurrentLineNumber))

    def _in_trace(self, name: str, attributes: dict[str, str]) -> None:
        if self.trace is None:
            return
        if name == "event":
            self.in_event = {}
            self.event_line = self.place.CurrentLineNumber
        else:
            _take(self.in_case, self.of_case, name, attributes)

    def end(self, name: str) -> None:
        if self.depth == 3 and self.in_event is not None:
            self._end_event()
        elif self.depth == 2 and self.trace is not None:
            self.trace.told = self._told(self.in_case)
            self.ready.append(self.trace)
            self.trace = None
        self.depth -= 1

    def _end_event(self) -> None:
        assert self.trace is not None and self.in_event is not None
        if len(self.trace.events) < self.limits.case_events:
            self.trace.events.append(Event(self.event_line, self._told(self.in_event)))
        else:
            self.trace.further += 1
        self.in_event = None

    def _told(self, found: _Found) -> dict[str, str]:
        self.roles.update(found)
        return {role: value for role, (_, value) in found.items()}


def _take(into: _Found, meaning: Resolver, name: str, attributes: dict[str, str]) -> None:
    if name not in _ATTRIBUTES:
        return
    found = meaning(attributes.get("key", ""))
    if found is None:
        return
    role, rank = found
    before = into.get(role)
    if before is None or rank < before[0]:
        into[role] = (rank, cut(attributes.get("value", "")))
