"""Finding an item by touch: by life event, or by the first letters of its name."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from onewindow.catalog import queries as catalog
from onewindow.catalog.editorial import hot
from onewindow.catalog.overview import AUDIENCES, life_events, overview
from onewindow.faces.kiosk.screens import CHOICES, Choice, part, show
from onewindow.kernel.errors import N_, NotFound
from onewindow.ui import words
from onewindow.ui.session import page

MOST_LETTERS = 12
MOST_ITEMS = 100


@require_safe
@page(permission="public")
def home(request: HttpRequest) -> HttpResponse:
    """Where everybody begins: for oneself, for a firm, or by letters."""
    found = overview()
    choices = [
        Choice(
            _("个人办事"),
            reverse("kiosk:themes", args=["person"]),
            _("户口、社保、上学、结婚、退休……"),
            _("%(n)s 项") % {"n": f"{found.audiences['person'].items:,}"},
        ),
        Choice(
            _("企业办事"),
            reverse("kiosk:themes", args=["organisation"]),
            _("开办、变更、施工、环保、纳税……"),
            _("%(n)s 项") % {"n": f"{found.audiences['organisation'].items:,}"},
        ),
        Choice(_("按拼音首字母找"), reverse("kiosk:letters"), _("例如“残疾人证”按 C J R Z")),
        *(Choice(row["name"], _item(row["task_code"]), _("办的人多")) for row in hot.rows(limit=1)),
        Choice(_("评价这次办理"), reverse("kiosk:rate"), _("匿名也可以，被评价的部门看不到是谁")),
    ]
    return show(
        request, "choices", title=_("您要办什么事？"), sub=_("轻触一项，看要带什么、办多久"), choices=choices
    )


@require_safe
@page(permission="public")
def themes(request: HttpRequest, audience: str) -> HttpResponse:
    """The life events of one door, five a screen."""
    if audience not in AUDIENCES:
        raise NotFound("no-such-page", N_("没有这个页面"))
    shown = part(life_events(audience), request.GET)
    base = reverse("kiosk:items", args=[audience])
    choices = [Choice(words.event_label(one), f"{base}?{one.query}", icon=one.icon) for one in shown.shown]
    title = _("个人办事") if audience == "person" else _("企业办事")
    return show(
        request,
        "choices",
        title=title,
        sub=_("您遇到的是哪一类事？"),
        choices=choices,
        part=shown,
        back="/kiosk",
    )


@require_safe
@page(permission="public")
def items(request: HttpRequest, audience: str) -> HttpResponse:
    """The items of a life event, those that one can apply for here first, five a screen."""
    if audience not in AUDIENCES:
        raise NotFound("no-such-page", N_("没有这个页面"))
    event, theme = (request.GET.get(key, "").replace("\0", "")[:100] or None for key in ("event", "theme"))
    rows, _more = catalog.search(audience=audience, event=event, theme=theme, limit=MOST_ITEMS)
    shown = part(rows, request.GET)
    choices = [_choice(row) for row in shown.shown]
    back = reverse("kiosk:themes", args=[audience])
    return show(request, "choices", title=_("您要办哪一件？"), choices=choices, part=shown, back=back)


@require_safe
@page(permission="public")
def letters(request: HttpRequest) -> HttpResponse:
    """Letter keys; what fits best stands above them and changes with each touch."""
    typed = "".join(char for char in request.GET.get("q", "").lower() if char.isascii() and char.isalpha())
    typed = typed[:MOST_LETTERS]
    rows = catalog.search(typed, limit=CHOICES - 2)[0] if len(typed) > 1 else []
    keys = [
        {"letter": letter.upper(), "q": (typed + letter)[:MOST_LETTERS]}
        for letter in "abcdefghijklmnopqrstuvwxyz"
    ]
    return show(
        request,
        "letters",
        title=_("按拼音首字母找"),
        typed=typed.upper(),
        shorter=typed[:-1],
        keys=keys,
        choices=[_choice(row) for row in rows],
        back="/kiosk",
    )


def _choice(row: dict[str, object]) -> Choice:
    note = str(row["organ"])
    mark = words.word(str(row["kind"]), "kind") if row["kind"] else ""
    return Choice(str(row["name"]), _item(str(row["task_code"])), note, mark)


def _item(task_code: str) -> str:
    return reverse("kiosk:item", args=[task_code])
