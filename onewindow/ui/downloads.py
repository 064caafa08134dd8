"""Tables as files to take along: xlsx, or csv with the mark that spreadsheet programs look for."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Sequence
from typing import IO, Any
from urllib.parse import quote

from django.http import FileResponse, StreamingHttpResponse

from onewindow.base import tables
from onewindow.documents import names
from onewindow.documents.storage import Stored
from onewindow.kernel.errors import N_, NotFound

KINDS = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "pdf": "application/pdf",
}
_IN_MEMORY = 4_000_000


def table(name: str, heads: Sequence[str], lines: Iterable[Sequence[Any]], *, form: str) -> FileResponse:
    """The lines as a download called ``name``; ``form`` is ``xlsx`` or ``csv``, else ``NotFound``."""
    out = temporary()
    if form == "xlsx":
        tables.write_xlsx(out, name[:31], heads, lines)
    elif form == "csv":
        tables.write_csv(out, heads, lines, is_marked=True)
    else:
        raise NotFound("unknown-form", N_("只能导出 xlsx 或 csv。"))
    return sent(out, name, form=form)


def archive(name: str, pieces: Iterator[bytes]) -> StreamingHttpResponse:
    """A ZIP that is made while it is sent."""
    response = StreamingHttpResponse(pieces, content_type="application/zip")
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, no-store"
    return response


def stored(name: str, media_type: str, content: Stored) -> FileResponse:
    """A stored file, shown in the browser where its kind is safe there; nothing in it may run."""
    response = FileResponse(content.open(), content_type=media_type)
    response.headers["Content-Disposition"] = (
        f"{names.disposition(media_type)}; filename*=UTF-8''{quote(name)}"
    )
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def temporary() -> IO[bytes]:
    """A file that is on disk only when it is large, and gone once it is sent."""
    return tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY, prefix="onewindow-export-")  # type: ignore[return-value]


def sent(out: IO[bytes], name: str, *, form: str) -> FileResponse:
    """What was written to ``out``, as an attachment."""
    out.seek(0)
    response = FileResponse(out, content_type=KINDS[form])
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}.{form}"
    response.headers["Cache-Control"] = "no-store"
    return response
