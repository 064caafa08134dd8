"""What the public may read of granted licences: firms by name, persons masked, found by number or by words."""

from __future__ import annotations

import importlib
from collections.abc import Callable

import pytest
from django.test import Client

from tests.world import GAS, SEWAGE, Api

Open = Callable[..., Api]
WELL = {"opinion": "符合条件。", "pass": True}


def granted(api: Open, who: str, task: str) -> dict:
    deferred = [{"material": "M06", "promised_on": "2026-09-15"}] if task == GAS else []
    case = api("clerk1").act(api(who).create(task), "accept", **({"deferred": deferred} if deferred else {}))
    if deferred:
        paper = [{"code": "M06", "medium": "copy"}]
        case = api(who).act(case, "supply-deferred", materials=paper)
        api("examiner1").act(case, "review", **WELL)
        api("examiner1b").act(case, "review", **WELL)
    else:
        api("examiner1").act(case, "review", **WELL)
    return api("approver1").act(case, "decide", outcome="grant")


def numbers(answer: object) -> list[str]:
    return [row["case_no"] for row in answer.json["results"]]  # type: ignore[attr-defined]


def test_anybody_reads_what_was_granted(api: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    firm, person = granted(api, "enterprise1", GAS), granted(api, "citizen1", SEWAGE)
    api("clerk1").act(api("clerk1").create(SEWAGE), "accept")  # not granted, not public
    name = firm["applicant"]["name"]
    produced = api("head1").act(person, "produce", validity="2031-09-14")
    assert produced["state"] == "produced"
    public = api().get("/decisions")
    assert numbers(public) == [person["case_no"], firm["case_no"]]
    of_person, of_firm = public.json["results"]
    assert of_firm["applicant"] == name and "*" in of_person["applicant"]
    assert person["applicant"]["name"] not in str(public.json)
    assert (of_person["validity"], of_person["standing"]) == ("2031-09-14", "valid")
    assert of_person["document_no"] and of_person["inspect_at"] == of_person["organ"]

    assert numbers(api().get(f"/decisions?q={name[:4]}")) == [firm["case_no"]]
    assert numbers(api().get(f"/decisions?q={person['applicant']['name']}")) == []
    assert numbers(api().get("/decisions?q=*")) == []
    assert numbers(api().get(f"/decisions?q={of_person['document_no']}")) == [person["case_no"]]
    assert numbers(api().get(f"/decisions?q={firm['case_no']}")) == [firm["case_no"]]
    assert numbers(api().get(f"/decisions?item={GAS}")) == [firm["case_no"]]
    assert numbers(api().get("/decisions?to=2026-09-01")) == []

    first = api().get("/decisions?limit=1").json
    assert [row["case_no"] for row in first["results"]] == [person["case_no"]]
    rest = api().get(f"/decisions?limit=1&cursor={first['next']}").json
    assert [row["case_no"] for row in rest["results"]] == [firm["case_no"]] and rest["next"] is None

    # A search that looked at enough hands over: nothing is lost, the next page goes on.
    query = importlib.import_module("onewindow.cases.queries.decisions")
    monkeypatch.setattr(query, "_CHUNK", 1)
    monkeypatch.setattr(query, "_MOST_CHUNKS", 1)
    monkeypatch.setattr(query, "_GRANTED", query._GRANTED.replace("LIMIT 500", "LIMIT 1"))
    short = api().get(f"/decisions?item={GAS}").json
    assert short["results"] == [] and short["next"]
    assert numbers(api().get(f"/decisions?item={GAS}&cursor={short['next']}")) == [firm["case_no"]]
    monkeypatch.undo()

    page = Client().get("/decisions").content.decode()
    assert name in page and of_person["document_no"] in page and person["applicant"]["name"] not in page
    assert "没有找到许可决定" in Client().get("/decisions?q=没有这样的事").content.decode()
    assert Client().get("/decisions?cursor=nonsense").status_code == 422
    assert Client().get("/decisions?from=nonsense").status_code == 200
