"""Which item stands on which list, and what its lines say."""

from __future__ import annotations

import pytest

from onewindow.catalog.definition import (
    Basis,
    Conveniences,
    Duty,
    Intermediary,
    ItemDefinition,
    Limit,
    Material,
    Pledge,
    Promise,
    Step,
)
from onewindow.catalog.listings import LISTINGS, memberships


def item(**more) -> ItemDefinition:
    plain = {
        "version_id": 1,
        "task_code": "T1",
        "version": 1,
        "name": "事项",
        "type": "01",
        "organ_id": 1,
        "organ_name": "某局",
        "region": "511602",
    }
    return ItemDefinition(**{**plain, **more})


@pytest.mark.parametrize(
    ("more", "on", "off"),
    [
        ({}, {"powers"}, set(LISTINGS) - {"powers"}),
        ({"type": "20"}, {"public-services"}, {"powers"}),
        ({"kind": "instant"}, {"at-once", "instant"}, {"commitment"}),
        ({"kind": "commitment"}, {"commitment"}, {"at-once", "instant"}),
        ({"online": True}, {"online"}, set()),
        ({"online": False}, set(), {"online"}),
        ({"visits": 0}, {"one-visit"}, set()),
        ({"visits": 1}, {"one-visit"}, set()),
        ({"visits": 2}, set(), {"one-visit"}),
        ({"conveniences": Conveniences(nearby=True)}, {"nearby"}, {"instant-approval"}),
        ({"conveniences": Conveniences(instant_approval=True)}, {"instant-approval"}, {"nearby"}),
        ({"conveniences": Conveniences(commitment=True)}, {"by-commitment"}, set()),
        ({"review_type": "告知承诺"}, {"by-commitment"}, set()),
        ({"pledge": Pledge((Promise("已经落实"),))}, {"by-commitment"}, set()),
        ({"materials": (Material("M1", "图"),)}, set(), {"deferrable"}),
        ({"materials": (Material("M1", "图", need="deferrable"),)}, {"deferrable"}, set()),
        ({"intermediaries": (Intermediary("检测"),)}, {"intermediaries"}, set()),
    ],
)
def test_what_stands_where(more, on, off) -> None:
    found = set(memberships(item(**more)))
    assert on <= found and not off & found


@pytest.mark.parametrize("slug", LISTINGS)
def test_every_line_has_a_cell_for_every_column(slug) -> None:
    full = item(
        type="20" if slug == "public-services" else "01",
        kind="commitment",
        legal_limit=Limit(20),
        promised_limit=Limit(7),
        visits=1,
        materials=(Material("M1", "图", need="deferrable"),),
        intermediaries=(Intermediary("检测", material="M1"),),
        steps=(Step("受理", "clerk", 1),),
        basis=(Basis("《某法》", "第一条"),),
        duties=(Duty("受理", "公示条件"),),
        accountability=("不履行职责的",),
    )
    lines = list(LISTINGS[slug].rows(full))
    assert lines
    for line in lines:
        assert len(line) == len(LISTINGS[slug].columns)
        assert line[:2] == ("T1", "事项")


def test_power_and_responsibility_stand_in_one_line() -> None:
    power = item(
        basis=(Basis("《某法》", "第一条"),),
        steps=(Step("受理", "clerk", 1), Step("决定", "approver")),
        duties=(Duty("受理", "公示条件"), Duty("审查", "两人到场")),
        accountability=("不履行职责的",),
    )
    (line,) = LISTINGS["powers"].rows(power)
    told = dict(zip(LISTINGS["powers"].columns, line, strict=True))
    assert told["设定依据"] == "《某法》第一条"
    assert told["办理流程"] == "受理（1 天）→决定"
    assert told["责任事项"] == "受理：公示条件\n审查：两人到场"
    assert told["追责情形"] == "不履行职责的"


def test_an_outcome_is_named_by_its_material() -> None:
    service = item(
        materials=(Material("M1", "检测报告"),),
        intermediaries=(Intermediary("检测", material="M1"), Intermediary("评估", outcome="评估书")),
    )
    assert [line[-1] for line in LISTINGS["intermediaries"].rows(service)] == ["检测报告", "评估书"]
