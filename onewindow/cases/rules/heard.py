"""How the facts of third parties, hearings, checks and licences change what a case remembers (see ``evolve``)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from msgspec.structs import replace

from onewindow.cases.rules.state import Hearing, Life, Pledge, Proposal, Recusal, SiteCheck, Voice

Data = dict[str, Any]
Change = Callable[[Life, Data, date, str], Life]  # life, data, day and actor of the fact


def spoken(life: Life, no: int) -> Life:
    """Party ``no`` was listened to."""
    return replace(
        life, voices=tuple([replace(one, is_heard=True) if one.no == no else one for one in life.voices])
    )


def spoken_of_licence(life: Life, no: int) -> Life:
    """The holder (0) or a third party was listened to on what may become of the licence."""
    found = life.licence
    if no == 0:
        return replace(life, licence=replace(found, is_heard=True))
    return replace(life, licence=replace(found, heard=tuple(sorted({*found.heard, no}))))


def _judged(life: Life, data: Data, day: date, actor: str) -> Life:
    return replace(life, touches_third_party=data["touches"])


def _invited(life: Life, data: Data, day: date, actor: str) -> Life:
    told = Voice(data["party"], day, date.fromisoformat(data["answer_by"]))
    return replace(life, voices=(*life.voices, told))


def _hearing(life: Life, **change: Any) -> Life:
    return replace(life, hearing=replace(life.hearing or Hearing(), **change))


def _rights_told(life: Life, data: Data, day: date, actor: str) -> Life:
    told = (*(life.hearing.told if life.hearing is not None else ()), data["party"])
    request_by = date.fromisoformat(data["request_by"])
    return _hearing(life, told_on=day, told_by=actor, told=told, request_by=request_by)


def rights_served(life: Life, request_by: str) -> Life:
    """The notice of the right to a hearing reached somebody: the term ends no earlier than theirs does."""
    found = life.hearing
    if found is None or found.request_by is None:
        return life
    return _hearing(life, request_by=max(found.request_by, date.fromisoformat(request_by)))


def _requested(life: Life, data: Data, day: date, actor: str) -> Life:
    return _hearing(life, requested_on=day, organise_by=date.fromisoformat(data["organise_by"]))


def _waived(life: Life, data: Data, day: date, actor: str) -> Life:
    waived = life.hearing.waived if life.hearing is not None else ()
    return _hearing(life, waived=(*waived, data["party"]))


def _arranged(life: Life, data: Data, day: date, actor: str) -> Life:
    names = ("matters", "place", "is_public")
    return _hearing(
        life,
        meets_at=datetime.fromisoformat(data["held_at"]),
        is_withdrawn=False,
        host=data["host_account"],
        recorder=data["recorder_account"],
        **{name: data[name] for name in names},
    )


def _held(life: Life, data: Data, day: date, actor: str) -> Life:
    # The last opinion was given before the record: the examiner gives it anew, for the decision rests on it.
    life = replace(life, steps_done=max(life.steps_done - 1, 0))
    return _hearing(life, held_on=day)


def _cancelled(life: Life, data: Data, day: date, actor: str) -> Life:
    return _hearing(life, meets_at=None, is_withdrawn=data["withdrawn"])


def _same(life: Life, data: Data, day: date, actor: str) -> Life:
    return life


def _check_arranged(life: Life, data: Data, day: date, actor: str) -> Life:
    one = SiteCheck(datetime.fromisoformat(data["meets_at"]), tuple(data["checkers"]), data["points"])
    return replace(life, site_checks=(*life.site_checks, one))


def _last_check(life: Life, **change: Any) -> Life:
    last = replace(life.site_checks[-1], **change)
    return replace(life, site_checks=(*life.site_checks[:-1], last))


def _checked(life: Life, data: Data, day: date, actor: str) -> Life:
    at = datetime.fromisoformat(data["checked_at"])
    return _last_check(life, checked_at=at, result=data["verdict"], photos=tuple(data["photos"]))


def _check_cancelled(life: Life, data: Data, day: date, actor: str) -> Life:
    return _last_check(life, is_cancelled=True)


def _recusal_requested(life: Life, data: Data, day: date, actor: str) -> Life:
    one = Recusal(data["seat"], data["account"], data["party"])
    return replace(life, recusals=(*life.recusals, one))


def _recusal_offered(life: Life, data: Data, day: date, actor: str) -> Life:
    one = Recusal(data["seat"], data["account"], is_own=True)
    return replace(life, recusals=(*life.recusals, one))


def _recusal_decided(life: Life, data: Data, day: date, actor: str) -> Life:
    last = replace(life.recusals[-1], is_granted=data["granted"])
    life = replace(life, recusals=(*life.recusals[:-1], last))
    if data.get("again"):
        life = replace(life, steps_done=0, is_passed=None)
    if data["granted"] and data["seat"] in ("host", "recorder"):
        return _hearing(life, **{data["seat"]: data["to"]})
    return life


def _ending_proposed(life: Life, data: Data, day: date, actor: str) -> Life:
    proposal = Proposal(data["action"], actor, data["body"])
    return replace(life, proposal=proposal, licence=replace(life.licence, is_heard=False, heard=()))


def _ended_as(standing: str) -> Change:
    def change(life: Life, data: Data, day: date, actor: str) -> Life:
        return replace(life, proposal=None, licence=replace(life.licence, standing=standing, ended_on=day))

    return change


def _dropped(life: Life, data: Data, day: date, actor: str) -> Life:
    return replace(life, proposal=None)


def to_check(life: Life, due_on: date) -> Life:
    """Granted on a promise, which is checked by ``due_on``."""
    return _pledge(life, standing="due", due_on=due_on, visits=_visits(life))


def _visits(life: Life) -> int:
    return sum(not one.is_cancelled and one.checked_at is not None for one in life.site_checks)


def _pledge(life: Life, **change: Any) -> Life:
    return replace(life, pledge=replace(life.pledge or Pledge(), **change))


def _checkers(life: Life, actor: str) -> tuple[str, ...]:
    known = life.pledge.checked_by if life.pledge is not None else ()
    return tuple(dict.fromkeys((*known, actor)))


def _kept(life: Life, data: Data, day: date, actor: str) -> Life:
    return _pledge(life, standing="kept", checked_by=_checkers(life, actor))


def _ordered(life: Life, data: Data, day: date, actor: str) -> Life:
    by = date.fromisoformat(data["correct_by"])
    return _pledge(
        life,
        standing="rectifying",
        due_on=by,
        visits=_visits(life),
        checked_by=_checkers(life, actor),
    )


def _breached(life: Life, data: Data, day: date, actor: str) -> Life:
    return _pledge(
        life,
        standing="breached",
        breach=data["breach"],
        breached_on=day,
        checked_by=_checkers(life, actor),
    )


def _repaired(life: Life, data: Data, day: date, actor: str) -> Life:
    return _pledge(life, repaired_on=day)


CHANGES: dict[str, Change] = {
    "interest-judged": _judged,
    "statement-invited": _invited,
    "hearing-rights-told": _rights_told,
    "hearing-requested": _requested,
    "hearing-waived": _waived,
    "hearing-arranged": _arranged,
    "hearing-noticed": _same,
    "hearing-held": _held,
    "hearing-cancelled": _cancelled,
    "site-check-arranged": _check_arranged,
    "site-checked": _checked,
    "site-check-cancelled": _check_cancelled,
    "recusal-requested": _recusal_requested,
    "recusal-offered": _recusal_offered,
    "recusal-decided": _recusal_decided,
    "ending-noticed": _same,
    "ending-told": _same,
    "revocation-proposed": _ending_proposed,
    "licence-withdrawal-proposed": _ending_proposed,
    "cancellation-proposed": _ending_proposed,
    "licence-revoked": _ended_as("revoked"),
    "licence-withdrawn": _ended_as("withdrawn"),
    "licence-cancelled": _ended_as("cancelled"),
    "proposal-dropped": _dropped,
    "pledge-kept": _kept,
    "rectification-ordered": _ordered,
    "pledge-breached": _breached,
    "credit-repaired": _repaired,
}
