"""From a paper's content to the words that stand on it: dates, codes and lists as people write them."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from io import BytesIO
from itertools import pairwise
from typing import Any
from urllib.parse import quote

import msgspec
import segno

from onewindow.base import clock
from onewindow.documents import codes
from onewindow.documents.kinds import LICENCE

MEDIA = {"original": "原件", "copy": "复印件", "electronic": "电子件"}
STATES = {"submitted": "已提交", "missing": "未提交", "deferred": "容缺后补", "reused": "免提交"}
UNITS = {"working_day": "个工作日", "calendar_day": "日"}
PROCEDURES = {
    "hearing": "听证",
    "tender": "招标",
    "auction": "拍卖",
    "inspection": "检验",
    "testing": "检测",
    "quarantine": "检疫",
    "appraisal": "鉴定",
    "expert-review": "专家评审",
}
GROUNDS = {
    "not-required": "申请事项依法不需要取得许可或者办理手续",
    "not-competent": "申请事项依法不属于本机关职权范围",
    "not-corrected": "经告知补正后，申请材料仍不齐全或者不符合法定形式",
    "applicant-ended": "申请人死亡或者依法终止",
    # 行政许可法 art. 70
    "expired": "有效期届满未延续",
    "lost-capacity": "被许可的公民死亡或者丧失行为能力",
    "dissolved": "被许可的法人或者其他组织依法终止",
    "revoked": "行政许可依法被撤销、撤回，或者行政许可证件依法被吊销",
    "impossible": "因不可抗力导致行政许可事项无法实施",
    "other": "法律、法规规定的应当注销的其他情形",
}
METHODS = {
    "window": "窗口直接送达",
    "locker": "自助柜领取",
    "courier": "邮寄送达",
    "electronic": "电子送达",
    "left": "留置送达",
    "entrusted": "委托送达",
    "public-notice": "公告送达",
}
SEAL_LICENCE = "行政审批专用章"
SEAL_OTHER = "政务服务专用章"


class Seal(msgspec.Struct, frozen=True):
    """What the block of the electronic signature says: whose certificate (serial number), signed when."""

    serial: str
    signed_at: datetime


def view(
    content: dict[str, Any], *, base_url: str, has_seal: bool, is_sample: bool, seal: Seal | None = None
) -> dict[str, Any]:
    """What the template gets: every value a text that is set as it stands, never as markup.

    ``has_seal``: the specimen of version 1; later versions draw the block of the signature (``seal``).
    """
    shown = {key: _shown(key, value) for key, value in content.items() if key != "salt"}
    is_licence = content["item"].get("type") == LICENCE
    addressee = content.get("addressee") or content["applicant"]
    is_person = addressee.get("type") == "person"
    shown |= {
        "issued_on": in_words(clock.day_of(datetime.fromisoformat(content["issued_at"]))),
        "code_printed": codes.printed(content["code"]),
        "qr": qr(verify_url(base_url, content["document_no"], content["code"])),
        "addressee": {"name": addressee["name"]},
        "is_third_party": bool(content.get("addressee")),
        "is_licence": is_licence,
        "you": "你" if is_person else "你单位",
        "me": "本人" if is_person else "本单位",
        "seal_purpose": SEAL_LICENCE if is_licence else SEAL_OTHER,
        "has_seal": has_seal,
        "is_sample": is_sample,
        "seal": None if seal is None else _block(seal, base_url),
    }
    if any((content.get(key) or {}).get("unit") == "working_day" for key in ("promised", "legal")):
        shown["unit_note"] = "工作日不含法定节假日和休息日"
    return shown


def _block(seal: Seal, base_url: str) -> dict[str, str]:
    """The words of the block; the link leads to the certificates and tells the signer where the block is."""
    local = seal.signed_at.astimezone(clock.SHANGHAI)
    return {
        "serial": " ".join(seal.serial[at : at + 4] for at in range(0, len(seal.serial), 4)),
        "signed_at": f"{local:%Y-%m-%d %H:%M:%S}",
        "link": f"{base_url.rstrip('/')}/trust#seal",
    }


def verify_url(base_url: str, document_no: str, code: str) -> str:
    """Where anyone can check the paper."""
    return f"{base_url.rstrip('/')}/verify/{quote(document_no, safe='')}?code={code}"


def qr(text: str) -> str:
    """A QR code as SVG; level M survives a stamp on a corner."""
    out = BytesIO()
    segno.make(text, error="m", micro=False).save(out, kind="svg", border=2, xmldecl=False)
    return out.getvalue().decode()


def qr_on_page(text: str) -> str:
    """The same for a page, which gives it its size."""
    out = BytesIO()
    segno.make(text, error="m", micro=False).save(
        out, kind="svg", border=2, xmldecl=False, svgns=False, omitsize=True
    )
    return out.getvalue().decode()


def in_words(day: date) -> str:
    """2026年9月8日, as GB/T 9704 writes dates."""
    return f"{day.year}年{day.month}月{day.day}日"


def moment_in_words(moment: datetime) -> str:
    local = moment.astimezone(clock.SHANGHAI)
    return f"{in_words(local.date())}{local.hour}时{local.minute:02d}分"


def _shown(key: str, value: Any) -> Any:
    if key in _BY_KEY:
        return _BY_KEY[key](value)
    if isinstance(value, dict):
        return {name: _shown(name, inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_shown("", inner) for inner in value]
    if isinstance(value, str) and value:
        if key.endswith("_on"):
            return in_words(date.fromisoformat(value))
        if key.endswith("_at"):
            return moment_in_words(datetime.fromisoformat(value))
    return "" if value is None else value


def _limit(value: dict[str, Any] | None) -> dict[str, str] | None:
    if not value:
        return None
    return {
        "due_on": in_words(date.fromisoformat(value["due_on"])),
        "text": f"{value['days']}{UNITS[value['unit']]}",
    }


def _materials(value: Sequence[Any] | None) -> list[Any]:
    return [
        {
            "name": row["name"],
            "medium": MEDIA.get(row.get("medium") or "", "—"),
            "copies": row.get("copies") or 1,
            "state": STATES.get(row.get("state") or "submitted", ""),
        }
        if isinstance(row, dict)
        else row
        for row in value or ()
    ]


def skipped_in_words(rows: Sequence[dict[str, str]] | None) -> str:
    """Uncounted days in runs of one reason: 9月12日至13日(周末)、9月25日至27日(中秋节)."""
    days = sorted((date.fromisoformat(row["date"]), _reason(row["reason"])) for row in rows or ())
    if not days:
        return ""
    runs: list[list[tuple[date, str]]] = [[days[0]]]
    for before, after in pairwise(days):
        if after[0] - before[0] == timedelta(days=1) and after[1] == before[1]:
            runs[-1].append(after)
        else:
            runs.append([after])
    return "、".join(_run_in_words(run) for run in runs)


def _reason(text: str) -> str:
    return "周末" if text in ("周六", "周日", "星期六", "星期日", "休息日", "weekend") else text


def _run_in_words(run: list[tuple[date, str]]) -> str:
    first, last = run[0][0], run[-1][0]
    start = f"{first.month}月{first.day}日"
    if first == last:
        return f"{start}（{run[0][1]}）"
    end = f"{last.day}日" if first.month == last.month else f"{last.month}月{last.day}日"
    return f"{start}至{end}（{run[0][1]}）"


_BY_KEY: dict[str, Callable[[Any], Any]] = {
    "promised": _limit,
    "legal": _limit,
    "materials": _materials,
    "skipped": skipped_in_words,
    "special_procedures": lambda value: [PROCEDURES.get(one, one) for one in value or ()],
    "procedure": lambda value: PROCEDURES.get(value, value),
    "method": lambda value: METHODS.get(value, value),
    "ground": lambda value: GROUNDS.get(value, value),
    "expected_days": str,
    "days": str,
}


def dumps(shown: dict[str, Any]) -> str:
    return json.dumps(shown, ensure_ascii=False, sort_keys=True)
