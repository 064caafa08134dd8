"""期限: the terms of tickets and complaints, in working days."""

from __future__ import annotations

from typing import Any

import msgspec
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_http_methods

from onewindow.base import clock
from onewindow.faces.supervision import sections
from onewindow.kernel.errors import Refusal
from onewindow.reviews import store
from onewindow.reviews.services import settings
from onewindow.ui import refusals, session

LABELS = (
    (
        lazy("差评整改"),
        (
            ("receive", lazy("接收")), ("verify", lazy("核实")), ("appeal", lazy("申诉")), ("settle", lazy("裁定申诉")),
            ("rectify", lazy("整改")), ("reply", lazy("答复评价人")), ("call", lazy("回访")),
        ),
    ),
    (lazy("效能投诉"), (("accept", lazy("受理")), ("answer", lazy("调查和答复")), ("extend", lazy("延长")))),
    (lazy("评价链接"), (("link", lazy("短信链接有效（自然日）")),)),
)  # fmt: skip


@require_http_methods(["GET", "POST"])
@session.page(permission=sections.TERMS.roles)
def edit(request: HttpRequest) -> HttpResponse:
    """Show the terms in force; post new ones."""
    values: dict[str, Any] = msgspec.to_builtins(store.terms_now())
    more: dict[str, Any] = {}
    status = 200
    if request.method == "POST":
        values = {name: _number(request.POST.get(name, "")) for name in values}
        try:
            settings.set_terms(request.actor, values, now=clock.now())  # type: ignore[attr-defined]
            more["done"] = _("新期限已生效，从现在起开始的步骤按它计算。")
        except Refusal as refusal:
            more["problem"], status = _("期限应为 1 至 120 的整数。"), refusals.status_of(refusal)
    titled = [(title, [(name, label, values[name]) for name, label in rows]) for title, rows in LABELS]
    context = sections.shell(request, sections.TERMS, titles=titled, **more)
    return render(request, "supervision/terms.html", context, status=status)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0
