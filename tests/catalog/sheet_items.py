"""Items for tests of workbooks: generated whole, with every element, and small ones by hand."""

from __future__ import annotations

from pathlib import Path

import openpyxl
from hypothesis import strategies as st

from onewindow.catalog import definition as d
from onewindow.catalog.sheets import words

CODE = "11511301008778255F4370117002011"
TEXT = st.one_of(
    st.text(st.characters(blacklist_categories=("Cs",)), max_size=30),
    st.sampled_from(
        [
            "=1+1",
            "+86",
            "-",
            "@x",
            "0012",
            "1e5",
            "_x0041_",
            "a\r\nb",
            "a\nb ",
            " x",
            "无",
            "^",
            "〔保持不变〕",
            "\x07",
            "2026-01-02",
        ]
    ),
)
LABEL = st.text("甲乙丙丁申请表证明AB12《》（）-", min_size=1, max_size=12)
FLAG = st.sampled_from([None, True, False])
TEXTS = st.lists(TEXT, max_size=3).map(tuple)
CODES = st.sampled_from(["M01", "M02", "m-3", "007"])


def of(table: dict) -> st.SearchStrategy:
    return st.sampled_from(list(table.values()))


def maybe(table: dict) -> st.SearchStrategy:
    return st.sampled_from(["", *table.values()])


def several(table: dict) -> st.SearchStrategy:
    return st.lists(of(table), unique=True, max_size=3).map(tuple)


def unique(rows: st.SearchStrategy, key: str) -> st.SearchStrategy:
    return st.lists(rows, max_size=3, unique_by=lambda row: getattr(row, key)).map(tuple)


def rows(rows: st.SearchStrategy) -> st.SearchStrategy:
    return st.lists(rows, max_size=3).map(tuple)


LIMITS = st.none() | st.builds(d.Limit, st.integers(0, 90), of(words.UNITS))
MATERIALS = st.builds(
    d.Material, code=LABEL, name=LABEL, need=of(words.NEEDS), source=st.sampled_from([*words.SOURCES.values(), "unknown"]),
    copies=st.integers(0, 9), forms=several(words.FORMS), reusable_from=st.none() | LABEL, standard=TEXT, basis=TEXT,
    note=TEXT, kind=maybe(words.MATERIAL_KINDS), supply=maybe(words.SUPPLIES), source_note=TEXT,
    pages=st.none() | st.integers(0, 99), page_format=TEXT, blank_form=TEXT, sample=TEXT, fill_note=TEXT,
    licence_code=TEXT, elements=TEXTS, is_common=st.booleans(), lowest_trust=st.sampled_from(["", "A", "B", "C", "D"]),
)  # fmt: skip
OPTIONS = st.builds(
    d.Option, code=LABEL, text=LABEL, adds=TEXTS, drops=TEXTS, next=st.none() | LABEL, rejected=st.none() | LABEL,
    fields=TEXTS,
)  # fmt: skip
QUESTIONS = st.builds(
    d.Question, code=LABEL, text=LABEL, options=unique(OPTIONS, "code"), multiple=st.booleans()
)
CONVENIENCES = st.builds(d.Conveniences, *[FLAG] * 8)
FEES = st.builds(
    d.Fee,
    FLAG,
    TEXT,
    TEXT,
    rows(st.builds(d.FeeItem, LABEL | TEXT.filter(str.strip), TEXT, FLAG, TEXT)),
    FLAG,
)
ITEMS = st.builds(
    d.ItemDefinition, version_id=st.just(0), task_code=st.just(CODE), version=st.integers(1, 9), name=LABEL,
    type=st.sampled_from(["01", "05", "10", "20"]), organ_id=st.just(1), organ_name=st.just("区某局"),
    region=st.just("511602"), level=st.sampled_from(["", "县级", "区（县）级"]), kind=st.sampled_from([None, "instant", "commitment"]),
    legal_limit=LIMITS, promised_limit=LIMITS, visits=st.none() | st.integers(0, 9), online=FLAG, fee=FEES,
    audiences=several(words.AUDIENCES), themes=TEXTS, materials=unique(MATERIALS, "code"),
    steps=rows(st.builds(d.Step, LABEL, of(words.ROLES), st.none() | st.integers(0, 9), TEXT, TEXT)),
    special_procedures=rows(st.builds(d.SpecialProcedure, of(words.PROCEDURES), st.none() | st.integers(0, 99), TEXT, FLAG, TEXT)),
    start_question=st.none() | LABEL, questions=unique(QUESTIONS, "code"), conditions=TEXTS,
    basis=rows(st.builds(d.Basis, LABEL | st.just("《某法》"), TEXT, TEXT)),
    results=rows(st.builds(d.Result, LABEL, maybe(words.RESULTS), TEXT, TEXT)),
    places=rows(st.builds(d.Place, LABEL, TEXT, TEXT, TEXT, TEXT)), faq=rows(st.builds(d.Faq, LABEL, LABEL)),
    summary=TEXT, missing=st.just(("表单",)), main_name=TEXT, aliases=TEXTS, catalog_code=CODES, power_source=maybe(words.POWER_SOURCES),
    joint_organs=TEXTS, review_type=maybe(words.REVIEWS), legal_note=TEXT, subjects=several(words.SUBJECTS),
    channels=several(words.CHANNELS), visits_reason=TEXT, online_depth=several(words.DEPTHS), online_url=TEXT,
    area=maybe(words.AREAS), quantity_limit=TEXT,
    intermediaries=rows(st.builds(d.Intermediary, LABEL, TEXT, TEXT, TEXT)), conveniences=CONVENIENCES,
    is_in_center=FLAG, center_name=TEXT, contact=st.builds(d.Contact, TEXT, TEXT, TEXT, TEXT),
    duties=rows(st.builds(d.Duty, LABEL, LABEL, TEXT)), accountability=TEXTS, plain_text=TEXT,
)  # fmt: skip


def item(**changes: object) -> d.ItemDefinition:
    """A small sound item."""
    base = {
        "version_id": 0, "task_code": CODE, "version": 1, "name": "某某许可", "type": "01", "organ_id": 1,
        "organ_name": "区某局", "region": "511602", "legal_limit": d.Limit(20), "promised_limit": d.Limit(7),
        "materials": (d.Material("M01", "申请表", source_note="=SUM(A1)"), d.Material("M02", "身份证明", "deferrable")),
        "steps": (d.Step("受理", "clerk", 1), d.Step("审查", "examiner", 3)), "conditions": ("年满十八周岁",),
    }  # fmt: skip
    return d.ItemDefinition(**(base | changes))


def change(path: Path, row: int, **cells: object) -> None:
    """Set cells of the item sheet by their titles."""
    book = openpyxl.load_workbook(path)
    sheet = book["事项"]
    titles = {cell.value: cell.column for cell in sheet[1]}
    for title, value in cells.items():
        sheet.cell(row, titles[title]).value = value
    book.save(path)
