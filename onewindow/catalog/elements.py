"""The parts that an implementation list (实施清单) is made of, as frozen plain values (handbook 2.3).

Every element that a source may lack has an empty value (None, "" or ()): nothing is invented in its place.
"""

from __future__ import annotations

from typing import Literal

import msgspec

Need = Literal["required", "optional", "deferrable"]
Unit = Literal["working_day", "calendar_day"]
Role = Literal["clerk", "examiner", "approver", "issuer"]


class Element(msgspec.Struct, frozen=True, omit_defaults=True):
    """A part of an item; what has its default is not written down."""


class Limit(msgspec.Struct, frozen=True):
    """A limit in days; 0 working days means: finished on the day of acceptance."""

    days: int
    unit: Unit = "working_day"


class Material(Element, frozen=True):
    """One row of the list of materials.

    ``source``: applicant | government | intermediary | other | unknown; ``kind``: licence | approval | form |
    proof | other; ``supply``: how it reaches the office, "submit", "fetched" (the system fetches it) or
    "fetched-else-submit"; ``forms`` are the media taken: original, copy, electronic. ``licence_code`` links a
    type of electronic licence, ``elements`` are the codes of the data elements that stand on it. ``is_common``:
    asked of everybody (identity, application form), so that rule 15 wants no basis. ``lowest_trust``: the level
    (A–D) that is enough; what came with a lower one is shown in the original at a counter.
    """

    code: str
    name: str
    need: Need = "required"
    source: str = "applicant"
    copies: int = 1
    forms: tuple[str, ...] = ("original", "electronic")
    reusable_from: str | None = None
    standard: str = ""
    basis: str = ""
    note: str = ""
    kind: str = ""
    supply: str = ""
    source_note: str = ""
    pages: int | None = None
    page_format: str = ""
    blank_form: str = ""
    sample: str = ""
    fill_note: str = ""
    licence_code: str = ""
    elements: tuple[str, ...] = ()
    is_common: bool = False
    lowest_trust: str = ""


class Step(Element, frozen=True):
    """One step of the flow: who walks it, in how many working days, by what standard, to what output."""

    name: str
    role: Role
    days: int | None = None
    standard: str = ""
    output: str = ""


class Option(Element, frozen=True):
    """An answer of the scenario: what it adds or takes away, where it leads, or why it ends the matter.

    ``fields`` are form fields that only this answer asks for.
    """

    code: str
    text: str
    adds: tuple[str, ...] = ()
    drops: tuple[str, ...] = ()
    next: str | None = None
    rejected: str | None = None
    fields: tuple[str, ...] = ()


class Question(Element, frozen=True):
    """A question of the scenario guidance (情形引导)."""

    code: str
    text: str
    options: tuple[Option, ...]
    multiple: bool = False


class Faq(Element, frozen=True):
    question: str
    answer: str


class Basis(Element, frozen=True):
    """设定依据: a law, its article and the words that matter."""

    law: str
    article: str = ""
    text: str = ""


class SpecialProcedure(Element, frozen=True):
    """A procedure of article 45 that the item foresees; ``days`` is the usual time, None when unknown.

    ``is_counted``: does its time count within the legal limit; None when the source does not say.
    """

    kind: str  # hearing tender auction inspection testing quarantine appraisal expert-review
    days: int | None = None
    basis: str = ""
    is_counted: bool | None = None
    fee: str = ""


class FeeItem(Element, frozen=True):
    """收费项目: what is charged for, how much, and whether and when it is reduced."""

    name: str
    standard: str = ""
    is_reducible: bool | None = None
    reduction: str = ""


class Fee(Element, frozen=True):
    """``charged`` None: the source does not say."""

    charged: bool | None = None
    basis: str = ""
    standard: str = ""
    items: tuple[FeeItem, ...] = ()
    online_payment: bool | None = None


class Result(Element, frozen=True):
    """What the applicant gets. ``type``: certificate (出证) | document (出文) | approval (审批办结) | other."""

    name: str
    type: str = ""
    sample: str = ""
    licence_code: str = ""


class Intermediary(Element, frozen=True):
    """中介服务: what a third party must deliver first; ``material`` is the row that its outcome becomes."""

    name: str
    basis: str = ""
    outcome: str = ""
    material: str = ""


class Place(Element, frozen=True):
    name: str
    address: str = ""
    hours: str = ""
    traffic: str = ""
    window: str = ""


class Contact(Element, frozen=True):
    """Where to ask, where to complain, who reviews: numbers carry their area code (rule 7)."""

    consult: str = ""
    supervise: str = ""
    review: str = ""  # 行政复议机关
    court: str = ""  # 行政诉讼管辖法院


class Conveniences(Element, frozen=True):
    """What spares a way; None where the source does not say."""

    appointment: bool | None = None
    terminal: bool | None = None
    express: bool | None = None
    mail_materials: bool | None = None
    mail_result: bool | None = None
    nearby: bool | None = None  # 就近办: in towns and villages
    instant_approval: bool | None = None  # 秒批: decided by rule without a person
    commitment: bool | None = None  # 告知承诺制


class Promise(Element, frozen=True):
    """What the applicant promises, and the codes of the rows of materials that it stands for."""

    text: str
    materials: tuple[str, ...] = ()


class Pledge(Element, frozen=True):
    """告知承诺 (handbook 3.7): offered where it has promises. Not the 承诺件 of ``kind``, which promises a time.

    ``notice``: what is told beside the conditions; ``check_days``: calendar days from the grant within which it is
    checked, None for the setting; ``effect``: what the applicant gains; ``exclusions``: grounds (``EXCLUSIONS``)
    that forbid it.
    """

    promises: tuple[Promise, ...] = ()
    notice: str = ""
    consequences: str = ""
    check_days: int | None = None
    effect: str = ""
    exclusions: tuple[str, ...] = ()

    @property
    def is_offered(self) -> bool:
        return bool(self.promises)

    @property
    def covers(self) -> tuple[str, ...]:
        """The materials that the promises stand for, each once."""
        return tuple(dict.fromkeys(code for one in self.promises for code in one.materials))


# 国办发〔2020〕42号, second part: what must not be granted on a promise.
EXCLUSIONS = (
    "state-security",
    "secrets",
    "public-safety",
    "finance",
    "environment",
    "life-health",
    "foreign",
    "high-risk",
)


class Duty(Element, frozen=True):
    """责任事项: what the organ must do at one stage of the power, and on what basis."""

    stage: str
    content: str
    basis: str = ""


class TypeRules(msgspec.Struct, frozen=True):
    """The time rules that bind an item's type; settings per type, the Licensing Law for type 01.

    ``correction_days``: working days to accept or tell what is missing (art. 32); ``is_deemed``:
    silence counts as acceptance; ``default_legal_days``: when the item's own law sets none (None: no
    clock); ``extension_days``: art. 42; ``delivery_days``: art. 44; ``pausable``: only article 45 kinds.
    """

    correction_days: int | None = 5
    is_deemed: bool = True
    extension_days: int = 10
    joint_extension_days: int = 15
    delivery_days: int | None = 10
    law: str = "《中华人民共和国行政许可法》"
