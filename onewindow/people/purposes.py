"""What personal data are used for only as far as the person lets: the purposes, as data.

Handling a case needs no consent (个人信息保护法 art. 13 (3): duties of an organ). Two grounds stand here: ``consent``
(nothing until it is given, art. 14) and ``refusable`` (done to carry out duties until the person refuses, art. 44).
Both are withdrawn as easily as given (art. 15), and nobody is refused a matter for it (art. 16).
"""

from __future__ import annotations

from typing import Literal

import msgspec

from onewindow.kernel.errors import N_

Ground = Literal["consent", "refusable"]


class Purpose(msgspec.Struct, frozen=True):
    """One purpose: what is done with which data, what happens without it, and the law it stands on."""

    code: str
    title: str
    tells: str
    without: str
    ground: Ground
    basis: str


ELECTRONIC, PREFILL, SMS, EMAIL, CALL = "electronic-service", "prefill", "sms", "email", "follow-up-call"

PURPOSES = (
    Purpose(
        ELECTRONIC,
        N_("电子送达"),
        N_("通知、决定书放在“我的办件”里，打开时视为送达；打开的时间记入送达回证。"),
        N_("不同意的，文书按您选择的方式送达纸质件。"),
        "consent",
        "《中华人民共和国民事诉讼法》第九十条、《中华人民共和国行政许可法》第四十四条",
    ),
    Purpose(
        PREFILL,
        N_("用以前填过的内容预填"),
        N_("新的申请用您以前申请里填过的内容预填，只给您自己看，核对后才算数。"),
        N_("不愿意的，新的申请从空表开始。"),
        "refusable",
        "《中华人民共和国个人信息保护法》第十三条、第四十四条",
    ),
    Purpose(
        SMS,
        N_("短信通知"),
        N_("办件有进展时，用您留的手机号发短信。"),
        N_("不愿意的，只在“消息”里告知。"),
        "refusable",
        "《中华人民共和国个人信息保护法》第十三条、第四十四条",
    ),
    Purpose(
        EMAIL,
        N_("邮件通知"),
        N_("办件有进展时，用您留的邮箱发邮件。"),
        N_("不愿意的，只在“消息”里告知。"),
        "refusable",
        "《中华人民共和国个人信息保护法》第十三条、第四十四条",
    ),
    Purpose(
        CALL,
        N_("办结后电话回访"),
        N_("办结后可能抽到您，由政务服务中心打电话听取意见；打开您的电话号码要写理由，留下记录。"),
        N_("不愿意的，不再打电话；评价和投诉不受影响。"),
        "refusable",
        "《中华人民共和国个人信息保护法》第十三条、第四十四条",
    ),
)
BY_CODE = {one.code: one for one in PURPOSES}


def stands(purpose: Purpose, last: bool | None) -> bool:
    """Whether the purpose may be followed: ``last`` is what the person said last, None when nothing was said."""
    return purpose.ground == "refusable" if last is None else last
