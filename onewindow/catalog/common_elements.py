"""A catalogue item (基本目录): the common elements that bind the implementation items of every level."""

from __future__ import annotations

from typing import Any

import msgspec

from onewindow.catalog.elements import Basis, Fee, Limit, Material, Result, Step


class CommonElements(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One version of a catalogue item (handbook 2.2, 2.5); what it leaves open is None or empty.

    ``catalog_code`` has 12 characters; ``sub_name`` is the sub item (子项), empty when the main item has
    none; ``levels`` are the levels of exercise as digits (1 state … 6 village), several for one item.
    """

    catalog_code: str
    version: int = 1
    name: str
    sub_name: str = ""
    type: str = ""
    basis: tuple[Basis, ...] = ()
    levels: tuple[str, ...] = ()
    legal_limit: Limit | None = None
    promised_limit: Limit | None = None
    visits: int | None = None
    conditions: tuple[str, ...] = ()
    materials: tuple[Material, ...] = ()
    steps: tuple[Step, ...] = ()
    results: tuple[Result, ...] = ()
    form_schema: dict[str, Any] = {}
    fee: Fee = Fee()
    subjects: tuple[str, ...] = ()
