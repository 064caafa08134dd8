"""Checks on the spot and applications for recusal as the case's page and the contract's Case show them."""

from __future__ import annotations

from typing import Any

from onewindow.cases import store
from onewindow.cases.dossier import Spoken, Visit
from onewindow.cases.rules.state import Recusal, SiteCheck
from onewindow.org import queries as org

Json = dict[str, Any]
_GONE = Visit("", ())


def shown(found: store.Found, *, is_staff: bool, masked: bool) -> Json:
    """``site_checks`` and ``recusals``, the oldest first; where somebody lives or works stays masked."""
    life = found.state.life
    told: Json = {"site_checks": [], "recusals": []}
    if not life.site_checks and not life.recusals:
        return told
    names = org.staff_names(
        {*(one.account for one in life.recusals), *(who for one in life.site_checks for who in one.checkers)}
    )
    visits = () if masked else found.dossier.visits
    for place, check in enumerate(life.site_checks):
        visit = visits[place] if place < len(visits) else _GONE
        told["site_checks"].append(_check(check, visit, names, is_staff=is_staff))
    whys = () if masked else found.dossier.objections
    for place, one in enumerate(life.recusals):
        why = whys[place] if place < len(whys) else None
        told["recusals"].append(_recusal(one, why, names, is_staff=is_staff))
    return told


def _check(one: SiteCheck, visit: Visit, names: dict[str, str], *, is_staff: bool) -> Json:
    return {
        "meets_at": one.meets_at,
        "checkers": [names.get(who, who) for who in one.checkers],
        "place": visit.place or None,
        "points": list(visit.points),
        "checked_at": one.checked_at,
        "result": one.result or None,
        "photos": list(one.photos) if is_staff else [],
        "cancelled": one.is_cancelled,
    }


def _recusal(one: Recusal, why: Spoken | None, names: dict[str, str], *, is_staff: bool) -> Json:
    # Why an official steps aside may tell of their family: it stays in the office.
    is_open = why is not None and (is_staff or (one.party == 0 and not one.is_own))
    return {
        "seat": one.seat,
        "person": names.get(one.account, one.account),
        "party": one.party,
        "reason": why.text if why is not None and is_open else None,
        "granted": one.is_granted,
        "own": one.is_own,
    }
