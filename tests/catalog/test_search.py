"""Search over both shipped lists: everyday words, pinyin, initials, misspellings, and how fast."""

import csv
import random
import re
import time
from pathlib import Path

import msgspec
import pytest

from onewindow.catalog import adapters, demonstration
from onewindow.catalog.importing import SourceText
from onewindow.catalog.search import Entry, Filters, Index
from onewindow.catalog.search.document import list_row, normalise
from onewindow.catalog.search.index import region_prefix
from onewindow.catalog.search.lexicon import lexicon, read_kin, read_table, with_kin
from onewindow.catalog.search.pinyin import reading, syllables_of_name

HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def index() -> Index:
    handled = {row["task_code"] for row in demonstration.completions()}
    entries = []
    for path in demonstration.lists():
        source = SourceText(path)
        for row in adapters.choose(source).rows(source):
            assert row.definition is not None
            found = msgspec.structs.replace(row.definition, handled=row.code in handled)
            syllables = " ".join(syllables_of_name(normalise(found.name).replace(" ", "")))
            entries.append(
                Entry(
                    version_id=0, row=list_row(found), audiences=found.audiences, themes=found.themes,
                    main_name=found.main_name, aliases=found.aliases, syllables=syllables,
                )
            )  # fmt: skip
    return Index(entries, lexicon())


def _queries(file: str) -> list[dict[str, str]]:
    with (HERE / f"{file}_queries.csv").open(encoding="utf-8") as lines:
        return list(csv.DictReader(line for line in lines if not line.startswith("#")))


def _first(index: Index, query: str) -> str:
    found = index.search(query, Filters())
    return index.entries[found[0]].row["name"] if found else ""


@pytest.mark.parametrize(
    ("file", "at_least"),
    [("everyday", 200), ("heldout", 60), ("unseen", 60), ("rounds", 600), ("citizens", 200)],
)
def test_the_right_item_comes_first(index: Index, file: str, at_least: int) -> None:
    rows = _queries(file)
    missed = [(row["query"], _first(index, row["query"])) for row in rows
              if not re.search(row["pattern"], _first(index, row["query"]))]  # fmt: skip
    assert len(rows) >= at_least
    assert len(missed) <= 0.05 * len(rows), missed


def test_a_round_of_whole_sentences_keeps_its_floor(index: Index) -> None:
    """The floor is what was measured, not what is wanted: 95 of 100. Raise it with every gain."""
    rows = _queries("street")
    found = [
        [index.entries[number].row["name"] for number in index.search(row["query"], Filters())[:3]]
        for row in rows
    ]
    first = sum(
        bool(names) and bool(re.search(row["pattern"], names[0]))
        for row, names in zip(rows, found, strict=True)
    )
    among = sum(
        any(re.search(row["pattern"], name) for name in names) for row, names in zip(rows, found, strict=True)
    )
    assert len(rows) >= 120 and first >= 97 and among >= 116, (first, among)


def test_every_name_finds_itself(index: Index) -> None:
    wrong = [entry.row["name"] for entry in index.entries[::7]
             if _first(index, entry.row["name"]) != entry.row["name"]]  # fmt: skip
    assert len(wrong) <= len(index.entries[::7]) * 0.01, wrong


def _homophone(name: str, dice: random.Random) -> str:
    at = dice.randrange(len(name))
    same = [other for other in dict.fromkeys("".join(COMMON)) if reading(other) == reading(name[at])]
    return name[:at] + dice.choice(same or [name[at]]) + name[at + 1 :]


COMMON = (
    "正直业夜鱼雨照兆须虚可克证政办半理里注助住册登等记计变边更耕消校息",
    "医依护户师失资自格隔房防电店",
)
SLIPS = {
    "a character too few": lambda name, dice: (at := dice.randrange(len(name))) * "" + name[:at] + name[at + 1 :],
    "a character too many": lambda name, dice: (at := dice.randrange(1, len(name))) * ""
    + name[:at] + dice.choice("的大个办了") + name[at:],
    "a homophone": _homophone,
    "halves turned round": lambda name, dice: name[len(name) // 2 :] + name[: len(name) // 2],
    "words around": lambda name, dice: f"请问{name}怎么办理需要什么材料",
    "pinyin": lambda name, dice: "".join(map(reading, name)),
}  # fmt: skip


@pytest.mark.parametrize("slip", SLIPS)
def test_a_name_with_a_slip_finds_its_item(index: Index, slip: str) -> None:
    dice = random.Random(slip)
    tried, wrong = 0, []
    for entry in index.entries[:: max(1, len(index.entries) // 160)]:
        name = normalise(entry.row["name"]).replace(" ", "")
        if 5 <= len(name) <= 22:
            query = SLIPS[slip](name, dice)
            found = normalise(_first(index, query)).replace(" ", "")
            tried += 1
            if found != name and "".join(map(reading, found)) != query:
                wrong.append((query, found))
    assert tried > 100
    assert len(wrong) <= 0.06 * tried, wrong


PIECES = {
    "the first two thirds": lambda name, dice: name[: max(4, len(name) * 2 // 3)],
    "the last two thirds": lambda name, dice: name[-max(4, len(name) * 2 // 3) :],
    "any piece": lambda name, dice: name[
        (at := dice.randrange(len(name) - 3)) : at + dice.randrange(4, len(name))
    ],
}


@pytest.mark.parametrize("piece", PIECES)
def test_a_piece_of_a_name_finds_a_name_that_holds_it(index: Index, piece: str) -> None:
    dice = random.Random(piece)
    tried, wrong = 0, []
    for entry in index.entries[:: max(1, len(index.entries) // 320)]:
        name = normalise(entry.row["name"]).replace(" ", "")
        if len(name) >= 7:
            query = PIECES[piece](name, dice)
            found = normalise(_first(index, query)).replace(" ", "")
            tried += 1
            if query not in found:
                wrong.append((query, found))
    assert tried > 250
    assert len(wrong) <= 0.02 * tried, wrong


def test_an_everyday_phrase_goes_before_a_name_that_holds_it(index: Index) -> None:
    phrases = [phrase for phrase in index.lexicon.phrases if phrase.words and not phrase.is_weak]
    held = {"".join(phrase.parts) for phrase in phrases if len(phrase.parts) == 1}
    within = [text for text in sorted(held) if len(text) >= 4 and any(text in name for name in index.names)]
    assert within and all(index.lexicon.means(text) for text in within)
    assert not index.lexicon.means("开办互联网上网服")


def test_a_filter_narrows_before_the_best_are_chosen(index: Index) -> None:
    everywhere = index.search("许可证变更", Filters())
    region = Filters(region="511602000000")
    assert index.search("许可证变更", region)
    assert set(index.all(region)) == {n for n in range(len(index.entries)) if region.passes(index.entries[n])}
    assert everywhere[0] in index.all(Filters())


@pytest.mark.parametrize(
    ("query", "item"),
    [
        ("xiaozuofang", "食品小作坊备案发放"),  # an everyday phrase, in pinyin
        ("医师执业注册", "医师新办执业注册"),  # nobody writes that it is new
        ("hushi延续注册", "护士延续执业注册"),
        ("ＳＢＫ挂失", "社会保障卡挂失"),
        ("shebaoka guashi", "社会保障卡挂失"),
        ("烟草證怎麼辦", "烟草专卖零售许可证新办"),
        ("不动产公证", "不动产物权公证指引"),  # 不 is noise elsewhere
        ("物业查验备案", "物业查验文件备案"),  # 查 is a deed elsewhere
        ("晚上施工许可证", "夜间建筑施工许可"),  # two phrases overlap
        ("社会组织异常名录修复", "社会组织活动异常名录信用修复"),  # a phrase for something else within
    ],
)
def test_what_makes_words(index: Index, query: str, item: str) -> None:
    assert _first(index, query) == item


def test_kin_say_the_same_and_what_is_written_wins() -> None:
    kin = read_kin(["# kin", "药店|药房", "丢|掉"])
    written = read_table(["药店 医保\t零售药店", "药房 医保\t别的"])
    found = {phrase.parts: phrase.words for phrase in with_kin(written, kin)}
    assert found == {("药店", "医保"): ("零售药店",), ("药房", "医保"): ("别的",)}
    assert {phrase.parts for phrase in with_kin(read_table(["证 丢\t补证"]), kin)} == {
        ("证", "丢"),
        ("证", "掉"),
    }


def test_every_code_finds_itself(index: Index) -> None:
    for entry in index.entries[::50]:
        found = index.search(f" {entry.row['task_code'].lower()} ", Filters())
        assert index.entries[found[0]].row["task_code"] == entry.row["task_code"]


@pytest.mark.parametrize(
    "query",
    [
        "",
        " ",
        "?",
        "的",
        "我想办",
        "%_\\",
        "'; DROP TABLE",
        "\x00",
        "a" * 10_000,
        "证" * 10_000,
        "🙂",
        "\ud800",
        "（）",
        "1",
        "z",
    ],
)
def test_no_query_whatever_breaks_it(index: Index, query: str) -> None:
    started = time.perf_counter()
    index.search(query, Filters())
    assert time.perf_counter() - started < 1


def test_filters_hold_for_every_answer(index: Index) -> None:
    filters = Filters(region="511602000000", type="01")
    found = index.search("许可", filters)
    assert found and all(filters.passes(index.entries[number]) for number in found)
    assert (region_prefix("511602000000"), region_prefix("511600"), region_prefix("510000")) == (
        "511602",
        "5116",
        "51",
    )


def test_it_is_fast(index: Index) -> None:
    queries = [row["query"] for row in _queries("everyday")]
    for query in queries[:20]:
        index.search(query, Filters())
    taken = []
    for query in queries:
        started = time.thread_time()
        index.search(query, Filters())
        taken.append(time.thread_time() - started)
    assert sorted(taken)[int(len(taken) * 0.99)] < 0.05
