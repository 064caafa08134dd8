"""Personal values never reach a log line."""

import json
import logging
import sys

import pytest

from onewindow.site.logging import RedactingFormatter, redact

SECRETS = [
    ("id card", "11010519001231002X"),
    ("id card, digits", "440524190001010014"),
    ("old id card", "110105900123100"),
    ("telephone", "13800000000"),
    ("e-mail", "zhang.san+1@mail.example.cn"),
    ("credit code", "91350100M000100Y43"),
    ("token", "k3mZq0XvY2b7Jd9TnRwE5uPfHsLaCgVi1oBxMtQyKzA"),
    ("database password", "s3cret-of-the-owner"),
]


@pytest.mark.parametrize(("what", "value"), SECRETS, ids=[what for what, _ in SECRETS])
def test_masked(what: str, value: str) -> None:
    line = (
        f"postgresql://owner:{value}@127.0.0.1/x" if what == "database password" else f"申请人{value}，已办"
    )
    assert value not in redact(line)


@pytest.mark.parametrize(
    "text", ["20260908", "办件 3 件", "512A0148600000", "2026-09-08T10:00:00", "10.0.0.1"]
)
def test_plain_things_stay(text: str) -> None:
    assert redact(text) == text


def test_line_is_json_and_its_traceback_is_masked() -> None:
    try:
        raise ValueError("id 11010519001231002X is bad")
    except ValueError:
        record = logging.LogRecord("x", logging.ERROR, "f", 1, "call %s", ("13800000000",), sys.exc_info())
    line = json.loads(RedactingFormatter().format(record))
    assert line["level"] == "ERROR"
    assert "13800000000" not in line["message"]
    assert "ValueError" in line["error"]
    assert "11010519001231002X" not in line["error"]
