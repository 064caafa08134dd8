"""Who listens to what, and which room fills in what a lower room cannot know: called once at start.

Keep ``wire`` a list of small calls, one line a matter.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from onewindow.base import accounts, calendars, clock, facts, health, outbox, worker
from onewindow.base.ledger import export, verify
from onewindow.cases import access, locked_files
from onewindow.cases import proof as case_proof
from onewindow.cases import queries as case_queries
from onewindow.cases import services as cases
from onewindow.cases.queries.spans import received_since, received_spans
from onewindow.cases.rules.evolve import TYPES
from onewindow.cases.services import holding, travelling
from onewindow.catalog import reconciliation
from onewindow.catalog import services as catalog
from onewindow.catalog.editorial import hot, nightly
from onewindow.custody import originals
from onewindow.custody import proof as custody_proof
from onewindow.documents import handlers as papers
from onewindow.documents import proof as paper_proof
from onewindow.documents import queries as documents
from onewindow.documents import storage
from onewindow.documents.services import making, stamping, uploads
from onewindow.kernel.actor import Actor
from onewindow.kernel.calendar import DayTable
from onewindow.notices import handlers as notices
from onewindow.notices.texts import TEXTS
from onewindow.org import queries as org
from onewindow.parcels import erasing as parcels
from onewindow.people import queries as people
from onewindow.privacy import corrections
from onewindow.privacy import queries as privacy
from onewindow.privacy.services import erasing
from onewindow.reviews import services as reviews
from onewindow.reviews.queries import ratings
from onewindow.reviews.services import erasing as voices
from onewindow.supervision import bad_ratings, telling
from onewindow.supervision import proof as card_proof
from onewindow.supervision import services as supervision
from onewindow.supervision.bulletin import proof as bulletin_proof
from onewindow.supervision.staff import attending
from onewindow.supervision.staff import proof as staff_proof

# Facts that issue papers, and facts that an applicant is told of.
_ISSUING = frozenset(
    {
        "received",
        "resubmitted",
        "correction-notified",
        "accepted",
        "acceptance-refused",
        "returned",
        "paused",
        "extended",
        "granted",
        "denied",
        "delivered",
        "withdrawn",
        "terminated",
        "statement-invited",
        "hearing-rights-told",
        "hearing-arranged",
        "hearing-noticed",
        "hearing-held",
        "recusal-decided",
        "site-check-arranged",
        "site-checked",
        "revocation-proposed",
        "licence-revoked",
        "licence-withdrawal-proposed",
        "licence-withdrawn",
        "licence-cancelled",
        "ending-noticed",
        "ending-told",
        "rectification-ordered",
        "served",
    }
)


def wire() -> None:
    """Tie the rooms together."""
    accounts.build_actors_with(actor_of_account)
    documents.entitle_with(_may_see_files)
    outbox.handle("papers", papers.make_papers)
    outbox.handle("notices", notices.tell_applicant)
    outbox.handle("locked-files", locked_files.tell)
    facts.listen("file", "locked", ["locked-files"])
    outbox.handle("card-notices", telling.tell)
    notices.brief_with(_brief)
    for type in telling.TOLD:
        facts.listen("card", type, ["card-notices"])
    for type in TYPES:
        facts.listen("case", type, _listeners_of(type))
    health.further[:] = [("files", storage.is_well)]
    reconciliation.spans[:] = [_received_spans]
    hot.received[:] = [received_since]
    # What is in force comes before what is due on it; the comparison of the night sees both.
    worker.sweeps[:] = [
        catalog.sweep_changes,
        cases.sweep,
        reviews.sweep,
        supervision.sweep,
        telling.sweep,
        attending.sweep,
        reconciliation.sweep,
        nightly.sweep,
        stamping.sweep,
        uploads.sweep,
    ]
    privacy.complaints[:] = [voices.stays]
    erasing.also[:] = [voices.erase_with, originals.erase, parcels.erase_with]
    holding.holds[:] = [originals.hold]
    travelling.also[:] = [reviews.sweep, supervision.settle]
    supervision.sources[:] = [bad_ratings.hits]
    calendars.on_change[:] = [_move_dues]
    verify.checks[:] = [
        case_proof.findings,
        paper_proof.findings,
        card_proof.findings,
        staff_proof.findings,
        bulletin_proof.findings,
        custody_proof.findings,
    ]
    export.parts[:] = [
        case_proof.export,
        paper_proof.export,
        card_proof.export,
        staff_proof.export,
        bulletin_proof.export,
    ]


def _may_see_files(actor: Actor, subject: str) -> bool:
    """Files are tied to a case or to a correction that waits."""
    return access.may_open_files(actor, subject) or corrections.may_see_files(actor, subject)


def _listeners_of(type: str) -> list[str]:
    return (["papers"] if type in _ISSUING else []) + (["notices"] if type in TEXTS else [])


def _brief(case_id: int) -> dict[str, Any] | None:
    """A case as messages tell of it, with the account and address of whoever applied."""
    told = case_queries.brief(case_id)
    contact = accounts.contact_of(told["applied_by"]) if told is not None else None
    if told is not None and contact is not None:
        told["account_id"], told["email"] = contact
    if told is not None:
        token = ratings.link_of(told["case_no"], "completion", way="sms", today=told["today"])
        told["rate"] = f"{making.base_url()}/r/{token}"
    return told


def _received_spans() -> list[reconciliation.Span]:
    """How the cases of each version lie in time, in the words of the catalogue."""
    return [reconciliation.Span(*row) for row in received_spans()]


def _move_dues(before: DayTable, after: DayTable, now: datetime, actor: Actor) -> None:
    cases.move_dues(now, table=after)
    supervision.follow_calendar(before, after, now, actor)


def actor_of_account(account: accounts.Identity) -> Actor:
    """What an account may do today: staff by duties, applicants by who they are and act for."""
    build = org.actor_for if account.kind == "staff" else people.actor_for
    return build(account.id, username=account.username, name=account.name, on=clock.today())
