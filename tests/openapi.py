"""Every answer that a test gets from the API is held against the product's own OpenAPI document."""

from __future__ import annotations

import json
import re
from functools import lru_cache
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker

from onewindow.faces.api.openapi import document

_CODE = re.compile(r"^[a-z][a-z0-9+.-]*:\S*[:/#]([a-z0-9]+(?:-[a-z0-9]+)*)$")


@lru_cache(maxsize=1)
def whole() -> dict[str, Any]:
    """The document as an outside reader sees it."""
    found: dict[str, Any] = json.loads(document())
    return found


@lru_cache(maxsize=1)
def _paths() -> list[tuple[re.Pattern[str], dict[str, Any]]]:
    found = []
    for path in sorted(whole()["paths"], key=lambda path: ("{" in path, path)):
        pattern = re.sub(r"\{\w+\}", "[^/]+", re.escape(path).replace(r"\{", "{").replace(r"\}", "}"))
        found.append((re.compile(pattern), whole()["paths"][path]))
    return found


def operation(method: str, path: str) -> dict[str, Any] | None:
    """What the document says of this request, None when it knows no such operation."""
    bare = path.split("?")[0]
    for pattern, methods in _paths():
        if pattern.fullmatch(bare):
            found: dict[str, Any] | None = methods.get(method.lower())
            return found
    return None


@lru_cache(maxsize=256)
def _validator(schema: str) -> Draft202012Validator:
    rooted = {**json.loads(schema), "components": whole()["components"]}
    return Draft202012Validator(rooted, format_checker=FormatChecker())


def check(method: str, path: str, status: int, media_type: str, body: Any) -> None:
    """Fail unless the answer is one that the document promises."""
    assert status < 500 or status in (503, 507), f"{method} {path}: {status} {body}"
    promised = operation(method, path)
    if status >= 400:
        _check_problem(status, media_type, body)
    if promised is None:
        assert status in (404, 405), f"{method} {path}: {status} is not in the document"
        return
    assert str(status) in promised["responses"], f"{method} {path}: {status} is not in the document: {body}"
    content = promised["responses"][str(status)].get("content", {})
    if content:
        assert media_type.split(";")[0] in content, f"{method} {path}: {media_type}"
        schema = content[media_type.split(";")[0]]["schema"]
        faults = [
            f"{fault.json_path}: {fault.message}"
            for fault in _validator(json.dumps(schema)).iter_errors(body)
        ]
        assert not faults, f"{method} {path}: {faults[:5]}"


def _check_problem(status: int, media_type: str, body: Any) -> None:
    assert media_type.split(";")[0] == "application/problem+json", media_type
    assert body["status"] == status
    assert _CODE.match(body["type"]), body["type"]
    assert body["title"] and body["detail"] and isinstance(body["detail"], str)
    assert "Traceback" not in body["detail"]
    assert "%(" not in body["detail"], body["detail"]
    for error in body.get("errors", []):
        assert {"field", "code", "message"} <= error.keys()
        assert "%(" not in error["message"], error["message"]
