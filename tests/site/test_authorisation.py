"""The published matrix is what the code says, and no cell of it is unexplained."""

from __future__ import annotations

import re

import pytest

from onewindow.kernel.actor import ADMINISTRATORS, ROLES
from tools import authorisation

EXPLAINED = {"●", "·", "all", "in", "before"}


def cells() -> list[tuple[str, list[str]]]:
    lines = authorisation.PAPER.read_text(encoding="utf-8").splitlines()
    rows = [
        [cell.strip() for cell in line.strip("|").split(" | ")] for line in lines if line.startswith("| `")
    ]
    return [(row[0], row[1:]) for row in rows]


def test_the_published_matrix_is_current() -> None:
    assert authorisation.PAPER.read_text(encoding="utf-8") == authorisation.paper(), (
        "run tools/authorisation.py --write"
    )


def test_no_cell_is_unexplained() -> None:
    found = cells()
    assert len(found) > 200
    for name, row in found:
        assert len(row) == len(ROLES), name
        assert {cell.strip("| ") for cell in row} <= EXPLAINED, name
        words = set(row) & {"all", "in", "before"}
        assert not words or len(set(row)) == 1, name


def test_pages_open_to_everybody_are_few_and_known() -> None:
    public = {re.sub(r"`", "", name) for name, row in cells() if row[0] == "all" and "`/" in name}
    for forbidden in ("/console", "/office", "/counter", "/editor", "/my", "/account", "/supervision"):
        assert not [path for path in public if path == forbidden or path.startswith(forbidden + "/")]


@pytest.mark.parametrize("section", ["/console/accounts", "/console/system", "/console/log"])
def test_each_administrator_has_pages_of_his_own(section: str) -> None:
    row = dict(cells())[f"`{section}`"]
    holders = [role for role, cell in zip(ROLES, row, strict=True) if cell == "●"]
    assert len(holders) == 1 and holders[0] in ADMINISTRATORS


def test_a_page_without_a_permission_ends_the_run() -> None:
    with pytest.raises(SystemExit):
        authorisation.roles_of(None)
    with pytest.raises(SystemExit):
        authorisation.table([("GET /x", ("nobody-knows",))], "x")
