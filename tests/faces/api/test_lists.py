"""Lists: bounds of a page, foreign cursors, no gap and no repeat."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.world import FUND, Api

Open = Callable[..., Api]


@pytest.mark.parametrize("path", ["/items", "/cases", "/inbox"])
@pytest.mark.parametrize(
    ("limit", "status"), [("1", 200), ("100", 200), ("0", 422), ("101", 422), ("-1", 422), ("x", 422)]
)
def test_limits_of_a_page(api: Open, path: str, limit: str, status: int) -> None:
    assert api("clerk1").get(f"{path}?limit={limit}").status == status


@pytest.mark.parametrize("path", ["/items", "/cases", "/inbox"])
@pytest.mark.parametrize(
    "cursor", ["x", "%00", "W10", "bnVsbA", "eyJhIjoxfQ", "WyI5OTk5LTEyLTMxIiwtMV0", "=" * 50, "%F0%9F%92%A9"]
)
def test_a_foreign_cursor_is_refused(api: Open, path: str, cursor: str) -> None:
    assert api("clerk1").get(f"{path}?cursor={cursor}").status == 422


def test_pages_follow_each_other_without_gap_or_repeat(api: Open) -> None:
    made = [api("clerk1").create(FUND)["case_no"] for _ in range(5)]
    for path, order in (("/cases", made[::-1]), ("/inbox", made)):
        seen, following = [], ""
        while following is not None:
            page = api("clerk1").get(f"{path}?limit=2&cursor={following}").json
            seen += [row["case_no"] for row in page["results"]]
            following = page["next"]
        assert seen == order, path


@pytest.mark.parametrize(("text", "code"), [("a" * 2001, "too-long"), ("%00", "bad-character")])
def test_what_cannot_be_sought_is_told_why(api: Open, text: str, code: str) -> None:
    answer = api("clerk1").get(f"/cases?q={text}")
    assert answer.status == 422 and [one["code"] for one in answer.json["errors"]] == [code]
