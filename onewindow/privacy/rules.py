"""What of a person's data may go, what must stay and why, in sentences for citizens: pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import msgspec

from onewindow.cases.rules.retention import Stay
from onewindow.cases.rules.state import NEVER
from onewindow.kernel.errors import N_

SENTENCES = {
    "running": N_("还没有办完。办完以前要用到您的信息。"),
    "remedy": N_("在复议和诉讼期限内，资料要留作凭据。"),
    "retention": N_("办件档案依法要保存一段时间。"),
}
COMPLAINTS_STAY = N_("投诉办完后要保存一段时间，到期由系统删除，注销账号以后也一样。")
BASES = {
    "running": "《中华人民共和国个人信息保护法》第四十七条、第三十四条",
    "remedy": "《中华人民共和国行政诉讼法》第四十六条、《中华人民共和国行政复议法》第二十条",
    "retention": "《中华人民共和国档案法》第十三条、《中华人民共和国个人信息保护法》第四十七条第二款",
}
ACCOUNT_SENTENCES = {
    "running": N_("还有没办完的事，办完才能注销账号。"),
    "mandate": N_("还有有效的授权委托，先结束委托才能注销账号。"),
}


class Held(msgspec.Struct, frozen=True):
    """One case of a person: by its key and number, and why it must stay (nothing: it may go)."""

    id: int
    case_no: str
    item: str
    state: str
    ended_on: date | None
    stays: tuple[Stay, ...]

    @property
    def until(self) -> date | None:
        """The first day on which it may go, None when it may today or nobody can say."""
        last = max((stay.until for stay in self.stays if stay.until), default=None)
        return None if last == NEVER else last


class Complaint(msgspec.Struct, frozen=True):
    """A complaint of a person that stays when the account goes; ``until`` None while it is handled or kept for ever."""

    number: str
    is_open: bool
    until: date | None = None


class Plan(msgspec.Struct, frozen=True):
    """What an erasure today would take and what it would leave; ``account_stays`` names why, "" when it may go."""

    goes: tuple[Held, ...]
    stays: tuple[Held, ...]
    drafts: int
    account_stays: str
    complaints: tuple[Complaint, ...] = ()  # what stays of them

    def is_empty(self, *, with_account: bool) -> bool:
        """True when nothing at all could go."""
        return not (self.goes or self.drafts or (with_account and not self.account_stays))


def plan(
    cases: Sequence[Held], *, drafts: int, has_mandates: bool, complaints: Sequence[Complaint] = ()
) -> Plan:
    """Cases apart by whether they may go. An account stays while matters run or mandates hold."""
    goes = tuple(one for one in cases if not one.stays)
    stays = tuple(one for one in cases if one.stays)
    is_running = any(why.why == "running" for one in stays for why in one.stays)
    account = "running" if is_running else "mandate" if has_mandates else ""
    return Plan(goes, stays, drafts, account, tuple(complaints))
