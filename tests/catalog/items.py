"""A sound item for tests: complete, so that no rule finds an error in it."""

from __future__ import annotations

from typing import Any

from onewindow.catalog.definition import ItemDefinition, Limit
from onewindow.catalog.elements import Basis, Contact, Faq, Fee, Material, Place, Result, Step

FORM = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "properties": {"site_address": {"type": "string", "title": "排水地点", "minLength": 2}},
    "required": ["site_address"],
    "additionalProperties": False,
}
FLOW = (
    ("受理", "clerk"),
    ("审核", "examiner"),
    ("审批", "approver"),
    ("办结", "approver"),
    ("送达", "issuer"),
)


def sound(code: str, *, organ_id: int, **changes: Any) -> ItemDefinition:
    """A licence that is handled here, promised in 7 of 20 working days; ``changes`` replace elements."""
    elements: dict[str, Any] = {
        "version_id": 0,
        "task_code": code,
        "version": 1,
        "name": "排水许可",
        "type": "01",
        "organ_id": organ_id,
        "organ_name": "区住建局",
        "region": "511602",
        "level": "县级",
        "kind": "commitment",
        "review_type": "前审后批",
        "legal_limit": Limit(20),
        "promised_limit": Limit(7),
        "visits": 0,
        "online": True,
        "fee": Fee(charged=False),
        "handled": True,
        "materials": (
            Material("M01", "排水申请表", kind="form", basis="《排水条例》第二十一条", is_common=True),
        ),
        "form_schema": FORM,
        "steps": tuple(Step(name, role, days=1) for name, role in FLOW),  # type: ignore[arg-type]
        "conditions": ("从事工业、建筑、餐饮、医疗活动的排水户",),
        "basis": (Basis("《城镇排水与污水处理条例》", "第二十一条", "应当申请领取污水排入排水管网许可证"),),
        "results": (Result("排水许可证", "certificate", "sample"),),
        "places": (Place("政务服务中心", "示范路 1 号", "工作日 9:00 至 17:00"),),
        "faq": (Faq("要到现场吗", "不用"),),
        "subjects": ("自然人", "企业法人"),
        "channels": ("窗口办理", "网上办理"),
        "power_source": "法定本级行使",
        "body_kind": "法定机关",
        "contact": Contact("0826-0000001", "0826-0000002"),
    }
    return ItemDefinition(**{**elements, **changes})
