"""What each paper must say, its title and its number."""

from __future__ import annotations

import hashlib
import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onewindow.base import generations
from onewindow.documents import codes, content, editions, presentation
from onewindow.documents.examples import CONTENTS
from onewindow.documents.examples import content as sample
from onewindow.documents.kinds import KINDS, Incomplete, remedies
from onewindow.documents.services import papers
from tests.documents.conftest import NOW, ORGAN


@pytest.fixture(autouse=True)
def _nothing_laid(monkeypatch: pytest.MonkeyPatch) -> None:
    """These tests ask no database: no organ has laid a template of its own."""
    monkeypatch.setattr(editions, "_none_since", generations.read("papers"))


def issue(kind: str, **more: object) -> papers.DocumentRow:
    return papers.prepare(
        kind,
        serial=123,
        case_no="SF1",
        subject=5,
        fact_seq=2,
        organ=ORGAN,
        content=sample(kind, **more),
        at=NOW,
    )


def test_every_kind_has_a_sample() -> None:
    assert set(CONTENTS) == set(KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_prepared(kind: str) -> None:
    row = issue(kind)
    assert row.document_no == f"示住建{KINDS[kind].mark}〔2026〕000123号"
    plain = content.whole(row.content, row)
    assert hashlib.sha256(plain).digest() == row.digest
    said = json.loads(plain)
    assert said["document_no"] == row.document_no and said["code"] == row.code and said["title"] == row.title
    assert row.as_fact() == {"document_no": row.document_no, "kind": kind, "digest": row.digest.hex()}


def test_numbers_of_kinds_never_meet() -> None:
    assert len({kind.mark for kind in KINDS.values()}) == len(KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_each_required_field_is_missed(kind: str) -> None:
    full = sample(kind)
    for key in KINDS[kind].filled:
        with pytest.raises(Incomplete) as caught:
            KINDS[kind].check({**full, key: type(full[key])()})
        assert caught.value.missing == [key]
    for key in KINDS[kind].present:
        without = {name: value for name, value in full.items() if name != key}
        with pytest.raises(Incomplete):
            KINDS[kind].check(without)
        KINDS[kind].check({**full, key: None})


@pytest.mark.parametrize(
    ("kind", "item_type", "title"),
    [
        ("grant", "01", "准予行政许可决定书"),
        ("grant", "20", "准予办理决定书"),
        ("denial", "01", "不予行政许可决定书"),
        ("denial", "07", "不予办理决定书"),
        ("acceptance", "20", "受理通知书"),
    ],
)
def test_only_licences_are_called_licences(kind: str, item_type: str, title: str) -> None:
    item = {**sample(kind)["item"], "type": item_type}
    assert issue(kind, item=item).title == title


def test_two_papers_with_the_same_words_have_different_digests() -> None:
    assert issue("receipt").digest != issue("receipt").digest


def test_year_of_the_number_is_that_of_shanghai() -> None:
    late = NOW.fromisoformat("2026-12-31T17:00:00+00:00")
    row = papers.prepare(
        "receipt",
        serial=1,
        case_no="X",
        subject=1,
        fact_seq=1,
        organ=ORGAN,
        content=sample("receipt"),
        at=late,
    )
    assert "〔2027〕" in row.document_no


def test_content_bound_to_its_number() -> None:
    row = issue("receipt")
    with pytest.raises(Exception):  # noqa: B017  any failure will do
        content.unseal(row.content, document_no="示住建收〔2026〕000124号")


def test_remedies_name_both_ways_and_their_terms() -> None:
    review, suit = remedies()
    assert "六十日" in review and "行政复议" in review
    assert "六个月" in suit and "行政诉讼" in suit


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=3000))
def test_sealing_gives_back_any_text(text: str) -> None:
    plain = content.dumps({"text": text})
    assert content.unseal(content.seal(plain, document_no="甲"), document_no="甲") == plain


def test_codes_are_readable_and_forgiving() -> None:
    seen = {codes.new() for _ in range(2000)}
    assert len(seen) == 2000
    assert all(re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{10}", code) for code in seen)
    assert codes.is_same("01ABCDEFGH", "oi-abc defgh")
    assert not codes.is_same("01ABCDEFGH", "01ABCDEFGJ")
    assert not codes.is_same("01ABCDEFGH", "")
    assert not codes.is_same("01ABCDEFGH", "\udc80")


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([], ""),
        ([("2026-09-12", "周六"), ("2026-09-13", "周日")], "9月12日至13日（周末）"),
        ([("2026-09-30", "假"), ("2026-10-01", "假")], "9月30日至10月1日（假）"),
        ([("2026-10-01", "国庆节"), ("2026-09-27", "中秋节")], "9月27日（中秋节）、10月1日（国庆节）"),
        ([("2026-09-27", "中秋节"), ("2026-09-28", "国庆节")], "9月27日（中秋节）、9月28日（国庆节）"),
    ],
)
def test_skipped_days_are_told_in_runs(rows: list[tuple[str, str]], words: str) -> None:
    given_rows = [{"date": day, "reason": reason} for day, reason in rows]
    assert presentation.skipped_in_words(given_rows) == words
