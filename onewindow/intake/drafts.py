"""Applications in writing: kept at every step, turned into one case, however often one clicks."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any

import msgspec
from django.db import IntegrityError, transaction

from onewindow.base import crypto
from onewindow.cases import services as cases
from onewindow.intake.models import Draft
from onewindow.kernel.actor import Actor
from onewindow.kernel.errors import N_, NotFound, RuleBroken

STEPS = ("who", "situation", "form", "materials", "confirm")


class Upload(msgspec.Struct, frozen=True):
    """A file chosen for a material, as the page shows it; ``size`` in bytes."""

    file_id: str
    name: str
    size: int


class Content(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the applicant has written so far; raw ``typed`` keeps even what could not be taken yet."""

    behalf: str = "self"  # self | firm:<id> | agent
    applicant: dict[str, str] = {}
    agent: dict[str, str] = {}
    answers: dict[str, Any] = {}
    form: dict[str, Any] = {}
    typed: dict[str, str] = {}
    files: dict[str, tuple[Upload, ...]] = {}
    delivery: dict[str, str] = {}
    electronic_service: bool = False
    is_pledged: bool = False  # applies on a promise (告知承诺)
    problems: dict[str, str] = {}  # what the last upload was refused for, by material


class Writing(msgspec.Struct, frozen=True):
    """A draft as the pages see it; ``case_no`` once it became a case."""

    key: str
    task_code: str
    item_version: int
    step: str
    saved_at: datetime
    content: Content
    case_no: str | None = None


def start(actor: Actor, task_code: str, *, item_version: int, now: datetime) -> Writing:
    """The open draft of ``actor`` for this item, made when there is none; safe against a double click."""
    own = Draft.objects.filter(account_id=actor.account_id, task_code=task_code, case_no=None)
    found = own.first()
    if found is not None:
        return _writing(found)
    row = Draft(
        key=secrets.token_urlsafe(12),
        account_id=actor.account_id,
        task_code=task_code,
        item_version=item_version,
        saved_at=now,
    )
    row.sealed = _seal(row.key, Content())
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        return _writing(own.get())
    return _writing(row)


def get(actor: Actor, key: str) -> Writing:
    """The draft ``key`` of ``actor``; raises ``NotFound`` for anybody else's."""
    return _writing(_own(actor, key))


def open_ones(actor: Actor) -> list[Writing]:
    """All drafts of ``actor`` that are no cases yet, newest first."""
    rows = Draft.objects.filter(account_id=actor.account_id, case_no=None).order_by("-saved_at")[:50]
    return [_writing(row) for row in rows]


def save(actor: Actor, key: str, *, step: str, now: datetime, **changes: Any) -> Writing:
    """Keep ``changes`` (fields of ``Content``) and the ``step`` that comes next.

    Raises ``RuleBroken`` once it is sent. The row is locked for the change, so that two uploads at once both stay.
    """
    with transaction.atomic():
        row = _own(actor, key, for_update=True)
        if row.case_no:
            raise RuleBroken("already-submitted", N_("这份申请已经提交，不能再改。"))
        content = msgspec.structs.replace(_open(row), **changes)
        row.sealed, row.step, row.saved_at = _seal(row.key, content), step, now
        row.save(update_fields=["sealed", "step", "saved_at"])
    return _writing(row)


def add_files(actor: Actor, key: str, code: str, uploads: list[Upload], *, now: datetime) -> Writing:
    """Put files to the material ``code``."""
    with transaction.atomic():
        files = _open(_own(actor, key, for_update=True)).files
        return save(
            actor, key, step="materials", now=now, files=files | {code: (*files.get(code, ()), *uploads)}
        )


def remove_file(actor: Actor, key: str, code: str, file_id: str, *, now: datetime) -> Writing:
    """Take a file away from the material ``code``."""
    with transaction.atomic():
        files = _open(_own(actor, key, for_update=True)).files
        kept = tuple(upload for upload in files.get(code, ()) if upload.file_id != file_id)
        return save(actor, key, step="materials", now=now, files=files | {code: kept})


def discard(actor: Actor, key: str) -> None:
    """Throw an unsent draft away with everything in it."""
    with transaction.atomic():
        row = _own(actor, key, for_update=True)
        if row.case_no:
            raise RuleBroken("already-submitted", N_("这份申请已经提交，不能再改。"))
        row.delete()


def count_of(account_id: int) -> int:
    """How many drafts of an account are no cases yet."""
    return Draft.objects.filter(account=account_id, case_no=None).count()


def discard_all(account_id: int) -> int:
    """Throw all unsent drafts of an account away; how many. What was sent has been emptied already."""
    return Draft.objects.filter(account=account_id, case_no=None).delete()[0]


def files_in(row: Draft) -> set[str]:
    """The files that stand in a draft: its materials and the mandate."""
    content = _open(row)
    found = {one.file_id for uploads in content.files.values() for one in uploads}
    return found | {one for one in (content.agent.get("mandate_file_id"),) if one}


def submit(actor: Actor, key: str, body: dict[str, Any], *, now: datetime) -> str:
    """Make the case of this draft and give its number; asked again, the number of the same case.

    Draft and case change in one transaction under the lock of the draft's row: a double click, a slow
    link or a crash in between never leaves two cases or none.
    """
    with transaction.atomic():
        row = _own(actor, key, for_update=True)
        if row.case_no:
            return row.case_no
        made: str = cases.create(actor, body, now=now)["case_no"]
        row.case_no, row.sealed, row.step, row.saved_at = made, _seal(key, Content()), "sent", now
        row.save(update_fields=["case_no", "sealed", "step", "saved_at"])
    return made


def _own(actor: Actor, key: str, *, for_update: bool = False) -> Draft:
    rows = Draft.objects.select_for_update() if for_update else Draft.objects
    row = rows.filter(key=key, account_id=actor.account_id).first()
    if row is None:
        raise NotFound("no-draft", N_("没有找到这份草稿。"))
    return row


def _writing(row: Draft) -> Writing:
    return Writing(row.key, row.task_code, row.item_version, row.step, row.saved_at, _open(row), row.case_no)


def _seal(key: str, content: Content) -> bytes:
    return crypto.encrypt(msgspec.json.encode(content), bound_to=key.encode())


def _open(row: Draft) -> Content:
    return msgspec.json.decode(crypto.decrypt(bytes(row.sealed), bound_to=row.key.encode()), type=Content)
