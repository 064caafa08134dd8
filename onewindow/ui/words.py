"""Words of the interface for the codes of the contract: states, acts, lights, channels, types of item."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext

from onewindow.kernel.errors import N_

STATES: Mapping[str, str] = {
    "draft": N_("草稿"),
    "received": N_("已收件"),
    "correcting": N_("等您补正"),
    "accepted": N_("已受理"),
    "in_review": N_("审查中"),
    "paused": N_("停钟"),
    "granted": N_("准予"),
    "denied": N_("不予许可"),
    "produced": N_("已制证"),
    "delivered": N_("已送达"),
    "refused_acceptance": N_("不予受理"),
    "returned": N_("已退件"),
    "withdrawn": N_("已撤回"),
    "terminated": N_("已终止"),
}

ACTIONS: Mapping[str, str] = {
    "submit": N_("提交"),
    "notify-correction": N_("一次性告知补正"),
    "resubmit": N_("补正后重新提交"),
    "accept": N_("受理"),
    "refuse-acceptance": N_("不予受理"),
    "return": N_("退件"),
    "supply-deferred": N_("补交容缺材料"),
    "review": N_("审查"),
    "pause": N_("停钟（特别程序）"),
    "resume": N_("恢复计时"),
    "extend": N_("延期"),
    "forward": N_("报批"),
    "answer": N_("上级答复"),
    "decide": N_("决定"),
    "produce": N_("制证"),
    "deliver": N_("送达"),
    "withdraw": N_("撤回"),
    "terminate": N_("终止"),
    "claim": N_("认领"),
    "assign": N_("分派"),
    "transfer": N_("转交"),
    "note": N_("备注"),
}

# Facts of a case as the timeline tells them.
EVENTS: Mapping[str, str] = {
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
STEP_ROLES: Mapping[str, str] = {
    "clerk": N_("综合窗口"),
    "examiner": N_("审查人员"),
    "approver": N_("决定人员"),
    "issuer": N_("出件窗口"),
}
UNITS: Mapping[str, str] = {"working_day": N_("工作日"), "calendar_day": N_("自然日")}
COUNTED: Mapping[str, str] = {"working_day": N_("个工作日"), "calendar_day": N_("个自然日")}
AUDIENCES: Mapping[str, str] = {"person": N_("个人"), "organisation": N_("法人和其他组织")}

LISTS: Mapping[str, str] = {"guangan": N_("区级公开事项清单"), "guangdong": N_("省级公开实施清单")}

TABLES: Mapping[str, Mapping[str, str]] = {
    "state": STATES,
    "action": ACTIONS,
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
    "id_type": ID_TYPES,
    "procedure": PROCEDURES,
    "role": STEP_ROLES,
    "unit": UNITS,
    "counted": COUNTED,
    "audience": AUDIENCES,
    "list": LISTS,
}


def word(code: object, table: str) -> str:
    """The word for ``code`` of ``table`` in the reader's language; an unknown code is shown as it is."""
    text = TABLES[table].get(str(code))
    return gettext(text) if text else str(code or "")
