"""Deeds of the organisation: organs and windows, staff, duties and authority, deputies and absences."""

from onewindow.org.regions import Report, import_file
from onewindow.org.services.absences import cancel_absence, name_deputy, release_deputy, set_absence
from onewindow.org.services.changes import confirm, decline, propose
from onewindow.org.services.duties import appoint, grant_authority, revoke, revoke_authority
from onewindow.org.services.organs import (
    ensure_center,
    ensure_organ,
    ensure_window,
    set_organ_model,
    set_paper_names,
)
from onewindow.org.services.staff import dismiss, hire, move

import_regions = import_file

__all__ = [
    "Report",
    "appoint",
    "cancel_absence",
    "confirm",
    "decline",
    "dismiss",
    "ensure_center",
    "ensure_organ",
    "ensure_window",
    "grant_authority",
    "hire",
    "import_regions",
    "move",
    "propose",
    "name_deputy",
    "release_deputy",
    "revoke",
    "revoke_authority",
    "set_absence",
    "set_organ_model",
    "set_paper_names",
]
