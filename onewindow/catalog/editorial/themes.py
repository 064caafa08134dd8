"""Life-event themes: the shipped ones, with what editors saved laid over them, each by its key."""

from __future__ import annotations

import re
import uuid
from datetime import datetime
from typing import Any

import msgspec
from django.db import transaction

from onewindow.base import facts
from onewindow.catalog.editorial import kept
from onewindow.catalog.editorial.acting import EDITOR, require_editor
from onewindow.catalog.editorial.kept import KeptTheme
from onewindow.catalog.editorial.tables import ThemeVersion
from onewindow.kernel.actor import Actor
from onewindow.kernel.errors import N_, FieldError, Invalid, NotFound

STREAM = "theme"
LONGEST_LABEL, LONGEST_ENGLISH = 12, 40
MOST_THEMES, MOST_ITEMS = 20, 200
MOST_OF_AUDIENCE = 40
LAST = 999
AUDIENCES = ("person", "organisation")
ICONS = {
    "": N_("无"),
    "child": N_("孩子"),
    "home": N_("家和户口"),
    "school": N_("学校"),
    "work": N_("工作"),
    "badge": N_("证书"),
    "rings": N_("结婚"),
    "key": N_("住房"),
    "card": N_("证件"),
    "plane": N_("出境"),
    "shield": N_("保障"),
    "hand": N_("关爱"),
    "rest": N_("退休"),
    "shop": N_("开店"),
    "gate": N_("准入"),
    "sprout": N_("创业"),
    "plan": N_("建设"),
    "drop": N_("水电气"),
    "leaf": N_("环保"),
    "coin": N_("税费"),
    "truck": N_("运输"),
    "ball": N_("文体"),
    "cross": N_("医疗"),
    "bulb": N_("创新"),
    "bank": N_("融资"),
}
# Key, label, icon, themes of the national classification: the course of a life and of a firm.
_SHIPPED: dict[str, tuple[tuple[str, str, str, str], ...]] = {
    "person": (
        ("birth", N_("生小孩"), "child", "生小孩"),
        ("household", N_("户口办理"), "home", "户籍办理"),
        ("school", N_("上学升学"), "school", "升学"),
        ("job", N_("找工作"), "work", "找工作"),
        ("qualification", N_("考证执业"), "badge", "职业资格"),
        ("marriage", N_("结婚"), "rings", "婚姻登记"),
        ("housing", N_("买房住房"), "key", "买房子"),
        ("papers", N_("办证件"), "card", "证件办理"),
        ("abroad", N_("出国出境"), "plane", "出境入境"),
        ("security", N_("社保救助"), "shield", "社会保障（社会保险、社会救助）"),
        ("disability", N_("残疾人服务"), "hand", "残疾人"),
        ("retirement", N_("退休养老"), "rest", "退休"),
    ),
    "organisation": (
        ("founding", N_("开办和变更"), "shop", "设立变更"),
        ("permits", N_("准营准办"), "gate", "准营准办"),
        ("startup", N_("创业扶持"), "sprout", "创业"),
        ("building", N_("规划建设"), "plan", "规划建设"),
        ("utilities", N_("水电气排水"), "drop", "公用事业"),
        ("environment", N_("环保绿化"), "leaf", "环保绿化"),
        ("tax", N_("纳税"), "coin", "纳税"),
        ("transport", N_("交通运输"), "truck", "交通出行"),
        ("culture", N_("文化体育"), "ball", "文化体育"),
        ("health", N_("医疗卫生"), "cross", "医疗卫生"),
        ("patents", N_("知识产权"), "bulb", "知识产权"),
        ("finance", N_("抵押融资"), "bank", "抵押质押"),
    ),
}  # fmt: skip
SHIPPED = tuple(
    KeptTheme(key, audience, 10 * place, label, "", icon, (theme,), (), True)
    for audience, rows in _SHIPPED.items()
    for place, (key, label, icon, theme) in enumerate(rows, 1)
)
_CODE = re.compile(r"[0-9A-Za-z-]{8,80}")


class Wanted(msgspec.Struct, frozen=True):
    """A theme as it is to stand; ``themes`` of the national classification and codes of ``items``."""

    audience: str
    label: str
    position: int
    label_en: str = ""
    icon: str = ""
    themes: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    is_shown: bool = True


def all_themes(*, audience: str = "") -> tuple[KeptTheme, ...]:
    """Every theme as it stands now, hidden ones too, in order; costs no statement while nothing changes."""
    saved = kept.kept().themes
    return _merged(saved, audience)


_known: tuple[tuple[KeptTheme, ...], dict[str, tuple[KeptTheme, ...]]] | None = None


def _merged(saved: tuple[KeptTheme, ...], audience: str) -> tuple[KeptTheme, ...]:
    global _known
    if _known is None or _known[0] is not saved:
        stand = {one.key: one for one in (*SHIPPED, *saved)}
        ordered = tuple(sorted(stand.values(), key=lambda one: (one.position, one.key)))
        by = {each: tuple(one for one in ordered if one.audience == each) for each in AUDIENCES}
        _known = (saved, {"": ordered, **by})
    return _known[1].get(audience, ())


def theme(key: str) -> KeptTheme:
    """The theme under ``key``; raises ``NotFound``."""
    found = next((one for one in all_themes() if one.key == key), None)
    if found is None:
        raise NotFound("no-theme", N_("没有这个主题。"))
    return found


def save(actor: Actor, key: str, wanted: Wanted, *, now: datetime) -> str:
    """Save a theme (``key`` empty: a new one), in force at once; its key. Raises ``Invalid`` with fields.

    Said again, the same changes nothing. A theme is never deleted: ``is_shown`` false takes it from the pages.
    """
    require_editor(actor)
    _check(wanted, is_new=not key)
    held = theme(key) if key else None
    if held is not None and held == _as_kept(key, wanted):
        return key
    key = key or uuid.uuid4().hex[:12]
    with transaction.atomic():
        fields = msgspec.to_builtins(wanted)
        row = ThemeVersion.objects.create(key=key, by=actor.account_id, name=actor.name, at=now, **fields)
        facts.record(
            STREAM, row.pk, "theme-saved", at=now, actor=actor, role=EDITOR, data={"key": key} | fields
        )
        kept.touch()
    return key


def versions(key: str, *, limit: int = 20) -> list[dict[str, Any]]:
    """Who saved the theme when, the newest first."""
    rows = ThemeVersion.objects.filter(key=key).order_by("-pk")[:limit]
    return [{"at": row.at, "name": row.name, "label": row.label, "is_shown": row.is_shown} for row in rows]


def _as_kept(key: str, wanted: Wanted) -> KeptTheme:
    return msgspec.convert({"key": key} | msgspec.to_builtins(wanted), KeptTheme)


def _check(wanted: Wanted, *, is_new: bool) -> None:
    problems = [
        FieldError(field, "invalid", message)
        for field, is_wrong, message in (
            ("audience", wanted.audience not in AUDIENCES, N_("请选择服务对象")),
            ("label", not 0 < len(wanted.label) <= LONGEST_LABEL, N_("名称应当是 1 到 12 个字")),
            ("label_en", len(wanted.label_en) > LONGEST_ENGLISH, N_("英文名称请不超过 40 个字符")),
            ("position", not 0 <= wanted.position <= LAST, N_("次序应当是 0 到 999 的整数")),
            ("icon", wanted.icon not in ICONS, N_("请从列表中选择图标")),
            ("themes", not (wanted.themes or wanted.items), N_("请至少选一个主题分类或写一个事项编码")),
            ("themes", len(wanted.themes) > MOST_THEMES, N_("主题分类最多 20 个")),
            ("items", len(wanted.items) > MOST_ITEMS, N_("事项最多 200 个")),
            ("items", not all(_CODE.fullmatch(code) for code in wanted.items), N_("事项编码写得不对")),
        )
        if is_wrong
    ]
    if is_new and len(all_themes(audience=wanted.audience)) >= MOST_OF_AUDIENCE:
        problems.append(FieldError("audience", "too-many", N_("每类服务对象最多 40 个主题")))
    if problems:
        raise Invalid("invalid-fields", N_("这个主题有误，还没有保存。"), fields=problems)
