"""What a plainer wording of a passage must not touch: numbers with their units, days, laws and articles. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter

import msgspec

# 工作日 and 自然日 are not the same day: an unlike unit is a difference.
_UNITS = (
    "个工作日|工作日|个自然日|自然日|日历日|周岁|岁|万元|亿元|元|角|分钟|小时|天|日|周|个月|月|年度|年|份|次|个|人|名|项|"
    "页|平方米|立方米|公里|千米|米|公斤|千克|吨|倍|级|类|条|款|%|‰|厘米|毫米|号"
)
_SAME = {
    "个工作日": "工作日",
    "个自然日": "自然日",
    "日历日": "自然日",
    "个月": "月份",
    "天": "日",
    "周岁": "岁",
}
_CHINESE = "〇零一二两三四五六七八九十百千万"
_NUMBER = re.compile(rf"(\d+(?:\.\d+)?|[{_CHINESE}]+)\s*({_UNITS})?")
_WRITTEN_OUT = re.compile(rf"百分之(\d+(?:\.\d+)?|[{_CHINESE}]+)")
_LAW = re.compile(r"《[^《》]{1,80}》")
_ARTICLE = re.compile(rf"第([\d{_CHINESE}]+)(条|款|项)")
_IDLE = re.compile(r"一次性|一般|一致|一并|一旦|统一|一律|一定|任一|一经|唯一|万一|进一步")
_DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_TENS = {"十": 10, "百": 100, "千": 1000}


class Unlike(msgspec.Struct, frozen=True):
    """What only the original says (``lost``) and what only the proposal says (``added``), as written out."""

    lost: tuple[str, ...]
    added: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.lost or self.added)


def unlike(original: str, proposal: str) -> Unlike:
    """The numbers, days, laws and articles that stand in one of the two only, each in the order of the text.

    A number counts by its value and unit: 二十日 is 20 天, but 20 个工作日 is not 20 天.
    """
    before, after = _said(original), _said(proposal)
    return Unlike(tuple(_missing(before, after)), tuple(_missing(after, before)))


def _missing(these: list[tuple[str, str]], those: list[tuple[str, str]]) -> list[str]:
    left = Counter(key for key, _ in those)
    found = {}
    for key, written in these:
        if left[key] == 0:
            found[key] = written
    return list(found.values())


def _said(text: str) -> list[tuple[str, str]]:
    """(what it means, how it is written) of each thing that may not change."""
    text = _IDLE.sub("　", unicodedata.normalize("NFKC", text).replace(",", ""))
    found: list[tuple[int, str, str]] = []
    for law in _LAW.finditer(text):
        found.append((law.start(), law.group().replace(" ", ""), law.group()))
    text = _LAW.sub(lambda law: "　" * len(law.group()), text)
    for article in _ARTICLE.finditer(text):
        found.append((article.start(), f"第{value(article[1])}{article[2]}", article.group()))
    text = _ARTICLE.sub(lambda article: "　" * len(article.group()), text)
    for share in _WRITTEN_OUT.finditer(text):
        found.append((share.start(), f"{value(share[1])}%", share.group()))
    text = _WRITTEN_OUT.sub(lambda share: "　" * len(share.group()), text)
    for number in _NUMBER.finditer(text):
        unit = number[2] or ""
        if unit or number[1][0].isascii():  # a bare Chinese numeral is mostly part of a word
            found.append(
                (number.start(), f"{value(number[1])}{_SAME.get(unit, unit)}", number.group().strip())
            )
    return [(key, written) for _, key, written in sorted(found)]


def value(written: str) -> str:
    """The number that Arabic or Chinese numerals write, without idle zeros: 二十五 → 25, 3.50 → 3.5."""
    if written[0].isascii():
        whole, _, rest = written.partition(".")
        rest = rest.rstrip("0")
        return (whole.lstrip("0") or "0") + (f".{rest}" if rest else "")
    if not any(char in "十百千万" for char in written):
        return "".join(str(_DIGITS[char]) for char in written).lstrip("0") or "0"
    high, has_ten_thousands, low = written.partition("万")
    total = _below_ten_thousand(high) or 1 if has_ten_thousands else 0
    return str(total * 10_000 + _below_ten_thousand(low if has_ten_thousands else written))


def _below_ten_thousand(written: str) -> int:
    total, digit = 0, -1
    for char in written:
        if char in _TENS:
            total += (1 if digit < 0 else digit) * _TENS[char]
            digit = -1
        elif char in _DIGITS:
            digit = _DIGITS[char] if digit <= 0 else digit * 10 + _DIGITS[char]
    return total + max(digit, 0)
