"""One table from refusals to HTTP: every kind has its status, every answer its sentence."""

import pytest
from django.test import RequestFactory

from onewindow.kernel import errors
from onewindow.ui import failures, refusals

KINDS = [
    (errors.Unreadable, 400),
    (errors.Unidentified, 401),
    (errors.NotAllowed, 403),
    (errors.NotFound, 404),
    (errors.Stale, 409),
    (errors.RuleBroken, 409),
    (errors.TooLarge, 413),
    (errors.WrongMedia, 415),
    (errors.Invalid, 422),
]


@pytest.mark.parametrize("kind, status", KINDS)
def test_status_of_every_kind(kind: type[errors.Refusal], status: int) -> None:
    assert refusals.status_of(kind("x", "一句话")) == status


def test_no_kind_is_forgotten() -> None:
    known = {kind for kind, _status in refusals.STATUS}
    assert set(errors.Refusal.__subclasses__()) <= known
    for _kind, status in refusals.STATUS:
        assert status in refusals.TITLES and status in refusals.HELP


def test_problem_has_the_contract_shape() -> None:
    field = errors.FieldError("form.a", "too-short", "至少 %(n)s 个字", {"n": 2})
    refusal = errors.Invalid("invalid-fields", "有的内容不对", fields=[field], basis="某法第一条")
    status, body = refusals.problem(refusal)
    assert status == 422 and body["status"] == 422
    assert body["type"].endswith("invalid-fields")
    assert body["detail"] == "有的内容不对" and body["basis"] == "某法第一条"
    assert body["errors"] == [{"field": "form.a", "code": "too-short", "message": "至少 2 个字"}]


def test_retry_after_is_told() -> None:
    refusal = errors.TooFast("too-fast", "太快", retry_after=30)
    assert refusals.status_of(refusal) == 429
    assert refusals.headers_of(refusal) == {"Retry-After": "30"}


def test_the_api_gets_a_document_and_people_a_page() -> None:
    factory = RequestFactory()
    document = failures.not_found(factory.get("/api/v1/nothing"))
    assert document["Content-Type"] == "application/problem+json" and document.status_code == 404
    page = failures.not_found(factory.get("/nothing"))
    assert page.status_code == 404 and "没有找到" in page.content.decode()
    assert "回首页" in page.content.decode()
