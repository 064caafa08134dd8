"""Which attribute or column of a log means what: known names, and what the operator says instead."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import msgspec

from onewindow.kernel.errors import N_, Invalid

CASE_ROLES = ("case", "start", "end", "deadline", "planned_end", "organ", "responsible")
EVENT_ROLES = ("activity", "time", "lifecycle", "resource", "group", "instance", "due", "finished")
ROLES = CASE_ROLES + EVENT_ROLES
NEEDED = ("case", "activity", "time")

# Best name first; written without case, blanks, and the signs _ - : .
_CASE = {
    "case": "conceptname|id|caseid|caseno|casenumber|name|办件编号|办件号|业务流水号|申办流水号|流水号|案件编号",
    "start": "startdate|start|starttime|startat|startedat|receivedat|收件时间|受理时间|申请时间|开始时间",
    "end": "enddate|end|endtime|endat|endedat|closedat|办结时间|结束时间|完成时间",
    "deadline": "deadline|duedate|dueon|dueat|到期时间|应办结时间|承诺办结时间|法定办结时间|截止时间",
    "planned_end": "enddateplanned|plannedenddate|plannedend|计划办结时间|预计办结时间|计划完成时间",
    "organ": "department|organ|organisation|organization|orggroup|group|办理部门|实施主体|部门|单位",
    "responsible": "responsible|responsibleactor|caseowner|owner|负责人|责任人|承办人",
}
_EVENT = {
    "activity": "conceptname|activity|activityname|task|taskname|event|eventname|type|办理环节|环节名称|环节|活动|步骤",
    "time": (
        "timetimestamp|timestamp|completetimestamp|completetime|eventtime|time|at|endtime|end"
        "|办理时间|发生时间|操作时间|时间|完成时间"
    ),
    "lifecycle": "lifecycletransition|lifecycle|transition",
    "resource": "orgresource|resource|user|actor|employee|办理人员|办理人|处理人|操作人",
    "group": "orggroup|group|department|orgrole|role|organ|办理部门|部门|科室",
    "instance": "conceptinstance",
    "due": "duedate|due|dueat|限办时间|到期时间",
    "finished": "datefinished|finished|finishedat|finishdate",
}
# In a flat table these names, without the prefix `case:`, belong to the event or mean something else.
_NOT_FLAT = frozenset({"conceptname", "id", "name", "start", "starttime", "end", "endtime", "duedate", "dueat",
                       "completetime", "完成时间", "到期时间"})  # fmt: skip
_FLAT_CASE = ("case", "trace", "traceid", "办件")
_SIGNS = re.compile(r"[\s_\-:.]+")
_Ranks = dict[str, tuple[str, int]]


def plain(name: str) -> str:
    """A name as the lists above have it."""
    return _SIGNS.sub("", name.lstrip("\ufeff")).lower()


class Names(msgspec.Struct, frozen=True):
    """Names said by the operator, role → name as the log writes it; they go before all known names."""

    said: dict[str, str] = {}

    def of_case(self) -> Resolver:
        """Attributes of a trace."""
        return Resolver(self.said, CASE_ROLES, _ranks(_CASE))

    def of_event(self) -> Resolver:
        """Attributes of an event."""
        return Resolver(self.said, EVENT_ROLES, _ranks(_EVENT))

    def columns(self, heads: Sequence[str]) -> dict[str, int]:
        """Role → place of its column in a flat table. Raises ``Invalid`` when a needed one is not there."""
        case, event = self.of_case(), self.of_event()
        best: dict[str, tuple[int, int]] = {}
        for place, head in enumerate(heads):
            for role, rank in _meanings(head.strip().lstrip("\ufeff"), case, event):
                best[role] = min(best.get(role, (rank, place)), (rank, place))
        self._complain(heads, best)
        return {role: place for role, (_, place) in best.items()}

    def _complain(self, heads: Sequence[str], found: Mapping[str, object]) -> None:
        absent = [name for role, name in self.said.items() if role not in found]
        lacking = [role for role in NEEDED if role not in found]
        if absent or lacking:
            raise Invalid(
                "wrong-columns",
                N_("找不到这些列：%(wanted)s；文件中有：%(heads)s。请用 --map 角色=列名 指定"),
                params={"wanted": ", ".join(lacking + absent), "heads": ", ".join(heads)[:500]},
            )


class Resolver:
    """Raw name → (role, rank), remembered; a smaller rank goes before a greater one."""

    def __init__(self, said: Mapping[str, str], roles: Sequence[str], known: _Ranks) -> None:
        self._said = {name: role for role, name in said.items() if role in roles}
        self._taken = frozenset(self._said.values())
        self._known = known
        self._seen: dict[str, tuple[str, int] | None] = {}

    def __call__(self, name: str) -> tuple[str, int] | None:
        """What the name means, None when nothing that is counted."""
        try:
            return self._seen[name]
        except KeyError:
            found = self._resolve(name)
            if len(self._seen) < 10_000 and len(name) <= 300:  # names may be endless, in number and length
                self._seen[name] = found
            return found

    def _resolve(self, name: str) -> tuple[str, int] | None:
        if name in self._said:
            return self._said[name], -1
        found = self._known.get(plain(name))
        return None if found is None or found[0] in self._taken else found


def _ranks(lists: Mapping[str, str]) -> _Ranks:
    """Name → (role, rank); a name stands for the first role that lists it."""
    found: _Ranks = {}
    for role, names in lists.items():
        for rank, name in enumerate(names.split("|")):
            found.setdefault(name, (role, rank))
    return found


def _meanings(head: str, case: Resolver, event: Resolver) -> list[tuple[str, int]]:
    """What a column of a flat table may mean: something of the event, of the case, or of both."""
    if head.lower().startswith("case:"):
        found = case(head) or case(head[5:])
        return [found] if found else []
    bare = plain(head)
    if bare in _FLAT_CASE:
        return [("case", 50)]
    of_event, of_case = event(head), case(head)
    if of_case and bare in _NOT_FLAT and of_case[1] >= 0:
        of_case = None
    # A name of the case said to be the time (…) of the event keeps that meaning alone.
    return [one for one in (of_event, of_case) if one]


def parse(pairs: Sequence[str], content: bytes | None = None) -> Names:
    """A mapping from ``role=name`` pairs and the content of a JSON file ``{"role": "name"}``; pairs win.

    Raises ``Invalid`` for roles that do not exist.
    """
    said: dict[str, str] = {}
    if content is not None:
        try:
            said.update(msgspec.json.decode(content, type=dict[str, str]))
        except (msgspec.DecodeError, UnicodeDecodeError):
            raise Invalid("bad-mapping", N_("对照文件应为 JSON 对象：角色到列名")) from None
    for pair in pairs:
        role, _, name = pair.partition("=")
        said[role.strip()] = name.strip()
    wrong = [role for role, name in said.items() if role not in ROLES or not name]
    if wrong:
        raise Invalid(
            "bad-mapping",
            N_("对照中有不认识的角色或空列名：%(wrong)s；角色有：%(roles)s"),
            params={"wrong": ", ".join(wrong)[:200], "roles": ", ".join(ROLES)},
        )
    return Names(said)
