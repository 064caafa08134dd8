"""The viewer of the case page: a tab for each material, mandate, set of photos and paper."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
from django.utils.translation import gettext as _

from onewindow.cases.rules import trust
from onewindow.documents import queries as documents
from onewindow.kernel.actor import Actor


class Sheet(msgspec.Struct, frozen=True):
    """A tab of the viewer: a material or a paper, and what can be looked at in it."""

    key: str
    title: str
    row: Mapping[str, Any]
    files: tuple[str, ...]
    is_paper: bool = False
    may_check: bool = False  # its original may still be shown at a counter


def may_check(actor: Actor, case: Mapping[str, Any]) -> bool:
    """Whether this person may note that originals were shown."""
    return actor.has("clerk", "examiner") and case["state"] in trust.STATES


def sheets_of(case: Mapping[str, Any], *, may_check: bool = False) -> list[Sheet]:
    """The tabs of the viewer: every material, then every paper of the case."""
    materials = [
        Sheet(
            f"m-{row['code']}",
            row["name"],
            row,
            tuple(row.get("file_ids") or ()),
            may_check=may_check and (row.get("trust") or {}).get("level") in ("C", "D"),
        )
        for row in case.get("materials", ())
    ]
    papers = [
        Sheet(f"d-{one['document_no']}", one["title"], one, (one["document_no"],), True)
        for one in case.get("documents", ())
    ]
    return materials + _mandate_of(case.get("agent") or {}) + _photos_of(case) + papers


def _photos_of(case: Mapping[str, Any]) -> list[Sheet]:
    """The photos of each check on the spot."""
    row = {"state": "submitted", "need": "required"}
    return [
        Sheet(f"p-{number}", _("现场照片"), row, tuple(check["photos"]))
        for number, check in enumerate(case.get("site_checks") or (), 1)
        if check["photos"]
    ]


def _mandate_of(agent: Mapping[str, Any]) -> list[Sheet]:
    """The scanned mandate of whoever acts for the applicant."""
    file_id = agent.get("mandate_file_id")
    row = {"state": "submitted", "need": "required"}
    return [Sheet("m-mandate", _("授权委托书"), row, (str(file_id),))] if file_id else []


def files_of(sheet: Sheet | None, case_no: str) -> list[dict[str, Any]]:
    """What is told of the files of the open tab; one statement."""
    if sheet is None or sheet.is_paper or not sheet.files:
        return []
    told = documents.describe(sheet.files, subject=case_no)
    found = [told.get(one, {"file_id": one}) for one in sheet.files]
    return [one | {"is_image": str(one.get("media_type")).startswith("image/")} for one in found]


def first_of(sheets: list[Sheet]) -> Sheet | None:
    """The tab that is open at first: a material that somebody handed in."""
    return next((one for one in sheets if one.files and not one.is_paper), sheets[0] if sheets else None)
