"""Tags of the console: words for roles, streams, flags and the state of an account."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec
from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

register = template.Library()

ROLES: dict[str, Any] = {
    "applicant": lazy("申请人"),
    "citizen": lazy("申请人"),
    "enterprise": lazy("企业经办人"),
    "clerk": lazy("综合窗口"),
    "examiner": lazy("审查"),
    "approver": lazy("审批"),
    "head": lazy("负责人"),
    "issuer": lazy("出件窗口"),
    "catalog": lazy("事项编辑"),
    "establishment": lazy("编制部门"),
    "legal": lazy("法制部门"),
    "leader": lazy("政府领导"),
    "supervisor": lazy("监察"),
    "manager": lazy("中心管理"),
    "sysadmin": lazy("系统管理员"),
    "secadmin": lazy("安全管理员"),
    "auditor": lazy("审计员"),
    "system": lazy("系统"),
}
STREAMS: dict[str, Any] = {
    "case": lazy("办件"),
    "document": lazy("文书"),
    "account": lazy("账号"),
    "staff": lazy("人员"),
    "org": lazy("机构"),
    "calendar": lazy("日历"),
    "catalog": lazy("事项"),
    "person": lazy("申请人档案"),
}
FLAGS: dict[str, tuple[Any, str]] = {
    "deemed": (lazy("视为受理"), "tag--over"),
    "overdue": (lazy("超期"), "tag--over"),
    "deferral-missed": (lazy("容缺过期未补"), "tag--over"),
    "pause-overrun": (lazy("停钟超过预计"), "tag--near"),
    "deferred": (lazy("容缺未补"), "tag--near"),
    "extended": (lazy("延过期"), ""),
    "proposed-pause": (lazy("等确认停钟"), "tag--act"),
    "proposed-return": (lazy("等确认退件"), "tag--act"),
}
MISSING: dict[str, Any] = {
    "legal_limit": lazy("法定时限"),
    "promised_limit": lazy("承诺时限"),
    "materials": lazy("材料"),
    "kind": lazy("办件类型"),
    "visits": lazy("跑动次数"),
    "fee": lazy("收费"),
    "online": lazy("能否网办"),
    "basis": lazy("依据"),
    "conditions": lazy("条件"),
    "form_schema": lazy("表单"),
    "steps": lazy("流程"),
    "places": lazy("地点"),
    "audiences": lazy("服务对象"),
    "themes": lazy("主题"),
}
LONGEST = 200


@register.simple_tag
def role_word(code: Any) -> str:
    """The word for a role."""
    return str(ROLES.get(str(code), code or ""))


@register.simple_tag
def stream_word(code: str) -> str:
    """The word for a stream of facts."""
    return str(STREAMS.get(code, code))


@register.simple_tag
def missing_word(code: str) -> str:
    """The word for what an item's source lacks."""
    return str(MISSING[code]) if code in MISSING else _(code)


@register.simple_tag
def flag_tag(code: str) -> SafeString:
    """A mark on a case."""
    text, css = FLAGS.get(code, (code, ""))
    return format_html('<span class="tag {}">{}</span>', css, text)


@register.simple_tag
def account_state(account: Any, real_now: datetime) -> SafeString:
    """Whether the account is open, locked, closed, or waits for a new password."""
    if not account.is_active:
        return format_html('<span class="tag tag--over">{}</span>', _("已停用"))
    if account.locked_until and account.locked_until > real_now:
        return format_html('<span class="tag tag--near">{}</span>', _("输错锁定中"))
    if account.must_change_password:
        return format_html('<span class="tag tag--act">{}</span>', _("要改密码"))
    return format_html('<span class="tag tag--go">{}</span>', _("正常"))


@register.simple_tag
def fact_data(data: dict[str, Any]) -> str:
    """The data of a fact as text, cut short."""
    text = msgspec.json.encode(data).decode()
    return text if len(text) <= LONGEST else text[:LONGEST] + "…"
