"""What the papers say that speak to third parties, record a hearing or a check, or end a licence.

A deed issues one by naming it in its fact, as with every paper:

    Fact("hearing-announced", data, papers=(("hearing-notice", told),))

``told`` holds what ``documents.kinds`` lists for the kind, apart from what the case itself says (applicant, item,
numbers). Days are dates, moments instants; texts stand as they are.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from onewindow.cases.rules.acting import (
    ARTICLE_8,
    ARTICLE_34,
    ARTICLE_36,
    ARTICLE_46,
    ARTICLE_47,
    ARTICLE_48,
    ARTICLE_61,
    ARTICLE_69,
    ARTICLE_70,
)
from onewindow.cases.rules.labels import SEATS, SIGNATURES, SITE_RESULTS
from onewindow.cases.rules.pledge import GUIDANCE
from onewindow.documents.kinds import KINDS, remedies
from onewindow.org import queries as org

Content = dict[str, Any]

# On what each of them rests where the deed does not say more.
_BASIS: dict[str, list[str]] = {
    "hearing-rights": [ARTICLE_47],
    "hearing-announcement": [ARTICLE_46],
    "hearing-notice": [ARTICLE_48],
    "statement-notice": [ARTICLE_36],
    "recusal": [ARTICLE_48 + "第一款第（三）项"],
    "site-check-notice": [ARTICLE_34],
    "site-check": [ARTICLE_34],
    "rectification": [ARTICLE_61, GUIDANCE],
    "revocation": [ARTICLE_69],
    "licence-withdrawal": [ARTICLE_8],
    "cancellation": [ARTICLE_70],
}
_WITH_REMEDIES = frozenset(
    {"rectification", "revocation", "licence-withdrawal", "cancellation", "licence-ended"}
)
_DEFAULTS: dict[str, str] = {
    "how": "网上“我的办件”、邮寄或者到综合窗口",
    "consequences": "",
    "facts": "",
}
_STAFF = ("host", "recorder", "person", "successor")  # told by their accounts: ``host_account``
# The decision that these speak of is read off the case; a notice speaks of one where an end is proposed.
_OF_LICENCE = frozenset({"rectification", "revocation", "licence-withdrawal", "cancellation"})
_ENDING_WORDS = {
    "revoke-licence": "撤销行政许可",
    "withdraw-licence": "撤回行政许可",
    "cancel-licence": "注销行政许可",
}
KINDS_TOLD = (
    "hearing-rights",
    "hearing-announcement",
    "hearing-notice",
    "hearing-record",
    "statement-notice",
    "commitment",
    "recusal",
    "site-check-notice",
    "site-check",
    "rectification",
    "revocation",
    "licence-withdrawal",
    "cancellation",
    "licence-ended",
)


def of(kind: str) -> Callable[[Any, Content], Content]:
    """The content of ``kind`` from what its deed tells; what is missing is refused when the paper is made."""
    return lambda matter, told: _content(
        kind, _of_matter(kind, matter, _addressed(matter, told)), remedies_of(matter)
    )


def remedies_of(matter: Any) -> list[str]:
    """What a person may do against a decision of this organ."""
    organ = matter.organ
    return remedies(reconsideration_organ=organ.reconsideration_organ, court=organ.court)


def _of_matter(kind: str, matter: Any, told: Content) -> Content:
    """What the case itself says: of which decision a paper speaks, where a check was, codes in words."""
    said = dict(told)
    ending = said.pop("ending", "")
    if kind in _OF_LICENCE or ending:
        said["licence"] = _decision(matter)
    if ending:
        said["ending"] = _ENDING_WORDS[ending]
    if "check" in said:
        said["place"] = matter.dossier.visits[said.pop("check") - 1].place
        said["result"] = SITE_RESULTS[said["result"]]
        said["signature"] = SIGNATURES[said["signature"]]
    if kind == "commitment":
        said |= _promised(matter)
    if kind == "recusal":
        said["seat"] = SEATS[said["seat"]]
        said["outcome"] = "应当回避" if said.pop("granted") else "不予回避"
    return said


_ALWAYS_PROMISED = (
    "所填写的信息和提交的材料真实、合法、有效",
    "本承诺是真实意思的表示，知道不实承诺的后果",
)


def _ended(lines: Sequence[str]) -> list[str]:
    """Points of a list, each with its semicolon and the last with the full stop."""
    bare = [one.rstrip("。；;") for one in lines]
    return [f"{one}；" for one in bare[:-1]] + [f"{one}。" for one in bare[-1:]]


def _promised(matter: Any) -> Content:
    """The notice of the item, what was promised in this case, who signed and when."""
    item, pledge, signed = matter.item, matter.item.pledge, matter.dossier.pledge
    is_online = matter.state.channel != "window"
    known, covers = item.material_by_code, matter.state.life.pledge.covers
    listed = [row.code for row in matter.state.materials]
    asked = [code for code in listed if known[code].need != "optional" and code not in covers]
    return {
        "conditions": _ended(item.conditions or (pledge.notice,)),
        "notice": pledge.notice if item.conditions else "",
        "duties": _ended([*(one.text for one in pledge.promises), *_ALWAYS_PROMISED]),
        "consequences": pledge.consequences,
        "basis": [*(f"《{one.law.strip('《》')}》{one.article}" for one in item.basis), GUIDANCE],
        "materials": [known[code].name for code in asked],
        "stands_for": [known[code].name for code in listed if code in covers],
        "check_days": matter.state.life.pledge.days,
        **({"signature": signed.name, "signed_at": signed.at} if is_online else {}),
    }


def _decision(matter: Any) -> Content:
    """The grant: number, title, day and what it granted."""
    number, title = matter.handed[0]
    return {
        "document_no": number,
        "title": title,
        "decided_on": matter.state.decided_on.isoformat(),
        "licence_no": matter.state.life.licence.number,
    }


def _addressed(matter: Any, told: Content) -> Content:
    """Names in the place of what facts may hold: the third party behind its number, staff behind their accounts."""
    said = dict(told)
    accounts = {name: said.pop(f"{name}_account") for name in _STAFF if f"{name}_account" in said}
    if accounts:
        names = org.staff_names(accounts.values())
        said |= {name: names.get(account, account) for name, account in accounts.items()}
    if "checkers_accounts" in said:
        known = org.staff_names(said["checkers_accounts"])
        said["checkers"] = [
            {"name": known.get(one, one), "number": ""} for one in said.pop("checkers_accounts")
        ]
    number = said.pop("party", 0)
    if number:
        party = matter.dossier.parties[number - 1]
        said["addressee"] = {"name": party.name, "type": party.type}
        said["interest"] = party.interest
    return said


def _content(kind: str, told: Mapping[str, Any], ways: list[str]) -> Content:
    form = KINDS[kind]
    wanted = form.filled[2:] + form.present  # without applicant and item, which the case says
    said: Content = {name: _DEFAULTS[name] for name in wanted if name in _DEFAULTS}
    said |= {name: None for name in form.present if name not in said}
    if kind in _BASIS:
        said["basis"] = _BASIS[kind]
    if kind in _WITH_REMEDIES:
        said["remedies"] = ways
    return said | {name: _plain(value) for name, value in told.items()}


def _plain(value: Any) -> Any:
    """Dates and instants as texts, wherever they stand."""
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {name: _plain(inner) for name, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(inner) for inner in value]
    return value
