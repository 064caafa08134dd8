"""Files and papers of a case, sent to those who may see the case, with headers that let nothing run."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import quote

from django.http import FileResponse, HttpResponseBase

from onewindow.cases import queries
from onewindow.documents import names, services
from onewindow.documents import queries as documents
from onewindow.documents.storage import Stored
from onewindow.kernel.actor import Actor
from onewindow.kernel.errors import N_, NotFound

# Nothing in an upload may run, load or send anything; the browser's own PDF view needs its styles.
POLICY = (
    "default-src 'none'; img-src 'self' data:; style-src 'unsafe-inline'; object-src 'self';"
    " frame-ancestors 'self'"
)


def of_case(actor: Actor, case_no: str, file_id: str, *, now: datetime) -> HttpResponseBase:
    """A file of a row or a check of the case, made for it, or its mandate; else ``NotFound``."""
    case = queries.view(actor, case_no, now=now)
    known = {one for row in case["materials"] for one in row["file_ids"] or ()}
    known |= {one["file_id"] for one in case["documents"] if one["file_id"]}
    known |= {one for check in case["site_checks"] for one in check["photos"]}
    known |= {(case.get("agent") or {}).get("mandate_file_id")}
    if file_id not in known:
        raise NotFound("no-such-file", N_("没有找到这份文件。"))
    name, media_type, stored = documents.open_file(actor, file_id)
    return send(name, media_type, stored)


def paper(actor: Actor, case_no: str, document_no: str, *, now: datetime) -> HttpResponseBase:
    """A paper of the case as PDF."""
    case = queries.view(actor, case_no, now=now)
    if document_no not in {one["document_no"] for one in case["documents"]}:
        raise NotFound("document-not-found", N_("没有这份文书。"))
    name, media_type, stored = services.open_paper(document_no, now=now)
    return send(name, media_type, stored)


def send(name: str, media_type: str, stored: Stored) -> HttpResponseBase:
    """A stored file; the caller has checked who may have it."""
    response = FileResponse(stored.open(), content_type=media_type)
    response.headers["Content-Disposition"] = (
        f"{names.disposition(media_type)}; filename*=UTF-8''{quote(name)}"
    )
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    response.headers["Cache-Control"] = "private, no-store"
    return response
