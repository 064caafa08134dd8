"""Deeds of the catalogue, one module a verb."""

from onewindow.catalog.changes.target import Target
from onewindow.catalog.services.examine import approve, examine, reject
from onewindow.catalog.services.propose import amend, propose, rebase, restore, submit, withdraw_change
from onewindow.catalog.services.publish import publish, withdraw
from onewindow.catalog.services.sweep import sweep_changes
from onewindow.catalog.services.taking_over import ImportReport, RowNote, import_file
from onewindow.kernel.actor import SYSTEM

__all__ = [
    "SYSTEM",
    "ImportReport",
    "RowNote",
    "Target",
    "amend",
    "approve",
    "examine",
    "import_file",
    "propose",
    "publish",
    "rebase",
    "reject",
    "restore",
    "submit",
    "sweep_changes",
    "withdraw",
    "withdraw_change",
]
