"""Erasing papers and files of a case: a fact for each, named by its digest, and then the bytes go."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta

from django.db import transaction

from onewindow.base import facts
from onewindow.documents import names, storage
from onewindow.documents.models import Attachment, Document, File, Unstamped
from onewindow.documents.queries import LOOSE
from onewindow.kernel.actor import Actor
from onewindow.kernel.errors import Away

LEFT_FOR = timedelta(days=30)


def erase(case_no: str, *, actor: Actor, role: str, now: datetime) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Erase what papers of a case say, their files, and files attached to this case alone.

    Inside the caller's transaction; gives the digests (hex) of papers and of files. The bytes leave the disk
    when the transaction is whole; verification tells when they did not.
    """
    papers = list(Document.objects.select_for_update().filter(case_no=case_no).exclude(content=None))
    for paper in papers:
        sha256 = bytes(paper.file_sha256).hex() if paper.file_sha256 else None
        digest = bytes(paper.digest).hex()
        data = {"document_no": paper.document_no, "digest": digest, "sha256": sha256}
        facts.record("document", paper.pk, "erased", at=now, actor=actor, role=role, data=data)
    Document.objects.filter(pk__in=[paper.pk for paper in papers]).update(content=None)
    Unstamped.objects.filter(document__in=papers).delete()
    made = [paper.file_id for paper in papers if paper.file_id]
    files = [*File.objects.filter(pk__in=made, erased_at=None), *_alone(case_no)]
    for file in files:
        erase_file(file, actor=actor, role=role, now=now)
    Attachment.objects.filter(subject=case_no).delete()
    return (
        tuple(bytes(paper.digest).hex() for paper in papers),
        tuple(bytes(file.sha256).hex() for file in files),
    )


def erase_loose(keys: Sequence[int], *, before: datetime, actor: Actor, role: str, now: datetime) -> int:
    """Erase these uploads of applicants from before ``before`` that are still attached to nothing; how many."""
    with transaction.atomic():
        rows = File.objects.select_for_update().filter(LOOSE, pk__in=keys, uploaded_at__lt=before)
        found = list(rows.order_by("pk"))
        for file in found:
            erase_file(file, actor=actor, role=role, now=now)
    return len(found)


def _alone(case_no: str) -> list[File]:
    """Uploaded files that serve no other case."""
    ours = Attachment.objects.filter(subject=case_no).values("file_id")
    others = Attachment.objects.filter(file_id__in=ours).exclude(subject=case_no).values("file_id")
    return list(File.objects.filter(pk__in=ours, erased_at=None).exclude(pk__in=others))


def erase_file(file: File, *, actor: Actor, role: str, now: datetime) -> None:
    """Erase one locked file with its fact; the bytes go unless another file has the same."""
    sha256 = bytes(file.sha256)
    data = {"file_id": file.file_id, "sha256": sha256.hex()}
    facts.record("file", file.pk, "erased", at=now, actor=actor, role=role, data=data)
    File.objects.filter(pk=file.pk).update(
        name_sealed=names.seal("***", file_id=file.file_id), title_sealed=None, created_on=None, erased_at=now
    )
    if not File.objects.filter(sha256=sha256, erased_at=None).exists():
        transaction.on_commit(lambda: _forget(sha256))


def _forget(sha256: bytes) -> None:
    """The facts stand: a bucket that is away now is asked again every night, and verification tells until then."""
    with suppress(Away):
        storage.forget(sha256)


def sweep_left(now: datetime) -> int:
    """Take away what an erasure of the last ``LEFT_FOR`` could not reach; how many contents went."""
    gone = 0
    rows = File.objects.filter(erased_at__gt=now - LEFT_FOR).values_list("sha256", flat=True)
    for sha256 in {bytes(one) for one in rows}:
        is_kept = File.objects.filter(sha256=sha256, erased_at=None).exists()
        if not is_kept and storage.shelf().exists(sha256):
            storage.forget(sha256)
            gone += 1
    return gone
