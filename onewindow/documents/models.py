"""Tables of documents: files by their content, what they are attached to, and papers (文书) of cases."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class File(models.Model):
    """A file under a random public name; its bytes lie under ``sha256`` outside the web root.

    ``name_sealed`` is the encrypted name that the person gave it (names of files name people).
    ``owner`` is None for files that the platform made. ``erased_at``: bytes and name were erased by law.
    """

    file_id = models.TextField()
    sha256 = models.BinaryField()
    name_sealed = models.BinaryField()
    media_type = models.TextField()
    size = models.BigIntegerField()
    pages = models.IntegerField(default=1)
    owner = models.ForeignKey("base.Account", null=True, on_delete=models.PROTECT)
    uploaded_at = models.DateTimeField()
    # What the file says of itself (OFD): its title, sealed like the name, and the day it was made.
    title_sealed = models.BinaryField(null=True)
    created_on = models.DateField(null=True)
    # What the virus scanner said when it came: "clean", "unscanned" (it was away), "" (none is set); "infected"
    # is said later alone, and nobody opens the file any more.
    scan = models.TextField(default="")
    # "valid": a PDF that an authority which this instance trusts has signed, unchanged since.
    signature = models.TextField(default="", db_default="")
    erased_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["file_id"], name="documents_file_once"),
            models.CheckConstraint(
                condition=Q(media_type__in=["application/pdf", "image/jpeg", "image/png", "application/ofd"]),
                name="documents_file_media",
            ),
            models.CheckConstraint(condition=Q(size__gte=1), name="documents_file_size"),
        ]
        indexes = [
            models.Index(
                fields=["scan", "id"],
                name="documents_file_doubtful",
                condition=Q(scan__in=["unscanned", "infected"]),
            ),
            models.Index(fields=["sha256"], name="documents_file_content"),
        ]


class PartialFile(models.Model):
    """An upload that comes in pieces: ``got`` of ``size`` bytes lie in a file of a random name of its own.

    ``purpose`` says what it is for (a draft's material, a counter session); ``told`` is the answer to whoever
    asks again once it is a file like any other.
    """

    key = models.TextField()
    owner = models.ForeignKey("base.Account", on_delete=models.PROTECT)
    purpose = models.TextField()
    place = models.TextField()
    name_sealed = models.BinaryField()
    size = models.BigIntegerField()
    got = models.BigIntegerField(default=0)
    file = models.ForeignKey(File, null=True, on_delete=models.PROTECT, db_index=False)
    touched_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["key"], name="documents_partial_once"),
            models.CheckConstraint(
                condition=Q(size__gte=1, got__gte=0) & Q(got__lte=models.F("size")),
                name="documents_partial_sizes",
            ),
        ]
        indexes = [models.Index(fields=["touched_at"], name="documents_partial_touched")]


class Attachment(models.Model):
    """A file belongs to a subject (a case number); one upload may serve several cases of one visitor."""

    file = models.ForeignKey(File, on_delete=models.PROTECT, db_index=False)  # the constraint serves it
    subject = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["file", "subject"], name="documents_attachment_once"),
        ]
        indexes = [models.Index(fields=["subject"], name="documents_attachment_subject")]


class Document(models.Model):
    """A paper: content and digest are fixed by the deed that issued it, the file is made once afterwards.

    ``subject`` and ``fact_seq`` name the fact (stream "case") whose data carries the digest. ``content``
    is sealed (see ``content.py``) and may be erased; the digest stays.
    """

    document_no = models.TextField()
    kind = models.TextField()
    title = models.TextField()
    case_no = models.TextField()
    subject = models.BigIntegerField()
    fact_seq = models.IntegerField()
    organ_id = models.BigIntegerField()
    code = models.TextField()
    content = models.BinaryField(null=True)
    digest = models.BinaryField()
    template_version = models.SmallIntegerField()
    issued_at = models.DateTimeField()
    file = models.ForeignKey(File, null=True, on_delete=models.PROTECT, db_index=False)
    file_sha256 = models.BinaryField(null=True)
    made_at = models.DateTimeField(null=True)
    # Serial number of the certificate that signed the file; None for files of before papers were signed.
    certificate = models.TextField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["document_no"], name="documents_document_once"),
            models.CheckConstraint(
                condition=Q(file_sha256__isnull=True, made_at__isnull=True, file__isnull=True)
                | Q(file_sha256__isnull=False, made_at__isnull=False, file__isnull=False),
                name="documents_document_made",
            ),
        ]
        indexes = [
            models.Index(fields=["case_no"], name="documents_document_case"),
            # What was announced to everybody; other papers cost it nothing.
            models.Index(
                fields=["id"], name="documents_document_public", condition=Q(kind="hearing-announcement")
            ),
        ]


class Unstamped(models.Model):
    """A paper that was signed while the time-stamping authority was away; the row goes when it is stamped."""

    document = models.OneToOneField(Document, on_delete=models.PROTECT)
    next_at = models.DateTimeField()
    tries = models.IntegerField(default=0)

    class Meta:
        indexes = [models.Index(fields=["next_at"], name="documents_unstamped_next")]


class DetachedSignature(models.Model):
    """A signature beside a file (SM2 with SM3): over the bytes named by ``file_sha256``, never changed."""

    document = models.ForeignKey(Document, on_delete=models.PROTECT, db_index=False)
    file_sha256 = models.BinaryField()
    algorithm = models.TextField()
    key_id = models.TextField()
    public_key = models.TextField()
    signature = models.BinaryField()
    signed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["file_sha256", "algorithm"], name="documents_detached_once"),
        ]


class PaperTemplate(models.Model):
    """What an organ (None: all) lays over a shipped template, or puts in its place; never changed, only followed.

    ``number`` is the template version of papers that use it. ``base`` is the shipped edition below it;
    ``source`` the body in typst, "" for the shipped one; ``head``, ``foot`` and ``contact`` are plain words.
    """

    number = models.SmallIntegerField()
    kind = models.TextField()
    organ_id = models.BigIntegerField(null=True)
    base = models.SmallIntegerField()
    source = models.TextField()
    head = models.TextField()
    foot = models.TextField()
    contact = models.TextField()
    in_force_on = models.DateField()
    laid_by = models.TextField()
    laid_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["number"], name="documents_template_once"),
            models.CheckConstraint(condition=Q(number__gte=1000), name="documents_template_number"),
        ]
