"""Hints for whoever reads a file: what a machine finds missing. Shown beside a line, never scored by itself. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from onewindow.kernel.errors import N_


class Hint(msgspec.Struct, frozen=True):
    """What was noticed, and at which line of the sheet it is shown."""

    code: str
    text: str


File = Mapping[str, Any]


def _kinds(file: File) -> set[str]:
    return {one["kind"] for one in file["papers"]}


def _no_notice(file: File) -> bool:
    return file["accepted_on"] is not None and "acceptance" not in _kinds(file)


def _no_correction(file: File) -> bool:
    return bool(file["is_corrected"]) and "correction" not in _kinds(file)


def _no_decision(file: File) -> bool:
    return not _kinds(file) & {"grant", "denial"}


def _one_hand(file: File) -> bool:
    return (
        bool(file["decided_by"]) and file["accepted_by"] == file["decided_by"] and file["kind"] != "instant"
    )


def _missing(file: File) -> bool:
    return any(one["need"] == "required" and one["state"] == "missing" for one in file["materials"])


def _deferred(file: File) -> bool:
    return any(one["state"] == "deferred" for one in file["materials"])


def _no_proof(file: File) -> bool:
    return file["delivered_on"] is not None and "delivery" not in _kinds(file)


def _not_served(file: File) -> bool:
    return file["outcome"] in ("grant", "deny") and file["delivered_on"] is None


_HINTS: tuple[tuple[str, str, Callable[[File], bool]], ...] = (
    ("notice", N_("卷里没有受理通知书。"), _no_notice),
    ("notice", N_("这件是视为受理的：五个工作日内没有告知。"), lambda file: bool(file["is_deemed"])),
    ("once", N_("要求补正过，但卷里没有补正告知书。"), _no_correction),
    ("limits", N_("承诺期限或法定期限到的时候还没有决定。"), lambda file: bool(file["is_late"])),
    ("basis", N_("卷里没有决定书。"), _no_decision),
    ("separation", N_("受理和决定是同一个人。"), _one_hand),
    ("papers", N_("清单上必要的材料有缺。"), _missing),
    ("papers", N_("容缺的材料还没有补来。"), _deferred),
    ("service", N_("已经送达，但卷里没有送达凭证。"), _no_proof),
    ("service", N_("还没有送达记录。"), _not_served),
)


def of_file(file: File) -> list[Hint]:
    """The hints of a file (``cases.queries.sampling.file``), in the order of the sheet."""
    return [Hint(code, text) for code, text, is_so in _HINTS if is_so(file)]
