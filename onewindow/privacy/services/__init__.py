"""Deeds of privacy: copy, correct and erase one's own data; erase another's on a written request, by two."""

from onewindow.privacy.services.copying import copy_own
from onewindow.privacy.services.correcting import correct
from onewindow.privacy.services.erasing import ask, confirm, erase_own, refuse

__all__ = ["ask", "confirm", "copy_own", "correct", "erase_own", "refuse"]
