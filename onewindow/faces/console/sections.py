"""The sections of the console and who may open each."""

from __future__ import annotations

from typing import Any

import msgspec
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as lazy

from onewindow.kernel.actor import Actor


class Section(msgspec.Struct, frozen=True):
    """One page in the console's navigation."""

    name: str
    label: Any
    url: str
    roles: tuple[str, ...]


SYSTEM = Section("system", lazy("系统"), "/console/system", ("sysadmin",))
CALENDAR = Section("calendar", lazy("工作日历"), "/console/calendar", ("sysadmin",))
MESSAGES = Section("messages", lazy("短信"), "/console/messages", ("sysadmin",))
ACCOUNTS = Section("accounts", lazy("账号与岗位"), "/console/accounts", ("secadmin",))
ERASURES = Section("erasures", lazy("个人信息删除"), "/console/erasures", ("sysadmin", "secadmin"))
CORRECTIONS = Section("corrections", lazy("身份更正"), "/console/corrections", ("clerk", "manager"))
DISPOSALS = Section("disposals", lazy("到期销毁"), "/console/disposals", ("sysadmin", "secadmin"))
LOG = Section("log", lazy("日志"), "/console/log", ("auditor",))
LOG_INS = Section("log-ins", lazy("登录记录"), "/console/log-ins", ("auditor",))
LEDGER = Section("ledger", lazy("存证核验"), "/console/ledger", ("auditor",))
CASES = Section("cases", lazy("办件"), "/console/cases", ("supervisor", "manager"))
ITEMS = Section(
    "items",
    lazy("事项"),
    "/console/items",
    ("catalog", "establishment", "legal", "leader", "manager", "supervisor"),
)
PAPERS = Section("papers", lazy("文书模板"), "/console/papers", ("manager",))
SUPERVISION = Section("supervision", lazy("监察"), "/supervision", ("supervisor", "manager"))
SECTIONS = (
    SYSTEM,
    CALENDAR,
    MESSAGES,
    ACCOUNTS,
    ERASURES,
    CORRECTIONS,
    DISPOSALS,
    LOG,
    LOG_INS,
    LEDGER,
    CASES,
    ITEMS,
    PAPERS,
    SUPERVISION,
)
ROLES = tuple(dict.fromkeys(role for section in SECTIONS for role in section.roles))


def open_to(actor: Actor) -> list[Section]:
    """The sections that this actor may open, in order."""
    return [section for section in SECTIONS if actor.has(*section.roles)]


def shell(request: HttpRequest, section: Section, **more: Any) -> dict[str, Any]:
    """What every page of the console needs."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return {"section": section, "sections": open_to(actor)} | more
