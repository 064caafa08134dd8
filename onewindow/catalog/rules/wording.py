"""Vague words and catch-all clauses (兜底条款) with their place: rule 16 of handbook 2.4."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from onewindow.catalog.definition import ItemDefinition
from onewindow.catalog.rules.finding import Notes
from onewindow.kernel.errors import N_

RULE = "2.4-16"
SPARED = "!"  # a word that begins with it is spared, also where a vague word stands inside it
GAP = "…"  # stands for up to GAP_LENGTH characters of one clause
GAP_LENGTH = 12

# S3 asks that conditions and materials be definite; the words themselves are a setting.
VAGUE = (
    "其他材料",
    "其它材料",
    "其他…材料",
    "其它…材料",
    "其他资料",
    "其他…资料",
    "其他文件",
    "其他…文件",
    "其他证明",
    "其他…证明",
    "其他条件",
    "其他…条件",
    "其他情形",
    "其他…情形",
    "规定的其他",
    "规定的其它",
    "法律…规定的其他…材料",
    "法律…规定的其他…条件",
    "法律…规定的其他情形",
    "相关证明",
    "相关材料",
    "有关材料",
    "相关",
    "有关",
    "等等",
    "等",
    "必要时",
    "原则上",
    "视情况",
    "视情",
    "视具体情况",
    "视实际情况",
    "酌情",
    "一般情况下",
    "特殊情况下",
    "根据需要",
    "根据情况",
    "按需要",
    "认为需要",
    "认为必要",
    "认为有必要",
    "需要提供的其他",
)
# Where the same characters mean something definite: 等 as a grade or in a compound, 其他 before a noun.
SPARE = (
    *("等级", "等候", "等待", "等同", "等于", "等额", "等值", "等效", "等价", "等次", "等份", "等比", "等距"),
    *("等高", "等压", "等温", "等宽", "等长", "等边", "等量", "等离子", "等分", "等深", "等式", "等身"),
    *("平等", "相等", "均等", "对等", "同等", "不等", "高等", "中等", "初等", "上等", "下等", "优等", "劣等"),
    *("头等", "特等", "甲等", "乙等", "丙等", "丁等", "一等", "二等", "三等", "四等", "五等", "次等", "何等"),
    *(
        "其他组织",
        "其它组织",
        "其他法人",
        "其他人员",
        "其他行政机关",
        "其他行政权力",
        "其他权利人",
        "其他项目",
    ),
    *("有关系", "相关性", "相关系数", "相关方", "有关节"),
)
DEFAULT_WORDS = (*VAGUE, *(SPARED + word for word in SPARE))

# A closed list is definite: “甲、乙等两项材料”, “等 3 人”.
_COUNTED = r"等共?\s*(?:[0-9０-９]+|[一二两三四五六七八九十百]+)\s*(?:类|种|项|个|份|人|件|名|家|处|部门|单位|本|张|条)"
_TITLE = r"《[^》]*》"  # a law or a form is called what it is called
_GAP = rf"[^，。；：、！？《》\s]{{0,{GAP_LENGTH}}}?"
# Between 法律 and 规定 an enumeration is usual (法律、法规、规章规定的其他材料).
_LAW_GAP = rf"[^，。；：！？《》]{{0,{GAP_LENGTH}}}?"


def vague_places(text: str, words: Sequence[str] = DEFAULT_WORDS) -> list[tuple[int, int]]:
    """The spans of ``text`` that are vague by ``words``, from left to right, longest first at one place."""
    if not text:
        return []
    return [match.span() for match in _pattern(tuple(words)).finditer(text) if match.lastgroup == "vague"]


def note_vague(definition: ItemDefinition, notes: Notes, words: Sequence[str] = DEFAULT_WORDS) -> None:
    """Notes every vague place in conditions, material names and standards, and standards of steps."""
    finditer = _pattern(tuple(words)).finditer
    for element, text in _texts(definition):
        for match in finditer(text):
            if match.lastgroup == "vague":
                notes.broken(
                    RULE,
                    element,
                    N_("“%(word)s”不明确，应当写明具体内容"),
                    span=match.span(),
                    word=match.group(),
                )


def _texts(definition: ItemDefinition) -> Iterator[tuple[str, str]]:
    for number, condition in enumerate(definition.conditions):
        yield f"conditions.{number}", condition
    for row in definition.materials:
        yield f"materials.{row.code}.name", row.name
        if row.standard:
            yield f"materials.{row.code}.standard", row.standard
    for number, step in enumerate(definition.steps):
        if step.standard:
            yield f"steps.{number}.standard", step.standard


@lru_cache(maxsize=16)
def _pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    spared = sorted((word[1:] for word in words if word.startswith(SPARED)), key=len, reverse=True)
    vague = sorted((word for word in words if not word.startswith(SPARED)), key=len, reverse=True)
    keep = "|".join([_TITLE, _COUNTED, *map(re.escape, filter(None, spared))])
    hunt = "|".join(map(_expression, filter(None, vague))) or "(?!)"
    # Most characters begin none of the words: one look at a set of characters spares the long alternation.
    heads = "".join(
        re.escape(head) for head in sorted({"《", "等", *(word.lstrip(SPARED)[:1] for word in words)})
    )
    return re.compile(f"(?=[{heads}])(?:(?P<spared>{keep})|(?P<vague>{hunt}))")


def _expression(word: str) -> str:
    gap = _LAW_GAP if word.startswith("法律") else _GAP
    return gap.join(re.escape(part) for part in word.split(GAP))
