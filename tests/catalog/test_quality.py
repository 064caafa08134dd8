"""The quality report: scores by a stated formula, an order of what to mend, and settings that are loud."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import pytest
from django.core.exceptions import ImproperlyConfigured

from onewindow.catalog import quality, queries, services, settings
from onewindow.catalog.definition import ItemDefinition, Limit, Place
from onewindow.catalog.quality import completeness, reading, score
from onewindow.catalog.quality.gathering import Gatherer, Settings
from onewindow.catalog.rules.finding import Finding
from onewindow.catalog.rules.numbers import DEFAULT_LEVELS, RULES
from onewindow.catalog.rules.wording import DEFAULT_WORDS
from tests.catalog.samples import sound
from tests.catalog.test_inheritance import COMMON
from tests.catalog.test_saving_rules import shipped

WHOLE: dict[str, Any] = {
    "power_source": "法定本级行使",
    "body_kind": "法定机关",
    "is_in_center": True,
    "places": (Place("政务服务中心", "中心一楼", "工作日 09:00-17:00"),),
}


def report(*items: ItemDefinition, **options: Any) -> quality.QualityReport:
    gatherer = Gatherer(**options)
    for item in items:
        gatherer.look(item)
    return gatherer.done()


def test_a_whole_and_sound_item_scores_a_hundred() -> None:
    found = report(sound(**WHOLE))
    assert (found.score, found.clean, found.errors, found.warnings) == (Decimal("100.00"), 1, 0, 0)
    assert found.by_rule == [] and found.mend == [] and found.incomplete == {}


def test_no_item_has_no_score() -> None:
    found = report()
    assert (found.items, found.score, found.by_organ) == (0, None, [])
    assert list(quality.lines(found))[0].startswith("事项 0 项")


def test_the_score_follows_its_formula() -> None:
    # One warning (16, weight 4) and one error (12, weight 5); two of 23 required elements are empty.
    item = sound(**WHOLE, conditions=("符合相关规定",), legal_limit=Limit(6), organ_name="甲局")
    item = msgspec.structs.replace(item, power_source="", body_kind="")
    whole = sum(score.weight(rule) for rule in RULES if not rule.startswith("2.5-"))
    rules = 100 * (1 - (4 * 0.5 + 5 * 1) / whole)
    elements = 100 * (1 - 2 / len(completeness.REQUIRED))
    found = report(item, sound(**WHOLE, organ_name="乙局"))
    expected = 0.7 * rules + 0.3 * elements
    assert [row.organ for row in found.by_organ] == ["甲局", "乙局"]
    assert float(found.by_organ[0].score) == pytest.approx(expected, abs=0.006)
    assert float(found.by_organ[0].rules_score) == pytest.approx(rules, abs=0.006)
    assert float(found.by_organ[0].completeness) == pytest.approx(elements, abs=0.006)
    assert float(found.score or 0) == pytest.approx((expected + 100) / 2, abs=0.006)
    assert {row.rule: (row.errors, row.warnings, row.items) for row in found.by_rule} == {
        "2.4-12": (1, 0, 1),
        "2.4-16": (0, 1, 1),
    }
    assert found.incomplete == {"权力来源": 1, "实施主体性质": 1}


def test_a_rule_counts_once_at_its_worst_level() -> None:
    def finding(level: Any) -> Finding:
        return Finding("2.4-6", level, "fee", "缺少%(what)s", {"what": "收费标准"})

    for order in (("warning", "error"), ("error", "warning")):
        assert score.worst_levels([finding(level) for level in order]) == {"2.4-6": "error"}


def test_the_weights_are_sound() -> None:
    assert sum(score.PARTS.values()) == pytest.approx(1)
    assert set(score.WEIGHTS) <= set(RULES) and all(1 <= value <= 5 for value in score.WEIGHTS.values())


def test_what_is_used_most_and_worst_is_mended_first() -> None:
    def item(code: str, **changes: Any) -> ItemDefinition:
        return sound(**WHOLE, **({"handled": False, "task_code": code} | changes))

    code = sound().task_code
    rows = [
        item(code, name="轻", conditions=("必要时",)),
        item(code + "01", name="重", legal_limit=Limit(1)),
        item(code + "02", name="轻而常用", conditions=("必要时",)),
        item(code + "03", name="轻而可办", conditions=("必要时",), handled=True),
        item(code + "04", name="无误"),
    ]
    found = report(*rows, cases={code + "02": 9}, top=10)
    assert [(row.name, row.impact) for row in found.mend] == [
        ("轻而常用", 2 * 10),
        ("轻而可办", 2 * 3),
        ("重", 5),
        ("轻", 2),
    ]
    assert found.mend[2].rules == ("2.4-12",) and "规则 2.4-12" in found.mend[2].first[0]
    assert [row.name for row in report(*rows, top=2).mend] == ["轻而可办", "重"]
    assert report(*rows, top=0).mend == []


def test_the_sections_are_bounded_but_counted_whole() -> None:
    rows = [sound(name=f"甲{number}", conditions=("等",), flags=("来源有误",)) for number in range(5)]
    found = report(*rows, kept=2)
    assert (len(found.findings["规则"]), found.totals["规则"]) == (2, 5)
    assert (len(found.findings["导入标记"]), found.totals["导入标记"]) == (2, 5)
    assert len(report(*rows, kept=None).findings["规则"]) == 5
    assert any("还有 3 条" in line for line in quality.lines(found))


def test_same_names_and_repeated_handling_codes_are_told() -> None:
    code = sound().task_code
    other = sound(task_code=code + "01", handling_code=code + "01" + "02")
    found = report(sound(handling_code=code + "0102"), other, kept=None)
    assert found.findings["同一部门同名"] == [(code + "01", f"与 {code} 同名：某某许可")]
    assert [text for _, text in found.findings["编码"]] == [
        f"规则 2.2-8：业务办理项编码 {code}0102 已用于事项 {code}"
    ]


def test_settings_and_the_catalogue_item_are_heeded() -> None:
    silent = Settings(levels=DEFAULT_LEVELS | {"2.4-16": "off"})
    assert report(sound(conditions=("等",)), settings=silent).warnings == 0
    gatherer = Gatherer()
    gatherer.look(sound(visits=3), COMMON)
    assert [row.rule for row in gatherer.done().by_rule] == ["2.5-4"]


def test_the_report_over_the_real_lists_is_stable() -> None:
    gatherer = Gatherer(top=5)
    for row in shipped():
        gatherer.look(row)
    found = gatherer.done()
    assert (found.items, found.handled, found.organs, len(found.mend)) == (3159, 0, ORGANS, 5)
    assert {row.rule: row.errors for row in found.by_rule if row.errors} == {"2.2-3": 6, "2.4-14": 3159}
    assert all(0 <= row.score <= 100 for row in found.by_organ)
    assert msgspec.json.decode(msgspec.json.encode(found), type=quality.QualityReport) == found


ORGANS = 200


@pytest.mark.parametrize(
    ("read", "text", "words"),
    [
        (settings.read_levels, "{", "must be JSON"),
        (settings.read_levels, '["2.4-1"]', "must be JSON"),
        (settings.read_levels, '{"2.4-17": "off"}', "no rule '2.4-17'"),
        (settings.read_levels, '{"2.4-1": "loud"}', "one of error, warning, off"),
        (settings.read_words, '{"more": ["甲"]}', "must be JSON"),
        (settings.read_words, '{"add": [""]}', "no word"),
        (settings.read_words, '{"add": ["…"]}', "no word"),
        (settings.read_words, '{"spare": ["!甲"]}', "no word"),
        (settings.read_words, '{"remove": ["没有的词"]}', "cannot remove"),
        (settings.read_unified, '["colour"]', "cannot be unified"),
        (settings.read_unified, '{"name": 1}', "must be JSON"),
    ],
)
def test_a_wrong_setting_is_loud(read: Any, text: str, words: str) -> None:
    with pytest.raises(ImproperlyConfigured) as refused:
        read(text)
    assert words in str(refused.value) and "ONEWINDOW_ITEM_" in str(refused.value)


def test_settings_are_laid_over_the_shipped_ones(settings: Any) -> None:
    from onewindow.catalog import settings as catalog_settings

    assert catalog_settings.rule_levels() == DEFAULT_LEVELS
    assert catalog_settings.vague_words() == DEFAULT_WORDS
    settings.ONEWINDOW_ITEM_RULES = '{"2.4-9/missing": "error", "2.4-16": "off"}'
    settings.ONEWINDOW_ITEM_WORDS = json.dumps({"add": ["尽快"], "remove": ["等"], "spare": ["尽快件"]})
    settings.ONEWINDOW_ITEM_UNIFIED = '["name", "conditions"]'
    catalog_settings.check()
    levels = catalog_settings.rule_levels()
    assert (levels["2.4-9/missing"], levels["2.4-16"], levels["2.4-12"]) == ("error", "off", "error")
    words = catalog_settings.vague_words()
    assert {"尽快", "!尽快件", "等等"} <= set(words) and "等" not in words
    assert catalog_settings.unified_elements() == {"name", "conditions"}


def test_a_finding_speaks_the_readers_language() -> None:
    finding = Finding("2.4-9", "warning", "faq", "缺少%(what)s", {"what": "常见问题"})
    english = {
        "规则 %(rule)s：%(text)s": "Rule %(rule)s: %(text)s",
        "缺少%(what)s": "%(what)s missing",
        "常见问题": "FAQ",
    }
    assert finding.text() == "规则 2.4-9：缺少常见问题"
    assert finding.text(lambda text: english.get(text, text)) == "Rule 2.4-9: FAQ missing"


@pytest.mark.django_db
def test_the_catalogue_is_read_and_what_is_used_counts(tmp_path: Path, monkeypatch: Any) -> None:
    path = tmp_path / "items.csv"
    rows = [
        "item_code,name,department,task_type,area_code,main_item,org_uscc",
        "511A0148600000-511602000000-000-11511301008778255F-1-00,甲许可,甲局,1,511602,,11511301008778255F",
        "511A0148700000-511602000000-000-11511301008778255F-1-00,乙许可,乙局,1,511602,,11511301008778255F",
    ]
    path.write_text("\n".join(rows), encoding="utf-8")
    services.import_file(path, now=datetime(2026, 9, 1, tzinfo=UTC))
    monkeypatch.setattr(reading, "CHUNK", 1)
    found = quality.check()
    assert (found.items, found.organs, [row.cases for row in found.mend]) == (2, 2, [0, 0])
    used = queries.current(found.mend[1].task_code)
    again = quality.check(cases={used.version_id: 7, 0: 9})
    assert (again.mend[0].task_code, again.mend[0].cases) == (used.task_code, 7)
    assert again.mend[0].impact == 8 * again.mend[0].severity
    assert [row.organ for row in quality.check(organ="乙").by_organ] == ["乙局"]
    assert quality.check(organ="丙").score is None
