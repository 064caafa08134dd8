"""Taking all files of a case along as one archive, by those who may see the case."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from onewindow.base import facts
from onewindow.cases.queries.viewing import view
from onewindow.documents import archive
from onewindow.documents import queries as documents
from onewindow.documents import services as papers
from onewindow.kernel.actor import Actor
from onewindow.kernel.errors import NotAllowed, NotFound


def take_all(actor: Actor, case_no: str, *, now: datetime) -> tuple[str, Iterator[bytes]]:
    """(name, pieces) of a ZIP of all materials, the mandate and all papers, with an index.

    The fact ``taken`` (stream "archive", subject the account) says who took which case's files, how many and
    the digest of their digests. Raises ``NotFound`` for a case that is not the actor's to see.
    """
    case = view(actor, case_no, now=now)
    entries = [*_materials(actor, case), *_papers(case, now)]
    lines = archive.index(entries)
    told = {"case_no": case["case_no"], "files": len(lines), "digest": archive.digest(lines)}
    facts.record("archive", actor.account_id, "taken", at=now, actor=actor, data=told)
    title = _("%(case_no)s 材料和文书") % {"case_no": case["case_no"]}
    return f"{case['case_no']}.zip", archive.stream(entries, lines, title=title, at=now)


def _materials(actor: Actor, case: Mapping[str, Any]) -> Iterator[archive.Entry]:
    for row in case["materials"]:
        for file_id in row["file_ids"] or ():
            yield from _file(actor, row["name"], file_id, trust=row["trust"]["level"] or "")
    mandate = (case.get("agent") or {}).get("mandate_file_id")
    if mandate:
        yield from _file(actor, _("授权委托书"), mandate)


def _file(actor: Actor, group: str, file_id: str, *, trust: str = "") -> Iterator[archive.Entry]:
    """Nothing where the file was erased in the meantime or is locked."""
    try:
        yield archive.Entry(group, *documents.open_file(actor, file_id), trust)
    except (NotFound, NotAllowed):
        return


def _papers(case: Mapping[str, Any], now: datetime) -> Iterator[archive.Entry]:
    for one in case["documents"]:
        try:
            yield archive.Entry(_("文书"), *papers.open_paper(one["document_no"], now=now))
        except NotFound:
            continue
