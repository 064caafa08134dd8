"""The words of the workbench for the contract's codes: states, kinds, acts, events, flags, grounds."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from onewindow.ui import words

PROCEDURES: dict[str, Any] = {code: lazy(text) for code, text in words.PROCEDURES.items()}

STATES: dict[str, Any] = {
    "draft": lazy("草稿"),
    "received": lazy("待受理"),
    "correcting": lazy("等补正"),
    "accepted": lazy("已受理"),
    "in_review": lazy("审查中"),
    "paused": lazy("停钟中"),
    "granted": lazy("准予，待制证"),
    "denied": lazy("不予许可"),
    "produced": lazy("已制证，待送达"),
    "delivered": lazy("已送达"),
    "refused_acceptance": lazy("不予受理"),
    "returned": lazy("已退件"),
    "withdrawn": lazy("已撤回"),
    "terminated": lazy("已终止"),
}
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
ACTIONS: dict[str, Any] = {
    "submit": lazy("提交"),
    "notify-correction": lazy("一次性告知补正"),
    "resubmit": lazy("收补正材料"),
    "accept": lazy("受理"),
    "change": lazy("当场补材料"),
    "refuse-acceptance": lazy("不予受理"),
    "return": lazy("退件"),
    "supply-deferred": lazy("收容缺材料"),
    "review": lazy("审查"),
    "pause": lazy("停钟（特别程序）"),
    "resume": lazy("恢复计时"),
    "extend": lazy("延期"),
    "forward": lazy("报上级审批"),
    "answer": lazy("登记上级答复"),
    "decide": lazy("作出决定"),
    "produce": lazy("制证"),
    "deliver": lazy("送达"),
    "withdraw": lazy("撤回申请"),
    "terminate": lazy("终止办理"),
    "claim": lazy("我来办"),
    "assign": lazy("分给"),
    "transfer": lazy("转交"),
    "note": lazy("内部备注"),
    "reveal": lazy("显示个人信息"),
}
EVENTS: dict[str, Any] = {
    "received": lazy("收件"),
    "drafted": lazy("保存草稿"),
    "submitted": lazy("提交申请"),
    "materials-changed": lazy("更改材料"),
    "correction-notified": lazy("一次性告知补正"),
    "resubmitted": lazy("补正材料收到"),
    "accepted": lazy("受理"),
    "acceptance-refused": lazy("不予受理"),
    "returned": lazy("退件"),
    "return-proposed": lazy("提出退件，等确认"),
    "deferred-supplied": lazy("容缺材料补齐"),
    "reviewed": lazy("审查"),
    "pause-proposed": lazy("提出停钟，等确认"),
    "paused": lazy("停钟"),
    "resumed": lazy("恢复计时"),
    "extended": lazy("延期"),
    "forwarded": lazy("报上级"),
    "forward-answered": lazy("上级答复"),
    "granted": lazy("准予许可"),
    "denied": lazy("不予许可"),
    "produced": lazy("制证"),
    "delivered": lazy("送达"),
    "withdrawn": lazy("申请人撤回"),
    "terminated": lazy("终止办理"),
    "claimed": lazy("领件"),
    "assigned": lazy("分件"),
    "transferred": lazy("转交"),
    "noted": lazy("内部备注"),
    "due-moved": lazy("期限随日历调整"),
    "overdue": lazy("超过期限"),
    "proposal-lapsed": lazy("提议失效"),
    "revealed": lazy("查看个人信息"),
    "deferral-missed": lazy("容缺材料过期未补"),
    "pause-overrun": lazy("停钟超过预计时间"),
}
# Flag code of an inbox row -> (words, tag class).
FLAGS: dict[str, tuple[Any, str]] = {
    "deemed": (lazy("视为受理"), "tag--over"),
    "overdue": (lazy("超期"), "tag--over"),
    "deferral-missed": (lazy("容缺过期未补"), "tag--over"),
    "pause-overrun": (lazy("停钟超过预计"), "tag--near"),
    "deferred": (lazy("容缺未补"), "tag--near"),
    "extended": (lazy("延过期"), ""),
    "proposed-pause": (lazy("等确认停钟"), "tag--act"),
    "proposed-return": (lazy("等确认退件"), "tag--act"),
    "supplement": (lazy("补办件"), ""),
    "return": (lazy("退回件"), ""),
}
# Why personal data is opened; kept with the fact that tells of the opening.
WHY_SEEN: dict[str, Any] = {
    "核对身份": lazy("核对身份"),
    "联系申请人": lazy("联系申请人"),
    "审查需要": lazy("审查需要"),
    "送达": lazy("送达"),
}
CLOCK_STATES: dict[str, Any] = {
    "running": lazy("计时中"),
    "paused": lazy("停钟中"),
    "met": lazy("按期完成"),
    "missed": lazy("已超期"),
    "ended": lazy("已结束"),
}
LIGHTS: dict[str, tuple[Any, str]] = {
    "red": (lazy("超期"), "over"),
    "yellow": (lazy("临期"), "near"),
    "green": (lazy("正常"), "go"),
    "grey": (lazy("停钟"), "still"),
}
GROUNDS: dict[str, Any] = {
    "not-required": lazy("依法不需要取得许可"),
    "not-competent": lazy("不属于本机关职权"),
    "not-corrected": lazy("补正后仍不齐全"),
}
METHODS: dict[str, Any] = {
    "window": lazy("窗口领取"),
    "locker": lazy("自助柜"),
    "courier": lazy("邮寄"),
    "electronic": lazy("电子送达"),
}
MATERIAL_STATES: dict[str, tuple[Any, str]] = {
    "submitted": (lazy("已收"), "tag--go"),
    "missing": (lazy("缺"), "tag--over"),
    "deferred": (lazy("容缺"), "tag--near"),
    "reused": (lazy("共享调用"), "tag--act"),
}
NEEDS: dict[str, Any] = {
    "required": lazy("必要"),
    "optional": lazy("非必要"),
    "deferrable": lazy("可容缺"),
}
ID_TYPES: dict[str, Any] = {
    "id_card": lazy("身份证"),
    "uscc": lazy("统一社会信用代码"),
    "passport": lazy("护照"),
    "hk_macao_permit": lazy("港澳居民来往内地通行证"),
    "taiwan_permit": lazy("台湾居民来往大陆通行证"),
    "residence_permit": lazy("外国人永久居留身份证"),
}
WEEKDAYS = (lazy("一"), lazy("二"), lazy("三"), lazy("四"), lazy("五"), lazy("六"), lazy("日"))


def word(table: dict[str, Any], code: Any) -> str:
    """The word for ``code``; the code itself when a newer room knows one that this face does not."""
    found = table.get(code, code) if code is not None else ""
    return str(found[0] if isinstance(found, tuple) else found)


def event_words(event: dict[str, Any]) -> str:
    """What happened, in one line: the event's word and what its data adds for the eye."""
    data = event.get("data") or {}
    told = word(EVENTS, event["type"])
    if event["type"] == "accepted" and data.get("deemed"):
        return _("视为受理（逾期未告知）")
    if event["type"] == "reviewed" and "pass" in data:
        return _("审查：合格") if data["pass"] else _("审查：不合格")
    if event["type"] in ("paused", "pause-proposed") and data.get("procedure"):
        return f"{told}：{words.word(data['procedure'], 'procedure')}"
    return told
