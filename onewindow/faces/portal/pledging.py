"""Applying on a promise (告知承诺) as the applicant sees it: the choice, the notice, each promise, the signature."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from onewindow.cases import queries as cases
from onewindow.catalog.definition import ItemDefinition
from onewindow.intake.drafts import Content


def offer(item: ItemDefinition, content: Content) -> dict[str, Any]:
    """``pledge`` of the page of materials: what the two ways are; nothing where the item offers no promise."""
    if not item.pledge.is_offered:
        return {}
    names = [item.material_by_code[code].name for code in item.pledge.covers]
    return {
        "pledge": item.pledge,
        "is_pledged": content.is_pledged,
        "is_barred": _is_barred(content),
        "pledge_names": names,
        "pledge_days": days(item),
    }


def days(item: ItemDefinition) -> int:
    """Calendar days from the decision within which it is checked."""
    return int(item.pledge.check_days or settings.ONEWINDOW_PLEDGE_CHECK_DAYS)


def _is_barred(content: Content) -> bool:
    who = content.applicant
    return bool(who) and cases.is_barred(who["id_type"], who["id_number"])


def chosen(post: Mapping[str, str], item: ItemDefinition, content: Content) -> bool:
    """Whether the applicant wants to go by promise, and may."""
    return post.get("way") == "pledge" and item.pledge.is_offered and not _is_barred(content)


def form(
    post: Mapping[str, str], item: ItemDefinition, content: Content, told: Mapping[str, str]
) -> dict[str, Any]:
    """``pledge`` of the last page: the promises with what was ticked, the signature as typed, what is wrong."""
    if not content.is_pledged:
        return {}
    return {
        "pledge": item.pledge,
        "pledge_days": days(item),
        "promises": [
            {"no": no, "text": one.text, "is_ticked": f"pledge-{no}" in post}
            for no, one in enumerate(item.pledge.promises, 1)
        ],
        "signature": post.get("signature", ""),
        "pledge_error": told.get("pledge", ""),
        "signature_error": told.get("signature", ""),
    }


def problems(post: Mapping[str, str], item: ItemDefinition, content: Content) -> list[dict[str, str]]:
    """What is left to confirm before an application on a promise can be sent."""
    if not content.is_pledged:
        return []
    found = []
    if len(_ticked(post, item)) < len(item.pledge.promises):
        found.append({"target": "pledge", "message": _("每一项承诺都要确认")})
    names = {one.get("name", "") for one in (content.applicant, content.agent)}
    is_person = content.applicant.get("type") == "person"
    typed = post.get("signature", "").strip()
    if not typed or (is_person and typed not in names):
        found.append({"target": "signature", "message": _("请写上您的姓名，作为签名")})
    return found


def signed(post: Mapping[str, str], item: ItemDefinition, content: Content) -> dict[str, Any] | None:
    """``pledge`` of the body of a case; None when the application goes the ordinary way."""
    if not content.is_pledged:
        return None
    return {"promises": _ticked(post, item), "signature": post.get("signature", "").strip()[:200]}


def _ticked(post: Mapping[str, str], item: ItemDefinition) -> list[int]:
    return [no for no in range(1, len(item.pledge.promises) + 1) if f"pledge-{no}" in post]


def requirements(case: Mapping[str, Any]) -> list[str]:
    """What the last order to correct demands."""
    orders = [one["data"] for one in case.get("events") or () if one["type"] == "rectification-ordered"]
    found: list[str] = orders[-1]["requirements"] if orders else []
    return found
