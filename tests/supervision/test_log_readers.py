"""Sound, odd and hostile logs: a report or a clear refusal, never a traceback, within bounded memory."""

from __future__ import annotations

import gzip
import subprocess
import sys
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onewindow.kernel.errors import Invalid, Refusal, Unreadable
from onewindow.site.cli import main
from onewindow.supervision.logs import mapping, printing, reading, times
from onewindow.supervision.logs.source import Limits
from onewindow.supervision.logs.spread import Spread
from tests.supervision.written import event, log, put, table, trace

AT = "2026-03-02T09:00:00+08:00"


def report(path: Path, **options: Any) -> Any:
    found = reading.report(path, **options)
    assert list(printing.lines(found, whole=True))
    return found


def read(folder: Path, content: bytes, name: str = "log.xes", **options: Any) -> Any:
    return report(put(folder, content, name), **options)


def refused(folder: Path, content: bytes, name: str = "log.xes", **options: Any) -> str:
    with pytest.raises((Unreadable, Invalid)) as caught:
        read(folder, content, name, **options)
    assert "%" not in caught.value.text
    return caught.value.code


# ------------------------------------------------------------------ what is counted


def test_events_out_of_order_are_put_in_order_and_told(tmp_path: Path) -> None:
    mixed = trace(
        "a",
        event("second", "2026-03-02T10:00:00+08:00"),
        event("first", "2026-03-02T01:00:00+00:00"),
        event("third", "2026-03-02T11:00:00"),
    )
    found = read(tmp_path, log(mixed))
    assert found.by_variant[0].steps == ["first", "second", "third"]
    assert [(note.code, note.count, note.cases) for note in found.notes] == [("out-of-order", 1, ["a"])]
    assert found.event_span.median_seconds == 7200 and found.times_without_zone == 1
    assert found.dirty == []


def test_start_and_complete_give_the_time_worked(tmp_path: Path) -> None:
    phases = [
        event("review", f"2026-03-02T{hour}:00:00Z", f'<string key="lifecycle:transition" value="{phase}"/>')
        for hour, phase in (("09", "start"), ("12", "complete"))
    ]
    found = read(tmp_path, log(trace("a", *phases)))
    assert found.by_activity[0].worked.median_seconds == 3 * 3600


def test_an_event_is_held_to_its_own_due_date_by_the_clock_on_the_wall(tmp_path: Path) -> None:
    def due(due: str, finished: str) -> str:
        pair = f'<date key="dueDate" value="{due}"/><string key="dateFinished" value="{finished}"/>'
        return event("x", AT, pair)

    steps = [
        due("2026-03-05T12:00:00+02:00", "2026-03-05 12:00:01"),
        due("2026-03-05T12:00:00+02:00", "2026-03-05 11:59:59"),
        due("2026-03-05T12:00:00+02:00", "UNKNOWN"),
    ]
    found = read(tmp_path, log(trace("a", *steps)))
    assert (found.events_with_due, found.events_finished_after_due) == (3, 1)


@pytest.mark.parametrize(
    ("end", "late"),
    [
        ("2026-03-05T10:00:00+01:00", 0),  # the same instant as the deadline
        ("2026-03-05T10:00:01+01:00", 1),
        ("2026-03-05T17:00:01", 1),  # no zone: the clock on the wall
        ("2026-03-05T17:00:00", 0),
    ],
)
def test_deadlines_compare_instants_or_else_local_times(tmp_path: Path, end: str, late: int) -> None:
    more = f'<date key="deadline" value="2026-03-05T17:00:00+08:00"/><date key="enddate" value="{end}"/>'
    found = read(tmp_path, log(trace("a", event("x", AT), more=more)))
    assert found.ended_after_deadline == late and found.open == 0


def test_a_figure_without_its_column_is_null_and_with_it_is_a_number(tmp_path: Path) -> None:
    bare = read(tmp_path, table("1,a,2026-03-02"), "a.csv")
    assert (bare.open, bare.with_deadline, bare.ended_after_planned) == (None, None, None)
    empty = read(tmp_path, table("1,a,2026-03-02,", heads="case_id,activity,timestamp,case:enddate"), "b.csv")
    assert empty.open == 1


def test_rows_of_a_case_may_lie_anywhere(tmp_path: Path) -> None:
    rows = table(
        "1,a,2026-03-02 09:00", "2,a,2026-03-02 09:00", "1,b,2026-03-02 10:00", "2,b,2026-03-03 10:00"
    )
    found = read(tmp_path, rows, "log.csv")
    assert (found.cases, found.events, found.variants) == (2, 4, 1)
    assert found.by_variant[0].cases == 2


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_chinese_tables_in_the_encodings_of_spreadsheets(
    tmp_path: Path, encoding: str, delimiter: str
) -> None:
    rows = ["办件编号,办理环节,办理时间,部门,到期时间", "511-1,受理,2026年3月2日 9:05,区住建局,2026/3/9"]
    found = read(tmp_path, "\n".join(rows).replace(",", delimiter).encode(encoding), "log.csv")
    assert (found.cases, found.by_activity[0].name, found.first_at) == (1, "受理", "2026-03-02T09:05:00")
    assert found.by_organ[0].name == "区住建局" and found.dirty == []


@pytest.mark.parametrize("encoding", ["gb18030", "gbk", "utf-16", "iso-8859-1"])
def test_xes_in_the_encoding_that_it_declares(tmp_path: Path, encoding: str) -> None:
    name = "é" if encoding == "iso-8859-1" else "受理"
    text = log(trace("a", event(name, AT))).decode().replace("UTF-8", encoding)
    assert read(tmp_path, text.encode(encoding)).by_activity[0].name == name


def test_a_mapping_says_what_unknown_names_mean(tmp_path: Path) -> None:
    heads = "号,做什么,几时,限办"
    path = put(tmp_path, table("1,审,2026-03-02,2026-03-01", heads=heads), "log.csv")
    with pytest.raises(Invalid) as caught:
        report(path)
    assert caught.value.code == "wrong-columns" and "做什么" in caught.value.text
    names = mapping.parse(["case=号", "activity=做什么"], '{"time": "几时", "deadline": "限办"}'.encode())
    assert report(path, names=names).with_deadline == 1
    for pairs, content in ((["colour=x"], None), (["case"], None), ([], b"[1]"), ([], b"\xff")):
        with pytest.raises(Invalid):
            mapping.parse(pairs, content)


def test_our_own_list_of_events_is_read(tmp_path: Path) -> None:
    heads = "case_no,seq,type,at,actor,role,task_code,item,organ,channel"
    row = "5116-1,1,received,2026-09-08T09:00:00+08:00,clerk1,clerk,511A,许可,区住建局,window"
    found = read(tmp_path, table(row, heads=heads), "log.csv")
    assert (found.cases, found.by_activity[0].name, found.by_organ[0].name) == (1, "received", "区住建局")


# ------------------------------------------------------------------ what is dirty


@pytest.mark.parametrize(
    ("traces", "problems"),
    [
        (trace("a", event("", AT)), {"no-activity": 1}),
        (trace("", event("x", AT)), {"no-case": 1}),
        (trace("a", '<event><string key="concept:name" value="x"/></event>'), {"no-time": 1}),
        (trace("a", event("x", "yesterday"), event("y", "2026-13-45")), {"bad-time": 2}),
        (
            trace("a", event("x", "2026-03-02 09:00 XYZT"), event("y", f"{AT[:19]}+99:00")),
            {"unknown-zone": 2},
        ),
        (trace("a", event("x", AT)) * 2, {"case-again": 1}),
        (event("x", AT), {"event-outside-case": 1}),
        (
            trace("a", more=f'<date key="startdate" value="{AT}"/><date key="enddate" value="2026-03-01"/>'),
            {"ends-before-start": 1},
        ),
        (trace("a", more='<date key="enddate" value="soon"/>'), {"bad-time": 1}),
    ],
)
def test_dirty_records_are_told_with_their_line(
    tmp_path: Path, traces: str, problems: dict[str, int]
) -> None:
    found = read(tmp_path, log(traces))
    assert found.dirty_problems == problems and found.dirty_count == sum(problems.values())
    assert all(one.line in (3, 4) for one in found.dirty)


def test_an_unreadable_end_is_no_open_case(tmp_path: Path) -> None:
    assert read(tmp_path, log(trace("a", more='<date key="enddate" value="soon"/>'))).open == 0


def test_rows_with_wrong_columns_are_told_and_the_rest_counted(tmp_path: Path) -> None:
    rows = table("1,a,2026-03-02", "1,b", "1,b,2026-03-03,x,y", ",c,2026-03-04", "1,d,2026-03-05,,", "")
    found = read(tmp_path, rows, "log.csv")
    assert found.events == 2 and found.dirty_problems == {"no-case": 1, "wrong-columns": 2}
    assert [one.line for one in found.dirty] == [3, 4, 5]


def test_an_open_quote_costs_its_rows_and_is_told(tmp_path: Path) -> None:
    rows = [f"{n},a,2026-03-02" for n in range(30_000)]
    rows[10] = '10,"a,2026-03-02'
    found = read(tmp_path, table(*rows), "log.csv")
    assert found.dirty_problems.get("broken-row", 0) + found.dirty_problems.get("wrong-columns", 0) >= 1
    assert found.cases < 30_000 and found.dirty[0].line == 12


def test_a_line_in_another_encoding_is_told_and_kept(tmp_path: Path) -> None:
    rows = table(*[f"{n},受理,2026-03-02" for n in range(50)]) + "99,受理,2026-03-02\n".encode("gb18030")
    found = read(tmp_path, rows, "log.csv")
    assert found.cases == 51 and found.dirty_problems == {"bad-encoding": 1}


def test_values_that_differ_within_a_case_are_told_once(tmp_path: Path) -> None:
    heads = "case_id,activity,timestamp,case:deadline"
    rows = table(*[f"1,a,2026-03-02,2026-03-0{n}" for n in (1, 2, 3)], heads=heads)
    assert read(tmp_path, rows, "log.csv").dirty_problems == {"case-differs": 1}


# ------------------------------------------------------------------ what is refused

LAUGHS = '<!DOCTYPE log [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (log(trace("&b;"), head=LAUGHS), "doctype"),
        (log(trace("a"), head='<!DOCTYPE log SYSTEM "file:///etc/passwd">'), "doctype"),
        (log(trace("a"))[:-8], "broken-xml"),
        (log("<trace></log>"), "broken-xml"),
        (log('<trace key="\x00"/>'), "broken-xml"),
        (log("<trace>" + "<list>" * 200), "broken-xml"),
        (log(f'<trace><string key="concept:name" value="{"x" * 3_000_000}"/></trace>'), "broken-xml"),
        (log(trace("受理")).decode().encode("gb18030"), "broken-xml"),
        (log(trace("a")).replace(b"UTF-8", b"EBCDIC-XYZ"), "unknown-encoding"),
        (log(trace("受理")).replace(b"UTF-8", b"ascii"), "wrong-encoding"),
        (b'<?xml version="1.0"?><html/>', "not-xes"),
        (b"", "empty"),
        (b"  \n", "empty"),
        (b"PK\x03\x04" + b"\x00" * 100, "unknown-format"),
        (b'{"a": 1}', "unknown-format"),
        (b"\x00\x01\x02" * 100, "unknown-format"),
        (b"a,b,c\n1,2,3\n", "wrong-columns"),
        (b"just words\n", "wrong-columns"),
        (b"case_id,activity,timestamp\r1,a,2026-03-02\r", "old-line-ends"),
        (b"case_id,activity,timestamp\n" + b"x" * 2_000_000, "long-line"),
    ],
)
def test_what_cannot_be_read_is_refused_clearly(
    tmp_path: Path, content: bytes, code: str, capsys: Any
) -> None:
    assert refused(tmp_path, content) == code
    assert main(["logs", "report", str(tmp_path / "log.xes")]) == 1
    told = capsys.readouterr().err
    assert told.startswith("onewindow: ") and told.count("\n") == 1 and "Traceback" not in told


def test_a_broken_gzip_and_a_bomb_are_refused(tmp_path: Path) -> None:
    whole = gzip.compress(log(trace("a", event("x", AT))))
    for wrong in (whole[:-12], whole[:40] + b"\xff" * 20 + whole[60:]):
        path = tmp_path / "broken.xes.gz"
        path.write_bytes(wrong)
        with pytest.raises(Unreadable):
            report(path)
    bomb = log(trace("a"))[:-8] + b" " * 60_000_000
    assert refused(tmp_path, bomb, "bomb.xes.gz") == "too-large"
    assert refused(tmp_path, log(trace("a") * 100), limits=Limits(total_bytes=1000)) == "too-large"


def test_a_file_that_is_away_or_a_folder_is_one_line(tmp_path: Path, capsys: Any) -> None:
    for path in (tmp_path / "none.xes", tmp_path):
        assert main(["logs", "report", str(path)]) == 1
        assert capsys.readouterr().err.count("\n") == 1


def test_bounds_cut_lists_and_say_so(tmp_path: Path) -> None:
    traces = "".join(trace(f"c{n}", event(f"a{n}", AT), event("z", AT)) for n in range(40))
    found = read(tmp_path, log(traces), limits=Limits(names=10, variants=5, records=3, case_events=1))
    assert found.is_cut and (found.cases, found.events) == (40, 80)
    assert found.variants == 5 and len(found.dirty) == 3 and found.dirty_problems == {"too-many-events": 40}
    assert sum(one.events for one in found.by_activity) == 40


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=300), st.sampled_from(["xes", "csv"]), st.integers(0, 400))
def test_any_bytes_give_a_report_or_a_refusal(
    tmp_path_factory: Any, noise: bytes, format: str, place: int
) -> None:
    sound = log(trace("a", event("x", AT))) if format == "xes" else table("1,a,2026-03-02", "2,b,x")
    content = sound[:place] + noise + sound[place:]
    path = tmp_path_factory.mktemp("noise") / "log"
    path.write_bytes(content)
    try:
        report(path)
    except Refusal as refusal:
        assert refusal.text


# ------------------------------------------------------------------ times and quantiles


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("2011-12-06T13:41:31.788+01:00", "2011-12-06T13:41:31+01:00"),
        ("2011-12-06 13:41:31Z", "2011-12-06T13:41:31+00:00"),
        ("2011-12-06 13:41:31 UTC", "2011-12-06T13:41:31+00:00"),
        ("2011-12-06 13:41:31 +0530", "2011-12-06T13:41:31+05:30"),
        ("2011/12/6 3:41", "2011-12-06T03:41:00"),
        ("2011年12月6日", "2011-12-06T00:00:00"),
        ("20111206134131", "2011-12-06T13:41:31"),
        ("1323175291", "2011-12-06T12:41:31+00:00"),
        ("1323175291788", "2011-12-06T12:41:31+00:00"),
        ("0001-01-01T00:00:00+14:00", "0001-01-01T00:00:00+14:00"),
        ("9999-12-31T23:59:59-12:00", "9999-12-31T23:59:59-12:00"),
    ],
)
def test_times_in_many_forms(text: str, iso: str) -> None:
    found = times.read(text)
    assert found is not None and found.iso() == iso
    assert found.instant(0) is not None


@pytest.mark.parametrize("text", ["", "UNKNOWN", "NaN", " 无 "])
def test_nothing_is_no_time(text: str) -> None:
    assert times.read(text) is None


@given(st.text(max_size=30))
def test_any_text_is_a_time_or_told(text: str) -> None:
    try:
        times.read(text)
    except times.Unknown as error:
        assert error.code in ("bad-time", "unknown-zone")


@given(st.lists(st.integers(0, 10**14), min_size=1, max_size=300))
def test_many_values_are_told_within_a_per_cent_or_two(values: list[int]) -> None:
    exact, folded = Spread(1000), Spread(0)
    for value in values:
        exact.add(value)
        folded.add(value)
    one, other = exact.quantiles(), folded.quantiles()
    assert one is not None and other is not None and one.is_exact and not other.is_exact
    assert (one.count, one.most_seconds) == (other.count, other.most_seconds)
    ordered = sorted(values)
    rank = ordered[max(0, -(-len(values) // 2) - 1)] / 1_000_000
    assert abs(other.median_seconds - rank) <= rank * 0.02 + 1


MEASURE = """
import re, sys  # the peak of this program: ru_maxrss would be that of who started it
from pathlib import Path
from onewindow.supervision.logs import reading
found = reading.report(Path(sys.argv[1]))
print(found.cases, found.events, re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1])
"""


@pytest.mark.parametrize("name", ["log.xes", "log.csv"])
def test_memory_does_not_grow_with_the_file(tmp_path: Path, name: str) -> None:
    def peak(cases: int) -> int:
        path = tmp_path / name
        with path.open("wb") as file:
            if name.endswith("xes"):
                file.write(b"<log>")
                for n in range(cases):
                    file.write(trace(f"c{n}", *[event(f"step {k}", AT) for k in range(5)]).encode())
                file.write(b"</log>")
            else:
                file.write(b"case_id,activity,timestamp\n")
                for n in range(cases * 5):
                    file.write(f"c{n % cases},step {n // cases},{AT}\n".encode())
        run = subprocess.run([sys.executable, "-c", MEASURE, path], capture_output=True, check=True)
        told = [int(part) for part in run.stdout.split()]
        assert told[:2] == [cases, cases * 5]
        return told[2]

    small, large = peak(1_000), peak(20_000)
    # Twenty times the file: the sets of names and durations of cases grow by some 100 bytes a case.
    assert large - small < 20_000, (small, large)


def test_a_log_does_not_steer_the_terminal(tmp_path: Path, capsys: Any) -> None:
    rows = table("\x1b[31m1,\x1b]0;x,2026-03-02", "\x1b[2J,a,soon")
    assert main(["logs", "report", str(put(tmp_path, rows, "log.csv"))]) == 0
    assert main(["logs", "report", str(put(tmp_path, b"\x1b[2J,b\n1,2\n", "bad.csv"))]) == 1
    assert "\x1b" not in (told := capsys.readouterr()).out + told.err


def test_endless_names_are_not_remembered() -> None:
    meaning = mapping.parse([]).of_event()
    assert meaning("x" * 301) is None and meaning("time:timestamp") == ("time", 0)
    assert [meaning(f"name {n}") for n in range(20_000)] == [None] * 20_000
    assert len(meaning._seen) == 10_000 and max(map(len, meaning._seen)) < 301


def test_a_figure_that_is_not_exact_is_marked(tmp_path: Path) -> None:
    rows = [f"1,a,2026-03-{day:02}" for day in range(1, 20)]
    found = read(tmp_path, table(*rows), "log.csv")
    folded = Spread(0)
    folded.add(86_400_000_000)
    assert "≈" not in "".join(printing.lines(found))
    found = msgspec.structs.replace(found, case_duration=folded.quantiles())
    assert "≈ 24.0 小时 / ≈ 24.0 小时" in "".join(printing.lines(found))
