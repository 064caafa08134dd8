"""Types of items (事项类型) and the time rules that bind each of them (handbook 2.1 and 3.1)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from onewindow.catalog.definition import TypeRules

LICENSING_LAW = "《中华人民共和国行政许可法》"

# Articles 32, 42 and 44 bind licences and nothing else.
LICENCE_RULES = TypeRules(law=LICENSING_LAW)

# Handbook 3.1 (from one local procedure rule, not verified elsewhere, hence a setting): 20 (+20) days for
# one organ, 45 (+15) for several, delivery within 10. The five-day answer is kept as good practice, but
# silence is acceptance only where article 32 says so: is_deemed stays off outside licences.
OTHER_RULES = TypeRules(is_deemed=False, extension_days=20, joint_extension_days=15, law="")

# Ex officio acts (handbook 3.1: 60 (+30) days) have no applicant: nothing to receive, correct or deliver.
OFFICIO_RULES = TypeRules(
    correction_days=None,
    is_deemed=False,
    extension_days=30,
    joint_extension_days=30,
    delivery_days=None,
    law="",
)


class ItemType(msgspec.Struct, frozen=True):
    """One type: its code, its name, whether a citizen can apply for it, and its time rules."""

    code: str
    name: str
    by_application: bool
    rules: TypeRules


def _table(*rows: tuple[str, str, bool, TypeRules]) -> dict[str, ItemType]:
    return {code: ItemType(code, name, by_application, rules) for code, name, by_application, rules in rows}


TYPES: dict[str, ItemType] = _table(
    ("01", "行政许可", True, LICENCE_RULES),
    ("02", "行政处罚", False, OFFICIO_RULES),
    ("03", "行政强制", False, OFFICIO_RULES),
    ("04", "行政征收", False, OFFICIO_RULES),
    ("05", "行政给付", True, OTHER_RULES),
    ("06", "行政检查", False, OFFICIO_RULES),
    ("07", "行政确认", True, OTHER_RULES),
    ("08", "行政奖励", True, OTHER_RULES),
    ("09", "行政裁决", True, OTHER_RULES),
    ("10", "其他行政权力", True, OTHER_RULES),
    ("20", "公共服务", True, OTHER_RULES),
)

_BY_NAME = {kind.name: code for code, kind in TYPES.items()} | {
    "行政备案": "10",
    "其他权力": "10",
    "其他": "10",
}


def type_code(name: str) -> str | None:
    """The code of the type ``name``; None when unknown. Types are mapped by name, never by number."""
    return _BY_NAME.get(name.strip())


def type_name(code: str) -> str:
    """The Chinese name of type ``code``; the code itself when it is not in the table."""
    kind = TYPES.get(code)
    return kind.name if kind else code


def type_rules(code: str, settings: Mapping[str, Mapping[str, Any]] | None = None) -> TypeRules:
    """The time rules of type ``code``, with ``settings[code]`` (fields of ``TypeRules``) laid over them.

    A type that is not in the table (行政备案 has become one of its own) gets the rules of the others.
    """
    kind = TYPES.get(code)
    rules = kind.rules if kind else OTHER_RULES
    changes = dict((settings or {}).get(code, {}))
    return msgspec.structs.replace(rules, **changes) if changes else rules
