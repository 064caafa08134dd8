"""The frozen content of one published item version, as every room above reads it."""

from __future__ import annotations

from datetime import date
from functools import cached_property
from typing import Any, Literal

import msgspec

from onewindow.catalog.elements import (
    Basis,
    Contact,
    Conveniences,
    Duty,
    Faq,
    Fee,
    FeeItem,
    Intermediary,
    Limit,
    Material,
    Need,
    Option,
    Place,
    Pledge,
    Promise,
    Question,
    Result,
    Role,
    SpecialProcedure,
    Step,
    TypeRules,
    Unit,
)

__all__ = [
    "Basis",
    "Contact",
    "Conveniences",
    "Duty",
    "Faq",
    "Fee",
    "FeeItem",
    "Intermediary",
    "ItemDefinition",
    "Limit",
    "Material",
    "Need",
    "Option",
    "Place",
    "Pledge",
    "Promise",
    "Question",
    "Result",
    "Role",
    "SpecialProcedure",
    "Step",
    "TypeRules",
    "Unit",
]


class ItemDefinition(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, dict=True):
    """One published version of one implementation item; never changes.

    Limits are None where the source lacks them: nothing is invented. ``handled``: one can apply here.
    ``demonstration``: limits, materials, form and steps were written for the demonstration from the laws.
    ``main_name`` is the main item (主项), ``aliases`` the source's everyday names; ``missing`` names the
    elements that the source lacks, ``flags`` what was put right or left out on import, in Chinese.

    ``catalog_code`` names the catalogue item (基本目录) whose common elements bind this one; ``subjects`` the
    kinds of applicants (服务对象), of which ``audiences`` is the coarse form; ``online_depth`` the digits of
    handbook 2.3 (1 consult … 7 licence back); ``area`` where one may apply across borders (通办范围).
    """

    version_id: int
    task_code: str
    version: int
    name: str
    type: str  # "01" … "20", see rules.TYPES
    organ_id: int
    organ_name: str
    organ_short: str = ""
    region: str  # division code
    level: str = ""
    kind: Literal["instant", "commitment"] | None = None
    legal_limit: Limit | None = None
    promised_limit: Limit | None = None
    visits: int | None = None
    online: bool | None = None
    fee: Fee = Fee()
    handled: bool = False
    demonstration: bool = False
    audiences: tuple[str, ...] = ("person", "organisation")
    themes: tuple[str, ...] = ()
    materials: tuple[Material, ...] = ()
    form_schema: dict[str, Any] = {}
    form_version: int = 1  # counts the forms of this item: a version that brings another form raises it
    steps: tuple[Step, ...] = ()
    special_procedures: tuple[SpecialProcedure, ...] = ()
    legal_extension: Limit | None = None
    start_question: str | None = None
    questions: tuple[Question, ...] = ()
    conditions: tuple[str, ...] = ()
    basis: tuple[Basis, ...] = ()
    results: tuple[Result, ...] = ()
    places: tuple[Place, ...] = ()
    faq: tuple[Faq, ...] = ()
    summary: str = ""
    public: bool = True
    type_rules: TypeRules = TypeRules()
    source: str = ""
    missing: tuple[str, ...] = ()
    main_name: str = ""
    aliases: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    # Codes beside the implementation code (handbook 2.2).
    catalog_code: str = ""
    handling_code: str = ""  # 业务办理项编码
    local_code: str = ""
    # Whose power it is.
    power_source: str = ""  # 法定本级行使 上级下放 上级授权 同级授权 上级委托 同级委托
    body_kind: str = ""  # 法定机关 授权组织 受委托组织
    entrusting_organ: str = ""
    joint_organs: tuple[str, ...] = ()
    # How it is handled.
    review_type: str = ""  # 即审即办 前审后批 告知承诺 其他
    legal_note: str = ""
    promised_note: str = ""
    subjects: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()  # 窗口办理 网上办理 快递申请
    visits_reason: str = ""
    online_depth: tuple[str, ...] = ()
    online_url: str = ""
    area: str = ""  # 全国 跨省 全省 全市 不通办
    quantity_limit: str = ""
    intermediaries: tuple[Intermediary, ...] = ()
    conveniences: Conveniences = Conveniences()
    pledge: Pledge = Pledge()
    is_in_center: bool | None = None  # 是否进驻大厅
    center_name: str = ""
    contact: Contact = Contact()
    duties: tuple[Duty, ...] = ()
    accountability: tuple[str, ...] = ()  # 追责情形
    plain_text: str = ""  # the guide in plain words, written by an editor
    effective_on: date | None = None

    @cached_property
    def material_by_code(self) -> dict[str, Material]:
        """The rows of the list of materials by code; made once, as a version never changes."""
        return {one.code: one for one in self.materials}
