"""Search over both shipped lists: everyday words, pinyin, initials, misspellings, and how fast."""

import csv
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
from onewindow.catalog.search.lexicon import lexicon
from onewindow.catalog.search.pinyin import syllables_of_name

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


def _first(index: Index, query: str) -> str:
    found = index.search(query, Filters())
    return index.entries[found[0]].row["name"] if found else ""


@pytest.mark.parametrize(
    ("file", "at_least", "share"), [("everyday", 200, 0.95), ("heldout", 60, 0.95), ("unseen", 60, 0.90)]
)
def test_the_right_item_comes_first(index: Index, file: str, at_least: int, share: float) -> None:
    with (HERE / f"{file}_queries.csv").open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    missed = [(row["query"], _first(index, row["query"])) for row in rows
              if not re.search(row["pattern"], _first(index, row["query"]))]  # fmt: skip
    assert len(rows) >= at_least
    assert len(missed) <= (1 - share) * len(rows), missed


def test_every_name_finds_itself(index: Index) -> None:
    wrong = [entry.row["name"] for entry in index.entries[::7]
             if _first(index, entry.row["name"]) != entry.row["name"]]  # fmt: skip
    assert len(wrong) <= len(index.entries[::7]) * 0.01, wrong


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
    with (HERE / "everyday_queries.csv").open(encoding="utf-8") as lines:
        queries = [row["query"] for row in csv.DictReader(lines)]
    for query in queries[:20]:
        index.search(query, Filters())
    taken = []
    for query in queries:
        started = time.thread_time()
        index.search(query, Filters())
        taken.append(time.thread_time() - started)
    assert sorted(taken)[int(len(taken) * 0.99)] < 0.05
