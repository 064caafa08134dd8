"""Where the reference data of the tests lie, beside the repository; tests skip when they are absent."""

import csv
from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parents[2].parent / "shared" / "data"


def shared_file(name: str) -> Path:
    """The path of a reference file, or a skip with the reason."""
    path = SHARED / name
    if not path.exists():
        pytest.skip(f"reference data {name} are not beside this checkout")
    return path


def shared_rows(name: str) -> list[dict[str, str]]:
    """The rows of a reference CSV file."""
    with shared_file(name).open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))
