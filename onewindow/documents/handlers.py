"""What documents do when a case fact arrives: order the files of the papers that the deed issued."""

from __future__ import annotations

from onewindow.base.outbox import DeliveredFact
from onewindow.documents.tasks import make_papers as task


def make_papers(fact: DeliveredFact) -> None:
    """Hand the slow work to the job library, in the transaction of the delivery.

    Ordered twice it is done once: a paper that has its file keeps it. A paper that somebody opens before is
    made on the spot.
    """
    issued = [str(one["document_no"]) for one in fact.data.get("documents") or ()]
    if issued:
        task.defer(document_nos=issued)
