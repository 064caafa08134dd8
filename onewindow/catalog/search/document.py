"""What the search knows of one published item, and how its words are written for matching."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from pathlib import Path
from sys import intern
from typing import Any

import msgspec

from onewindow.catalog.definition import ItemDefinition

# Public-service rows that only inform; a citizen who does not ask for information means the others.
ACTIONS: dict[str, tuple[str, ...]] = {
    "new": ("新办", "核发", "设立", "新增", "首次", "初次", "初领", "新申请", "成立", "取证", "配发"),
    "change": ("变更", "更名", "更正", "更改", "修改", "改类", "换押"),
    "cancel": ("注销", "终止", "撤销", "销户", "停业", "歇业", "解除", "退费", "暂停", "停用", "免职"),
    "renew": (
        "延续",
        "续期",
        "延期",
        "换发",
        "换证",
        "到期",
        "换领",
        "再次注册",
        "再注册",
        "校验",
        "年审",
        "年度审验",
    ),
    "replace": ("补办", "补发", "补领", "补证", "挂失", "遗失", "丢失", "补换", "增补发", "补打"),
    "transfer": (
        "转移",
        "迁移",
        "转入",
        "转出",
        "过户",
        "转让",
        "迁出",
        "迁入",
        "接续",
        "互转",
        "分立",
        "合并",
    ),
    "query": (
        "查询",
        "查阅",
        "检索",
        "公示",
        "名单",
        "目录",
        "名录",
        "下载",
        "查看",
        "公告",
        "公开",
        "检查信息",
    ),
    "consult": (
        "咨询",
        "宣传",
        "指引",
        "科普",
        "培训",
        "留言",
        "活动",
        "指南",
        "须知",
        "动态",
        "资讯",
        "宣教",
    ),
    "progress": ("进度",),
    "booking": ("预约",),
    "complain": ("投诉", "举报", "申诉"),
    "resume": ("恢复", "复业", "解挂", "解封"),
    "borrow": ("抵押", "质押", "出质"),
}
_WIDE_GAPS = str.maketrans(
    dict.fromkeys("（）()《》〈〉<>“”\"'‘’【】[]{}，。、；：！？,.;:!?·—-－_/\\|~～…@#$%^&*+=`", " ")
)


_SIMPLIFIED = Path(__file__).resolve().parents[2] / "data" / "synonyms" / "traditional.txt"


def _simplified(lines: Iterable[str]) -> dict[int, int | str]:
    pairs = (pair for line in lines if not line.startswith("#") for pair in line.split())
    return {ord(pair[0]): pair[1] for pair in pairs}


with _SIMPLIFIED.open(encoding="utf-8") as _lines:
    _WRITTEN: dict[int, int | str] = {**_WIDE_GAPS, **_simplified(_lines)}


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One published item as the search keeps it; ``row`` is its line in a list (contract, GET /items)."""

    version_id: int
    row: dict[str, Any]
    organ_id: int = 0
    organ_code: str = ""
    audiences: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()
    main_name: str = ""
    aliases: tuple[str, ...] = ()
    syllables: str = ""


def list_row(definition: ItemDefinition) -> dict[str, Any]:
    """The item as lists show it, with the keys and the order of the contract."""
    return {
        "task_code": definition.task_code,
        "version": definition.version,
        "name": definition.name,
        "type": definition.type,
        "organ": definition.organ_name,
        "region": definition.region,
        "kind": definition.kind,
        "legal_limit": _limit(definition.legal_limit),
        "promised_limit": _limit(definition.promised_limit),
        "visits": definition.visits,
        "online": definition.online,
        "fee": definition.fee.charged,
        "handled": definition.handled,
    }


def _limit(limit: Any) -> dict[str, Any] | None:
    return None if limit is None else {"days": limit.days, "unit": limit.unit}


def normalise(text: str) -> str:
    """``text`` in one width and case, in simplified writing, marks turned into single spaces."""
    return " ".join(unicodedata.normalize("NFKC", text).lower().translate(_WRITTEN).split())


def actions_of(name: str) -> frozenset[str]:
    """What the item called ``name`` does to a thing: new, change, cancel, renew, query …"""
    return frozenset(action for action, words in ACTIONS.items() if any(word in name for word in words))


def bigrams(text: str) -> list[str]:
    """Neighbouring pairs of characters within the words of normalised ``text``."""
    return [intern(word[at : at + 2]) for word in text.split() for at in range(len(word) - 1)]
