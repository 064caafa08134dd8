"""Many items at once: each operation on one item, the preview of many, one change request; copies to organs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from onewindow.catalog import bulk, copying, queries, services
from onewindow.catalog import bulk_operations as ops
from onewindow.catalog.adapters import workbook
from onewindow.catalog.bulk import Selection
from onewindow.catalog.copying import Copy
from onewindow.catalog.definition import (
    Basis,
    Contact,
    Intermediary,
    Limit,
    Material,
    Option,
    Place,
    Question,
)
from onewindow.catalog.sheets import proposing, taking, writing
from onewindow.kernel.actor import SYSTEM, Actor
from onewindow.kernel.errors import Invalid, NotAllowed
from onewindow.kernel.identifiers import uscc
from onewindow.org import services as org
from tests import world
from tests.catalog.sheet_items import ITEMS, change, item

FORM = Material("M09", "授权委托书")


@pytest.mark.parametrize(
    ("operation", "before", "changes"),
    [
        (ops.SetElement("summary", "简介"), {}, {"summary": "简介"}),
        (ops.SetElement("summary", ""), {"summary": "旧"}, {"summary": ""}),
        (ops.SetElement("visits", "1"), {}, {"visits": 1}),
        (ops.SetElement("review_type", "前审后批"), {}, {"review_type": "前审后批"}),
        (ops.SetElement("promised_days", "5"), {}, {"promised_limit": Limit(5)}),
        (ops.SetElement("promised_days", "5"), {"promised_limit": None}, {}),
        (ops.SetElement("promised_days", ""), {}, {"promised_limit": None}),
        (ops.ReplaceText("conditions", "十八", "十六"), {}, {"conditions": ("年满十六周岁",)}),
        (ops.ReplaceText("basis.law", "旧法", "新法"), {"basis": (Basis("《旧法》"),)}, {"basis": (Basis("《新法》"),)}),
        (ops.ReplaceText("name", "不在", "x"), {}, {}),
        (ops.AddMaterial(FORM), {}, {"materials": (*item().materials, FORM)}),
        (ops.AddMaterial(Material("M77", "申请表")), {}, {}),
        (ops.RemoveMaterial(name="身份证明"), {}, {"materials": item().materials[:1]}),
        (ops.RemoveMaterial(code="M99"), {}, {}),
        (ops.SetContact(consult="0000-0000001"), {"contact": Contact("a", "b")}, {"contact": Contact("0000-0000001", "b")}),
        (ops.SetHours("全天"), {"places": (Place("甲"), Place("乙"))}, {"places": (Place("甲", hours="全天"), Place("乙", hours="全天"))}),
        (ops.SetHours("全天", "乙"), {"places": (Place("甲"), Place("乙"))}, {"places": (Place("甲"), Place("乙", hours="全天"))}),
        (ops.ShortenPromise(days=3), {}, {"promised_limit": Limit(3)}),
        (ops.ShortenPromise(days=9), {}, {}),
        (ops.ShortenPromise(days=3), {"promised_limit": None}, {}),
        (ops.ShortenPromise(percent=50), {}, {"promised_limit": Limit(4)}),
        (ops.ShortenPromise(percent=99), {"promised_limit": Limit(1, "calendar_day")}, {}),
    ],
)  # fmt: skip
def test_each_operation_does_what_it_says(operation: ops.AnyOperation, before: dict, changes: dict) -> None:
    stands = item(**before)
    assert operation.problems() == []
    assert operation.apply(stands) == replace(stands, **changes)


def test_a_material_taken_away_is_forgotten_by_answers_and_intermediaries() -> None:
    question = Question("Q1", "新办？", (Option("a", "是", adds=("M02",), drops=("M01", "M02")),))
    stands = item(questions=(question,), intermediaries=(Intermediary("检测", material="M02"),))
    after = ops.RemoveMaterial(code="M02").apply(stands)
    assert after.questions[0].options[0] == Option("a", "是", drops=("M01",))
    assert after.intermediaries[0].material == ""


@given(one=ITEMS, percent=st.integers(1, 99))
def test_a_promise_is_never_lengthened_and_operations_repeat_safely(one, percent: int) -> None:
    shorter = ops.ShortenPromise(percent=percent).apply(one)
    if one.promised_limit is None:
        assert shorter is one
    else:
        assert shorter.promised_limit.days <= one.promised_limit.days
        assert (shorter.promised_limit.days == 0) == (one.promised_limit.days == 0)
    for operation in (ops.AddMaterial(FORM), ops.RemoveMaterial(code="M01"), ops.SetElement("visits", "2")):
        once = operation.apply(one)
        assert operation.apply(once) == once


@pytest.mark.parametrize(
    ("operation", "code"),
    [
        (ops.SetElement("task_code", "X"), "not-an-option"),
        (ops.SetElement("visits", "很多"), "not-a-number"),
        (ops.SetElement("name", ""), "required"),
        (ops.ReplaceText("task_code", "a", "b"), "not-an-option"),
        (ops.ReplaceText("name", "", "b"), "required"),
        (ops.AddMaterial(Material("", "x")), "required"),
        (ops.RemoveMaterial(), "required"),
        (ops.SetContact(), "required"),
        (ops.ShortenPromise(), "invalid"),
        (ops.ShortenPromise(days=1, percent=1), "invalid"),
        (ops.ShortenPromise(percent=100), "invalid"),
    ],
)
def test_operations_that_mean_nothing_are_refused(operation: ops.AnyOperation, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        ops.require_sound([operation])
    assert refused.value.fields[0].code == code


def test_operations_come_as_json() -> None:
    text = (
        b'[{"do":"shorten-promise","percent":20},{"do":"add-material","material":{"code":"M8","name":"x"}}]'
    )
    assert msgspec.json.decode(text, type=list[ops.AnyOperation])[0] == ops.ShortenPromise(percent=20)


@pytest.fixture(scope="module")
def _city(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    with world.standing(django_db_blocker):
        yield


@pytest.fixture
def editor(_city: None, db: None) -> Actor:
    """The office's item editor, who works for all organs."""
    queries.flush()
    return world.actor("catalog1")


def test_a_preview_shows_every_item_and_one_change_holds_them_all(editor: Actor) -> None:
    housing = queries.current(world.SEWAGE).organ_id
    chosen = Selection(organ_id=housing, text="许可")
    steps = [ops.ShortenPromise(days=4), ops.ReplaceText("conditions", "排放", "排入")]
    found = bulk.preview(editor, chosen, steps)
    rows = {row.task_code: row for row in found.items}
    assert found.selected == found.unaffected + len(rows) and world.SEWAGE in rows
    sewage = rows[world.SEWAGE]
    assert ("promised_limit", "7 个工作日", "4 个工作日") in {
        (one.element, one.before, one.after) for one in sewage.differences
    }
    # The steps of the flow take seven days: the rule says so before anybody hands it in.
    assert "2.4-13" in {finding.rule for finding in sewage.findings} and found.errors >= 1
    assert queries.current(world.SEWAGE).promised_limit == Limit(7), "a preview writes nothing"
    made = bulk.propose(editor, chosen, steps, title="压缩时限", reason="提速", now=world.START)
    assert (made["state"], {target["task_code"] for target in made["targets"]}) == ("to-submit", set(rows))
    with pytest.raises(Invalid):
        bulk.propose(editor, Selection(codes=("nothing",)), steps, title="x", reason="x", now=world.START)


def test_an_editor_sees_and_changes_his_organs_only(editor: Actor) -> None:
    one = replace(editor, organ_ids=frozenset())
    assert bulk.preview(one, Selection(), [ops.SetElement("summary", "x")]).selected == 0
    everything = bulk.preview(editor, Selection(), [ops.SetElement("summary", "x")])
    assert everything.selected == len(world.ITEMS) + 1


def test_an_editor_ends_in_a_change_request_for_his_organs_only(tmp_path: Path, editor: Actor) -> None:
    organ_id = next(iter(taking.in_force())).organ_id
    housing = replace(editor, organ_id=organ_id, organ_ids=frozenset({organ_id}))
    path = tmp_path / "x.xlsx"
    writing.write_file(path, taking.in_force(), workbook.LAYOUT)
    change(path, 2, 简介="新的简介")
    change(path, 6, 简介="别的部门的简介")
    first = proposing.propose_file(
        path, housing, title="改简介", reason="更清楚", dry_run=True, now=world.START
    )
    assert (first.report.changed, first.report.rejected, first.changes) == (1, 1, [])
    assert first.report.counts["not-your-organ"] == 1
    done = proposing.propose_file(path, editor, title="改简介", reason="更清楚", now=world.START)
    (made,) = done.changes
    assert (made["kind"], made["state"], len(made["targets"])) == ("change", "to-submit", 2)
    assert queries.current(made["targets"][0]["task_code"]).summary != "新的简介", "nobody publishes alone"
    with pytest.raises(NotAllowed):
        proposing.propose_file(path, SYSTEM, title="改简介", reason="更清楚", now=world.START)


def test_a_copy_gets_its_code_from_the_organ_or_says_why_not(
    editor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The city of the tests has no table of divisions, so that organs stand in none: these two do.
    found = copying.org.organ
    monkeypatch.setattr(
        copying.org, "organ", lambda organ_id: replace(one := found(organ_id), region=one.region or "510100")
    )
    body = "11511301008778255"
    with_code = org.ensure_organ(
        code="O1", name="某市某局", uscc=body + uscc.check_character(body), region="510100", now=world.START
    )
    without = org.ensure_organ(code="O2", name="无码局", uscc=None, region="510100", now=world.START)
    national = f"{body}{uscc.check_character(body)}4370117002011"
    source = replace(queries.current(world.SEWAGE), task_code=national, version_id=0)
    services.publish(source, actor=services.SYSTEM, now=world.START)
    derived, refused, given, own = copying.plan(
        national,
        [Copy(with_code.id), Copy(without.id), Copy(without.id, "LOCAL-1"), Copy(source.organ_id)],
    )
    assert derived.task_code == f"{with_code.uscc}3370117002011" and derived.definition is not None
    made = derived.definition
    assert (made.organ_name, made.level, made.places, made.version) == ("某市某局", "市级", (), 0)
    assert made.materials == source.materials and "办理地点" in made.missing
    assert "没有登记统一社会信用代码" in refused.reason and refused.definition is None
    assert given.task_code == "LOCAL-1" and "就是这个部门" in own.reason
    assert "不是国家" in copying.plan(world.SEWAGE, [Copy(with_code.id)])[0].reason
    assert "已经用过" in copying.plan(national, [Copy(with_code.id, world.FOOD)])[0].reason
    wide = replace(editor, organ_ids=editor.organ_ids | {with_code.id, without.id})
    made_change = copying.propose(
        wide,
        national,
        [Copy(with_code.id), Copy(without.id, "LOCAL-1")],
        title="复制",
        reason="同标准",
        now=world.START,
    )
    assert (made_change["kind"], len(made_change["targets"])) == ("new", 2)
    with pytest.raises(Invalid) as wrong:
        copying.propose(wide, national, [Copy(without.id)], title="复制", reason="x", now=world.START)
    assert wrong.value.fields[0].field == "copies.0"
    with pytest.raises(NotAllowed):
        copying.propose(
            replace(editor, organ_ids=frozenset()),
            national,
            [Copy(with_code.id)],
            title="复制",
            reason="x",
            now=world.START,
        )
