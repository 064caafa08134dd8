"""Every requirement of docs/security.md has an answer, and what it names exists."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.urls import resolve

from onewindow.site.cli import main

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
# Numbers of levels 1 and 2 by section of ASVS 5.0.0, as the standard lists them.
ASVS = {
    "1.1": "1-2", "1.2": "1-9", "1.3": "1-11", "1.4": "1-3", "1.5": "1-2", "2.1": "1-3", "2.2": "1-3",
    "2.3": "1-4", "2.4": "1", "3.2": "1-2", "3.3": "1-4", "3.4": "1-6", "3.5": "1-5", "3.7": "1-2",
    "4.1": "1-3", "4.2": "1", "4.3": "1-2", "4.4": "1-4", "5.1": "1", "5.2": "1-3", "5.3": "1-2", "5.4": "1-3",
    "6.1": "1-3", "6.2": "1-12", "6.3": "1-4", "6.4": "1-4", "6.5": "1-5", "6.6": "1-3", "6.8": "1-4",
    "7.1": "1-3", "7.2": "1-4", "7.3": "1-2", "7.4": "1-5", "7.5": "1-2", "7.6": "1-2", "8.1": "1-2",
    "8.2": "1-3", "8.3": "1", "8.4": "1", "9.1": "1-3", "9.2": "1-4", "10.1": "1-2", "10.2": "1-2",
    "10.3": "1-4", "10.4": "1-11", "10.5": "1-5", "10.6": "1-2", "10.7": "1-3", "11.1": "1-2", "11.2": "1-3",
    "11.3": "1-3", "11.4": "1-4", "11.5": "1", "11.6": "1", "12.1": "1-3", "12.2": "1-2", "12.3": "1-4",
    "13.1": "1", "13.2": "1-5", "13.3": "1-2", "13.4": "1-5", "14.1": "1-2", "14.2": "1-4", "14.3": "1-3",
    "15.1": "1-3", "15.2": "1-3", "15.3": "1-7", "16.1": "1", "16.2": "1-5", "16.3": "1-4", "16.4": "1-3",
    "16.5": "1-3", "17.1": "1", "17.2": "1-4", "17.3": "1-2",
}  # fmt: skip
# Points of GB/T 22239-2019, 8.1.4, with their letters ("" where there is one rule only).
LEVEL_3 = {
    1: "abcd",
    2: "abcdefg",
    3: "abcd",
    4: "abcdef",
    5: "",
    6: "",
    7: "ab",
    8: "ab",
    9: "abc",
    10: "ab",
    11: "ab",
}
WORDS = (
    "test ",
    "setting ",
    "code ",
    "duty",
    "none",
    "deviation",
    "above: ",
    "`docs/",
    "facts ",
    "console ",
    "organs ",
)


def rows() -> list[tuple[str, str]]:
    found = [
        line.strip().strip("|").split(" | ") for line in TEXT.splitlines() if re.match(r"\| (V|8\.)\d", line)
    ]
    return [(cells[0].strip(), cells[-1].strip()) for cells in found]


def asked() -> set[str]:
    found = set()
    for section, numbers in ASVS.items():
        first, _, last = numbers.partition("-")
        found |= {f"V{section}.{number}" for number in range(int(first), int(last or first) + 1)}
    return found


def test_no_requirement_is_left_out_or_made_up() -> None:
    named = [one for first, _ in rows() for one in re.findall(r"V[\d.]+\d", first)]
    assert len(named) == len(set(named)), "a requirement stands twice"
    assert set(named) == asked()
    assert len(named) > 240


def test_no_point_of_level_3_is_left_out() -> None:
    named: dict[int, str] = {}
    for first, _ in rows():
        match = re.fullmatch(r"8\.1\.4\.(\d+)((?:,? [a-g])*)", first)
        if match:
            point = int(match[1])
            named[point] = named.get(point, "") + re.sub(r"[^a-g]", "", match[2])
    assert named == LEVEL_3


def test_each_line_has_an_answer() -> None:
    assert not [first for first, answer in rows() if not any(word in answer for word in WORDS)]


def test_what_is_named_exists() -> None:
    quoted = set(re.findall(r"`([^`]+)`", TEXT))
    files = {one for one in quoted if re.match(r"(tests|onewindow|docs|tools)/|pyproject|requirements", one)}
    assert len(files) > 60
    for one in files:
        path, _, name = one.partition("::")
        assert (ROOT / path).exists(), path
        assert not name or f"def {name}(" in (ROOT / path).read_text(encoding="utf-8"), one


def test_settings_that_are_named_exist() -> None:
    code = (ROOT / "onewindow" / "site" / "settings.py").read_text(encoding="utf-8")
    named = set(re.findall(r"`([A-Z][A-Z_]+[A-Z])`", TEXT))
    assert len(named) > 15
    assert not [one for one in named if not re.search(rf"\b{one}\b", code)]


def test_addresses_and_commands_that_are_named_exist() -> None:
    quoted = set(re.findall(r"`([^`]+)`", TEXT))
    addresses = {one for one in quoted if re.fullmatch(r"/[a-z-]+(/[a-z-]+)*", one)}
    assert len(addresses) > 4
    for address in addresses:
        resolve(address)  # raises Resolver404
    for command in (one.split()[1:] for one in quoted if one.startswith("onewindow ")):
        with pytest.raises(SystemExit) as ended:
            main([*command, "--help"])
        assert ended.value.code == 0, command
