"""Files of one's own case: the papers issued in it and the materials given to it."""

from __future__ import annotations

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from onewindow.base import clock
from onewindow.cases import queries as cases
from onewindow.cases import services as case_services
from onewindow.documents import queries as documents
from onewindow.documents import services as document_services
from onewindow.kernel.errors import N_, NotFound
from onewindow.ui import downloads
from onewindow.ui.session import page


@require_safe
@page(permission="applicant")
def paper(request: HttpRequest, case_no: str, document_no: str) -> HttpResponseBase:
    """A paper as PDF, made now if nobody has opened it before."""
    now = clock.now()
    case = cases.view(request.actor, case_no, now=now)  # type: ignore[attr-defined]
    if all(one["document_no"] != document_no for one in case["documents"]):
        raise NotFound("no-document", N_("这件事没有这份文书。"))
    case_services.open_paper(request.actor, case_no, document_no, now=now)  # type: ignore[attr-defined]
    name, media_type, content = document_services.open_paper(document_no, now=now)
    return downloads.stored(name, media_type, content)


@require_safe
@page(permission="applicant")
def file(request: HttpRequest, case_no: str, file_id: str) -> HttpResponseBase:
    """A file among the materials of the case."""
    case = cases.view(request.actor, case_no, now=clock.now())  # type: ignore[attr-defined]
    if all(file_id not in row["file_ids"] for row in case["materials"]):
        raise NotFound("no-file", N_("这件事没有这个文件。"))
    name, media_type, content = documents.open_file(request.actor, file_id)  # type: ignore[attr-defined]
    return downloads.stored(name, media_type, content)


@require_safe
@page(permission="applicant")
def everything(request: HttpRequest, case_no: str) -> HttpResponseBase:
    """All materials and papers of the case as one archive."""
    name, pieces = case_services.take_all(request.actor, case_no, now=clock.now())  # type: ignore[attr-defined]
    return downloads.archive(name, pieces)
