"""Mapping tables between the words and numbers of exchange files and the values of an item.

Several enumerations of one concept circulate (handbook 2.3): each has a name here, and a number is read only
by the scheme that its file declares.
"""

from __future__ import annotations

from typing import Any

from onewindow.catalog.rules import TYPES, type_code
from onewindow.catalog.sheets.values import Choice, choices_of

YES_NO = {"是": True, "否": False}
UNITS = {"工作日": "working_day", "自然日": "calendar_day"}
KINDS = {"即办件": "instant", "承诺件": "commitment"}
NEEDS = {"必要": "required", "非必要": "optional", "容缺后补": "deferrable"}
SOURCES = {
    "申请人自备": "applicant",
    "政府部门核发": "government",
    "中介机构出具": "intermediary",
    "其他": "other",
}
TRUST = {
    "A 签发机关": "A",
    "B 核验过原件": "B",
    "C 上传件": "C",
    "D 自己制作": "D",
}
FORMS = {"原件": "original", "复印件": "copy", "电子件": "electronic"}
MATERIAL_KINDS = {"证照": "licence", "批文": "approval", "申请表": "form", "证明": "proof", "其他": "other"}
SUPPLIES = {"申请人提交": "submit", "系统调取": "fetched", "调取不到再提交": "fetched-else-submit"}
ROLES = {"受理人员": "clerk", "审查人员": "examiner", "决定人员": "approver", "送达人员": "issuer"}
RESULTS = {"出证办结": "certificate", "出文办结": "document", "审批办结": "approval", "其他": "other"}
PROCEDURES = {
    "听证": "hearing",
    "招标": "tender",
    "拍卖": "auction",
    "检验": "inspection",
    "检测": "testing",
    "检疫": "quarantine",
    "鉴定": "appraisal",
    "专家评审": "expert-review",
}
AUDIENCES = {"个人": "person", "单位": "organisation"}
SUBJECTS = choices_of("自然人", "企业法人", "事业法人", "社会组织法人", "非法人企业", "行政机关", "其他组织")
POWER_SOURCES = choices_of("法定本级行使", "上级下放", "上级授权", "同级授权", "上级委托", "同级委托")
BODIES = choices_of("法定机关", "授权组织", "受委托组织")
REVIEWS = choices_of("即审即办", "前审后批", "告知承诺", "其他")
CHANNELS = choices_of("窗口办理", "网上办理", "快递申请")
AREAS = choices_of("全国", "跨省", "全省", "全市", "不通办")
LEVELS = {"国家级": "国家级", "省级": "省级", "市级": "市级", "县级": "县级", "镇级": "镇级", "村级": "村级"}
DEPTHS = {
    "咨询": "1",
    "收件": "2",
    "预审": "3",
    "受理": "4",
    "办理": "5",
    "结果信息反馈": "6",
    "电子证照反馈": "7",
    "其他": "8",
}


def numbered(words: dict[str, Any], *numbers: str) -> dict[str, Any]:
    """A scheme: the numbers in the order of the words."""
    return dict(zip(numbers, words.values(), strict=False))


# Scheme → number → value. "from-1" and "from-0" are both in use for the need of a material.
NEED_SCHEMES = {"need-from-1": numbered(NEEDS, "1", "2", "3"), "need-from-0": numbered(NEEDS, "0", "1", "2")}
SOURCE_SCHEMES = {"source-tens": {"10": "applicant", "20": "government", "30": "intermediary", "99": "other"}}
KIND_SCHEMES = {"kind-from-1": {"1": "instant", "2": "commitment"}}
LEVEL_SCHEMES = {"level-from-1": numbered(LEVELS, "1", "2", "3", "4", "5", "6")}
DEPTH_SCHEMES = {"depth-set-8": numbered(DEPTHS, "1", "2", "3", "4", "5", "6", "7", "8")}
FLAG_SCHEMES = {"flag-1-yes": {"1": True, "0": False}}
MEDIUM_SCHEMES = {
    "original-copy-3": {"1": "original", "2": "copy", "3": "both"},
}
TYPE_SCHEMES = {
    "type-two-digits": {code: code for code in TYPES},
    "type-short": {code.lstrip("0"): code for code in TYPES},
}


def item_type(writes: str = "") -> Choice:
    """事项类型 by its name, or by code where the scheme is declared."""
    names = {kind.name: code for code, kind in TYPES.items()}
    also = {name: code for name in ("行政备案", "其他权力", "其他") if (code := type_code(name))}
    return Choice(names, schemes=TYPE_SCHEMES, also=also, writes=writes)


def flag(writes: str = "") -> Choice:
    """是 or 否; empty where the source does not say."""
    return Choice(YES_NO, schemes=FLAG_SCHEMES, writes=writes)
