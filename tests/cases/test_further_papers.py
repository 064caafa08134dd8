"""Papers whose deeds tell them almost everything: what is said for them, and that nothing required is lost."""

from __future__ import annotations

from datetime import date, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from onewindow.cases import further_papers
from onewindow.documents.examples import CONTENTS, HEAD
from onewindow.documents.kinds import KINDS, Incomplete

MATTER: Any = SimpleNamespace(
    organ=SimpleNamespace(reconsideration_organ="区政府", court="区法院"),
    handed=(("示住建准〔2026〕000001号", "准予行政许可决定书"),),
    state=SimpleNamespace(
        decided_on=date(2026, 9, 15), life=SimpleNamespace(licence=SimpleNamespace(number="示1号"))
    ),
)
SAID_ANYWAY = {"basis", "remedies", "how", "consequences", "facts"}


# The promise says what the item and the case say: a story makes it whole (tests/stories/test_pledge.py).
@pytest.mark.parametrize("kind", [one for one in further_papers.KINDS_TOLD if one != "commitment"])
def test_what_a_deed_tells_makes_a_whole_paper(kind: str) -> None:
    told = {name: value for name, value in CONTENTS[kind].items() if name not in SAID_ANYWAY}
    if kind == "rectification":
        told |= {name: CONTENTS[kind][name] for name in ("basis", "consequences")}
    if kind == "recusal":
        told |= {"seat": "host", "granted": True}
    if kind == "licence-ended":
        told |= {"ending": "revoke-licence", "basis": CONTENTS[kind]["basis"]}
    if kind in ("rectification", "revocation"):
        told["facts"] = CONTENTS[kind]["facts"]
    said = HEAD | further_papers.of(kind)(MATTER, told)
    KINDS[kind].check(said)


@pytest.mark.parametrize(
    ("kind", "article"),
    [
        ("hearing-rights", "第四十七条"),
        ("hearing-announcement", "第四十六条"),
        ("hearing-notice", "第四十八条"),
        ("statement-notice", "第三十六条"),
        ("revocation", "第六十九条"),
        ("licence-withdrawal", "第八条"),
        ("cancellation", "第七十条"),
    ],
)
def test_each_names_the_article_it_rests_on(kind: str, article: str) -> None:
    assert article in further_papers.of(kind)(MATTER, {})["basis"][0]


def test_what_the_deed_says_comes_first() -> None:
    said = further_papers.of("revocation")(MATTER, {"basis": ["甲法第一条"]})
    assert said["basis"] == ["甲法第一条"] and len(said["remedies"]) == 2
    assert "区政府" in said["remedies"][0] and "区法院" in said["remedies"][1]
    assert said["licence"]["licence_no"] == "示1号"


def test_dates_become_texts_wherever_they_stand() -> None:
    told: dict[str, Any] = {
        "answer_by_on": date(2026, 9, 15),
        "held_at": datetime.fromisoformat("2026-09-22T09:30:00+08:00"),
        "licence": {"decided_on": date(2026, 9, 1)},
        "attendees": ({"name": "甲", "role": "乙"},),
    }
    said = further_papers.of("hearing-notice")(MATTER, told)
    assert said["answer_by_on"] == "2026-09-15" and said["held_at"] == "2026-09-22T09:30:00+08:00"
    assert said["licence"] == {"decided_on": "2026-09-01"} and said["attendees"] == [told["attendees"][0]]


def test_one_checker_is_not_enough() -> None:
    with pytest.raises(Incomplete) as caught:
        KINDS["site-check"].check(HEAD | CONTENTS["site-check"] | {"checkers": [{"name": "王一"}]})
    assert caught.value.missing == ["checkers"]


def test_every_kind_has_somebody_who_says_it() -> None:
    from onewindow.cases import papers

    assert set(papers._CONTENTS) == set(KINDS)
