"""What editors keep beside the items: everyday words, failed searches, hot items, themes; with their facts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import ProgrammingError, connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from onewindow.base import clock, facts, generations
from onewindow.catalog import indexing, overview, queries, services
from onewindow.catalog.editorial import discretion, hot, kept, missed, nightly, preview, synonyms, themes
from onewindow.catalog.editorial.tables import MissedSearch, Synonym
from onewindow.kernel.actor import SYSTEM, Actor
from onewindow.kernel.errors import Invalid, NotAllowed, NotFound, Stale
from onewindow.org import services as org
from tests.catalog.items import sound

NOW = datetime(2026, 9, 8, 9, 0, tzinfo=clock.SHANGHAI)
TODAY = NOW.date()
EDITOR = Actor(account_id=7, username="catalog1", name="编辑甲", roles=frozenset({"catalog"}))
OTHER = Actor(account_id=8, username="catalog2", name="编辑乙", roles=frozenset({"catalog"}))
CLERK = Actor(account_id=9, username="clerk1", name="窗口甲", roles=frozenset({"clerk"}))
NAMES = {"A": "城镇污水排入排水管网许可", "B": "燃气经营许可证新办", "C": "犬类准养证核发", "D": "户口登记"}


@pytest.fixture
def city(db: None) -> Iterator[dict[str, str]]:
    """Four items in force; code by letter."""
    queries.flush()
    missed.forget()
    organ = org.ensure_organ(code="H", name="区住建局", uscc=None, region="511602", now=NOW).id
    codes = {}
    for place, (letter, name) in enumerate(NAMES.items(), 1):
        codes[letter] = f"511A014860000{place}-511602000000-000-11511301008778255F-1-00"
        item = sound(
            codes[letter], organ_id=organ, name=name, themes=("设立变更",), audiences=("organisation",)
        )
        services.publish(item, actor=SYSTEM, now=NOW)
    yield codes
    missed.forget()
    queries.flush()


def first(q: str) -> str:
    rows = queries.search(q)[0]
    return str(rows[0]["name"]) if rows else ""


def types(stream: str, subject: int) -> list[str]:
    return [fact[1] for fact in facts.of_subject(stream, subject)]


# ---------------------------------------------------------------- everyday words


def test_a_word_finds_its_item_until_it_is_retired(city: dict[str, str]) -> None:
    assert first("毛孩子上牌") != NAMES["C"]
    number = synonyms.add(EDITOR, synonyms.read("毛孩子 上牌|毛娃证", "犬类准养证核发"), now=NOW)
    assert (first("毛孩子上牌"), first("给毛孩子去上牌"), first("毛娃证")) == (NAMES["C"],) * 3
    synonyms.retire(EDITOR, number, now=NOW)
    assert first("毛孩子上牌") != NAMES["C"]
    assert types("synonym", number) == ["synonym-added", "synonym-retired"]
    (row,) = synonyms.listed(is_retired=True)
    assert (row["id"], row["retired_name"], synonyms.listed()) == (number, "编辑甲", [])


def test_a_code_means_its_item_also_in_pinyin_and_leaves_with_it(city: dict[str, str]) -> None:
    synonyms.add(EDITOR, synonyms.read("瓶瓶站", city["B"]), now=NOW)
    assert (first("瓶瓶站"), first("pingpingzhan"), first("PPZ")) == (NAMES["B"],) * 3
    services.withdraw(city["B"], actor=SYSTEM, now=NOW, reason="取消")
    assert first("瓶瓶站") != NAMES["B"]


def test_a_change_retires_the_old_entry_and_holds(city: dict[str, str]) -> None:
    old = synonyms.add(EDITOR, synonyms.read("遛狗的证", "户口登记"), now=NOW)
    new = synonyms.change(OTHER, old, synonyms.read("遛狗的证", "犬类准养证核发"), now=NOW)
    assert first("遛狗的证") == NAMES["C"] and new != old
    assert types("synonym", old)[-1] == "synonym-replaced"
    assert facts.of_subject("synonym", new)[0][5]["replaces"] == old
    assert facts.of_subject("synonym", new)[0][3] == "catalog2"
    with pytest.raises(Stale):
        synonyms.change(EDITOR, old, synonyms.read("遛狗的证", "户口登记"), now=NOW)


def test_what_is_said_twice_is_kept_once(city: dict[str, str]) -> None:
    words = synonyms.read("毛孩子证", "犬类准养证核发")
    number = synonyms.add(EDITOR, words, now=NOW)
    assert synonyms.add(EDITOR, words, now=NOW) == number == synonyms.change(EDITOR, number, words, now=NOW)
    synonyms.retire(EDITOR, number, now=NOW)
    synonyms.retire(EDITOR, number, now=NOW)
    assert types("synonym", number) == ["synonym-added", "synonym-retired"]


def test_editors_words_go_before_shipped_ones(city: dict[str, str]) -> None:
    assert first("上户口") == NAMES["D"]
    synonyms.add(EDITOR, synonyms.read("上户口", "犬类准养证核发"), now=NOW)
    assert first("上户口") == NAMES["C"]


@pytest.mark.parametrize(
    ("everyday", "official", "field"),
    [
        ("", "户口登记", "everyday"),
        ("证", "户口登记", "everyday"),
        ("毛孩子", "", "official"),
        ("词" * 31, "户口登记", "everyday"),
        ("|".join(f"说法{chr(0x4E00 + n)}" for n in range(21)), "户口登记", "everyday"),
        ("毛孩子", "|".join(f"事项{n}" for n in range(9)), "official"),
        ("毛孩子", "长" * 81, "official"),
        ("13800138000", "户口登记", "everyday"),
        ("解放路12号 3栋", "户口登记", "everyday"),
    ],
)
def test_what_is_no_synonym_is_told_by_field(everyday: str, official: str, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        synonyms.read(everyday, official)
    assert field in [one.field for one in refused.value.fields]


def test_only_editors_may_keep_anything(city: dict[str, str]) -> None:
    words = synonyms.read("毛孩子证", "犬类准养证核发")
    number = synonyms.add(EDITOR, words, now=NOW)
    wanted = themes.Wanted("person", "宠物", 5, items=(city["C"],))
    for deed in (
        lambda: synonyms.add(CLERK, words, now=NOW),
        lambda: synonyms.change(CLERK, number, words, now=NOW),
        lambda: synonyms.retire(CLERK, number, now=NOW),
        lambda: missed.settle(CLERK, "遛狗的证", "done", now=NOW),
        lambda: hot.mark(CLERK, city["A"], "pin", now=NOW),
        lambda: themes.save(CLERK, "", wanted, now=NOW),
    ):
        with pytest.raises(NotAllowed):
            deed()


def test_nothing_an_editor_wrote_can_be_deleted(city: dict[str, str]) -> None:
    number = synonyms.add(EDITOR, synonyms.read("毛孩子证", "犬类准养证核发"), now=NOW)
    key = themes.save(EDITOR, "", themes.Wanted("person", "宠物", 5, items=(city["C"],)), now=NOW)
    hot.mark(EDITOR, city["A"], "pin", now=NOW)
    for statement in (
        f"DELETE FROM catalog_synonym WHERE id = {number}",
        f"DELETE FROM catalog_themeversion WHERE key = '{key}'",
        f"UPDATE catalog_themeversion SET label = 'x' WHERE key = '{key}'",
        "DELETE FROM catalog_hotmark",
    ):
        with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_a_search_costs_no_statement_while_nothing_changes_and_one_after(city: dict[str, str]) -> None:
    generation = [1]
    synonyms.add(EDITOR, synonyms.read("毛孩子证", "犬类准养证核发"), now=NOW)
    real = generations.version
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            generations, "version", lambda name: (generation[0], 0) if name == "editorial" else real(name)
        )
        first("毛孩子证")
        with CaptureQueriesContext(connection) as same:
            first("毛孩子证"), first("毛孩子的证")
        held = indexing.worded(indexing.current().index)
        generation[0] = 2
        with CaptureQueriesContext(connection) as moved:
            first("毛孩子办证"), hot.rows(), overview.life_events("person")
        assert (len(same), len(moved)) == (0, 1)
        # The counter moved, the words did not: nothing is built anew.
        assert indexing.worded(indexing.current().index) is held


@pytest.mark.django_db(transaction=True)
def test_another_process_sees_it_by_the_counter() -> None:
    before = generations.read("editorial")
    synonyms.add(EDITOR, synonyms.read("毛孩子证", "犬类准养证核发"), now=NOW)
    assert generations.read("editorial") > before
    assert [one.everyday for one in kept.kept().synonyms] == [("毛孩子证",)]


def test_a_preview_shows_now_and_then_and_keeps_nothing(city: dict[str, str]) -> None:
    words = synonyms.read("毛孩子 上牌", "犬类准养证核发")
    found = preview.compare("毛孩子上牌", words)
    assert found.now[:1] != found.then[:1] and found.then[0]["name"] == NAMES["C"]
    assert (found.is_poor_now, found.is_poor_then) == (True, False)
    assert not Synonym.objects.exists() and first("毛孩子上牌") != NAMES["C"]
    number = synonyms.add(EDITOR, words, now=NOW)
    other = preview.compare("毛孩子上牌", synonyms.read("毛孩子 上牌", "户口登记"), without=number)
    assert (other.now[0]["name"], other.then[0]["name"]) == (NAMES["C"], NAMES["D"])


def test_five_thousand_words_are_built_in_half_a_second(city: dict[str, str]) -> None:
    entries = tuple(
        kept.KeptSynonym(n, (f"{chr(0x4E00 + n)}{chr(0x5E00 + n)}证",), ("户口登记",)) for n in range(5_000)
    )
    index = indexing.current().index
    import time

    started = time.thread_time()
    taught = index.taught(synonyms.phrases_of(entries, index.name_of))
    assert time.thread_time() - started < 1.5
    started = time.thread_time()
    taught.search("二手房子过户给儿子要交多少税", queries.Filters())
    assert time.thread_time() - started < 0.05


# ---------------------------------------------------------------- failed searches


@pytest.mark.parametrize(
    "typed",
    [
        "13800138000", "138 0013 8000", "１３８００１３８０００", "138-0013-8000", "张三13800138000", "511602199001011234",
        "51160219900101123X", "一三八零零一三八零零零", "壹叁捌〇〇壹叁捌", "zhang3@example.com", "zhang＠example.com",
        "川X12345", "川XD12345", "滨河路12号", "云栖里3幢2单元", "五栋三单元", "我叫张伟", "姓名是李小红", "张伟", "欧阳",
        "李小红", "王芳", "511602202609080001", "20260908", "", "  ", "？？", "123", "办" * 41, "91511602MA6XXXXX0X",
    ],
)  # fmt: skip
def test_what_may_name_a_person_is_not_recordable(typed: str) -> None:
    assert discretion.recordable(typed) == ""


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("公积金贷款", "公积金贷款"),
        ("  毛孩子　上牌？", "毛孩子 上牌"),
        ("12345热线", "12345热线"),
        ("2026年医保缴费", "2026年医保缴费"),
        ("3岁孩子上学", "3岁孩子上学"),
        ("一次性补贴", "一次性补贴"),
        ("gongjijin", "gongjijin"),
        ("我是残疾人要办证", "我是残疾人要办证"),
        ("办公室装修", "办公室装修"),
    ],
)
def test_what_names_nobody_is_recordable(typed: str, text: str) -> None:
    assert discretion.recordable(typed) == text


def test_a_word_of_the_catalogue_is_no_name() -> None:
    assert (
        discretion.recordable("石料") == "" and discretion.recordable("石料", is_word="石料".__eq__) == "石料"
    )


@given(st.text(max_size=200))
def test_whatever_is_recorded_is_short_and_without_long_numbers(typed: str) -> None:
    text = discretion.recordable(typed)
    assert len(text) <= discretion.LONGEST
    assert discretion.recordable(text) == text or text == ""


def _search(q: str, times: int = 1, on: date = TODAY) -> None:
    for _ in range(times):
        queries.note_missed(q, queries.find(q), on=on)


def test_failed_searches_are_counted_by_day_and_good_ones_are_not(city: dict[str, str]) -> None:
    first("户口")  # the index and what editors keep are read once
    with CaptureQueriesContext(connection) as hot_path:
        _search("火星移民", 3)
        _search("火星移民？", 1, TODAY - timedelta(days=1))
        _search("燃气经营许可证", 2)
        _search("张三13800138000", 2)
    assert len(hot_path) == 0
    with CaptureQueriesContext(connection) as writing:
        assert missed.write() == 2
    assert len(writing) == 1 and missed.write() == 0
    _search("火星移民", 2)
    missed.write()
    (row,) = missed.most_frequent(since=TODAY - timedelta(days=30))
    assert (row["text"], row["count"], row["days"], row["last"]) == ("火星移民", 6, 2, TODAY)
    assert MissedSearch.objects.count() == 2


def test_what_is_done_comes_back_when_it_fails_again_what_is_ignored_does_not(city: dict[str, str]) -> None:
    for text in ("火星移民", "飞碟年检"):
        _search(text)
    missed.write()
    texts = lambda: [row["text"] for row in missed.most_frequent(since=TODAY - timedelta(days=30))]  # noqa: E731
    assert sorted(texts()) == ["火星移民", "飞碟年检"]
    missed.settle(EDITOR, "火星移民", "done", now=NOW)
    missed.settle(EDITOR, "飞碟年检", "ignored", now=NOW)
    missed.settle(EDITOR, "飞碟年检", "ignored", now=NOW)
    assert texts() == []
    for text in ("火星移民", "飞碟年检"):
        _search(text, on=TODAY + timedelta(days=1))
    missed.write()
    assert texts() == ["火星移民"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT data::text FROM base_fact WHERE stream = 'missed-search'")
        told = [row[0] for row in cursor.fetchall()]
    assert len(told) == 2 and not any("火星" in text or "飞碟" in text for text in told)


def test_the_log_is_bounded_in_the_process_and_in_the_table(
    city: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(missed, "MOST_GATHERED", 10)
    monkeypatch.setattr(missed, "MOST_A_DAY", 12)
    for start in (0x4E00, 0x5E00, 0x6E00):
        for place in range(15):
            missed.note(f"火星{chr(start + place)}移民", 0.0, on=TODAY)
        assert missed.write() == 10
    assert MissedSearch.objects.count() == 12
    missed.note(f"火星{chr(0x4E00)}移民", 0.0, on=TODAY)  # what stands is counted though its day is full
    missed.write()
    assert MissedSearch.objects.get(text=f"火星{chr(0x4E00)}移民").count == 2


def test_old_counts_are_cleared_away_by_night(city: dict[str, str]) -> None:
    missed.note("火星移民", 0.0, on=TODAY - timedelta(days=91))
    missed.note("飞碟年检", 0.0, on=TODAY)
    missed.write()
    missed.settle(EDITOR, "火星移民", "ignored", now=NOW - timedelta(days=91))
    nightly.forget()
    assert (nightly.sweep(NOW.replace(hour=1)), nightly.sweep(NOW), nightly.sweep(NOW)) == (0, 1, 0)
    assert [row.text for row in MissedSearch.objects.all()] == ["飞碟年检"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM catalog_missedverdict")
        assert cursor.fetchone()[0] == 0


# ---------------------------------------------------------------- hot items


@pytest.fixture
def counted(city: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, int]]:
    """Cases by letter of the item, as the room of cases would tell them; counted when the test says so."""
    told: dict[str, int] = {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT i.task_code, v.id FROM catalog_item i JOIN catalog_itemversion v ON v.item_id = i.id"
        )
        ids = dict(cursor.fetchall())
    monkeypatch.setattr(
        hot, "received", [lambda since: [(ids[city[letter]], count) for letter, count in told.items()]]
    )
    yield told


def names() -> list[str]:
    return [row["name"] for row in hot.rows(limit=3)]


def test_hot_is_what_is_used_with_pins_first_and_without_blocked(
    city: dict[str, str], counted: dict[str, int]
) -> None:
    counted.update(A=2, B=9, C=5)
    assert hot.count(NOW) == 3
    assert names() == [NAMES["B"], NAMES["C"], NAMES["A"]]
    hot.mark(EDITOR, city["D"], "pin", now=NOW)
    hot.mark(EDITOR, city["B"], "block", now=NOW)
    assert names() == [NAMES["D"], NAMES["C"], NAMES["A"]]
    hot.mark(EDITOR, city["A"], "pin", position=0, now=NOW)
    hot.mark(EDITOR, city["D"], "pin", position=5, now=NOW)
    assert names() == [NAMES["A"], NAMES["D"], NAMES["C"]]
    for letter in "ABD":
        hot.mark(EDITOR, city[letter], "", now=NOW)
        hot.mark(EDITOR, city[letter], "", now=NOW)
    assert names() == [NAMES["B"], NAMES["C"], NAMES["A"]]
    with CaptureQueriesContext(connection) as reading:
        names()
    assert len(reading) == 0


def test_a_count_replaces_the_last_one_and_asks_for_thirty_days(
    city: dict[str, str], counted: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    counted.update(A=2)
    hot.count(NOW)
    counted.clear()
    counted.update(B=1)
    asked: list[datetime] = []
    source = hot.received[0]
    monkeypatch.setattr(hot, "received", [lambda since: (asked.append(since), source(since))[1]])
    hot.count(NOW)
    assert names() == [NAMES["B"]] and hot.counted_on() == TODAY
    assert asked == [datetime(2026, 8, 9, tzinfo=clock.SHANGHAI)]


def test_a_hot_item_out_of_force_is_not_shown(city: dict[str, str], counted: dict[str, int]) -> None:
    counted.update(A=2, B=1)
    hot.count(NOW)
    services.withdraw(city["A"], actor=SYSTEM, now=NOW, reason="取消")
    assert names() == [NAMES["B"]]
    with pytest.raises(NotFound):
        hot.mark(EDITOR, city["A"], "pin", now=NOW)


def test_pins_have_a_bound(city: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hot, "MOST_PINS", 2)
    hot.mark(EDITOR, city["A"], "pin", now=NOW)
    hot.mark(EDITOR, city["B"], "pin", now=NOW)
    with pytest.raises(Invalid):
        hot.mark(EDITOR, city["C"], "pin", now=NOW)


# ---------------------------------------------------------------- themes


def labels(audience: str = "organisation") -> list[str]:
    return [one.label for one in overview.life_events(audience)]


def test_a_theme_is_added_changed_and_hidden_at_once(city: dict[str, str]) -> None:
    assert labels() == ["开办和变更"]
    wanted = themes.Wanted("organisation", "养狗", 5, label_en="Dogs", icon="hand", items=(city["C"],))
    key = themes.save(EDITOR, "", wanted, now=NOW)
    assert labels() == ["养狗", "开办和变更"]
    assert [row["name"] for row in queries.search(event=key)[0]] == [NAMES["C"]]
    themes.save(
        EDITOR, "founding", themes.Wanted("organisation", "开店办厂", 1, themes=("设立变更",)), now=NOW
    )
    assert labels() == ["开店办厂", "养狗"]
    hidden = themes.Wanted("organisation", "开店办厂", 1, themes=("设立变更",), is_shown=False)
    themes.save(OTHER, "founding", hidden, now=NOW)
    assert labels() == ["养狗"]  # and its national theme does not come back by itself
    assert [row["name"] for row in themes.versions("founding")] == ["编辑乙", "编辑甲"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM base_fact WHERE stream = 'theme' AND type = 'theme-saved'")
        assert cursor.fetchone()[0] == 3


def test_the_same_theme_saved_again_is_no_new_version(city: dict[str, str]) -> None:
    wanted = themes.Wanted("organisation", "养狗", 5, items=(city["C"],))
    key = themes.save(EDITOR, "", wanted, now=NOW)
    themes.save(EDITOR, key, wanted, now=NOW)
    assert len(themes.versions(key)) == 1


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"audience": "pet"}, "audience"),
        ({"label": ""}, "label"),
        ({"label": "长" * 13}, "label"),
        ({"label_en": "x" * 41}, "label_en"),
        ({"position": -1}, "position"),
        ({"icon": "../evil"}, "icon"),
        ({"themes": (), "items": ()}, "themes"),
        ({"items": ("<b>",)}, "items"),
        ({"items": ("511A0148600001",) * 201}, "items"),
    ],
)
def test_a_bent_theme_is_refused_by_field(city: dict[str, str], changes: dict[str, Any], field: str) -> None:
    good = {"audience": "person", "label": "宠物", "position": 5, "themes": ("生小孩",)}
    with pytest.raises(Invalid) as refused:
        themes.save(EDITOR, "", themes.Wanted(**(good | changes)), now=NOW)
    assert field in [one.field for one in refused.value.fields]


def test_an_unknown_theme_is_not_found(city: dict[str, str]) -> None:
    with pytest.raises(NotFound):
        queries.search(event="no-such")
    with pytest.raises(NotFound):
        themes.save(EDITOR, "no-such", themes.Wanted("person", "宠物", 5, themes=("生小孩",)), now=NOW)
