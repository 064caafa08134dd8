"""Importing lists of divisions: counts, reasons, nothing twice, nothing under a dry run."""

import csv
import gzip
from pathlib import Path

import pytest

from onewindow.base import facts
from onewindow.kernel.errors import Invalid
from onewindow.org import models, queries, services
from tests.org.conftest import NOW

pytestmark = pytest.mark.django_db
SHARED = Path(__file__).resolve().parents[2] / "onewindow" / "data" / "divisions"


def load(path: Path, *, dry_run: bool = False) -> tuple[int, int, int, int, int]:
    report = services.import_regions(path, dry_run=dry_run, now=NOW)
    return report.read, report.new, report.changed, report.unchanged, report.rejected_count


def write(path: Path, *lines: str, encoding: str = "utf-8") -> Path:
    path.write_bytes("\n".join(lines).encode(encoding))
    return path


def test_the_shipped_country_loads_once(tmp_path: Path) -> None:
    path = SHARED / "china.csv.gz"
    with gzip.open(path, "rt", encoding="utf-8") as text:
        codes = [row["code"] for row in csv.DictReader(text)]
    assert len(codes) == 31 + 342 + 2_978 + 41_352
    # 东莞, 中山 and 儋州 are cities and again their only district, 金门 a county and its only town: four times one.
    assert load(path) == (len(codes), len(codes) - 4, 0, 4, 0)
    assert [one.name for one in queries.region_path("110101001")] == [
        "北京市",
        "市辖区",
        "东城区",
        "东华门街道",
    ]
    assert queries.region("441900003").parent == "441900"


def test_loading_again_changes_nothing_and_a_dry_run_writes_nothing() -> None:
    path = SHARED / "demonstration.csv.gz"
    read, new, *rest = load(path, dry_run=True)
    assert read > 5_000 and new + rest[1] == read and rest == [0, rest[1], 0]
    assert models.Region.objects.count() == 0
    assert load(path) == (read, new, *rest)
    assert load(path) == (read, 0, 0, read, 0)
    assert [type for _, type, *_ in facts.of_subject("region", 0)] == ["imported"]


def test_names_change_and_bad_rows_are_told_by_line(tmp_path: Path) -> None:
    first = write(tmp_path / "a.csv", "code,name", "51,四川省", "5116,旧名市", "511602,某区")
    assert load(first) == (3, 3, 0, 0, 0)
    second = write(
        tmp_path / "b.csv",
        "\ufeffname,code,extra",
        "新名市,5116,1",
        "某区,511602,1",
        "无上级,5117021,1",
        "孤儿县,519921,1",
        ",511603,1",
        "短行",
        "某镇,511602101,1",
        "某镇,511602101,1",
        "不存在,990000,1",
    )
    report = services.import_regions(second, dry_run=False, now=NOW)
    assert (report.read, report.new, report.changed, report.unchanged) == (9, 1, 1, 1)
    assert [line for line, _ in report.rejected] == [4, 5, 6, 7, 9, 10]
    assert all(reason for _, reason in report.rejected)
    assert queries.region("5116").name == "新名市"


@pytest.mark.parametrize(
    "content",
    [b"", b"a,b\n1,2\n", b"\x00\x01", b'code,name\n11,"x', b"code,name\n" + b"1" * 20_000, b"\x1f\x8b\x00"],
)
def test_what_is_no_list_is_refused_with_a_reason(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(content)
    with pytest.raises(Invalid) as refusal:
        services.import_regions(path, dry_run=False, now=NOW)
    assert refusal.value.text


def test_a_list_in_another_encoding_is_an_error_not_a_guess(tmp_path: Path) -> None:
    with pytest.raises(UnicodeDecodeError):
        load(write(tmp_path / "x.csv", "code,name", "51,四川省", encoding="gb18030"))
