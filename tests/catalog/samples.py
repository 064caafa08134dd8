"""An item that keeps every rule, to be broken one element at a time."""

from __future__ import annotations

from typing import Any

import msgspec

from onewindow.catalog.definition import (
    Basis,
    Contact,
    Conveniences,
    Faq,
    Fee,
    ItemDefinition,
    Limit,
    Material,
    Result,
    Step,
)

CODE = "11370800MB285591843370117002011"  # handbook 2.2: a real code whose check digit is right

SOUND = ItemDefinition(
    version_id=1,
    task_code=CODE,
    version=1,
    name="某某许可",
    type="01",
    organ_id=1,
    organ_name="市某局",
    region="370800",
    level="市级",
    catalog_code="370117002011",
    kind="commitment",
    review_type="前审后批",
    legal_limit=Limit(20),
    promised_limit=Limit(7),
    visits=1,
    visits_reason="现场核对原件",
    online=True,
    online_depth=("1", "2", "3"),
    fee=Fee(charged=False),
    handled=True,
    audiences=("person", "organisation"),
    themes=("准营准办",),
    subjects=("自然人", "企业法人"),
    materials=(
        Material("M01", "某某许可申请表", kind="form", is_common=True),
        Material("M02", "平面图", basis="《某某条例》第八条"),
        Material("M03", "租赁合同", need="deferrable", basis="《某某条例》第八条"),
    ),
    form_schema={"type": "object", "properties": {"name": {"type": "string", "title": "名称"}}},
    steps=(
        Step("受理", "clerk", 1),
        Step("审核", "examiner", 4),
        Step("审批", "approver", 2),
        Step("办结", "issuer", 0),
        Step("送达", "issuer"),
    ),
    conditions=("年满十八周岁", "有固定场所"),
    basis=(Basis("《某某条例》", "第八条", "从事某某活动的，应当取得许可。"),),
    results=(Result("某某许可证", "certificate", "sample.pdf"),),
    faq=(Faq("多久能办好？", "七个工作日。"),),
    contact=Contact(consult="0537-2345678", supervise="0537-8765432"),
    conveniences=Conveniences(mail_materials=True),
)


def sound(**changes: Any) -> ItemDefinition:
    return msgspec.structs.replace(SOUND, **changes)
