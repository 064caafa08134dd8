"""Import of a list of items: an operator takes over what was approved elsewhere."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import msgspec
from django.db import transaction

from onewindow.base import facts
from onewindow.catalog import adapters, publishing
from onewindow.catalog.importing import ParsedRow, SourceText
from onewindow.catalog.publishing import Known, Publication
from onewindow.catalog.services import entitlement
from onewindow.catalog.sheets import operating
from onewindow.catalog.sheets.taking import SheetReport
from onewindow.kernel.actor import SYSTEM, Actor
from onewindow.kernel.errors import N_, Invalid
from onewindow.org import queries as org
from onewindow.org import services as org_services


class RowNote(msgspec.Struct, frozen=True):
    """What is said about one row of an import; ``line`` from 1 as an editor shows it."""

    line: int
    code: str
    text: str


class ImportReport(msgspec.Struct):
    """What an import did or, under ``dry_run``, would do. ``lacks``: element → rows that lack it."""

    format: str
    encoding: str
    dry_run: bool
    read: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    rejected: list[RowNote] = []
    flagged: list[RowNote] = []
    lacks: dict[str, int] = {}


def import_file(
    path: Path | str, *, now: datetime, format: str = "auto", dry_run: bool = False, actor: Actor = SYSTEM
) -> ImportReport:
    """Read a list of items and publish what is new or changed in it; the same file again changes nothing.

    A row that cannot be taken is reported with its line and the reason and leaves the others alone. A changed
    row gives a new version, for a published one is frozen. Items whose handling was completed here are not
    overwritten. Under ``dry_run`` nothing is written. Raises ``Invalid`` for a file of no known layout.
    """
    source = _open(path)
    if source.is_workbook:
        entitlement.require_system(actor)
        taken = operating.take_over(Path(path), now=now, layout=format, dry_run=dry_run, actor=actor)
        return _of_workbook(taken)
    adapter = adapters.choose(source, format)
    report = ImportReport(adapter.NAME, source.encoding, dry_run, rejected=[], flagged=[], lacks={})
    rows = _accepted(adapter.rows(source), report)
    entitlement.require_system(actor)
    with transaction.atomic():
        if not dry_run:
            publishing.lock()
        known = publishing.known([row.code for row in rows])
        wanted = _wanted(rows, known, report)
        if wanted and not dry_run:
            _publish_rows(wanted, known, now)
            data = {"format": adapter.NAME, "new": report.new, "changed": report.changed}
            facts.record("catalog", 0, "items-imported", at=now, actor=actor, data=data)
    report.rejected.sort(key=lambda note: note.line)
    return report


def _of_workbook(taken: SheetReport) -> ImportReport:
    """The report of a workbook by lines; each text begins with its sheet and cell."""
    notes: dict[str, list[RowNote]] = {"error": [], "warning": [], "info": []}
    for note in taken.notes:
        digits = note.cell.partition(":")[0].lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
        line = int(digits) if digits.isdigit() else 0
        notes[note.level].append(RowNote(line, note.item, note.text()))
    return ImportReport(
        taken.layout, "xlsx", taken.dry_run, taken.read, taken.new, taken.changed, taken.unchanged,
        notes["error"], notes["warning"],
    )  # fmt: skip


def _open(path: Path | str) -> SourceText:
    place = Path(path)
    try:
        return SourceText(place)
    except OSError as error:
        raise Invalid(
            "no-file",
            N_("无法读取文件 %(name)s：%(why)s"),
            params={"name": place.name, "why": error.strerror or ""},
        ) from None
    except EOFError:
        raise Invalid("no-file", N_("文件 %(name)s 不完整"), params={"name": place.name}) from None


def _accepted(rows: object, report: ImportReport) -> list[ParsedRow]:
    """The rows that can be taken; the others, and codes that come a second time, go to the report."""
    lacks: Counter[str] = Counter()
    first_line: dict[str, int] = {}
    accepted: list[ParsedRow] = []
    try:
        for row in rows:  # type: ignore[attr-defined]
            report.read += 1
            reason = row.reason
            if row.definition is not None and row.code in first_line:
                reason = f"事项编码与第 {first_line[row.code]} 行重复"
            if reason or row.definition is None:
                report.rejected.append(RowNote(row.line, row.code, reason))
                continue
            first_line[row.code] = row.line
            lacks.update(row.definition.missing)
            report.flagged.extend(RowNote(row.line, row.code, flag) for flag in row.definition.flags)
            accepted.append(row)
    except (EOFError, OSError):
        report.rejected.append(RowNote(report.read + 1, "", "文件不完整，其后的内容无法读取"))
    report.lacks = dict(lacks.most_common())
    return accepted


def _wanted(
    rows: list[ParsedRow], known: Mapping[str, Known], report: ImportReport
) -> list[tuple[ParsedRow, str]]:
    """The rows to publish, each with the digest of what the source says."""
    wanted = []
    for row in rows:
        assert row.definition is not None
        digest = publishing.digest_of(row.definition)
        before = known.get(row.code)
        if before is not None and before.source_digest == digest and before.is_current:
            report.unchanged += 1
        elif before is not None and not before.is_current:
            report.rejected.append(RowNote(row.line, row.code, "该事项已撤下，不由导入恢复"))
        elif before is not None and before.is_by_change:
            text = "该事项的现行版本经变更申请审批，导入不予覆盖，请另行提出变更"
            report.rejected.append(RowNote(row.line, row.code, text))
        elif before is not None and before.handled:
            text = "该事项的办理要素已在本平台补全，导入不予覆盖，请由事项编辑修改"
            report.rejected.append(RowNote(row.line, row.code, text))
        else:
            report.new += before is None
            report.changed += before is not None
            wanted.append((row, digest))
    return wanted


def _publish_rows(wanted: list[tuple[ParsedRow, str]], known: Mapping[str, Known], now: datetime) -> None:
    organs = _organs([row for row, _ in wanted], now)
    publications = []
    for row, digest in wanted:
        assert row.definition is not None
        before = known.get(row.code)
        organ = organs[row.definition.organ_name]
        definition = msgspec.structs.replace(
            row.definition,
            version=before.version + 1 if before else 1,
            organ_id=organ.id,
            organ_name=organ.name,
            organ_short=organ.short_name,
        )
        publications.append(Publication(definition, digest))
    publishing.write(publications, now=now)


def _organs(rows: list[ParsedRow], now: datetime) -> dict[str, org.OrganInfo]:
    """Name as printed → organ; unknown bodies are made, with the credit code most of their rows carry."""
    codes: dict[str, Counter[str]] = {}
    first: dict[str, ParsedRow] = {}
    for row in rows:
        assert row.definition is not None
        name = row.definition.organ_name
        first.setdefault(name, row)
        counted = codes.setdefault(name, Counter())
        if row.organ_uscc:
            counted[row.organ_uscc] += 1
    found = {}
    for name, row in first.items():
        assert row.definition is not None
        organ = org.find_organ(name=name)
        if organ is None:
            uscc = codes[name].most_common(1)[0][0] if codes[name] else None
            region = row.definition.region
            code = row.organ_code or uscc or f"{region}-{name}"
            organ = org_services.ensure_organ(code=code, name=name, uscc=uscc, region=region, now=now)
        found[name] = organ
    return found
