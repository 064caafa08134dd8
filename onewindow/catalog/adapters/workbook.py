"""Our own layout for editors: one xlsx workbook with Chinese headers, a sheet for each part of an item."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from onewindow.catalog.importing import ParsedRow, SourceText
from onewindow.catalog.sheets import forms, plain, words
from onewindow.catalog.sheets.layout import Column, Layout, Sheet
from onewindow.catalog.sheets.peek import is_workbook_with
from onewindow.catalog.sheets.values import Choice, Choices, Codec, Number, Several

NAME = "workbook"
LABEL = "本平台事项工作簿（xlsx，中文表头）"

_CODE = Column(
    "task_code", "事项编码", "task_code", Codec(100, is_code=True), is_needed=True, must_stand=True,
    width=36, note="实施编码。编码不可改：改了就是另一个事项。各工作表以它相连。",
)  # fmt: skip


def _text(key: str, title: str, path: str = "", *, most: int = 20_000, **rest: Any) -> Column:
    return Column(key, title, path or key, Codec(most), **rest)


def _flag(key: str, title: str, path: str = "", note: str = "") -> Column:
    return Column(
        key, title, path or key, words.flag(), width=10, note=note or "是、否；来源没有说明的留空。"
    )


def _word(key: str, title: str, table: dict[str, Any], path: str = "", **rest: Any) -> Column:
    return Column(key, title, path or key, Choice(table), **rest)


def _number(key: str, title: str, most: int, path: str = "", **rest: Any) -> Column:
    return Column(key, title, path or key, Number(most), width=12, **rest)


def _list(key: str, title: str, path: str = "", **rest: Any) -> Column:
    return Column(key, title, path or key, Several(), **rest)


_LINES = "一行一条，在单元格内用 Alt+Enter 换行。"
_ITEMS = Sheet(
    "事项",
    "",
    (
        _CODE,
        Column(
            "version", "版本", "version", Number(2**31 - 1), width=8,
            note="导出时的版本。导入时用来发现别人在此期间的修改，请勿改动；新事项留空。",
        ),
        Column("name", "事项名称", "name", Codec(1000), is_needed=True, must_stand=True, width=40),
        _text("main_name", "主项名称", width=24),
        Column("type", "事项类型", "type", words.item_type(), is_needed=True, must_stand=True),
        Column("organ_name", "实施主体", "organ_name", Codec(200), is_needed=True, must_stand=True, width=24),
        Column("region", "区划代码", "region", Codec(12, is_code=True), is_needed=True, must_stand=True),
        _text("level", "行使层级", most=20, note="国家级、省级、市级、县级、镇级、村级。"),
        Column("catalog_code", "基本编码", "catalog_code", Codec(50, is_code=True)),
        Column("handling_code", "业务办理项编码", "handling_code", Codec(50, is_code=True)),
        Column("local_code", "地方编码", "local_code", Codec(100, is_code=True)),
        _word("power_source", "权力来源", words.POWER_SOURCES),
        _word("body_kind", "实施主体性质", words.BODIES),
        _text("entrusting_organ", "委托部门", most=200),
        _list("joint_organs", "联办机构", note=_LINES),
        _word("kind", "办件类型", words.KINDS),
        _word("review_type", "审查类型", words.REVIEWS),
        _number("legal_days", "法定办结时限", 9999, "legal_limit.days", note="天数；没有法定时限的留空。"),
        _word("legal_unit", "法定时限单位", words.UNITS, "legal_limit.unit"),
        _text("legal_note", "法定时限说明"),
        _number("promised_days", "承诺办结时限", 9999, "promised_limit.days", note="天数；0 表示当场办结。"),
        _word("promised_unit", "承诺时限单位", words.UNITS, "promised_limit.unit"),
        _text("promised_note", "承诺时限说明"),
        Column("subjects", "服务对象", "subjects", Choices(Choice(words.SUBJECTS)), note="多项用顿号隔开。"),
        Column("audiences", "面向", "audiences", Choices(Choice(words.AUDIENCES)), note="个人、单位。"),
        _list("themes", "主题", note=_LINES),
        _list("aliases", "别名", note=_LINES + "办事人常用的叫法，用于检索。"),
        _list("conditions", "受理条件", width=40, note=_LINES),
        Column("channels", "办理形式", "channels", Choices(Choice(words.CHANNELS)), note="多项用顿号隔开。"),
        _number("visits", "到现场次数", 99),
        _text("visits_reason", "必须到现场原因"),
        _flag("online", "是否网办"),
        Column(
            "online_depth", "网上办理深度", "online_depth", Choices(Choice(words.DEPTHS)),
            note="多项用顿号隔开：" + "、".join(words.DEPTHS),
        ),
        _text("online_url", "网办地址", most=1000),
        _word("area", "通办范围", words.AREAS),
        _flag("charged", "是否收费", "fee.charged"),
        _text("fee_basis", "收费依据", "fee.basis"),
        _text("fee_standard", "收费标准", "fee.standard"),
        _flag("online_payment", "网上支付", "fee.online_payment"),
        _text("quantity_limit", "数量限制"),
        _flag("is_in_center", "是否进驻大厅"),
        _text("center_name", "大厅名称", most=200),
        _flag("appointment", "可预约", "conveniences.appointment"),
        _flag("terminal", "可自助终端办理", "conveniences.terminal"),
        _flag("express", "可快递", "conveniences.express"),
        _flag("mail_materials", "可邮寄材料", "conveniences.mail_materials"),
        _flag("mail_result", "可邮寄结果", "conveniences.mail_result"),
        _flag("nearby", "就近办", "conveniences.nearby"),
        _flag("instant_approval", "秒批", "conveniences.instant_approval"),
        _flag("commitment", "告知承诺制", "conveniences.commitment"),
        _text("consult", "咨询方式", "contact.consult", most=500, note="电话写全区号，如 0000-0000000。"),
        _text("supervise", "监督投诉方式", "contact.supervise", most=500, note="不得与咨询方式相同。"),
        _text("review", "复议机关", "contact.review", most=500),
        _text("court", "诉讼管辖法院", "contact.court", most=500),
        _list("accountability", "追责情形", note=_LINES),
        _text("start_question", "起始情形", most=100, note="“情形”工作表中第一个问题的编号。"),
        _text("summary", "简介", width=30),
        _text("plain_text", "白话说明", width=30),
    ),
    note="一行一个事项。",
)  # fmt: skip


def _sheet(title: str, path: str, columns: tuple[Column, ...], match: tuple[str, ...], note: str) -> Sheet:
    return Sheet(title, path, (_CODE, *columns), match=match, note=note)


_MATERIALS = _sheet(
    "材料",
    "materials",
    (
        Column("code", "材料编号", "code", Codec(50, is_code=True), is_needed=True, must_stand=True),
        Column("name", "材料名称", "name", Codec(1000), is_needed=True, must_stand=True, width=36),
        Column("need", "必要性", "need", Choice(words.NEEDS), is_needed=True, must_stand=True),
        Column("source", "来源渠道", "source", Choice(words.SOURCES, empty="unknown"), note="不清楚的留空。"),
        _text("source_note", "来源说明"),
        _number("copies", "份数", 999),
        Column(
            "forms", "材料形式", "forms", Choices(Choice(words.FORMS)),
            note="原件、复印件、电子件，多项用顿号隔开。",
        ),
        _word("kind", "材料类型", words.MATERIAL_KINDS),
        _word("supply", "提供方式", words.SUPPLIES),
        _number("pages", "页数", 9999),
        _text("page_format", "纸张规格", most=50),
        _text("standard", "受理标准", width=30),
        _text("basis", "要求依据", width=30, note="没有依据的材料应当取消。"),
        _text("fill_note", "填报须知"),
        _text("blank_form", "空白表格", most=500),
        _text("sample", "示例样表", most=500),
        _text("reusable_from", "可由何种证照代替", most=200),
        _text("licence_code", "电子证照编码", most=100),
        _list("elements", "数据元编码", note=_LINES),
        Column("is_common", "通用材料", "is_common", Choice(words.YES_NO, empty=False), width=10),
        Column("lowest_trust", "最低可信等级", "lowest_trust", Choice(words.TRUST, empty=""), width=12),
        _text("note", "备注"),
    ),
    ("code",),
    "一行一份材料；同一事项的材料按此处的先后排列。",
)  # fmt: skip
_STEPS = _sheet(
    "步骤",
    "steps",
    (
        Column("name", "环节", "name", Codec(200), is_needed=True, must_stand=True, width=24),
        Column("role", "办理人员", "role", Choice(words.ROLES), is_needed=True, must_stand=True),
        _number("days", "天数", 9999, note="工作日；各环节之和不得超过承诺时限。"),
        _text("standard", "标准", width=30),
        _text("output", "结果", width=24),
    ),
    ("name",),
    "一行一个环节，按办理先后排列。",
)
_FEES = _sheet(
    "收费",
    "fee.items",
    (
        Column("name", "收费项目", "name", Codec(500), is_needed=True, must_stand=True, width=24),
        _text("standard", "收费标准", width=24),
        _flag("is_reducible", "可否减免"),
        _text("reduction", "减免说明", width=24),
    ),
    ("name",),
    "一行一个收费项目；是否收费与收费依据在“事项”工作表。",
)
_RESULTS = _sheet(
    "结果",
    "results",
    (
        Column("name", "结果名称", "name", Codec(500), is_needed=True, must_stand=True, width=30),
        _word("type", "结果类型", words.RESULTS),
        _text("sample", "结果样本", most=500),
        _text("licence_code", "电子证照编码", most=100),
    ),
    ("name",),
    "一行一种结果。",
)
_INTERMEDIARIES = _sheet(
    "中介",
    "intermediaries",
    (
        Column("name", "中介服务名称", "name", Codec(500), is_needed=True, must_stand=True, width=30),
        _text("basis", "设定依据", width=30),
        _text("outcome", "服务成果", width=24),
        _text("material", "对应材料编号", most=50),
    ),
    ("name",),
    "一行一项中介服务。",
)
_QUESTIONS = Sheet(
    "情形",
    "questions",
    (
        _CODE,
        Column("question", "问题编号", "code", Codec(100), is_needed=True, must_stand=True),
        Column("text", "问题", "text", Codec(1000), is_needed=True, must_stand=True, width=30),
        Column("multiple", "可多选", "multiple", Choice(words.YES_NO, empty=False), width=10),
        Column("option", "选项编号", "options.code", Codec(100), must_stand=True),
        Column("option_text", "选项", "options.text", Codec(1000), must_stand=True, width=24),
        Column("adds", "增加材料", "options.adds", Several("、"), note="材料编号，多项用顿号隔开。"),
        Column("drops", "减少材料", "options.drops", Several("、"), note="材料编号，多项用顿号隔开。"),
        _text("next", "下一问题", "options.next", most=100),
        _text("rejected", "不予办理原因", "options.rejected", width=24),
        Column("fields", "增加表单字段", "options.fields", Several("、")),
    ),
    match=("code",),
    within="options",
    within_match=("code",),
    note="一行一个选项；同一问题的编号、问题在每一行重复。",
)
_FORM = Sheet(
    "表单",
    "form_schema",
    (
        _CODE,
        Column(
            "field", "字段编号", "code", forms.FieldCode(300, is_code=True), is_needed=True, must_stand=True, width=20,
            note="字母、数字、下划线；表格的列写作“表格编号[].列编号”。",
        ),
        _text("title", "名称", most=200, width=24),
        Column("kind", "类型", "kind", Choice(forms.KINDS), is_needed=True, must_stand=True, width=10),
        Column("required", "必填", "required", Choice(words.YES_NO, empty=False), width=10),
        Column("choices", "可选项", "choices", Several("、"), width=30, note="单选、多选才填，用顿号隔开。"),
        Column(
            "element", "数据元", "element", forms.ElementCode(), width=24,
            note="数据元编码。绑定后，同一数据元在一次办理的几个事项里只问一次；新绑定的字段按数据元的格式。",
        ),
        _text("whose", "数据元所属", most=40, note="同一表单里同一数据元说的是不同的人或单位时，写明是谁的。"),
        _text("hint", "填写提示", most=500, width=30),
    ),
    match=("code",),
    rows=forms.rows_of,
    put=forms.put,
    note="一行一个字段；表中没有写到的要求（字数、写法等）保持不变。结构特殊的表单不在此列出。",
)  # fmt: skip
_FAQ = _sheet(
    "常见问题",
    "faq",
    (
        Column("question", "问", "question", Codec(2000), is_needed=True, must_stand=True, width=36),
        Column("answer", "答", "answer", Codec(), is_needed=True, must_stand=True, width=50),
    ),
    ("question",),
    "一行一问一答。",
)
_BASIS = _sheet(
    "依据",
    "basis",
    (
        Column("law", "法律法规", "law", Codec(1000), is_needed=True, must_stand=True, width=36),
        _text("article", "条款", most=200),
        _text("text", "内容", width=50),
    ),
    ("law", "article"),
    "一行一条设定依据。没有依据的事项不得设立。",
)
_PROCEDURES = _sheet(
    "特别程序",
    "special_procedures",
    (
        Column("kind", "程序", "kind", Choice(words.PROCEDURES), is_needed=True, must_stand=True),
        _number("days", "天数", 9999),
        _text("basis", "依据", width=30),
        _flag("is_counted", "计入法定时限"),
        _text("fee", "收费"),
    ),
    ("kind",),
    "一行一种特别程序（行政许可法第四十五条）。",
)
_PLACES = _sheet(
    "地点",
    "places",
    (
        Column("name", "办理地点", "name", Codec(500), is_needed=True, must_stand=True, width=30),
        _text("address", "地址", width=30),
        _text("hours", "办理时间", width=24),
        _text("traffic", "交通", width=24),
        _text("window", "窗口", most=200),
    ),
    ("name",),
    "一行一个办理地点。",
)
_DUTIES = _sheet(
    "责任",
    "duties",
    (
        Column("stage", "环节", "stage", Codec(200), is_needed=True, must_stand=True),
        Column("content", "责任事项", "content", Codec(), is_needed=True, must_stand=True, width=50),
        _text("basis", "依据", width=30),
    ),
    ("stage",),
    "一行一条责任事项。",
)

LAYOUT = Layout(
    NAME,
    LABEL,
    (
        _ITEMS, _MATERIALS, _STEPS, _FEES, _RESULTS, _INTERMEDIARIES, _QUESTIONS, _FORM, _FAQ, _BASIS, _PROCEDURES,
        _PLACES, _DUTIES,
    ),
    guidance=(
        "本工作簿列出所选事项的全部要素。改好后导入：先试运行，看报告，再提交变更申请。",
        "表头不要改名、不要重复；列的先后可以调整，不需要的列可以整列删去（该要素保持不变）。",
        "工作表也可以整张删去（该部分保持不变）；留下的工作表要写全：事项的材料等以表中所列为准。",
        "单元格清空表示清除该要素；写有“〔保持不变〕”的单元格，内容在工作簿中放不下，导入时保持原样。",
        "不要使用公式、合并单元格、宏；编码和电话按文本填写，以免丢失前导零。",
    ),
)  # fmt: skip


def sniff(head: str) -> bool:
    """True for a workbook that has this layout's item sheet."""
    return is_workbook_with(head, LAYOUT)


def rows(source: SourceText) -> Iterator[ParsedRow]:
    """The items of the workbook that are new or changed; see ``sheets.plain``."""
    return plain.rows(source.path, LAYOUT)
