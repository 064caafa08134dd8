"""What a form has to know of every element, read off the structs of the catalogue; one table for the rest.

Labels and words of values are those of the comparison, so that a form and a comparison call a thing the same.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Literal

import msgspec
from msgspec import inspect

from onewindow.catalog import elements
from onewindow.catalog.compare_words import LABELS, PARTS, VALUES
from onewindow.catalog.rules.types import TYPES
from onewindow.faces.editor import form_fields
from onewindow.kernel.errors import N_

Kind = Literal[
    "text", "long", "number", "flag", "choice", "several", "lines", "limit", "group", "rows", "tree", "form",
    "element", "hidden",
]  # fmt: skip
Options = tuple[tuple[str, str], ...]


class Control(msgspec.Struct, frozen=True):
    """One element in a form. ``label`` and the words of ``options`` are msgids; ``parts`` are the columns of
    ``rows`` and the members of a ``group`` (a row of plain text has a single part without a name)."""

    name: str
    label: str
    kind: Kind
    default: Any = ""
    is_nullable: bool = False
    is_required: bool = False
    is_main: bool = True
    options: Options = ()
    parts: tuple[Control, ...] = ()
    hint: str = ""


def _same(*words: str) -> Options:
    return tuple((word, word) for word in words)


def _coded(*codes: str) -> Options:
    return tuple((code, VALUES[code]) for code in codes)


_SOURCES = _coded("applicant", "government", "intermediary", "other", "unknown")
_LEVELS = (N_("国家级"), N_("省级"), N_("市级"), N_("县级"), N_("镇级"), N_("村级"))
# What may be chosen where the struct says only "text"; a value beyond these is kept and offered too.
CHOICES: dict[tuple[type | None, str], Options] = {
    (None, "type"): tuple((code, kind.name) for code, kind in TYPES.items()),
    (None, "level"): _same(*_LEVELS),
    (None, "review_type"): _same(N_("即审即办"), N_("前审后批"), N_("告知承诺"), N_("其他")),
    (None, "channels"): _same(N_("窗口办理"), N_("网上办理"), N_("快递申请")),
    (None, "area"): _same(N_("全国"), N_("跨省"), N_("全省"), N_("全市"), N_("不通办")),
    (None, "audiences"): _coded("person", "organisation"),
    (None, "subjects"): _same(
        N_("自然人"), N_("企业法人"), N_("事业法人"), N_("社会组织法人"), N_("非法人企业"), N_("行政机关"),
        N_("其他组织"),
    ),
    (None, "power_source"): _same(
        N_("法定本级行使"), N_("上级下放"), N_("上级授权"), N_("同级授权"), N_("上级委托"), N_("同级委托")
    ),
    (None, "body_kind"): _same(N_("法定机关"), N_("授权组织"), N_("受委托组织")),
    (elements.Material, "source"): _SOURCES,
    (elements.Material, "kind"): _coded("licence", "approval", "form", "proof", "other"),
    (elements.Material, "supply"): _coded("submit", "fetched", "fetched-else-submit"),
    (elements.Material, "lowest_trust"): (
        ("A", N_("A 签发机关")),
        ("B", N_("B 核验过原件")),
        ("C", N_("C 上传件")),
        ("D", N_("D 自己制作")),
    ),
    (elements.Material, "forms"): _coded("original", "copy", "electronic"),
    (elements.Result, "type"): _coded("certificate", "document", "approval", "other"),
    (elements.Pledge, "exclusions"): _coded(*elements.EXCLUSIONS),
    (elements.SpecialProcedure, "kind"): _coded(
        "hearing", "tender", "auction", "inspection", "testing", "quarantine", "appraisal", "expert-review"
    ),
}  # fmt: skip
_LONG = {"summary", "plain_text", "text", "answer", "content", "standard", "fill_note", "note", "reduction"}
_LONG |= {"notice", "consequences", "legal_note", "promised_note", "visits_reason", "source_note"}
_TEXT_ROWS = {"conditions": N_("条件"), "accountability": N_("情形")}
_OWN_KINDS: dict[str, Kind] = {"form_schema": "form", "questions": "tree"}
# Of a row with many attributes those that are always open; the others fold away.
_MAIN = {elements.Material: {"code", "name", "need", "source", "copies", "forms", "standard", "basis"}}
_HINTS = {
    "themes": N_("每行一个"),
    "aliases": N_("每行一个"),
    "joint_organs": N_("每行一个"),
    "missing": N_("每行一个；补上以后从这里删去"),
    "flags": N_("每行一个"),
    "promises": N_("写了承诺内容的，申请人可以选择以告知承诺办理"),
    "exclusions": N_("勾了任何一项，这件事就不能以告知承诺办理"),
    "check_days": N_("从准予之日起；不填按平台的设定"),
    "elements": N_("每行一个数据元编码"),
    "online_depth": N_("每行一个数字：1 咨询 … 7 证照送达"),
    "promised_limit": N_("0 个工作日：当场办结"),
}


def _field_controls(kinds: Options) -> tuple[Control, ...]:
    """What is asked of one field of a form."""
    return (
        Control("name", "", "hidden"),
        Control("raw", "", "hidden"),
        Control("title", N_("名称"), "text"),
        Control("kind", N_("怎样填"), "choice", is_required=True, options=kinds),
        Control("is_required", N_("必填"), "flag", default=False),
        Control("element", N_("数据元"), "element", hint=N_("同样的内容只填一次")),
        Control(
            "choices", N_("选项"), "lines", default=(), hint=N_("每行一个；存的值和名称不同的，写“值=名称”")
        ),
        Control("description", N_("填写说明"), "text"),
        Control("example", N_("示例"), "text", is_main=False),
        Control("least", N_("最小、最少"), "text", is_main=False),
        Control("most", N_("最大、最多"), "text", is_main=False),
        Control("longest", N_("最多几个字"), "text", is_main=False),
        Control("pattern", N_("写法（正则表达式）"), "text", is_main=False),
    )


_COLUMNS = Control(
    "parts",
    N_("表格的列、组里的内容"),
    "rows",
    default=(),
    parts=_field_controls((*form_fields.COLUMN_KINDS, form_fields.OTHER)),
)
_FORM = (
    Control("raw", "", "hidden"),
    Control("title", N_("表单名称"), "text"),
    Control(
        "fields",
        N_("要填的内容"),
        "rows",
        default=(),
        parts=(*_field_controls((*form_fields.KINDS, form_fields.OTHER)), _COLUMNS),
    ),
)


@lru_cache(maxsize=8)
def of(kind: type[msgspec.Struct]) -> dict[str, Control]:
    """The controls of a content (an implementation item or a catalogue item) by the name of the element."""
    info = inspect.type_info(kind)
    assert isinstance(info, inspect.StructType)
    return {one.name: _control(None, one) for one in info.fields}


def _control(owner: type | None, field: inspect.Field) -> Control:
    kind, is_nullable = _without_none(field.type)
    made = Control(
        name=field.name,
        label=_label(owner, field.name),
        kind=_kind(owner, field.name, kind),
        default=_default(field),
        is_nullable=is_nullable,
        is_required=field.required,
        is_main=owner not in _MAIN or field.name in _MAIN[owner],
        options=CHOICES.get((owner, field.name), ()) or _literals(kind),
        hint=_HINTS.get(field.name, ""),
    )
    if made.kind == "form":
        return msgspec.structs.replace(made, parts=_FORM)
    return msgspec.structs.replace(made, parts=_parts(made, kind)) if made.kind in ("group", "rows") else made


def _parts(made: Control, kind: inspect.Type) -> tuple[Control, ...]:
    if made.name in _TEXT_ROWS:
        return (Control(name="", label=_TEXT_ROWS[made.name], kind="long"),)
    inner = kind.item_type if isinstance(kind, inspect.VarTupleType) else kind
    assert isinstance(inner, inspect.StructType)
    return tuple(_control(inner.cls, one) for one in inner.fields)


def _kind(owner: type | None, name: str, kind: inspect.Type) -> Kind:
    if name in _OWN_KINDS and owner is None:
        return _OWN_KINDS[name]
    if isinstance(kind, inspect.VarTupleType):
        if isinstance(kind.item_type, inspect.StructType) or (owner is None and name in _TEXT_ROWS):
            return "rows"
        return "several" if (owner, name) in CHOICES else "lines"
    if isinstance(kind, inspect.StructType):
        return "limit" if kind.cls is elements.Limit else "group"
    if isinstance(kind, inspect.BoolType):
        return "flag"
    if isinstance(kind, inspect.IntType):
        return "number"
    if isinstance(kind, inspect.LiteralType) or (owner, name) in CHOICES:
        return "choice"
    return "long" if name in _LONG else "text"


def _without_none(kind: inspect.Type) -> tuple[inspect.Type, bool]:
    if not isinstance(kind, inspect.UnionType):
        return kind, False
    rest = [one for one in kind.types if not isinstance(one, inspect.NoneType)]
    assert len(rest) == 1
    return rest[0], True


def _default(field: inspect.Field) -> Any:
    if field.default_factory is not msgspec.NODEFAULT:
        return field.default_factory()
    return "" if field.default is msgspec.NODEFAULT else field.default


def _literals(kind: inspect.Type) -> Options:
    return _coded(*(str(value) for value in kind.values)) if isinstance(kind, inspect.LiteralType) else ()


def _label(owner: type | None, name: str) -> str:
    if owner is None:
        return LABELS.get(name, name)
    return PARTS.get(owner, {}).get(name) or PARTS[None].get(name) or name
