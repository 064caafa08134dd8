"""The rules by number: what each one says, and how hard it is as shipped (a setting may change that)."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import msgspec

from onewindow.catalog.rules.finding import Level
from onewindow.kernel.errors import N_

MISSING = "/missing"


class Rule(msgspec.Struct, frozen=True):
    """``title`` is a Chinese msgid; ``broken`` the level of a contradiction, ``missing`` of a lacking element.

    ``by_application``: the rule asks for something that only an item with an applicant has.
    """

    title: str
    broken: Level = "error"
    missing: Level = "warning"
    by_application: bool = True


def _always(title: str, broken: Level = "error", missing: Level = "warning") -> Rule:
    return Rule(title, broken, missing, by_application=False)


# Handbook 2.2 (codes), 2.3 (elements), 2.4 (saving, W11 and S1), 2.5 (inheritance), 2.6 (scenario).
RULES: dict[str, Rule] = {
    "2.2-1": _always(N_("基本编码为 12 位")),
    "2.2-2": _always(N_("实施编码符合国家或地方编码格式")),
    "2.2-3": _always(N_("实施编码中的实施主体代码有效")),
    "2.2-4": _always(N_("实施编码包含的基本编码与目录一致")),
    "2.2-5": _always(N_("实施编码的层级与行使层级一致")),
    "2.2-6": _always(N_("编码的类型段与事项类型一致")),
    "2.2-7": _always(N_("业务办理项编码由实施编码加后缀组成")),
    "2.2-8": _always(N_("编码不重复使用")),
    "2.3-1": _always(N_("材料编号不重复")),
    "2.3-2": Rule(N_("可办理的事项要素齐全"), missing="error"),
    "2.3-3": Rule(N_("表单字段绑定的数据元存在、在用")),
    "2.3-4": Rule(N_("表单字段与其数据元一致")),
    "2.3-5": Rule(N_("同一数据元在一张表单里只问一次")),
    "2.3-6": Rule(N_("告知承诺写明告知和后果，承诺代替清单里的材料")),
    "2.3-7": Rule(N_("依法不得告知承诺的，不提供告知承诺")),
    "2.4-1": Rule(N_("当场办结的为即办件、即审即办")),
    "2.4-2": Rule(N_("其余为承诺件、前审后批")),
    "2.4-3": Rule(N_("须到现场的写明原因，零跑动的不写")),
    "2.4-4": Rule(N_("零跑动而不能网办的可以邮寄申请")),
    "2.4-5": Rule(N_("全程网办的到现场次数为 0")),
    "2.4-6": Rule(N_("收费的写明依据、项目和标准，不收费的没有网上支付")),
    "2.4-7": Rule(N_("咨询电话与投诉电话不同，都带区号")),
    "2.4-8": Rule(N_("主题与服务对象一致")),
    "2.4-9": Rule(N_("行政许可至少有一条常见问题")),
    # Local lists name the links of the flow in their own way, hence a warning.
    "2.4-10": Rule(N_("行政许可流程有受理、审核、审批、办结、送达"), broken="warning"),
    "2.4-11": Rule(N_("结果有样本，结果类型与名称一致")),
    "2.4-12": Rule(N_("承诺办结时限不超过法定办结时限")),
    "2.4-13": Rule(N_("各步骤天数之和不超过承诺办结时限")),
    "2.4-14": _always(N_("有设定依据"), missing="error"),
    "2.4-15": Rule(N_("非通用材料有依据")),
    "2.4-16": Rule(N_("条件和材料没有模糊用语和兜底条款"), broken="warning"),
    "2.5-1": _always(N_("统一要素与基本目录一致")),
    "2.5-2": _always(N_("承诺办结时限不长于基本目录")),
    "2.5-3": _always(N_("不增加基本目录以外的材料")),
    "2.5-4": _always(N_("到现场次数不多于基本目录")),
    "2.5-5": _always(N_("基本目录不收费的不收费")),
    "2.6-1": _always(N_("情形选项指向存在的问题")),
    "2.6-2": _always(N_("情形选项提到的材料存在")),
    "2.6-3": _always(N_("情形引导有起始问题")),
    "2.6-4": _always(N_("情形引导不绕回")),
    "2.6-5": _always(N_("每个问题都能到达")),
    "2.6-6": _always(N_("每个问题都有选项")),
    "2.6-7": _always(N_("每条路径都有必要材料")),
    "2.6-8": _always(N_("多选问题的选项指向同一问题"), broken="warning"),
    "2.6-9": _always(N_("情形组合在可核对的范围内"), broken="warning"),
    "2.6-10": _always(N_("问题和选项编号不重复")),
    "2.6-11": _always(N_("情形选项提到的表单字段存在")),
}

SAME_HANDLING_CODE = N_("业务办理项编码 %(code)s 已用于事项 %(other)s")

DEFAULT_LEVELS: Mapping[str, str] = MappingProxyType(
    {number: rule.broken for number, rule in RULES.items()}
    | {number + MISSING: rule.missing for number, rule in RULES.items()}
)
BY_APPLICATION = frozenset(number for number, rule in RULES.items() if rule.by_application)


def known_levels() -> frozenset[str]:
    """Every key that a setting of levels may name."""
    return frozenset(DEFAULT_LEVELS)
