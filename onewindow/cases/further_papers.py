"""What the papers say that speak to third parties, record a hearing or a check, or end a licence.

A deed issues one by naming it in its fact, as with every paper:

    Fact("hearing-announced", data, papers=(("hearing-notice", told),))

``told`` holds what ``documents.kinds`` lists for the kind, apart from what the case itself says (applicant, item,
numbers). Days are dates, moments instants; texts stand as they are.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
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
from onewindow.documents.kinds import KINDS, remedies
from onewindow.org import queries as org

Content = dict[str, Any]

# On what each of them rests where the deed does not say more.
_BASIS: dict[str, list[str]] = {
    "hearing-rights": [ARTICLE_47],
    "hearing-announcement": [ARTICLE_46],
    "hearing-notice": [ARTICLE_48],
    "statement-notice": [ARTICLE_36],
    "site-check": [ARTICLE_34],
    "rectification": [ARTICLE_61],
    "revocation": [ARTICLE_69],
    "licence-withdrawal": [ARTICLE_8],
    "cancellation": [ARTICLE_70],
}
_WITH_REMEDIES = frozenset({"rectification", "revocation", "licence-withdrawal", "cancellation"})
_DEFAULTS: dict[str, str] = {
    "how": "网上“我的办件”、邮寄或者到综合窗口",
    "consequences": "",
    "facts": "",
}
_STAFF = ("host", "recorder")  # told by their accounts: ``host_account``
KINDS_TOLD = (
    "hearing-rights",
    "hearing-announcement",
    "hearing-notice",
    "hearing-record",
    "statement-notice",
    "commitment",
    "site-check",
    "rectification",
    "revocation",
    "licence-withdrawal",
    "cancellation",
)


def of(kind: str) -> Callable[[Any, Content], Content]:
    """The content of ``kind`` from what its deed tells; what is missing is refused when the paper is made."""
    return lambda matter, told: _content(kind, _addressed(matter, told))


def _addressed(matter: Any, told: Content) -> Content:
    """Names in the place of what facts may hold: the third party behind its number, staff behind their accounts."""
    said = dict(told)
    accounts = {name: said.pop(f"{name}_account") for name in _STAFF if f"{name}_account" in said}
    if accounts:
        names = org.staff_names(accounts.values())
        said |= {name: names.get(account, account) for name, account in accounts.items()}
    number = said.pop("party", 0)
    if number:
        party = matter.dossier.parties[number - 1]
        said["addressee"] = {"name": party.name, "type": party.type}
        said["interest"] = party.interest
    return said


def _content(kind: str, told: Mapping[str, Any]) -> Content:
    form = KINDS[kind]
    wanted = form.filled[2:] + form.present  # without applicant and item, which the case says
    said: Content = {name: _DEFAULTS[name] for name in wanted if name in _DEFAULTS}
    said |= {name: None for name in form.present if name not in said}
    if kind in _BASIS:
        said["basis"] = _BASIS[kind]
    if kind in _WITH_REMEDIES:
        said["remedies"] = remedies()
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
