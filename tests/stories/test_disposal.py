"""Cases whose time is over: listed by item and kind, proposed by one, approved by another, gone with their digests."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.test.utils import override_settings

from onewindow.base import clock, facts
from onewindow.base.ledger import verify
from onewindow.cases.models import Case
from onewindow.cases.rules.retention import Retention
from onewindow.documents.models import Document, File
from onewindow.documents.services import making
from onewindow.kernel.errors import Invalid, NotAllowed, NotFound, RuleBroken
from onewindow.privacy import queries, services
from onewindow.privacy.models import Disposal
from onewindow.privacy.services import disposing
from onewindow.ui import session
from tests.world import FUND, SEWAGE, Api, actor, move

Open = Callable[..., Api]
REFUSED = {"ground": "not-competent", "reason": "不归本局管", "competent_organ": "市市场监管局"}
WHY = "2028年9月1日鉴定小组意见，第3号"


@pytest.fixture
def ended(api: Open) -> list[dict[str, Any]]:
    """Two refused cases of different items, papers made; more than two years later."""
    made = []
    for item in (SEWAGE, FUND):
        case = api("clerk1").act(api("citizen1").create(item), "refuse-acceptance", **REFUSED)
        for paper in Document.objects.filter(case_no=case["case_no"]):
            making.make_file(paper.pk, now=clock.now())
        made.append(case)
    move("2028-09-08")
    return made


def numbers() -> list[str]:
    return [one.case_no for one in queries.expired(today=clock.today(), limit=1000)]


def pages(api: Open, who: str) -> Client:
    api(who).get("/cases")
    client = Client()
    client.cookies[session.COOKIE] = Api.tokens[who]
    return client


def test_terms_go_by_item_then_type(ended: list[dict[str, Any]]) -> None:
    first, second = (one["case_no"] for one in ended)
    assert numbers() == [first, second]
    for terms, left in (
        ({"types": {"01": Retention(30, 10)}}, [second]),
        ({"types": {"01": Retention(30, None)}}, [second]),
        ({"types": {"01": Retention(30, 10)}, "items": {SEWAGE: Retention(10, 1)}}, [first, second]),
        ({"items": {SEWAGE: Retention(10, None), FUND: Retention(10, 3)}}, []),
    ):
        with override_settings(ONEWINDOW_RETENTION=terms):
            assert numbers() == left
    (one, *_) = queries.expired(today=clock.today(), limit=1)
    assert (one.years, one.ended_on, one.files > 0, one.size > 0) == (2, date(2026, 9, 8), True, True)


def test_two_people_and_a_list_that_stands(
    ended: list[dict[str, Any]], django_capture_on_commit_callbacks: Any
) -> None:
    with pytest.raises(NotAllowed):
        services.propose(actor("secadmin"), reason=WHY, now=clock.now())
    with pytest.raises(Invalid):
        services.propose(actor("sysadmin"), reason="旧", now=clock.now())
    number = services.propose(actor("sysadmin"), reason=WHY, now=clock.now())
    with pytest.raises(RuleBroken, match="already-proposed"):
        services.propose(actor("sysadmin"), reason=WHY, now=clock.now())
    with pytest.raises(NotAllowed):
        services.approve(actor("sysadmin"), number, now=clock.now())
    disposing.carry_out(number, now=clock.now())  # not approved: nothing happens
    assert numbers() == [one["case_no"] for one in ended]

    services.approve(actor("secadmin"), number, now=clock.now())
    with pytest.raises(NotFound):
        services.approve(actor("secadmin2"), number, now=clock.now())
    # What was made to stay after the approval is left, and told.
    with override_settings(ONEWINDOW_RETENTION={"items": {FUND: Retention(10, 9)}}):
        with django_capture_on_commit_callbacks(execute=True):
            disposing.carry_out(number, now=clock.now())
            disposing.carry_out(number, now=clock.now())
    row = Disposal.objects.get(pk=number)
    assert row.state == "done" and row.outcome == {"gone": 1, "left": [ended[1]["case_no"]]}
    told = [(type, data["cases"]) for _, type, _, _, _, data in facts.of_subject("disposal", number)]
    assert told == [("proposed", 2), ("approved", 2), ("done", 2)]

    id = Case.objects.values_list("id", flat=True).get(case_no=ended[0]["case_no"])
    data = next(data for _, type, _, _, _, data in facts.of_subject("case", id) if type == "erased")
    assert data["disposal"] == number and data["dossiers"]
    assert not File.objects.filter(attachment__subject=ended[0]["case_no"]).exists()
    assert {one.code for one in verify.run()} <= {"dossier-erased"}
    assert numbers() == [ended[1]["case_no"]]


def test_the_second_declines_and_the_first_takes_back(ended: list[dict[str, Any]]) -> None:
    for who, state in (("secadmin", "declined"), ("sysadmin", "withdrawn")):
        number = services.propose(actor("sysadmin"), reason=WHY, now=clock.now())
        services.decline(actor(who), number, now=clock.now())
        assert Disposal.objects.get(pk=number).state == state
    disposing.carry_out(number, now=clock.now())
    assert len(numbers()) == 2


def test_the_pages(api: Open, ended: list[dict[str, Any]]) -> None:
    first, second = pages(api, "sysadmin"), pages(api, "secadmin")
    page = first.get("/console/disposals").content.decode()
    assert ended[0]["case_no"] in page and "提出销毁清册" in page
    assert ended[0]["case_no"].encode() in b"".join(first.get("/console/disposals.csv").streaming_content)
    assert first.post("/console/disposals", {"do": "propose", "reason": ""}).status_code == 422
    assert first.post("/console/disposals", {"do": "propose", "reason": WHY}).status_code == 303
    assert "批准销毁" not in first.get("/console/disposals").content.decode()
    page = second.get("/console/disposals").content.decode()
    assert "批准销毁" in page and WHY in page
    row = Disposal.objects.get()
    assert second.post("/console/disposals", {"do": "approve", "id": row.pk}).status_code == 303
    assert "正在销毁" in first.get("/console/disposals").content.decode()
    for who in ("clerk1", "auditor", "manager1"):
        assert pages(api, who).get("/console/disposals").status_code == 403


def test_the_command_only_lists(ended: list[dict[str, Any]], capsys: pytest.CaptureFixture[str]) -> None:
    import argparse

    from onewindow.site.cli import files

    files._retention(argparse.Namespace(dry_run=True))
    told = capsys.readouterr().out
    assert (
        all(one["case_no"] in told for one in ended) and "2 cases" in told and "nothing was touched" in told
    )
