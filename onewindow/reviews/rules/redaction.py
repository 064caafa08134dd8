"""Taking personal data out of what people write, before anybody but the verifier reads it. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable

HIDDEN = "＊＊"

# Longest first: a number that is eaten by an earlier pattern is not looked at again. Digits may stand apart.
_PATTERNS = (
    re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+"),  # e-mail
    re.compile(r"https?://\S+"),
    # Numbers of cases, identity cards, banks and telephones: seven digits and more, or letters among digits.
    re.compile(r"[A-Za-z]{0,4}[0-9０-９](?:[\s·.()（）/+-]?[0-9０-９Xx]){6,}"),
    re.compile(r"(?<![0-9A-Za-z])[0-9A-HJ-NPQRTUWXY]{18}(?![0-9A-Za-z])"),  # credit code
    re.compile(r"[0-9０-９零一二三四五六七八九十百]+\s*(?:号楼|单元|号|幢|栋|弄|室|楼)"),  # a home
    re.compile(r"(?:微信|QQ|qq|Wechat|wechat)\s*(?:号|是|为|[:：])*\s*[A-Za-z0-9_-]{4,}"),
    re.compile(
        r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-Z][·\s]?[A-Z0-9]{5,6}"
    ),  # car
)
# "My name is …": two to four characters that follow.
_NAMED = re.compile(
    r"(我叫|我的名字(?:是|叫)|姓名(?:是|为|[:：])|本人(?:姓名|叫)|联系人[:：]?)\s*[\u4e00-\u9fff·]{2,4}"
)


def redact(text: str, *, known: Iterable[str] = ()) -> str:
    """``text`` without numbers, addresses and names that tell who wrote it.

    ``known`` are values that are certain (the rater's name, telephone, id number): hidden wherever they stand.
    Patterns are a net, not a proof: of a complaint, who is complained of reads only what a person released.
    """
    for one in sorted({value.strip() for value in known if len(value.strip()) >= 2}, key=len, reverse=True):
        text = re.sub(re.escape(one), HIDDEN, text, flags=re.IGNORECASE)
    for pattern in _PATTERNS:
        text = pattern.sub(HIDDEN, text)
    return _NAMED.sub(lambda found: f"{found[1]}{HIDDEN}", text)
