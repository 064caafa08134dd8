"""What a case is at one moment: the fold of its facts."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal

import msgspec

from onewindow.kernel.deadlines import Pause

STATES = (
    "draft",
    "received",
    "correcting",
    "accepted",
    "in_review",
    "paused",
    "granted",
    "denied",
    "produced",
    "delivered",
    "refused_acceptance",
    "returned",
    "withdrawn",
    "terminated",
)
# Nothing can happen any more, for the applicant or the office.
ENDS = frozenset({"delivered", "refused_acceptance", "returned", "withdrawn", "terminated"})
HANDLING = frozenset({"accepted", "in_review", "paused"})
# The decision is taken; of a grant these are the states that its licence lives on in.
GRANTED = frozenset({"granted", "produced", "delivered"})
BEFORE_DECISION = frozenset({"draft", "received", "correcting", "accepted", "in_review", "paused"})
KINDS = ("instant", "commitment", "joint", "forward", "special")
CHANNELS = ("portal", "mobile", "window", "kiosk", "exchange")
# 行政许可法 art. 45: time for these, and only these, is not counted.
PROCEDURES = {
    "hearing": "听证",
    "tender": "招标",
    "auction": "拍卖",
    "inspection": "检验",
    "testing": "检测",
    "quarantine": "检疫",
    "appraisal": "鉴定",
    "expert-review": "专家评审",
}
NEVER = date(9999, 12, 31)


class Row(msgspec.Struct, frozen=True, array_like=True):
    """One material of a case; name and need stand in the item version that the case points at.

    Kept as a list of its values in this order, the usual ones at the end left out (``Row.told``).
    """

    code: str
    state: Literal["submitted", "missing", "deferred", "reused"] = "missing"
    medium: str | None = None
    file_ids: tuple[str, ...] = ()
    promised_on: date | None = None
    trust: str = ""  # a letter for each file: the level that it came with (``rules/trust.py``)

    @property
    def told(self) -> list[Any]:
        """The row as facts and the table hold it, in plain JSON values."""
        if self.promised_on is not None or self.trust:
            promised = None if self.promised_on is None else self.promised_on.isoformat()
            told = [self.code, self.state, self.medium, list(self.file_ids), promised]
            return [*told, self.trust] if self.trust else told
        if self.file_ids:
            return [self.code, self.state, self.medium, list(self.file_ids)]
        if self.medium is not None:
            return [self.code, self.state, self.medium]
        return [self.code] if self.state == "missing" else [self.code, self.state]


class Stop(msgspec.Struct, frozen=True, omit_defaults=True):
    """A pause with what it was for; ``end`` None while it lasts."""

    procedure: str
    start: date
    end: date | None = None
    expected_on: date | None = None

    @property
    def pause(self) -> Pause:
        return Pause(self.start, self.end)


class Proposal(msgspec.Struct, frozen=True, omit_defaults=True):
    """The first half of an act of two people; lapses when the case moves on."""

    action: str
    by: str
    body: dict[str, Any]


class Voice(msgspec.Struct, frozen=True, omit_defaults=True):
    """Somebody who is heard before the decision: 0 is the applicant, 1… the third parties in the dossier."""

    no: int
    told_on: date | None = None
    answer_by: date | None = None
    is_heard: bool = False  # has spoken, or has said that there is nothing to say


class Hearing(msgspec.Struct, frozen=True, omit_defaults=True):
    """The hearing of a case (行政许可法 art. 46-48): rights told, asked for, arranged, held."""

    told_on: date | None = None
    told_by: str = ""
    told: tuple[int, ...] = ()  # who knows of the right
    request_by: date | None = None  # five working days after the rights were told
    waived: tuple[int, ...] = ()
    requested_on: date | None = None
    organise_by: date | None = None  # twenty working days after the request
    meets_at: datetime | None = None
    matters: str = ""
    place: str = ""
    is_public: bool = True
    host: str = ""
    recorder: str = ""
    held_on: date | None = None
    is_withdrawn: bool = False  # who asked for it asks no more

    @property
    def is_pending(self) -> bool:
        """True from its arrangement until it was held or called off."""
        return self.meets_at is not None and self.held_on is None


class SiteCheck(msgspec.Struct, frozen=True, omit_defaults=True):
    """A check on the spot (行政许可法 art. 34(3)); place and points stand in the dossier, findings in the record."""

    meets_at: datetime
    checkers: tuple[str, ...]
    points: int = 0  # how many lines its form has
    checked_at: datetime | None = None
    result: str = ""  # conforms | to-correct | fails
    photos: tuple[str, ...] = ()
    is_cancelled: bool = False


class Recusal(msgspec.Struct, frozen=True, omit_defaults=True):
    """That somebody should step down (行政许可法 art. 48(1)(3)); why stands in the dossier."""

    seat: str  # host | recorder | examiner; of one's own motion any desk
    account: str
    party: int = 0
    is_granted: bool | None = None  # None: not decided
    is_own: bool = False  # asked for by whom it concerns (公务员法 art. 77)

    @property
    def covers_matter(self) -> bool:
        """True where it keeps its person from the whole matter, not from a seat of the hearing alone."""
        return self.is_own or self.seat == "examiner"


class Licence(msgspec.Struct, frozen=True, omit_defaults=True):
    """What was granted: number and validity as they were told, and what became of it (art. 8, 69, 70)."""

    number: str = ""
    validity: str = ""
    standing: str = "valid"  # valid | revoked | withdrawn | cancelled
    ended_on: date | None = None
    is_heard: bool = False  # the holder has spoken to what is proposed
    heard: tuple[int, ...] = ()  # the third parties who have


class Pledge(msgspec.Struct, frozen=True, omit_defaults=True):
    """The promise that a case is granted on (告知承诺); ``due_on``: the check, then the end of the time to correct.

    ``standing``: signed | due (granted, to be checked) | rectifying | kept | breached.
    """

    covers: tuple[str, ...] = ()  # materials that it stands for
    days: int = 0  # calendar days from the grant within which it is checked
    standing: str = "signed"
    due_on: date = NEVER
    visits: int = 0  # checks on the spot before the last word on it
    checked_by: tuple[str, ...] = ()
    breach: str = ""  # unmet | false
    breached_on: date | None = None
    repaired_on: date | None = None


class Service(msgspec.Struct, frozen=True, omit_defaults=True):
    """A paper that was served: how, from which day it counts, and when its addressee first opened it."""

    document_no: str
    kind: str
    method: str
    on: date
    party: int = 0
    read_at: datetime | None = None


class Life(msgspec.Struct, frozen=True, omit_defaults=True):
    """The part of the fold that nothing searches: people, pauses, steps, promises, proposals."""

    is_corrected: bool = False
    corrected_on: date | None = None  # the day of the one notice
    answer_by: date | None = None
    is_resubmitted: bool = False
    deemed_on: date | None = None  # the day silence became acceptance
    stops: tuple[Stop, ...] = ()
    extension: int = 0
    extended_on: date | None = None
    proposal: Proposal | None = None
    accepted_by: str = ""
    examiners: tuple[str, ...] = ()
    decided_by: str = ""
    outcome: str = ""  # grant | deny
    steps_done: int = 0
    is_passed: bool | None = None
    forwarded_to: str = ""
    forwarded_on: date | None = None
    is_answered: bool = False
    ended_on: date | None = None
    seen: tuple[str, ...] = ()  # what time has already been told: "overdue:promised", "stop:1" …
    applied_by: str = ""
    agent_until: date | None = None  # the mandate under which applied_by acts for the applicant
    touches_third_party: bool | None = None  # as the examiner found (art. 36); None: not looked at
    parties: int = 0  # how many third parties the dossier names
    voices: tuple[Voice, ...] = ()
    hearing: Hearing | None = None
    served: tuple[Service, ...] = ()
    site_checks: tuple[SiteCheck, ...] = ()
    recusals: tuple[Recusal, ...] = ()
    licence: Licence = Licence()
    pledge: Pledge | None = None
    originals: tuple[str, ...] = ()  # codes of materials whose originals were shown


class CaseState(msgspec.Struct, frozen=True, kw_only=True):
    """One case. ``version`` is the number of its facts; dates are days in Asia/Shanghai."""

    id: int
    case_no: str
    query_code: str
    version: int = 0
    state: str = "draft"
    kind: str = "commitment"
    disposition: str | None = None
    item_version_id: int
    organ_id: int
    region: str
    channel: str
    dossier_no: int = 1
    received_at: datetime | None = None
    materials_at: datetime | None = None
    accepted_on: date | None = None
    is_deemed: bool = False
    decided_on: date | None = None
    delivered_on: date | None = None
    holder: str | None = None
    last_at: datetime
    materials: tuple[Row, ...] = ()
    life: Life = Life()

    def row(self, code: str) -> Row | None:
        """The material ``code`` of this case."""
        return next((one for one in self.materials if one.code == code), None)


class Fact(msgspec.Struct, frozen=True):
    """Something that happened to a case: its type and plain JSON data without personal values."""

    type: str
    data: dict[str, Any] = {}
    papers: tuple[tuple[str, dict[str, Any]], ...] = ()
