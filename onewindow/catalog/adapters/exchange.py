"""Layout of the national exchange: field names in the first row, titles in the second, one sheet per part.

Field names are those of handbook 2.3. It names none for the parts of steps, special procedures and questions:
``flow_*``, ``special_*`` and ``faq_*`` are this platform's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from onewindow.catalog.importing import ParsedRow, SourceText
from onewindow.catalog.sheets import plain, words
from onewindow.catalog.sheets.cells import Cell
from onewindow.catalog.sheets.layout import Column, Layout, Plain, Sheet
from onewindow.catalog.sheets.peek import is_workbook_with
from onewindow.catalog.sheets.values import Choice, Choices, Codec, Number, Several

NAME = "exchange"
LABEL = "国家数据交换格式工作簿（xlsx，字段名表头）"

_LAW = re.compile(r"(《[^》]+》)(?:\s*(第[^：:]*?(?:条|款|项|章|节)))?(?:[：:]\s*(.*))?", re.DOTALL)


class _Bases(Codec):
    """设定依据 in one cell, one basis a line: 《law》article：text."""

    def read(self, cell: Cell, scheme: str | None) -> Any:
        text = self.text(cell)
        return [_basis(line.strip()) for line in (text or "").split("\n") if line.strip()]

    def write(self, value: Any) -> str | int | None:
        lines = [f"{one['law']}{one.get('article', '')}{_after(one.get('text', ''))}" for one in value]
        return "\n".join(lines) or None


def _after(text: str) -> str:
    return f"：{text}" if text else ""


def _basis(line: str) -> Plain:
    found = _LAW.fullmatch(line)
    if found is None:
        return {"law": line}
    parts = {"law": found[1], "article": found[2] or "", "text": (found[3] or "").strip()}
    return {name: part for name, part in parts.items() if part}


def _bases(item: Any) -> list[Plain]:
    rows = ({"law": one.law, "article": one.article, "text": one.text} for one in item.basis)
    return [{name: part for name, part in row.items() if part or name == "law"} for row in rows]


_ORIGINALS = {"原件": "original", "复印件": "copy", "原件或复印件": "both"}
_MEDIA = {"纸质": "paper", "电子": "electronic", "纸质和电子": "both"}


def _original(row: Any) -> str | None:
    taken = {"original", "copy"} & set(row.forms)
    return "both" if len(taken) == 2 else next(iter(taken), None)


def _medium(row: Any) -> str | None:
    is_paper, is_electronic = _original(row) is not None, "electronic" in row.forms
    if is_paper:
        return "both" if is_electronic else "paper"
    return "electronic" if is_electronic else None


def _put_original(plain: Plain, value: str | None) -> None:
    wanted = {"both": ["original", "copy"], None: []}.get(value, [value])
    kept = [form for form in plain.get("forms", ()) if form == "electronic"]
    _put_forms(plain, wanted + kept)


def _put_medium(plain: Plain, value: str | None) -> None:
    paper = [form for form in plain.get("forms", ()) if form != "electronic"]
    if value == "electronic":
        paper = []
    _put_forms(plain, paper + (["electronic"] if value in ("electronic", "both") else []))


def _put_forms(plain: Plain, wanted: list[Any]) -> None:
    if "forms" not in plain or set(plain["forms"]) != set(wanted):
        plain["forms"] = wanted


def _field(key: str, title: str, path: str, *, most: int = 20_000, **rest: Any) -> Column:
    return Column(key, title, path, Codec(most, drops_nothing=True), **rest)


def _flag(key: str, title: str, path: str) -> Column:
    return Column(key, title, path, words.flag("flag-1-yes"), width=10)


def _word(key: str, title: str, path: str, table: dict[str, Any], **rest: Any) -> Column:
    return Column(key, title, path, Choice(table), **rest)


_CODE = Column(
    "task_code", "实施编码", "task_code", Codec(100, is_code=True), is_needed=True, must_stand=True, width=36
)
_UNITS = Choice(words.UNITS, also={"个工作日": "working_day", "日历日": "calendar_day", "天": "calendar_day"})
_SUBJECTS = Choices(Choice(words.SUBJECTS), "^")
_AREAS = Choice(
    words.AREAS, also={"跨市": "全省", "跨县": "全市", "跨市(全省)": "全省", "跨县(全市)": "全市"}
)

_ITEMS = Sheet(
    "实施清单",
    "",
    (
        _CODE,
        Column("task_version", "版本号", "version", Number(2**31 - 1), width=8),
        Column("task_name", "事项名称", "name", Codec(1000), is_needed=True, must_stand=True, width=40),
        Column(
            "task_type", "事项类型", "type", words.item_type("type-two-digits"), is_needed=True, must_stand=True
        ),
        Column("by_law", "设定依据", "basis", _Bases(), width=40, get=_bases),
        Column("catalog_code", "基本编码", "catalog_code", Codec(50, is_code=True)),
        Column("task_handle_item", "业务办理项编码", "handling_code", Codec(50, is_code=True)),
        Column("local_task_code", "地方实施编码", "local_code", Codec(100, is_code=True)),
        Column("dept_name", "实施主体", "organ_name", Codec(200), is_needed=True, must_stand=True, width=24),
        Column(
            "dept_code", "实施主体编码", "organ_code", Codec(40, is_code=True), is_shown_only=True, width=22
        ),
        _word("dept_type", "实施主体性质", "body_kind", words.BODIES),
        Column("area_code", "行政区划代码", "region", Codec(12, is_code=True), is_needed=True, must_stand=True),
        Column(
            "use_level", "行使层级", "level",
            Choice(words.LEVELS, schemes=words.LEVEL_SCHEMES, writes="level-from-1", empty=""),
        ),
        _word("power_source", "权力来源", "power_source", words.POWER_SOURCES),
        _field("entrust_name", "委托部门", "entrusting_organ", most=200),
        Column("other_dept", "联办机构", "joint_organs", Several("^")),
        Column("anticipate_day", "法定办结时限", "legal_limit.days", Number(9999)),
        Column("anticipate_type", "法定办结时限单位", "legal_limit.unit", _UNITS),
        _field("anticipate_explain", "法定办结时限说明", "legal_note"),
        Column("promise_day", "承诺办结时限", "promised_limit.days", Number(9999)),
        Column("promise_type", "承诺办结时限单位", "promised_limit.unit", _UNITS),
        _field("promise_explain", "承诺办结时限说明", "promised_note"),
        Column(
            "project_type", "办件类型", "kind",
            Choice(words.KINDS, schemes=words.KIND_SCHEMES, also={"即办": "instant"}, writes="kind-from-1"),
        ),
        _word("review_type", "审查类型", "review_type", words.REVIEWS),
        Column("accept_condition", "受理条件", "conditions", Several(), width=40),
        Column("server_type", "服务对象", "subjects", _SUBJECTS),
        Column("handle_type", "办理形式", "channels", Choices(Choice(words.CHANNELS), "^")),
        Column("limit_scene_num", "到办事现场次数", "visits", Number(99)),
        _field("limit_scene_explain", "必须现场办理原因说明", "visits_reason"),
        _flag("is_online", "是否网办", "online"),
        Column(
            "online_handle_depth", "网上办理深度", "online_depth",
            Choices(Choice(words.DEPTHS, schemes=words.DEPTH_SCHEMES, writes="depth-set-8"), "^"),
        ),
        _field("online_handle_url", "网上办理地址", "online_url", most=1000),
        Column("handle_area", "通办范围", "area", _AREAS),
        _flag("is_fee", "是否收费", "fee.charged"),
        _field("fee_basis", "收费依据", "fee.basis"),
        _field("limit_explain", "数量限制", "quantity_limit"),
        _flag("is_entry_center", "是否进驻政务大厅", "is_in_center"),
        _field("center_name", "政务大厅名称", "center_name", most=200),
        _field("transact_addr", "办理地点", "places.0.address"),
        _field("transact_time", "办理时间", "places.0.hours"),
        _field("traffic_guide", "交通指引", "places.0.traffic"),
        _flag("is_schedule", "是否支持预约办理", "conveniences.appointment"),
        _flag("is_service_terminals", "是否支持自助终端办理", "conveniences.terminal"),
        _flag("is_express", "是否支持物流快递", "conveniences.express"),
        _flag("is_mail_material", "是否支持邮寄材料", "conveniences.mail_materials"),
        _flag("is_mail_result", "是否支持邮寄结果", "conveniences.mail_result"),
        _field("link_way", "咨询方式", "contact.consult", most=500),
        _field("supervise_way", "监督投诉方式", "contact.supervise", most=500),
        Column("user_topic_type", "主题分类", "themes", Several("^")),
    ),
)  # fmt: skip


def _sheet(title: str, path: str, columns: tuple[Column, ...], *match: str) -> Sheet:
    return Sheet(title, path, (_CODE, *columns), match=match)


_MATERIALS = _sheet(
    "材料",
    "materials",
    (
        Column("material_code", "材料编码", "code", Codec(50, is_code=True), is_needed=True, must_stand=True),
        Column("material_name", "材料名称", "name", Codec(1000), is_needed=True, must_stand=True, width=36),
        Column(
            "material_type", "材料形式", "forms", get=_original, put=_put_original,
            codec=Choice(_ORIGINALS, schemes=words.MEDIUM_SCHEMES, writes="original-copy-3"),
        ),
        Column("material_format", "材料介质", "forms", Choice(_MEDIA), get=_medium, put=_put_medium),
        Column(
            "is_need", "材料必要性", "need", is_needed=True, must_stand=True,
            codec=Choice(
                words.NEEDS, schemes=words.NEED_SCHEMES, writes="need-from-1",
                also={"容缺": "deferrable", "可容缺": "deferrable", "容缺受理": "deferrable"},
            ),
        ),
        Column(
            "source_type", "来源渠道", "source",
            Choice(words.SOURCES, schemes=words.SOURCE_SCHEMES, writes="source-tens", empty="unknown"),
        ),
        _field("source_explain", "来源渠道说明", "source_note"),
        Column("page_num", "材料份数", "copies", Number(999)),
        _field("page_format", "纸质材料规格", "page_format", most=50),
        _field("form_guid", "空白表格", "blank_form", most=500),
        _field("example_guid", "示例样表", "sample", most=500),
        _field("fill_explain", "填报须知", "fill_note"),
        _field("accept_stand", "受理标准", "standard"),
        _field("by_law", "要求提供材料的依据", "basis"),
    ),
    "code",
)  # fmt: skip
_FEES = _sheet(
    "收费",
    "fee.items",
    (
        Column("fee_name", "收费项目名称", "name", Codec(500), is_needed=True, must_stand=True),
        _field("fee_stand", "收费标准", "standard"),
        _flag("is_desc", "是否允许减免", "is_reducible"),
        _field("desc_explain", "减免说明", "reduction"),
    ),
    "name",
)
_STEPS = _sheet(
    "流程",
    "steps",
    (
        Column("flow_name", "环节名称", "name", Codec(200), is_needed=True, must_stand=True),
        Column("flow_role", "办理人员", "role", Choice(words.ROLES), is_needed=True, must_stand=True),
        Column("flow_day", "办理时限（工作日）", "days", Number(9999)),
        _field("flow_stand", "办理标准", "standard"),
        _field("flow_output", "办理结果", "output"),
    ),
    "name",
)
_RESULTS = _sheet(
    "结果",
    "results",
    (
        _word("result_type", "结果类型", "type", words.RESULTS),
        Column("result_name", "结果名称", "name", Codec(500), is_needed=True, must_stand=True),
        _field("result_guid", "结果样本", "sample", most=500),
    ),
    "name",
)
_INTERMEDIARIES = _sheet(
    "中介",
    "intermediaries",
    (
        Column("service_type", "中介服务名称", "name", Codec(500), is_needed=True, must_stand=True),
        _field("intermediary_content", "中介服务成果", "outcome"),
        _field("by_law", "设定依据", "basis"),
    ),
    "name",
)
_FAQ = _sheet(
    "常见问题",
    "faq",
    (
        Column("faq_question", "问题", "question", Codec(2000), is_needed=True, must_stand=True),
        Column("faq_answer", "解答", "answer", Codec(), is_needed=True, must_stand=True),
    ),
    "question",
)
_PROCEDURES = _sheet(
    "特别程序",
    "special_procedures",
    (
        Column("special_procedure", "特别程序种类", "kind", Choice(words.PROCEDURES), is_needed=True, must_stand=True),
        Column("special_day", "特别程序时限", "days", Number(9999)),
        _flag("special_counted", "是否计算在法定时限内", "is_counted"),
        _field("special_fee", "特别程序收费", "fee"),
        _field("special_law", "特别程序依据", "basis"),
    ),
    "kind",
)  # fmt: skip

_FLAGS = (
    "is_online", "is_fee", "is_entry_center", "is_schedule", "is_service_terminals", "is_express",
    "is_mail_material", "is_mail_result", "is_desc", "special_counted",
)  # fmt: skip
LAYOUT = Layout(
    NAME,
    LABEL,
    (_ITEMS, _MATERIALS, _FEES, _STEPS, _RESULTS, _INTERMEDIARIES, _FAQ, _PROCEDURES),
    by_key=True,
    schemes={
        "task_type": "type-two-digits",
        "use_level": "level-from-1",
        "project_type": "kind-from-1",
        "online_handle_depth": "depth-set-8",
        "material_type": "original-copy-3",
        "is_need": "need-from-1",
        "source_type": "source-tens",
        **dict.fromkeys(_FLAGS, "flag-1-yes"),
    },
    guidance=(
        "各表第一行是国家数据交换的字段名，第二行是中文名称，第三行起是数据，各表以 task_code 相连。",
        "同一概念流传多套代码，数字本身不说明含义：“编码方案”工作表写明本文件每个字段按哪一套代码填写。",
        "没有声明方案的字段，请填中文名称；未声明而填数字的，导入时逐格报告，不予猜测。",
    ),
)


def sniff(head: str) -> bool:
    """True for a workbook that has this layout's item sheet."""
    return is_workbook_with(head, LAYOUT)


def rows(source: SourceText) -> Iterator[ParsedRow]:
    """The items of the workbook that are new or changed; see ``sheets.plain``."""
    return plain.rows(source.path, LAYOUT)
