"""Deeds of privacy: copy, correct and erase one's own data; erase another's on a written request, by two; dispose of
cases whose time is over, by two."""

from onewindow.privacy.services.copying import copy_own
from onewindow.privacy.services.correcting import correct
from onewindow.privacy.services.disposing import approve, decline, propose
from onewindow.privacy.services.erasing import ask, confirm, erase_own, refuse

__all__ = [
    "approve",
    "ask",
    "confirm",
    "copy_own",
    "correct",
    "decline",
    "erase_own",
    "propose",
    "refuse",
]
