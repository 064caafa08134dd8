"""Uploads in pieces: begin, ask how far, carry on, give up."""

from __future__ import annotations

from typing import Any

from onewindow.cases.services.checking import read
from onewindow.documents.services import uploads
from onewindow.faces.api import shapes
from onewindow.faces.api.operation import ANYONE, Answer, Call, Operation
from onewindow.kernel.errors import N_, FieldError, Invalid, WrongMedia

PIECE = "application/offset+octet-stream"


def _begin(call: Call) -> Answer:
    asked = read(call.json(), shapes.UploadBegin)
    return Answer(uploads.begin(call.actor, name=asked.name, size=asked.size, now=call.now), 201)


def _look(call: Call) -> Answer:
    return Answer(uploads.look(call.actor, call.path["upload_id"]))


def _carry_on(call: Call) -> Answer:
    if str(call.environ.get("CONTENT_TYPE", "")) != PIECE:
        raise WrongMedia("not-a-piece", N_("续传内容的类型应为 application/offset+octet-stream。"))
    offset, key = offset_of(call.header("HTTP_UPLOAD_OFFSET")), call.path["upload_id"]
    return Answer(uploads.carry_on(call.actor, key, offset=offset, piece=call.raw_body(), now=call.now))


def offset_of(told: Any) -> int:
    """The place where a piece begins; ``Invalid`` when none is told."""
    text = str(told or "")
    if not (text.isascii() and text.isdigit() and len(text) <= 12):
        message = N_("请在 Upload-Offset 里写明从哪个字节开始。")
        raise Invalid("invalid-fields", message, fields=[FieldError("Upload-Offset", "invalid", message)])
    return int(text)


def _cancel(call: Call) -> Answer:
    uploads.cancel(call.actor, call.path["upload_id"])
    return Answer(status=204)


OPERATIONS = (
    Operation(
        method="POST",
        path="/uploads",
        run=_begin,
        permission=ANYONE,
        summary="开始分段上传（断线后可以续传）",
        body=shapes.UploadBegin,
        answer=shapes.UploadOut,
        status=201,
        errors=(400, 401, 409, 413, 415, 422, 507),
    ),
    Operation(
        method="GET",
        path="/uploads/{upload_id}",
        run=_look,
        permission=ANYONE,
        summary="已收到多少；传完后给出文件",
        answer=shapes.UploadOut,
        errors=(401, 404),
    ),
    Operation(
        method="PATCH",
        path="/uploads/{upload_id}",
        run=_carry_on,
        permission=ANYONE,
        summary="从 Upload-Offset 起再传一段（至多 2 MB）；最后一段传完即检查入库",
        answer=shapes.UploadOut,
        errors=(401, 404, 409, 413, 415, 422, 507),
        is_piece=True,
    ),
    Operation(
        method="DELETE",
        path="/uploads/{upload_id}",
        run=_cancel,
        permission=ANYONE,
        summary="不传了",
        status=204,
        errors=(401, 404),
    ),
)
