"""Looks at what is masked: listed with who and why, asked about by a card when nothing came of them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from onewindow.base import clock
from onewindow.kernel.errors import NotAllowed
from onewindow.supervision import services
from onewindow.supervision.models import Card
from onewindow.supervision.queries import looks
from tests.supervision.test_following import act, create, midnight, settle
from tests.world import actor

WHO = "supervisor1"


def found(**asked: Any) -> list[looks.Look]:
    return looks.looks(actor(WHO), **asked)[0]


def test_a_look_with_and_without_a_deed(city: None) -> None:
    one, other = create(), create()
    one = act(one, "clerk1", "reveal", reason="电话核对地址")
    act(other, "clerk2", "reveal", reason="看看")
    act(one, "clerk1", "accept")
    newest, first = found()
    assert (first.by, first.reason, first.is_followed) == ("clerk1", "电话核对地址", True)
    assert (newest.by, newest.reason, newest.is_followed, newest.card_no) == ("clerk2", "看看", False, "")
    assert [one.by for one in found(is_unfollowed=True)] == ["clerk2"]
    assert [one.by for one in found(by="clerk1")] == ["clerk1"]
    assert [one.by for one in found(case_no=other["case_no"])] == ["clerk2"]


def test_no_deed_brings_a_card_that_is_explained(city: None) -> None:
    case = create()
    act(case, "clerk1", "reveal", reason="看看")
    settle(clock.now())
    settle(midnight("2026-09-11") + timedelta(hours=9))
    card = Card.objects.get(case_no=case["case_no"], rule="22")
    assert (card.level, card.person, card.raised_at) == ("reminder", "clerk1", midnight("2026-09-11"))
    settle(midnight("2026-09-16") + timedelta(hours=9))
    card.refresh_from_db()
    assert (card.level, card.reply_due_on is not None) == ("yellow", True)
    settle(midnight("2026-09-30") + timedelta(hours=9))
    card.refresh_from_db()
    assert card.level == "yellow", "it goes no higher by itself"
    services.act(
        actor("head1"), card.card_no, "explain", {"reason": "接到咨询电话，核对是否本人来电"}, now=clock.now()
    )
    (look,) = found(case_no=case["case_no"])
    assert (look.card_no, look.card_state) == (card.card_no, "explained")


def test_a_deed_in_time_brings_none(city: None) -> None:
    case = create()
    case = act(case, "clerk1", "reveal", reason="电话核对地址")
    settle(clock.now())
    clock.move_to(midnight("2026-09-10") + timedelta(hours=9))
    act(case, "clerk1", "note", text="已电话核对")
    settle(midnight("2026-09-16") + timedelta(hours=9))
    assert not Card.objects.filter(case_no=case["case_no"], rule="22").exists()


def test_pages_go_on_and_are_for_watchers(city: None) -> None:
    case = create()
    for number in range(3):
        case = act(case, "clerk1", "reveal", reason=f"核对{number}")
    page, following = looks.looks(actor(WHO), limit=2)
    assert [one.reason for one in page] == ["核对2", "核对1"] and following is not None
    rest, end = looks.looks(actor(WHO), limit=2, before=following)
    assert ([one.reason for one in rest], end) == (["核对0"], None)
    for who in ("clerk1", "head1", "auditor"):
        with pytest.raises(NotAllowed):
            looks.looks(actor(who))


def test_the_list_reads_an_index_of_looks_alone(city: None) -> None:
    sql = looks._LOOKS.format(where="") % {"before": "1000", "limit": "51"}
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("EXPLAIN " + sql)
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "base_fact_looks" in plan and "Sort" not in plan
