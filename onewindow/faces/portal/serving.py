"""The papers of a case with how they were served, and until when one may object."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from onewindow.ui import dates, words


def lines(case: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Each paper with ``served``: sentences, none while it was not served."""
    services = {one["document_no"]: one for one in case.get("services") or ()}
    return [dict(one) | {"served": said(services.get(one["document_no"]))} for one in case["documents"]]


def said(service: Mapping[str, Any] | None) -> list[str]:
    """What is to be told of a service."""
    if service is None:
        return []
    told = {"day": dates.day_text(service["served_on"]), "how": words.word(service["method"], "service")}
    return [_("%(day)s送达（%(how)s）") % told] + [
        _("%(remedy)s到 %(day)s")
        % {"remedy": words.word(one["remedy"], "remedy"), "day": dates.day_text(one["until"])}
        for one in service["terms"]
    ]
