"""How far a material can be trusted (可信等级 A–D, 国办函〔2016〕108号): by how its files came, pure.

A: signed by an issuing authority, or fetched from it; B: seen against the original at a counter; C: uploaded,
the original not seen yet; D: made by the applicant, who answers for its truth. The level of each file is fixed when
it is attached and stands in its row; an original that is shown later lifts the material to B.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from onewindow.cases.rules import commands
from onewindow.cases.rules.acting import Act, Context, invalid
from onewindow.cases.rules.state import CaseState, Fact, Row
from onewindow.catalog.definition import Material
from onewindow.kernel.errors import N_

# What only the applicant can make; licences, approvals and proofs come from somebody else.
_OWN_KINDS = frozenset({"", "form", "other"})


class Trust(msgspec.Struct, frozen=True):
    """``level`` A to D with its ``reason`` (a word of ``ui.words.TRUST``), None while there is nothing to judge.

    ``lowest`` is what the item asks for, "" nothing. ``is_due``: the original is still to be shown at a counter; that
    is a task, it stops nothing.
    """

    level: str | None
    reason: str | None
    lowest: str
    is_due: bool


def mark(came: str, medium: str | None, material: Material | None) -> str:
    """The level of a file as it is attached."""
    if came == "signed":
        return "A"
    if came == "counter" and medium == "original":
        return "B"
    return "D" if material is not None and _is_own(material) else "C"


def _is_own(material: Material) -> bool:
    return material.source == "applicant" and material.kind in _OWN_KINDS and not material.licence_code


def marked(
    rows: Sequence[Sequence[Any]], attached: Sequence[dict[str, str]], materials: dict[str, Material]
) -> list[list[Any]]:
    """Rows as a fact carries them (``Row.told``), those with new files with their levels."""
    came = {one["file_id"]: one["came"] for one in attached}
    return [_marked(msgspec.convert(row, Row), came, materials).told for row in rows]


def _marked(row: Row, came: dict[str, str], materials: dict[str, Material]) -> Row:
    if not came.keys() & set(row.file_ids):
        return row
    known = dict(zip(row.file_ids, row.trust, strict=False))
    material = materials.get(row.code)
    letters = (
        mark(came[one], row.medium, material) if one in came else known.get(one, "C") for one in row.file_ids
    )
    return msgspec.structs.replace(row, trust="".join(letters))


def told(
    data: dict[str, Any], attached: list[dict[str, str]], materials: dict[str, Material]
) -> dict[str, Any]:
    """The data of a fact that brings files: their digests, and the rows with levels."""
    files = [{"file_id": one["file_id"], "sha256": one["sha256"]} for one in attached]
    rows = {"materials": marked(data["materials"], attached, materials)} if "materials" in data else {}
    return {**data, **rows, "files": files}


def of_row(row: Row, state: CaseState, material: Material | None) -> Trust:
    """What a material stands at: its weakest file, lifted by an original that was shown."""
    level, reason = _level(row, material)
    if row.code in state.life.originals and level is not None and level > "B":
        level, reason = "B", "seen"
    lowest = material.lowest_trust if material is not None else ""
    is_due = bool(lowest) and level is not None and level > lowest
    return Trust(level, reason, lowest, is_due)


def _level(row: Row, material: Material | None) -> tuple[str | None, str | None]:
    if row.state == "reused":
        return "A", "fetched"
    if row.state != "submitted" or row.medium is None:
        return None, None
    if not row.file_ids:
        return {"original": ("B", "handed"), "copy": ("C", "copied")}.get(row.medium, (None, None))
    level = max(row.trust) if row.trust else mark("upload", row.medium, material)
    if level == "C" and row.medium == "copy":
        return level, "copied"
    return level, {"A": "signed", "B": "scanned", "C": "uploaded", "D": "self-made"}[level]


def of_file(row: Row, place: int, state: CaseState, material: Material | None) -> str | None:
    """The level of one file of a material."""
    level = of_row(row, state, material).level
    if level is None or place >= len(row.trust):
        return level
    own = row.trust[place]
    return "B" if own > "B" and row.code in state.life.originals else own


def _check(state: CaseState, body: commands.CheckOriginals, context: Context) -> list[Fact]:
    known = context.item.material_by_code
    for place, code in enumerate(body.materials):
        row = state.row(code)
        if row is None or row.state != "submitted":
            raise invalid(f"materials.{place}", "not-submitted", N_("这份材料还没有交，没有什么可以核验。"))
        if of_row(row, state, known.get(code)).level in (None, "A", "B"):
            raise invalid(f"materials.{place}", "seen-already", N_("这份材料不用再核验原件。"))
    return [Fact("originals-checked", {"materials": list(dict.fromkeys(body.materials))})]


STATES = frozenset({"received", "correcting", "accepted", "in_review", "paused", "granted", "produced"})
ACTS = (Act("check-originals", STATES, ("clerk", "examiner"), commands.CheckOriginals, _check),)
