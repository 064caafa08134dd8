"""Who acts: the identity that every deed and every read is asked on behalf of."""

from __future__ import annotations

import msgspec


class Actor(msgspec.Struct, frozen=True):
    """A person at work (or a citizen, or the system) as the deeds see them.

    ``roles`` are role names (see ``ROLES``); ``organ_id`` is the organ a staff member acts for;
    ``regions`` the division codes a window serves; ``subject_hash`` finds the cases of an applicant
    (keyed hash of the id number, one per natural person or mandated firm).
    """

    account_id: int
    username: str
    name: str
    roles: frozenset[str] = frozenset()
    organ_id: int | None = None
    organ_name: str | None = None
    region: str | None = None
    window_id: int | None = None
    channel: str = "portal"
    person_id: int | None = None
    subject_hashes: tuple[bytes, ...] = ()
    organ_ids: frozenset[int] = frozenset()

    def has(self, *roles: str) -> bool:
        """True when the actor holds at least one of ``roles``."""
        return not self.roles.isdisjoint(roles)

    @property
    def is_staff(self) -> bool:
        """True for anyone who works behind the window."""
        return not self.roles.isdisjoint(STAFF_ROLES)


APPLICANT_ROLES = ("citizen", "enterprise")
STAFF_ROLES = (
    "clerk",
    "examiner",
    "approver",
    "head",
    "issuer",
    "catalog",
    "establishment",
    "legal",
    "leader",
    "supervisor",
    "manager",
    "sysadmin",
    "secadmin",
    "auditor",
)
# Three separate administrators (三员): system, security, audit; none can be held with another.
ADMINISTRATORS = ("sysadmin", "secadmin", "auditor")
ROLES = APPLICANT_ROLES + STAFF_ROLES

SYSTEM = Actor(account_id=0, username="system", name="系统", roles=frozenset({"system"}), channel="system")
