"""Canonical JSON: exact bytes, refusals, and stability through parsing."""

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onewindow.kernel.canonical import dumps

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXT,
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(TEXT, inner, max_size=5),
    max_leaves=25,
)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"b": 1, "a": [True, None, '中文/"\\\n']}, '{"a":[true,null,"中文/\\"\\\\\\n"],"b":1}'),
        ((1, (2,)), "[1,[2]]"),
        ({"Z": 1, "a": 2, "é": 3, "": 4}, '{"":4,"Z":1,"a":2,"é":3}'),
        (10**30, "1" + "0" * 30),
        ("\x1f\x7f\u2028", '"\\u001f\x7f\u2028"'),
    ],
)
def test_exact_bytes(value: Any, expected: str) -> None:
    assert dumps(value) == expected.encode()


@pytest.mark.parametrize(
    "value", [1.0, float("nan"), {1: 2}, {"a": {None: 1}}, b"x", {1}, Decimal(1), [object()]]
)
def test_what_does_not_survive_storage_is_refused(value: Any) -> None:
    with pytest.raises(TypeError):
        dumps(value)


def test_text_and_depth_that_the_database_cannot_hold() -> None:
    deep: Any = 0
    for _ in range(20_000):
        deep = [deep]
    for value in ("a\0b", {"\0": 1}, "\ud800", deep):
        with pytest.raises(ValueError, match="canonical|surrogates"):
            dumps(value)


@given(VALUES)
def test_a_round_trip_changes_nothing(value: Any) -> None:
    written = dumps(value)
    assert dumps(json.loads(written)) == written
    assert json.loads(written) == value


@given(st.dictionaries(TEXT, st.integers(), max_size=8), st.randoms())
def test_the_order_of_keys_does_not_matter(value: dict[str, int], shuffle: Any) -> None:
    keys = list(value)
    shuffle.shuffle(keys)
    assert dumps({key: value[key] for key in keys}) == dumps(value)
