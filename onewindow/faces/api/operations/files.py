"""Files: upload and, for those entitled, download."""

from __future__ import annotations

from typing import Any, BinaryIO, cast
from urllib.parse import quote

from django.core.files.uploadhandler import StopUpload
from django.http import FileResponse
from django.http.multipartparser import MultiPartParserError

from onewindow.documents import names, queries, services
from onewindow.faces.api import shapes
from onewindow.faces.api.operation import ANYONE, Answer, Call, Operation
from onewindow.kernel.errors import N_, FieldError, Invalid, TooLarge, Unreadable, WrongMedia

MOST_BYTES = 50 * 1024 * 1024
_ENVELOPE = 64 * 1024


def _upload(call: Call) -> Answer:
    request = call.request
    if (request.content_type or "") != "multipart/form-data":
        raise WrongMedia("not-multipart", N_("请用 multipart/form-data 上传，字段名为 file。"))
    try:
        length = int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        length = 0
    if length > MOST_BYTES + _ENVELOPE:
        raise TooLarge("file-too-large", N_("单个文件不能超过 50 MB。"))
    try:
        given = request.FILES.get("file")
    except (MultiPartParserError, StopUpload, UnicodeDecodeError):
        raise Unreadable("not-readable", N_("上传的内容无法读取。")) from None
    if given is None:
        message = N_("请选择要上传的文件。")
        raise Invalid("invalid-fields", message, fields=[FieldError("file", "required", message)])
    return Answer(
        services.store_upload(call.actor, given.name or "", cast(BinaryIO, given), now=call.now), 201
    )


def _same_file(call: Call, answer: Any) -> bytes:
    """What was stored under which name; the raw body is too long to be read twice."""
    return f"{answer['sha256']} {answer['name']}".encode() if answer is not None else b""


def _download(call: Call) -> Answer:
    name, media_type, stored = queries.open_file(call.actor, call.path["file_id"])
    response = FileResponse(stored.open(), content_type=media_type)
    response.headers["Content-Disposition"] = (
        f"{names.disposition(media_type)}; filename*=UTF-8''{quote(name)}"
    )
    response.headers["Content-Security-Policy"] = "default-src 'none'; frame-ancestors 'none'; sandbox"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return Answer(raw=response)


OPERATIONS = (
    Operation(
        method="POST",
        path="/files",
        run=_upload,
        permission=ANYONE,
        summary="上传一个 PDF、OFD、JPEG 或 PNG 文件",
        body=shapes.Upload,
        answer=shapes.FileOut,
        status=201,
        errors=(400, 401, 413, 415, 422, 507),
        is_upload=True,
        is_repeatable=True,
        sameness=_same_file,
    ),
    Operation(
        method="GET",
        path="/files/{file_id}",
        run=_download,
        permission=ANYONE,
        summary="取文件",
        errors=(401, 404),
    ),
)
