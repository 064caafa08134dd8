"""Items: guides, checklists, and those that are guides only."""

from __future__ import annotations

from collections.abc import Callable

from tests.world import BUILDING, GUIDE_ONLY, SEWAGE, Api, application

Open = Callable[..., Api]


def test_items_and_their_guides(api: Open) -> None:
    rows = api().get("/items?q=wushui").json["results"]
    assert rows[0]["task_code"] == SEWAGE and rows[0]["handled"] is True
    by_organ = api().get("/items?organ=%E5%8C%BA%E5%B8%82%E7%9B%91%E5%B1%80").json["results"]
    assert {row["organ"] for row in by_organ} == {"区市监局"}
    guide = api().get(f"/items/{SEWAGE}").json
    assert guide == api().get(f"/items/{SEWAGE}?version={guide['version']}").json
    assert [row["need"] for row in guide["materials"]] == ["required"] * 4
    assert (guide["legal_limit"], guide["promised_limit"]["days"]) == ({"days": 20, "unit": "working_day"}, 7)
    assert api().get(f"/items/{SEWAGE}?version=99").status == 404
    assert api().get(f"/items/{SEWAGE}?version=0").status == 422
    assert api().get("/items/nonsense").status == 404
    form = api().get(f"/items/{GUIDE_ONLY}").json["form_schema"]
    assert (form["type"], form["properties"]) == ("object", {})
    assert api().get("/items?kind=slow").status == 422
    assert api().get("/items?audience=cat").status == 422


def test_a_checklist_is_asked_question_by_question(api: Open) -> None:
    ask = lambda answers: api().post(f"/items/{BUILDING}/checklist", {"answers": answers})  # noqa: E731
    first = ask({}).json
    assert (first["complete"], first["next_question"]["code"], first["rejected"]) == (False, "Q1", None)
    second = ask({"Q1": "new"}).json
    assert second["next_question"]["code"] == "Q2" and second["next_question"]["multiple"] is False
    third = ask({"Q1": "new", "Q2": "direct"}).json
    assert third["next_question"]["multiple"] is True
    done = ask({"Q1": "new", "Q2": "direct", "Q3": ["fire"]}).json
    assert done["complete"] and done["next_question"] is None
    assert {"M05", "M10"} <= {row["code"] for row in done["materials"]}
    assert ask({"Q1": "small"}).json["rejected"]
    for wrong in ({"Q1": "castle"}, {"Q9": "new"}, {"Q1": ["new", "small"]}, {"Q1": 5}, {"Q1": None}):
        assert ask(wrong).status == 422, wrong
    assert api().post("/items/nonsense/checklist", {"answers": {}}).status == 404


def test_an_item_that_is_a_guide_only(api: Open) -> None:
    body = application(SEWAGE) | {"task_code": GUIDE_ONLY}
    answer = api("citizen1").post("/cases", body)
    assert answer.status == 409 and answer.code == "not-handled"
    assert api("citizen1").post("/cases", body | {"task_code": "nonsense"}).status in (404, 422)
