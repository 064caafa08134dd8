"""Third parties and the hearing of a case as its page and the contract's Case show them."""

from __future__ import annotations

from typing import Any

from onewindow.cases import store
from onewindow.cases.rules.state import GRANTED, Hearing, Voice
from onewindow.kernel import masking
from onewindow.org import queries as org

Json = dict[str, Any]


def shown(found: store.Found, *, is_staff: bool, masked: bool) -> Json:
    """``touches_third_party``, ``parties``, ``statements`` and ``hearing``; empty while there are none."""
    life = found.state.life
    told: Json = {
        "touches_third_party": life.touches_third_party,
        "parties": [],
        "statements": [],
        "hearing": None if life.hearing is None else _hearing(life.hearing),
    }
    if life.parties or life.voices:
        told["parties"] = _parties(found, is_staff=is_staff, masked=masked)
    if life.voices or found.state.state in GRANTED:
        told["statements"] = _statements(found, is_staff=is_staff, masked=masked)
    return told


def _parties(found: store.Found, *, is_staff: bool, masked: bool) -> list[Json]:
    """The applicant (number 0) once told, then the third parties; an applicant reads their names masked."""
    rows: list[Json] = []
    voices = {one.no: one for one in found.state.life.voices}
    if 0 in voices:
        rows.append({"no": 0, "name": None, "type": None, "interest": None, **_voice(voices[0])})
    for no, party in enumerate(found.dossier.parties, 1):
        is_open = party.type == "organisation" or (is_staff and not masked)
        rows.append(
            {
                "no": no,
                "name": party.name if is_open else masking.mask_name(party.name),
                "type": party.type,
                "interest": party.interest if is_staff and not masked else None,
                **_voice(voices.get(no)),
            }
        )
    return rows


def _voice(one: Voice | None) -> Json:
    if one is None:
        return {"told_on": None, "answer_by": None, "heard": False}
    return {"told_on": one.told_on, "answer_by": one.answer_by, "heard": one.is_heard}


def _statements(found: store.Found, *, is_staff: bool, masked: bool) -> list[Json]:
    """What was said: all of it for those at work on the case, an applicant reads their own words."""
    if masked:
        return []
    return [
        {"party": one.party, "text": one.text, "at": one.at}
        for one in found.dossier.statements
        if is_staff or one.party == 0
    ]


def _hearing(one: Hearing) -> Json:
    names = org.staff_names({one.host, one.recorder})
    return {
        "told_on": one.told_on,
        "request_by": one.request_by,
        "waived": one.waived,
        "requested_on": one.requested_on,
        "organise_by": one.organise_by,
        "meets_at": one.meets_at,
        "place": one.place or None,
        "public": one.is_public,
        "host": names.get(one.host),
        "recorder": names.get(one.recorder),
        "held_on": one.held_on,
        "withdrawn": one.is_withdrawn,
    }
