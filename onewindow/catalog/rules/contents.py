"""Rules on what the guide must contain: fees, questions, flow, results, bases (2.4: 6, 9, 10, 11, 14, 15)."""

from __future__ import annotations

from onewindow.catalog.definition import ItemDefinition, Result
from onewindow.catalog.rules.finding import Notes
from onewindow.kernel.errors import N_

LICENCE = "01"
MATERIALS = N_("申请材料")

# The links that a licence's flow must have, each with the names under which lists write it.
LINKS: dict[str, tuple[str, ...]] = {
    N_("受理"): ("受理", "收件", "接件"),
    N_("审核"): ("审核", "审查", "核查", "初审", "勘查", "踏勘", "评审", "查验", "复核"),
    N_("审批"): ("审批", "决定", "批准", "核准", "审定", "签批"),
    N_("办结"): ("办结", "制证", "制件", "制作", "出证", "出文"),
    N_("送达"): ("送达", "发证", "颁证", "颁发", "出件", "取件", "领取", "邮寄", "发放"),
}
RESULT_TYPES = {
    "certificate": N_("出证办结"),
    "document": N_("出文办结"),
    "approval": N_("审批办结"),
    "other": N_("其他"),
}
# 批复 before 文 and 证: the longest ending counts.
ENDINGS = (("批复", "approval"), ("证", "certificate"), ("文", "document"))
_BRACKETS = {"）": "（", ")": "(", "】": "【", "]": "["}


def note_contents(definition: ItemDefinition, notes: Notes) -> None:
    """Rules 6, 9, 10, 11, 14 and 15."""
    _note_fee(definition, notes)
    if definition.type == LICENCE:
        if not definition.faq:
            notes.lacks("2.4-9", "faq", N_("常见问题"))
        _note_flow(definition, notes)
    if not definition.results:
        notes.lacks("2.4-11", "results", N_("办理结果"))
    for number, result in enumerate(definition.results):
        _note_result(number, result, notes)
    if not any(basis.law for basis in definition.basis):
        notes.lacks("2.4-14", "basis", N_("设定依据"))
    _note_material_bases(definition, notes)
    if not definition.conditions:
        notes.lacks("2.4-16", "conditions", N_("受理条件"))


def _note_fee(definition: ItemDefinition, notes: Notes) -> None:
    fee = definition.fee
    if fee.charged is None:
        notes.lacks("2.4-6", "fee.charged", N_("是否收费"))
    elif not fee.charged:
        if fee.online_payment:
            notes.broken("2.4-6", "fee.online_payment", N_("不收费的事项不应当有网上支付"))
        if fee.items:
            notes.broken(
                "2.4-6", "fee.items", N_("不收费的事项列有收费项目“%(name)s”"), name=fee.items[0].name
            )
    else:
        if not fee.basis:
            notes.lacks("2.4-6", "fee.basis", N_("收费依据"))
        if not fee.items:
            notes.lacks("2.4-6", "fee.items", N_("收费项目"))
        if not fee.standard:
            if not fee.items:
                notes.lacks("2.4-6", "fee.standard", N_("收费标准"))
            for number, row in enumerate(fee.items):
                if not row.standard:
                    notes.lacks("2.4-6", f"fee.items.{number}.standard", N_("收费标准"))


def _note_flow(definition: ItemDefinition, notes: Notes) -> None:
    if not definition.steps:
        notes.lacks("2.4-10", "steps", N_("办理流程"))
        return
    names = "\n".join(step.name for step in definition.steps)
    lacking = [link for link, words in LINKS.items() if not any(word in names for word in words)]
    if lacking:
        notes.broken("2.4-10", "steps", N_("行政许可的流程没有%(links)s环节"), links="、".join(lacking))


def _note_result(number: int, result: Result, notes: Notes) -> None:
    if not result.name:
        return
    if not result.sample:
        notes.lacks("2.4-11", f"results.{number}.sample", N_("结果样本"))
    if not result.type:
        notes.lacks("2.4-11", f"results.{number}.type", N_("结果类型"))
        return
    wanted = expected_result_type(result.name)
    if wanted is not None and result.type != wanted:
        notes.broken(
            "2.4-11",
            f"results.{number}.type",
            N_("结果“%(name)s”的类型应当为%(wanted)s，现为%(what)s"),
            name=result.name,
            wanted=RESULT_TYPES[wanted],
            what=RESULT_TYPES.get(result.type, result.type),
        )


def expected_result_type(name: str) -> str | None:
    """The type that the ending of a result's name calls for; None when it calls for none.

    A bracket at the end (副本, 电子) does not count, nor do the marks of a title.
    """
    bare = name.strip().rstrip('》”" ')
    while bare and bare[-1] in _BRACKETS and _BRACKETS[bare[-1]] in bare:
        bare = bare[: bare.rindex(_BRACKETS[bare[-1]])].rstrip('》”" ')
    return next((kind for ending, kind in ENDINGS if bare.endswith(ending)), None)


def _note_material_bases(definition: ItemDefinition, notes: Notes) -> None:
    # An item may well need no material; only a source that says nothing of them lacks them.
    if not definition.materials and MATERIALS in definition.missing:
        notes.lacks("2.4-15", "materials", MATERIALS)
    for row in definition.materials:
        if not row.basis and not row.is_common:
            notes.lacks("2.4-15", f"materials.{row.code}.basis", N_("要求提交的依据"))
