"""How far materials are trusted: a table of how files came, what an original that is shown changes, and what does not."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from onewindow.cases.rules import commands, trust
from onewindow.cases.rules.decide import act_named, decide
from onewindow.cases.rules.evolve import Told, evolve
from onewindow.cases.rules.state import CaseState, Life, Row
from onewindow.catalog.definition import Material
from onewindow.kernel.errors import Invalid
from tests.cases.bench import Bench, item

LICENCE = Material("M01", "营业执照", source="government", kind="licence")
FORM = Material("M02", "申请表", kind="form")
ITEM = item(materials=(LICENCE, FORM))


def standing(*rows: Row, originals: tuple[str, ...] = ()) -> Bench:
    bench = Bench(ITEM)
    bench.state = msgspec.structs.replace(bench.state, materials=rows, life=Life(originals=originals))
    return bench


@pytest.mark.parametrize(
    ("came", "medium", "material", "level"),
    [
        ("signed", "electronic", LICENCE, "A"),
        ("signed", "electronic", FORM, "A"),
        ("counter", "original", LICENCE, "B"),
        ("counter", "original", FORM, "B"),
        ("counter", "copy", LICENCE, "C"),
        ("counter", "electronic", LICENCE, "C"),
        ("upload", "original", LICENCE, "C"),  # nobody but a clerk can have seen it
        ("upload", "electronic", LICENCE, "C"),
        ("upload", "electronic", FORM, "D"),
        ("upload", "electronic", Material("M", "毕业证", kind="proof"), "C"),
        ("upload", "electronic", Material("M", "照片", licence_code="1"), "C"),
        ("upload", "electronic", None, "C"),
    ],
)
def test_the_level_follows_how_a_file_came(
    came: str, medium: str, material: Material | None, level: str
) -> None:
    assert trust.mark(came, medium, material) == level


@pytest.mark.parametrize(
    ("row", "seen", "lowest", "told"),
    [
        (Row("M01"), False, "B", (None, None, False)),
        (Row("M01", "deferred"), False, "B", (None, None, False)),
        (Row("M01", "reused", "electronic"), False, "A", ("A", "fetched", False)),
        (Row("M01", "submitted", "original"), False, "B", ("B", "handed", False)),
        (Row("M01", "submitted", "copy"), False, "B", ("C", "copied", True)),
        (Row("M01", "submitted", "electronic", ("a",), trust="C"), False, "B", ("C", "uploaded", True)),
        (Row("M01", "submitted", "electronic", ("a",), trust="C"), False, "C", ("C", "uploaded", False)),
        (Row("M01", "submitted", "electronic", ("a",), trust="C"), False, "", ("C", "uploaded", False)),
        (Row("M01", "submitted", "electronic", ("a",), trust="C"), True, "B", ("B", "seen", False)),
        (Row("M01", "submitted", "electronic", ("a",), trust="C"), True, "A", ("B", "seen", True)),
        (Row("M01", "submitted", "electronic", ("a", "b"), trust="AC"), False, "B", ("C", "uploaded", True)),
        (Row("M01", "submitted", "electronic", ("a",), trust="A"), True, "A", ("A", "signed", False)),
        (
            Row("M01", "submitted", "electronic", ("a",)),
            False,
            "B",
            ("C", "uploaded", True),
        ),  # from before levels
    ],
)
def test_a_material_stands_at_its_weakest_file(
    row: Row, seen: bool, lowest: str, told: tuple[str | None, str | None, bool]
) -> None:
    state = standing(row, originals=("M01",) if seen else ()).state
    found = trust.of_row(row, state, msgspec.structs.replace(LICENCE, lowest_trust=lowest))
    assert (found.level, found.reason, found.is_due) == told


def test_rows_keep_their_levels_as_they_are_told() -> None:
    for row in (
        Row("M01", "submitted", "electronic", ("a", "b"), trust="AC"),
        Row("M01", "submitted", "copy"),
        Row("M01"),
    ):
        assert msgspec.convert(row.told, Row) == row


def test_new_files_get_levels_and_old_ones_keep_theirs() -> None:
    rows = [
        Row("M01", "submitted", "electronic", ("old", "new"), trust="A").told,
        Row("M02", "submitted", "electronic", ("kept",), trust="D").told,
    ]
    marked = trust.marked(
        rows, [{"file_id": "new", "came": "upload", "sha256": ""}], {"M01": LICENCE, "M02": FORM}
    )
    assert [msgspec.convert(row, Row).trust for row in marked] == ["AC", "D"]


class TestOriginalsShown:
    ROW = Row("M01", "submitted", "electronic", ("a",), trust="C")

    def checked(self, *codes: str, rows: tuple[Row, ...] = (ROW,)) -> CaseState:
        bench = standing(*rows)
        body = commands.CheckOriginals(version=bench.state.version, materials=codes)
        (fact,) = decide(bench.state, act_named("check-originals"), body, bench.context("clerk"))
        return evolve(bench.state, Told(fact.type, fact.data, bench.now, "clerk1"))

    def test_lifts_the_material(self) -> None:
        state = self.checked("M01")
        assert state.life.originals == ("M01",)
        assert trust.of_row(self.ROW, state, LICENCE).level == "B"
        assert trust.of_file(self.ROW, 0, state, LICENCE) == "B"

    def test_a_material_that_is_given_anew_is_to_be_shown_anew(self) -> None:
        state = self.checked("M01")
        again = msgspec.structs.replace(self.ROW, file_ids=("b",))
        for rows, kept in (((again,), ()), ((self.ROW,), ("M01",))):
            data: dict[str, Any] = {"materials": [row.told for row in rows]}
            assert evolve(state, Told("materials-changed", data, state.last_at, "c")).life.originals == kept

    @pytest.mark.parametrize(
        "row", [Row("M01"), Row("M01", "submitted", "original"), Row("M01", "reused", "electronic")]
    )
    def test_what_needs_no_look_is_refused(self, row: Row) -> None:
        with pytest.raises(Invalid):
            self.checked("M01", rows=(row,))
        with pytest.raises(Invalid):
            self.checked("M99")
