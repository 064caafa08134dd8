"""The OpenAPI 3.1 document, made from the table of operations."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

import msgspec

from onewindow.base import settings_store
from onewindow.faces.api import shapes
from onewindow.faces.api.operation import ANYONE, PUBLIC, Answer, Call, Operation, Parameter
from onewindow.faces.api.operations import ALL
from onewindow.kernel.errors import N_, Away

_REF = "#/components/schemas/{name}"
PIECE = "application/offset+octet-stream"
_PLACE = re.compile(r"\{(\w+)\}")
_TITLES = {
    400: "读不懂这个请求",
    401: "没有身份，或身份已过期",
    403: "岗位没有这项权限",
    404: "没有，或不是您能看的",
    409: "在这个状态下不能这样办；type 说明原因",
    413: "太大",
    415: "不收这种内容",
    422: "有字段需要更正",
    429: "太频繁，见 Retry-After",
    503: "暂时不可用，见 Retry-After",
    507: "存储空间不足，暂不收文件",
}


def _show(call: Call) -> Answer:
    """200 only when the instance is ready to be used: in the demonstration, when its city is loaded."""
    if not settings_store.is_loaded():
        raise Away("not-loaded", N_("演示数据正在装入，请稍候。"), retry_after=5)
    return Answer(raw=document())


OPERATIONS: tuple[Operation, ...] = (
    Operation(
        method="GET",
        path="/openapi.json",
        run=_show,
        permission=PUBLIC,
        summary="这份说明",
        errors=(503,),
    ),
    *ALL,
)


@lru_cache(maxsize=1)
def document() -> bytes:
    """The document as JSON."""
    return msgspec.json.format(msgspec.json.encode(_document()), indent=1)


def _document() -> dict[str, Any]:
    schemas, components = _schemas()
    paths: dict[str, Any] = {}
    for operation in OPERATIONS:
        paths.setdefault(f"/api/v1{operation.path}", {})[operation.method.lower()] = _operation(
            operation, schemas
        )
    return {
        "openapi": "3.1.0",
        "info": {"title": "OneWindow 一窗", "version": "1", "license": {"name": "Apache-2.0"}},
        "servers": [{"url": "/"}],
        "paths": paths,
        "components": {
            "schemas": components,
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


def _types() -> list[Any]:
    found: list[Any] = [shapes.Problem]
    for operation in OPERATIONS:
        if isinstance(operation.body, dict):
            found.extend(operation.body.values())
        elif operation.body is not None:
            found.append(operation.body)
        found.extend(_answers(operation))
    return list(dict.fromkeys(found))


def _answers(operation: Operation) -> tuple[Any, ...]:
    if operation.answer is None:
        return ()
    return operation.answer if isinstance(operation.answer, tuple) else (operation.answer,)


def _schemas() -> tuple[dict[Any, Any], dict[str, Any]]:
    types = _types()
    schemas, components = msgspec.json.schema_components(types, ref_template=_REF)
    return dict(zip(types, schemas, strict=True)), components


def _operation(operation: Operation, schemas: dict[Any, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {
        "operationId": operation.name,
        "summary": operation.summary,
        "x-permission": _permission(operation),
        "security": [] if operation.permission == PUBLIC else [{"token": []}],
        "parameters": _parameters(operation),
        "responses": _responses(operation, schemas),
    }
    if operation.is_piece:
        found["requestBody"] = {"required": True, "content": {PIECE: {"schema": {"format": "binary"}}}}
    if operation.body is not None:
        found["requestBody"] = _body(operation, schemas)
    return found


def _permission(operation: Operation) -> Any:
    if operation.permission in (PUBLIC, ANYONE):
        return operation.permission
    return list(operation.permission)


def _parameters(operation: Operation) -> list[dict[str, Any]]:
    found = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in _PLACE.findall(operation.path)
    ]
    found += [_parameter(one) for one in operation.parameters]
    if operation.is_repeatable:
        found.append(_header("Idempotency-Key", minLength=1, maxLength=200))
    if operation.is_tagged:
        found.append(_header("If-None-Match"))
    if operation.is_piece:
        found.append(
            _header("Upload-Offset") | {"required": True, "schema": {"type": "integer", "minimum": 0}}
        )
    return found


def _header(name: str, **bounds: int) -> dict[str, Any]:
    return {"name": name, "in": "header", "required": False, "schema": {"type": "string", **bounds}}


def _parameter(one: Parameter) -> dict[str, Any]:
    schemas: dict[str, dict[str, Any]] = {
        "text": {"type": "string", "maxLength": 2000},
        "integer": {"type": "integer"},
        "date": {"type": "string", "format": "date"},
        "boolean": {"type": "boolean"},
    }
    schema = schemas[one.type]
    if one.values:
        schema["enum"] = list(one.values)
    if one.least is not None:
        schema["minimum"] = one.least
    if one.most is not None:
        schema["maximum"] = one.most
    found: dict[str, Any] = {"name": one.name, "in": "query", "required": False, "schema": schema}
    if one.about:
        found["description"] = one.about
    return found


def _body(operation: Operation, schemas: dict[Any, Any]) -> dict[str, Any]:
    media_type = "multipart/form-data" if operation.is_upload else "application/json"
    if isinstance(operation.body, dict):
        schema: Any = {"anyOf": [schemas[body] for body in operation.body.values()]}
        schema["description"] = "；".join(
            f"{name}: {schemas[body]['$ref'].rsplit('/', 1)[-1]}" for name, body in operation.body.items()
        )
    else:
        schema = schemas[operation.body]
    return {"required": True, "content": {media_type: {"schema": schema}}}


def _responses(operation: Operation, schemas: dict[Any, Any]) -> dict[str, Any]:
    good: dict[str, Any] = {"description": "成功"}
    told = [schemas[answer] for answer in _answers(operation)]
    if told:
        good["content"] = {"application/json": {"schema": told[0] if len(told) == 1 else {"anyOf": told}}}
    found = {str(operation.status): good}
    if operation.is_tagged:
        found["304"] = {"description": "与 If-None-Match 所说的答复相同"}
    for status in sorted({*operation.errors, 503}):
        found[str(status)] = {
            "description": _TITLES[status],
            "content": {"application/problem+json": {"schema": schemas[shapes.Problem]}},
        }
    return found
