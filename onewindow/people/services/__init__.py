"""Deeds about people: registering, and mandates given, confirmed and ended."""

from onewindow.people.services.correcting import correct_identity
from onewindow.people.services.erasing import erase
from onewindow.people.services.mandates import bind_firm, confirm_mandate, end_mandate, give_mandate
from onewindow.people.services.registering import Applicant, correct_phone, register

__all__ = [
    "Applicant",
    "bind_firm",
    "confirm_mandate",
    "correct_identity",
    "correct_phone",
    "end_mandate",
    "erase",
    "give_mandate",
    "register",
]
