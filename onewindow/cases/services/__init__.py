"""Deeds of cases: create, change, act, what time does, what a new calendar moves."""

from onewindow.cases.services.acting import act, arrived, change, open_paper, reveal
from onewindow.cases.services.correcting import note_correction
from onewindow.cases.services.creating import create
from onewindow.cases.services.erasing import erase
from onewindow.cases.services.moving import move_dues
from onewindow.cases.services.sweeping import sweep, sweep_until
from onewindow.cases.services.taking import take_all

__all__ = [
    "act",
    "arrived",
    "change",
    "create",
    "erase",
    "move_dues",
    "note_correction",
    "open_paper",
    "reveal",
    "sweep",
    "sweep_until",
    "take_all",
]
