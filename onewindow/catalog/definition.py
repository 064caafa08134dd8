"""The frozen content of one published item version, as every room above reads it."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

Need = Literal["required", "optional", "deferrable"]
Unit = Literal["working_day", "calendar_day"]


class Limit(msgspec.Struct, frozen=True):
    """A limit in days; 0 working days means: finished on the day of acceptance."""

    days: int
    unit: Unit = "working_day"


class Material(msgspec.Struct, frozen=True):
    """One row of the list of materials (handbook 2.3)."""

    code: str
    name: str
    need: Need = "required"
    source: str = "applicant"  # applicant | government | intermediary | other
    copies: int = 1
    forms: tuple[str, ...] = ("original", "electronic")
    reusable_from: str | None = None
    standard: str = ""
    basis: str = ""
    note: str = ""


class Step(msgspec.Struct, frozen=True):
    """One step of the flow and who walks it."""

    name: str
    role: Literal["clerk", "examiner", "approver", "issuer"]
    days: int | None = None


class Option(msgspec.Struct, frozen=True):
    """An answer of the scenario: what it adds or takes away, where it leads, or why it ends the matter."""

    code: str
    text: str
    adds: tuple[str, ...] = ()
    drops: tuple[str, ...] = ()
    next: str | None = None
    rejected: str | None = None


class Question(msgspec.Struct, frozen=True):
    """A question of the scenario guidance (情形引导)."""

    code: str
    text: str
    options: tuple[Option, ...]
    multiple: bool = False


class Faq(msgspec.Struct, frozen=True):
    question: str
    answer: str


class Basis(msgspec.Struct, frozen=True):
    """设定依据: a law, its article and the words that matter."""

    law: str
    article: str = ""
    text: str = ""


class SpecialProcedure(msgspec.Struct, frozen=True):
    """A procedure of article 45 that the item foresees; ``days`` is the usual time, None when unknown."""

    kind: str  # hearing tender auction inspection testing quarantine appraisal expert-review
    days: int | None = None
    basis: str = ""


class Fee(msgspec.Struct, frozen=True):
    """``charged`` None: the source does not say."""

    charged: bool | None = None
    basis: str = ""
    standard: str = ""


class Place(msgspec.Struct, frozen=True):
    name: str
    address: str = ""
    hours: str = ""


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


class ItemDefinition(msgspec.Struct, frozen=True, kw_only=True):
    """One published version of one implementation item; never changes.

    Limits are None where the source lacks them: nothing is invented. ``handled``: one can apply here.
    ``demonstration``: limits, materials, form and steps were written for the demonstration from the laws.
    ``main_name`` is the main item (主项), ``aliases`` the source's everyday names; ``missing`` names the
    elements that the source lacks, ``flags`` what was put right or left out on import, in Chinese.
    """

    version_id: int
    task_code: str
    version: int
    name: str
    type: str  # "01" … "20", see rules.TYPES
    organ_id: int
    organ_name: str
    organ_short: str = ""
    region: str  # division code
    level: str = ""
    kind: Literal["instant", "commitment"] | None = None
    legal_limit: Limit | None = None
    promised_limit: Limit | None = None
    visits: int | None = None
    online: bool | None = None
    fee: Fee = Fee()
    handled: bool = False
    demonstration: bool = False
    audiences: tuple[str, ...] = ("person", "organisation")
    themes: tuple[str, ...] = ()
    materials: tuple[Material, ...] = ()
    form_schema: dict[str, Any] = {}
    steps: tuple[Step, ...] = ()
    special_procedures: tuple[SpecialProcedure, ...] = ()
    legal_extension: Limit | None = None
    start_question: str | None = None
    questions: tuple[Question, ...] = ()
    conditions: tuple[str, ...] = ()
    basis: tuple[Basis, ...] = ()
    results: tuple[str, ...] = ()
    places: tuple[Place, ...] = ()
    faq: tuple[Faq, ...] = ()
    summary: str = ""
    public: bool = True
    type_rules: TypeRules = TypeRules()
    source: str = ""
    missing: tuple[str, ...] = ()
    main_name: str = ""
    aliases: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
