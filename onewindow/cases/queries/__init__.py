"""Reads of cases: the whole case, lists, the inbox, public progress."""

from onewindow.cases.queries.announced import announced
from onewindow.cases.queries.decisions import decisions
from onewindow.cases.queries.earlier import Earlier, earlier_forms
from onewindow.cases.queries.expired import Expired, expired
from onewindow.cases.queries.holding import held, numbers_of
from onewindow.cases.queries.listing import find, inbox
from onewindow.cases.queries.looking import looks_of, own_numbers
from onewindow.cases.queries.openness import bundle, lights, looks
from onewindow.cases.queries.placing import Placed, placed
from onewindow.cases.queries.pledges import is_barred
from onewindow.cases.queries.pledges import listed as pledged
from onewindow.cases.queries.telling import brief, brief_of, proof_subject, track
from onewindow.cases.queries.viewing import view

__all__ = [
    "Earlier",
    "Expired",
    "announced",
    "Placed",
    "brief",
    "brief_of",
    "bundle",
    "decisions",
    "earlier_forms",
    "expired",
    "find",
    "held",
    "inbox",
    "is_barred",
    "lights",
    "looks",
    "looks_of",
    "own_numbers",
    "placed",
    "pledged",
    "numbers_of",
    "proof_subject",
    "track",
    "view",
]
