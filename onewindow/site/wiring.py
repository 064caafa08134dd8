"""Who listens to what, and which room fills in what a lower room cannot know: called once at start.

Keep ``wire`` a list of small calls, one line a matter.
"""

from __future__ import annotations

from onewindow.base import accounts, clock
from onewindow.base.models import Account
from onewindow.kernel.actor import Actor
from onewindow.org import queries as org
from onewindow.people import queries as people


def wire() -> None:
    """Tie the rooms together."""
    accounts.build_actors_with(actor_of_account)


def actor_of_account(account: Account) -> Actor:
    """What an account may do today: staff by duties, applicants by who they are and act for."""
    build = org.actor_for if account.kind == "staff" else people.actor_for
    return build(account.id, username=account.username, name=account.name, on=clock.today())
