"""Words of the interface for the codes of the contract: the one place of them, for all faces.

Where those at work say it otherwise than a citizen reads it, the table has a second one, ``AT_WORK``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol, cast

from django.utils.translation import get_language, gettext, gettext_lazy

from onewindow.cases.rules import labels
from onewindow.kernel.errors import N_
from onewindow.ui import file_words

STATES: Mapping[str, str] = {
    **labels.STATE_LABELS,
    "correcting": N_("等您补正"),
    "paused": N_("停钟"),
    "granted": N_("准予"),
}

# Facts of a case as every timeline tells them.
EVENTS: Mapping[str, str] = {
    "submitted": N_("提交了申请"),
    "received": N_("已收到申请"),
    "materials-changed": N_("更正了材料"),
    "correction-notified": N_("已告知补正"),
    "resubmitted": N_("已补正"),
    "accepted": N_("已受理"),
    "acceptance-refused": N_("不予受理"),
    "returned": N_("已退件"),
    "return-proposed": N_("拟退件，等复核"),
    "deferred-supplied": N_("已补交容缺材料"),
    "reviewed": N_("审查了一步"),
    "pause-proposed": N_("拟停钟，等复核"),
    "paused": N_("停钟"),
    "resumed": N_("恢复计时"),
    "extended": N_("已延期"),
    "forwarded": N_("已报上级"),
    "forward-answered": N_("上级已答复"),
    "granted": N_("准予许可"),
    "denied": N_("不予许可"),
    "produced": N_("已制证"),
    "delivered": N_("已送达"),
    "withdrawn": N_("已撤回"),
    "terminated": N_("已终止"),
    "claimed": N_("已认领"),
    "assigned": N_("已分派"),
    "transferred": N_("已转交"),
    "noted": N_("内部备注"),
    "due-moved": N_("到期日因日历变动而调整"),
    "drafted": N_("写了草稿"),
    "overdue": N_("超过时限"),
    "deferral-missed": N_("容缺材料到期没补"),
    "pause-overrun": N_("停钟超过预计"),
    "proposal-lapsed": N_("提议失效"),
    "revealed": N_("查看个人信息"),
    "erased": N_("个人信息已依法删除"),
    "identity-corrected": N_("申请人更正了姓名或证件号，本件保留当时所填"),
    "interest-judged": N_("认定是否关系他人重大利益"),
    "party-registered": N_("登记了利害关系人"),
    "statement-invited": N_("告知了陈述申辩的权利"),
    "statement-made": N_("听取了意见"),
    "hearing-rights-told": N_("告知了听证的权利"),
    "hearing-requested": N_("有人要求听证"),
    "hearing-waived": N_("表示不要求听证"),
    "hearing-arranged": N_("安排了听证"),
    "hearing-noticed": N_("发出了听证通知"),
    "hearing-held": N_("举行了听证"),
    "hearing-cancelled": N_("取消了听证"),
    "hearing-overdue": N_("听证没有按期安排"),
    "served": N_("送达了文书"),
    "site-check-arranged": N_("安排了现场核查"),
    "site-checked": N_("到现场核查了"),
    "site-check-cancelled": N_("取消了现场核查"),
    "recusal-requested": N_("有人申请回避"),
    "recusal-offered": N_("工作人员申请自行回避"),
    "recusal-decided": N_("对回避申请作了决定"),
    "revocation-proposed": N_("拟撤销许可"),
    "licence-revoked": N_("撤销了许可"),
    "licence-withdrawal-proposed": N_("拟撤回许可"),
    "licence-withdrawn": N_("撤回了许可"),
    "cancellation-proposed": N_("拟注销许可"),
    "licence-cancelled": N_("注销了许可"),
    "ending-noticed": N_("告知利害关系人拟对许可作出的处理"),
    "ending-told": N_("告知利害关系人许可的处理结果"),
    "proposal-dropped": N_("没有采纳提议"),
    "originals-checked": N_("窗口核验了原件"),
    "pledge-kept": N_("核查：承诺属实、已经做到"),
    "rectification-ordered": N_("核查：没有做到承诺，责令改正"),
    "pledge-breached": N_("核查：违背承诺，记入信用记录"),
    "credit-repaired": N_("修复了信用"),
}

# Marks on a case: what supervision and the next person must know, and the class of the tag.
FLAGS: Mapping[str, str] = {
    "deemed": N_("视为受理"),
    "overdue": N_("超期"),
    "deferral-missed": N_("容缺过期未补"),
    "pause-overrun": N_("停钟超过预计"),
    "deferred": N_("容缺未补"),
    "extended": N_("延过期"),
    "rectifying": N_("责令改正中"),
    "recusal-pending": N_("等决定回避"),
    "proposed-pause": N_("等确认停钟"),
    "proposed-return": N_("等确认退件"),
    "proposed-revoke-licence": N_("等确认撤销许可"),
    "proposed-withdraw-licence": N_("等确认撤回许可"),
    "proposed-cancel-licence": N_("等确认注销许可"),
    "supplement": N_("补办件"),
    "return": N_("退回件"),
}
FLAG_CLASSES: Mapping[str, str] = {
    "deemed": "tag--over",
    "overdue": "tag--over",
    "deferral-missed": "tag--over",
    "pause-overrun": "tag--near",
    "deferred": "tag--near",
    "recusal-pending": "tag--act",
    "rectifying": "tag--near",
    "proposed-pause": "tag--act",
    "proposed-return": "tag--act",
    "proposed-revoke-licence": "tag--act",
    "proposed-withdraw-licence": "tag--act",
    "proposed-cancel-licence": "tag--act",
}

LIGHTS: Mapping[str, str] = {
    "green": N_("正常"),
    "yellow": N_("临期"),
    "red": N_("超期"),
    "grey": N_("停钟"),
}
LIGHT_CLASSES: Mapping[str, str] = {"green": "go", "yellow": "near", "red": "over", "grey": "still"}

CLOCKS: Mapping[str, str] = {
    "correction": N_("受理审核时限"),
    "promised": N_("承诺时限"),
    "legal": N_("法定时限"),
    "delivery": N_("送达时限"),
}

CLOCK_STATES: Mapping[str, str] = {
    "running": N_("计时中"),
    "paused": N_("停钟中"),
    "met": N_("按期完成"),
    "missed": N_("已超期"),
    "ended": N_("已结束"),
}
GROUNDS: Mapping[str, str] = {
    "not-required": N_("依法不需要取得许可"),
    "not-competent": N_("不属于本机关职权"),
    "not-corrected": N_("补正后仍不齐全"),
    **labels.REVOCATION_GROUNDS,
    **labels.WITHDRAWAL_GROUNDS,
    **labels.CANCELLATION_GROUNDS,
    **labels.RECUSAL_GROUNDS,
}
LICENCE_STANDINGS: Mapping[str, str] = {
    "valid": N_("有效"),
    "revoked": N_("已撤销"),
    "withdrawn": N_("已撤回"),
    "cancelled": N_("已注销"),
}
METHODS: Mapping[str, str] = {
    "window": N_("窗口领取"),
    "locker": N_("取件柜"),
    "courier": N_("邮寄"),
    "electronic": N_("电子送达"),
}
# Every way of service, with those that a delivery does not offer.
SERVICES: Mapping[str, str] = {
    "window": N_("直接送达"),
    "courier": N_("邮寄送达"),
    "locker": N_("取件柜"),
    "electronic": N_("电子送达"),
    "left": N_("留置送达"),
    "entrusted": N_("委托送达"),
    "public-notice": N_("公告送达"),
}
REMEDIES: Mapping[str, str] = {"reconsideration": N_("行政复议"), "suit": N_("行政诉讼")}
# Why personal data is opened; kept as it stands here with the fact that tells of the opening.
WHY_SEEN: Mapping[str, str] = {
    "核对身份": N_("核对身份"),
    "联系申请人": N_("联系申请人"),
    "审查需要": N_("审查需要"),
    "送达": N_("送达"),
}

CHANNELS: Mapping[str, str] = {
    "portal": N_("网上"),
    "mobile": N_("手机"),
    "window": N_("窗口"),
    "kiosk": N_("自助机"),
    "exchange": N_("部门系统"),
    "locker": N_("取件柜"),
    "courier": N_("邮寄"),
    "electronic": N_("电子送达"),
}

KINDS: Mapping[str, str] = {
    "instant": N_("即办件"),
    "commitment": N_("承诺件"),
    "joint": N_("联办件"),
    "forward": N_("报批件"),
    "special": N_("特办件"),
}

ITEM_TYPES: Mapping[str, str] = {
    "01": N_("行政许可"),
    "02": N_("行政处罚"),
    "03": N_("行政强制"),
    "04": N_("行政征收"),
    "05": N_("行政给付"),
    "06": N_("行政检查"),
    "07": N_("行政确认"),
    "08": N_("行政奖励"),
    "09": N_("行政裁决"),
    "10": N_("其他行政权力"),
    "20": N_("公共服务"),
}

NEEDS: Mapping[str, str] = {
    "required": N_("必须交"),
    "optional": N_("可以不交"),
    "deferrable": N_("可容缺，晚交"),
}
SOURCES: Mapping[str, str] = {
    "applicant": N_("自己准备"),
    "government": N_("政府部门出具"),
    "intermediary": N_("中介机构出具"),
    "other": N_("其他来源"),
}
FORMS: Mapping[str, str] = {
    "original": N_("原件"),
    "copy": N_("复印件"),
    "electronic": N_("电子件"),
}
MATERIAL_STATES: Mapping[str, str] = {
    "submitted": N_("已交"),
    "missing": N_("还没交"),
    "deferred": N_("晚些交"),
    "reused": N_("已调取"),
}
ID_TYPES: Mapping[str, str] = {
    "id_card": N_("居民身份证"),
    "uscc": N_("统一社会信用代码"),
    "passport": N_("护照"),
    "hk_macao_permit": N_("港澳居民来往内地通行证"),
    "taiwan_permit": N_("台湾居民来往大陆通行证"),
    "residence_permit": N_("外国人永久居留身份证"),
}
PROCEDURES: Mapping[str, str] = {
    "hearing": N_("听证"),
    "tender": N_("招标"),
    "auction": N_("拍卖"),
    "inspection": N_("检验"),
    "testing": N_("检测"),
    "quarantine": N_("检疫"),
    "appraisal": N_("鉴定"),
    "expert-review": N_("专家评审"),
}
ROLES: Mapping[str, str] = {
    "applicant": N_("申请人"),
    "citizen": N_("申请人"),
    "enterprise": N_("企业经办人"),
    "clerk": N_("综合窗口"),
    "examiner": N_("审查人员"),
    "approver": N_("审批人员"),
    "head": N_("负责人"),
    "issuer": N_("出件窗口"),
    "catalog": N_("事项编辑"),
    "establishment": N_("编制部门"),
    "legal": N_("法制部门"),
    "leader": N_("政府领导"),
    "supervisor": N_("监察"),
    "manager": N_("中心管理"),
    "sysadmin": N_("系统管理员"),
    "secadmin": N_("安全管理员"),
    "auditor": N_("审计员"),
    "system": N_("系统"),
}
UNITS: Mapping[str, str] = {"working_day": N_("工作日"), "calendar_day": N_("自然日")}
COUNTED: Mapping[str, str] = {"working_day": N_("个工作日"), "calendar_day": N_("个自然日")}
AUDIENCES: Mapping[str, str] = {"person": N_("个人"), "organisation": N_("法人和其他组织")}

STREAMS: Mapping[str, str] = {
    "case": N_("办件"),
    "document": N_("文书"),
    "account": N_("账号"),
    "staff": N_("人员"),
    "org": N_("机构"),
    "calendar": N_("日历"),
    "catalog": N_("事项"),
    "person": N_("申请人档案"),
    "synonym": N_("近义词"),
    "theme": N_("主题"),
    "hot-item": N_("热门事项"),
    "missed-search": N_("没搜到的词"),
    "visit": N_("接待"),
    "handover": N_("交接单"),
    "original": N_("原件借还"),
}
# What an item's source may lack.
ELEMENTS: Mapping[str, str] = {
    "legal_limit": N_("法定时限"),
    "promised_limit": N_("承诺时限"),
    "materials": N_("材料"),
    "kind": N_("办件类型"),
    "visits": N_("跑动次数"),
    "fee": N_("收费"),
    "online": N_("能否网办"),
    "basis": N_("依据"),
    "conditions": N_("条件"),
    "form_schema": N_("表单"),
    "steps": N_("流程"),
    "places": N_("地点"),
    "audiences": N_("服务对象"),
    "themes": N_("主题"),
}

LISTS: Mapping[str, str] = {"guangan": N_("区级公开事项清单"), "guangdong": N_("省级公开实施清单")}

# What those at work say instead: what is to be done, not what to wait for.
STATES_AT_WORK: Mapping[str, str] = {
    **STATES,
    "received": N_("待受理"),
    "correcting": N_("等补正"),
    "paused": N_("停钟中"),
    "granted": N_("准予，待制证"),
    "produced": N_("已制证，待送达"),
}
ACTIONS_AT_WORK: Mapping[str, str] = {
    **labels.LABELS,
    "submit": N_("提交"),
    "pause": N_("停钟（特别程序）"),
    "resume": N_("恢复计时"),
    "extend": N_("延期"),
    "resubmit": N_("收补正材料"),
    "change": N_("当场更正"),
    "supply-deferred": N_("收容缺材料"),
    "forward": N_("报上级审批"),
    "claim": N_("我来办"),
    "assign": N_("分给"),
    "reveal": N_("显示个人信息"),
    "record-statement": N_("记录陈述申辩"),
    "request-hearing": N_("登记听证要求"),
    "waive-hearing": N_("登记不要求听证"),
}
NEEDS_AT_WORK: Mapping[str, str] = {
    "required": N_("必要"),
    "optional": N_("非必要"),
    "deferrable": N_("可容缺"),
}
MATERIAL_STATES_AT_WORK: Mapping[str, str] = {
    "submitted": N_("已收"),
    "missing": N_("缺"),
    "deferred": N_("容缺"),
    "reused": N_("共享调用"),
}
MATERIAL_CLASSES: Mapping[str, str] = {
    "submitted": "tag--go",
    "missing": "tag--over",
    "deferred": "tag--near",
    "reused": "tag--act",
}

TABLES: Mapping[str, Mapping[str, str]] = {
    "state": STATES,
    "event": EVENTS,
    "light": LIGHTS,
    "clock": CLOCKS,
    "channel": CHANNELS,
    "kind": KINDS,
    "type": ITEM_TYPES,
    "need": NEEDS,
    "source": SOURCES,
    "form": FORMS,
    "material": MATERIAL_STATES,
    "trust": file_words.TRUST,
    **file_words.PARCELS,
    "id_type": ID_TYPES,
    "procedure": PROCEDURES,
    "role": ROLES,
    "flag": FLAGS,
    "clock_state": CLOCK_STATES,
    "ground": GROUNDS,
    "why": WHY_SEEN,
    "method": METHODS,
    "service": SERVICES,
    "remedy": REMEDIES,
    "licence": LICENCE_STANDINGS,
    **labels.TABLES,
    "stream": STREAMS,
    "element": ELEMENTS,
    "state_at_work": STATES_AT_WORK,
    "action_at_work": ACTIONS_AT_WORK,
    "need_at_work": NEEDS_AT_WORK,
    "material_at_work": MATERIAL_STATES_AT_WORK,
    "unit": UNITS,
    "counted": COUNTED,
    "audience": AUDIENCES,
    "list": LISTS,
}


def word(code: object, table: str) -> str:
    """The word for ``code`` of ``table`` in the reader's language; an unknown code is shown as it is."""
    text = TABLES[table].get(str(code))
    return gettext(text) if text else str(code or "")


class Labelled(Protocol):
    """Something that editors name: its ``label`` (a msgid where it was shipped) and its English."""

    @property
    def label(self) -> str: ...

    @property
    def label_en(self) -> str: ...


def event_label(event: Labelled) -> str:
    """What a life event is called in the reader's language."""
    is_english = (get_language() or "").startswith("en")
    return event.label_en if is_english and event.label_en else gettext(event.label)


def lazily(table: str) -> dict[str, str]:
    """A whole table, each word in the language of whoever reads it later: for forms made at import."""
    # A lazy text stands for a str wherever it is shown.
    return {code: cast(str, gettext_lazy(text)) for code, text in TABLES[table].items()}


def event_at_work(event: Mapping[str, Any]) -> str:
    """What happened, in one line: the event's word and what its data adds for the eye."""
    data = event.get("data") or {}
    if event["type"] == "accepted" and data.get("deemed"):
        return gettext("视为受理（逾期未告知）")
    if event["type"] == "reviewed" and "pass" in data:
        return gettext("审查：合格") if data["pass"] else gettext("审查：不合格")
    if event["type"] == "recusal-decided":
        return gettext("准予回避") if data.get("granted") else gettext("不予回避")
    told = word(event["type"], "event")
    if event["type"] in ("paused", "pause-proposed") and data.get("procedure"):
        return f"{told}：{word(data['procedure'], 'procedure')}"
    return told
