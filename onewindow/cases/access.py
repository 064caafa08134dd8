"""Who sees a case and in which light: the only way from an actor to a row."""

from __future__ import annotations

from datetime import datetime

from onewindow.base import calendars, crypto
from onewindow.base.clock import day_of
from onewindow.cases import dossier as dossiers
from onewindow.cases import store
from onewindow.cases.rules.acting import Context, Paper
from onewindow.cases.rules.state import CaseState
from onewindow.catalog.definition import ItemDefinition
from onewindow.kernel.actor import Actor
from onewindow.kernel.errors import N_, NotFound
from onewindow.kernel.identifiers import case_no as case_numbers
from onewindow.org import queries as org
from onewindow.people import consents, purposes

# The hall and those who watch it see the cases of all organs; a department sees its own.
EVERYWHERE = ("clerk", "issuer", "supervisor", "manager", "leader")
DEPARTMENT = ("examiner", "approver", "head")
# Who works on a case has business with the personal data in it; who watches sees it masked.
_BUSINESS = ("clerk", "issuer", "examiner", "approver", "head")


def see(actor: Actor, case_no: str) -> store.Found:
    """The case, or ``NotFound``: what is not there and what is not the actor's look the same."""
    number = normal(case_no)
    found = store.load(number) if number is not None else None
    if found is None or not may_see(actor, found.state, found.found_by[0]):
        raise NotFound("no-such-case", N_("没有找到这件事，请核对办件编号。"))
    return found


def normal(case_no: str) -> str | None:
    """The case number in its one written form, None when it cannot be one."""
    if "\0" in case_no:
        return None
    parsed = case_numbers.parse(case_no)
    return parsed.text if isinstance(parsed, case_numbers.CaseNo) else None


def may_see(actor: Actor, state: CaseState, subject_hash: bytes) -> bool:
    """True when the case is the actor's own, in their organ, or their office sees all."""
    if is_applicant(actor, state, subject_hash):
        return True
    if state.state == "draft":
        return False
    if actor.has(*EVERYWHERE):
        return True
    return actor.has(*DEPARTMENT) and (state.organ_id == actor.organ_id or state.organ_id in actor.organ_ids)


def is_applicant(actor: Actor, state: CaseState, subject_hash: bytes) -> bool:
    """The applicant, a firm's mandated operator, the agent who applied; of a draft whoever began it."""
    if actor.has("citizen", "enterprise") and subject_hash in actor.subject_hashes:
        return True
    life = state.life
    return life.applied_by == actor.username and (state.state == "draft" or life.agent_until is not None)


def _may_act_as_applicant(actor: Actor, state: CaseState, subject_hash: bytes, now: datetime) -> bool:
    """An agent acts until the mandate ends; what was done under it stays to be seen."""
    if not is_applicant(actor, state, subject_hash):
        return False
    until = state.life.agent_until
    is_agent = state.life.applied_by == actor.username and subject_hash not in actor.subject_hashes
    return not (is_agent and until is not None and day_of(now) > until)


def sees_all(actor: Actor, state: CaseState, subject_hash: bytes) -> bool:
    """True when personal values are shown unmasked."""
    return actor.has(*_BUSINESS) or is_applicant(actor, state, subject_hash)


def context(actor: Actor, found: store.Found, item: ItemDefinition, *, now: datetime) -> Context:
    """What a decision about this case may look at."""
    return Context(
        now=max(now, found.state.last_at),
        actor=actor,
        item=item,
        table=calendars.table(),
        is_applicant=_may_act_as_applicant(actor, found.state, found.found_by[0], now),
        paper=lambda document_no: _paper(found, document_no),
        consents=lambda: _consents(found, found.dossier.electronic_service),
        chose_electronic=lambda: _consents(found, found.dossier.delivery.method == "electronic"),
        is_erased=found.found_by == dossiers.ERASED_BY,
        is_colleague=lambda username, state: _is_colleague(username, state, now),
    )


def _consents(found: store.Found, said: bool) -> bool:
    """Whether the applicant agrees to service by electronic means: of what the application ``said`` and what the
    person says of all matters, the later word counts."""
    who = found.dossier.applicant
    last = consents.last_word(crypto.subject_hashes(who.id_type, who.id_number), purposes.ELECTRONIC)
    received_at = found.state.received_at
    if last is None or (received_at is not None and last[1] <= received_at):
        return said
    return last[0]


def _paper(found: store.Found, document_no: str) -> Paper | None:
    """A paper of the case with whom it speaks to; none can be served once the names in it were erased."""
    if found.found_by == dossiers.ERASED_BY:
        return None
    paper = next((one for one in found.papers or [] if one[0] == document_no), None)
    return None if paper is None else Paper(paper[0], paper[1], paper[2], _party(found, document_no))


def _party(found: store.Found, document_no: str) -> int:
    for event in found.events or []:
        data = event[5]
        if any(one["document_no"] == document_no for one in data.get("documents", ())):
            return int(data.get("party", 0))
    return 0


def _is_colleague(username: str, state: CaseState, now: datetime) -> bool:
    """True when that person holds a handling role for the case's organ today."""
    on = day_of(now)
    roles = ("clerk",) if state.state in ("received", "correcting") else ("examiner", "approver", "head")
    return any(
        one.username == username
        for role in roles
        for one in org.holders(role, organ_id=state.organ_id, on=on)
    )


def may_open_files(actor: Actor, case_no: str) -> bool:
    """True when the actor may open the files tied to the case with this number.

    Papers and materials cannot be masked: who only watches opens them once they said in the case why (``reveal``).
    """
    number = normal(case_no)
    found = store.load(number) if number is not None else None
    if found is None or not may_see(actor, found.state, found.found_by[0]):
        return False
    return sees_all(actor, found.state, found.found_by[0]) or _has_looked(actor, found)


def _has_looked(actor: Actor, found: store.Found) -> bool:
    return any(one[1] == "revealed" and one[3] == actor.username for one in found.events or ())
