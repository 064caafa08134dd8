"""Reads of documents: files for those entitled, the papers of a case, the public check of a paper."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import msgspec
from cryptography.exceptions import InvalidTag
from django.db.models import Count, Exists, OuterRef, Q, Sum

from onewindow.documents import codes, content, messages, names, scanning, storage
from onewindow.documents.kinds import ENDINGS
from onewindow.documents.models import Attachment, DetachedSignature, Document, File
from onewindow.documents.signing import sm2
from onewindow.kernel.actor import Actor
from onewindow.kernel.errors import N_, NotAllowed, NotFound
from onewindow.kernel.masking import mask_name


def _nobody(_actor: Actor, _subject: str) -> bool:
    return False


Entitled = Callable[[Actor, str], bool]
_entitled: Entitled = _nobody


def entitle_with(answer: Entitled) -> Entitled:
    """Let ``answer(actor, case_no)`` say who may see a case's files (known above, called by site.wiring).

    Gives back who answered before; nobody is entitled until this has been called.
    """
    global _entitled
    before, _entitled = _entitled, answer
    return before


def open_file(actor: Actor, file_id: str) -> tuple[str, str, storage.Stored]:
    """(name, media type, content) of a file for its owner or for whoever may see a case it belongs to.

    Anyone else gets ``NotFound``, as for a file that does not exist; ``NotAllowed`` when it is locked (infected).
    """
    file = File.objects.filter(file_id=file_id).first() if "\0" not in file_id else None
    if file is None or not _may_see(actor, file):
        raise _no_file()
    if file.scan == scanning.INFECTED:
        raise NotAllowed("file-locked", messages.LOCKED)
    stored = storage.Stored(bytes(file.sha256))
    if not stored.exists():
        raise _no_file()
    return names.unseal(bytes(file.name_sealed), file_id=file.file_id), file.media_type, stored


def _may_see(actor: Actor, file: File) -> bool:
    if actor.account_id and file.owner_id == actor.account_id:
        return True
    subjects = Attachment.objects.filter(file=file).values_list("subject", flat=True)
    return any(_entitled(actor, subject) for subject in subjects)


def _no_file() -> NotFound:
    return NotFound("file-not-found", N_("没有这个文件。"))


def key_of(file_id: str) -> int:
    """The key of a stored file, for a row that points at it."""
    return File.objects.values_list("pk", flat=True).get(file_id=file_id)


def standing_of(file_key: int) -> tuple[str | None, list[str]]:
    """(user name of whoever uploaded a file, numbers of the cases that it stands in)."""
    owner = File.objects.values_list("owner__username", flat=True).get(pk=file_key)
    subjects = Attachment.objects.filter(file=file_key).order_by("subject")
    return owner, list(subjects.values_list("subject", flat=True))


def weights(case_nos: Sequence[str]) -> dict[str, tuple[int, int]]:
    """Case number -> (files and papers that lie there, their bytes); one statement."""
    rows = Attachment.objects.filter(subject__in=list(case_nos), file__erased_at=None)
    told = rows.values_list("subject").annotate(count=Count("pk"), size=Sum("file__size"))
    return {subject: (count, size) for subject, count, size in told.values_list("subject", "count", "size")}


def doubtful() -> dict[str, int]:
    """How many files wait for the virus scanner and how many it locked: {"unscanned", "infected"}."""
    rows = File.objects.filter(scan__in=[scanning.UNSCANNED, scanning.INFECTED], erased_at=None)
    told = {scanning.UNSCANNED: 0, scanning.INFECTED: 0}
    return told | dict(rows.values_list("scan").annotate(count=Count("pk")).values_list("scan", "count"))


# What belongs to no case and to no paper.
UNTIED = (
    Q(erased_at=None)
    & ~Exists(Attachment.objects.filter(file=OuterRef("pk")))
    & ~Exists(Document.objects.filter(file=OuterRef("pk")))
)
# Such uploads of applicants; staff keep theirs (notes on conduct name them).
LOOSE = UNTIED & Q(owner__kind="applicant")


def loose_files(before: datetime, *, after: int, limit: int) -> list[tuple[int, str, int]]:
    """(key, file_id, owner) of loose uploads from before ``before`` with a key above ``after``, by key."""
    rows = File.objects.filter(LOOSE, uploaded_at__lt=before, pk__gt=after)
    return [
        (key, file_id, owner or 0)
        for key, file_id, owner in rows.order_by("pk").values_list("pk", "file_id", "owner_id")[:limit]
    ]


def describe(file_ids: Sequence[str], *, subject: str) -> dict[str, dict[str, Any]]:
    """Files of a case by file_id: {"file_id", "name", "media_type", "size", "pages", "title",
    "created_on", "scan": "clean|unscanned|infected|"} (title and day as the file says them).

    The caller has checked that the reader may see the case.
    """
    rows = File.objects.filter(file_id__in=list(file_ids), attachment__subject=subject)
    return {
        row.file_id: {
            "file_id": row.file_id,
            "name": names.unseal(bytes(row.name_sealed), file_id=row.file_id),
            "media_type": row.media_type,
            "size": row.size,
            "pages": row.pages,
            "title": names.unseal(bytes(row.title_sealed), file_id=row.file_id) if row.title_sealed else "",
            "created_on": row.created_on,
            "scan": row.scan,
        }
        for row in rows
    }


# The papers of the case ``c`` of a statement of the cases room, as JSON text; in the order of issue.
OF_CASE = (
    "(SELECT json_agg(json_build_array(p.document_no, p.kind, p.title, f.file_id, p.issued_at) ORDER BY p.id)"
    " FROM documents_document p LEFT JOIN documents_file f ON f.id = p.file_id"
    " WHERE p.case_no = c.case_no)::text"
)


def of_case(case_no: str) -> list[dict[str, Any]]:
    """The papers of a case in the contract's shape, oldest first; one statement."""
    rows = (
        Document.objects.filter(case_no=case_no)
        .order_by("issued_at", "id")
        .values_list("document_no", "kind", "title", "file__file_id", "issued_at")
    )
    return [
        {"document_no": number, "kind": kind, "title": title, "file_id": file_id, "issued_at": issued_at}
        for number, kind, title, file_id, issued_at in rows
    ]


def case_of(document_no: str) -> str:
    """The case number a paper belongs to; raises ``NotFound``."""
    found = Document.objects.filter(document_no=document_no).values_list("case_no", flat=True).first()
    if found is None:
        raise NotFound("document-not-found", N_("没有这份文书。"))
    return found


def case_named(document_no: str) -> str | None:
    """The case number a paper belongs to, None where there is no such paper."""
    return Document.objects.filter(document_no=document_no).values_list("case_no", flat=True).first()


def announcements(*, before: int, limit: int) -> list[tuple[int, str, str]]:
    """(id, document_no, case_no) of hearings announced to everybody with an id below ``before``, newest first.

    Of a case the latest announcement alone: one that was put off is announced anew.
    """
    public = Document.objects.filter(kind="hearing-announcement")
    later = public.filter(case_no=OuterRef("case_no"), pk__gt=OuterRef("pk"))
    rows = public.filter(~Exists(later), pk__lt=before).order_by("-pk")
    return list(rows.values_list("pk", "document_no", "case_no")[:limit])


def verify(document_no: str, code: str) -> dict[str, Any]:
    """The public check of a paper by its printed code.

    {"document_no", "kind", "title", "organ", "issued_at", "item", "applicant" (masked), "digest",
    "file_sha256"|None, "state": "valid|changed|erased", "file": "whole|changed|not-made", "certificate": serial
    number|None, "standing": "valid|revoked|withdrawn|cancelled" of the licence that a grant gave, else None,
    "ended_at"|None}. A wrong code and a number that does not exist look the same: ``NotFound``.
    """
    document = Document.objects.filter(document_no=document_no).first() if "\0" not in document_no else None
    is_right = codes.is_same(document.code if document else codes.new(), code)
    if document is None or not is_right:
        raise NotFound("document-not-found", N_("没有这份文书，或者核验码不对。"))
    return _checked(document)


def _checked(document: Document) -> dict[str, Any]:
    state, said = _said(document)
    return {
        "document_no": document.document_no,
        "kind": document.kind,
        "title": document.title,
        "organ": said.get("organ", {}).get("name"),
        "issued_at": document.issued_at,
        "item": said.get("item", {}).get("name"),
        "applicant": masked(**said["applicant"]) if "applicant" in said else None,
        "digest": bytes(document.digest).hex(),
        "file_sha256": bytes(document.file_sha256).hex() if document.file_sha256 else None,
        "state": state,
        "file": _file_state(document),
        "certificate": document.certificate,
        **_licence(document),
    }


def _licence(document: Document) -> dict[str, Any]:
    """What became of the licence: a genuine grant may have been revoked since, which its paper cannot know."""
    if document.kind != "grant":
        return {"standing": None, "ended_at": None}
    later = Document.objects.filter(case_no=document.case_no, kind__in=ENDINGS).order_by("pk")
    ends = list(later.values_list("kind", "issued_at"))
    standing = ENDINGS[ends[-1][0]] if ends else "valid"
    return {"standing": standing, "ended_at": ends[0][1] if ends else None}


def _said(document: Document) -> tuple[str, dict[str, Any]]:
    """Whether the content is what was issued, and what it says."""
    if document.content is None:
        return "erased", {}
    plain = plain_of(document)
    if plain is None or content.digest(plain) != bytes(document.digest):
        return "changed", {}
    return "valid", msgspec.json.decode(plain)


def plain_of(document: Document) -> bytes | None:
    """The content's bytes, None when what is stored cannot be opened any more."""
    try:
        return content.whole(bytes(document.content or b""), document)
    except (InvalidTag, ValueError, content.Unpackable):
        return None


def _file_state(document: Document) -> str:
    if document.file_sha256 is None:
        return "not-made"
    return "whole" if storage.is_whole(bytes(document.file_sha256)) else "changed"


def is_signed_beside(pdf: bytes) -> bool | None:
    """Whether the SM2 signature kept for this very file is good; None when none is kept for it."""
    row = DetachedSignature.objects.filter(file_sha256=hashlib.sha256(pdf).digest()).first()
    if row is None:
        return None
    return sm2.is_signed(pdf, bytes(row.signature), row.public_key)


def masked(*, name: str, type: str = "person", **_: Any) -> str:
    """The name of a person masked; organisations act in public and keep theirs."""
    return mask_name(name) if type == "person" else name
