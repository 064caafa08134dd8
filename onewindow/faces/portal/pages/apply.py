"""Applying in five steps: who, situation, form, materials, confirm; every step is kept."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from onewindow.base import clock
from onewindow.catalog import queries as catalog
from onewindow.catalog.definition import ItemDefinition
from onewindow.documents import services as documents
from onewindow.faces.portal import applying, due, pledging, who
from onewindow.faces.portal.materials import questions_so_far
from onewindow.intake import drafts
from onewindow.intake.drafts import Upload, Writing
from onewindow.kernel.errors import N_, Invalid, NotFound, Refusal, RuleBroken, TooLarge, WrongMedia
from onewindow.ui import fields as form_fields
from onewindow.ui import filling, refusals
from onewindow.ui.scenario import read_answers
from onewindow.ui.session import page

METHODS = ("window", "electronic", "courier", "locker")


@require_safe
@never_cache
@page(permission="applicant")
def start(request: HttpRequest, task_code: str) -> HttpResponse:
    """Open (or go on with) the draft for an item; answers given on the guide are taken along."""
    catalog.require_in_use(task_code)
    item = catalog.current(task_code)
    if not item.handled:
        raise RuleBroken("not-handled", N_("这件事目前只提供办事指南，还不能在这里申请。"))
    now, actor = clock.now(), request.actor  # type: ignore[attr-defined]
    draft = drafts.start(actor, task_code, item_version=item.version, now=now)
    answers = read_answers(item, request.GET)
    if answers:
        draft = drafts.save(
            actor, draft.key, step=draft.step, now=now, answers=draft.content.answers | answers
        )
    return _to(draft, draft.step)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@page(permission="applicant")
def step(request: HttpRequest, key: str, step: str) -> HttpResponse:
    """One of the five pages."""
    if step not in drafts.STEPS:
        raise NotFound("no-step", N_("没有这一步。"))
    draft = drafts.get(request.actor, key)  # type: ignore[attr-defined]
    if draft.case_no:
        return HttpResponseRedirect(reverse("portal:receipt", args=[draft.case_no]))
    catalog.require_in_use(draft.task_code)
    item = catalog.current(draft.task_code)
    return _PAGES[step](request, draft, item)


@require_POST
@page(permission="applicant")
def upload(request: HttpRequest, key: str, code: str) -> HttpResponse:
    """Take files for one material; what is refused is told at its row, the others are kept."""
    actor, now = request.actor, clock.now()  # type: ignore[attr-defined]
    draft = drafts.get(actor, key)
    item = catalog.current(draft.task_code)
    if all(row.code != code for row in item.materials):
        raise NotFound("no-material", N_("这件事不收这份材料。"))
    taken, problem = _store(request, request.FILES.getlist("file"), purpose=f"draft/{key}/{code}")
    draft = drafts.add_files(actor, key, code, taken, now=now)
    # Kept until the next upload or step: scripts follow the redirect once themselves and then load the page.
    drafts.save(actor, key, step="materials", now=now, problems={code: problem} if problem else {})
    return _to(draft, "materials")


@require_POST
@page(permission="applicant")
def remove_file(request: HttpRequest, key: str, code: str) -> HttpResponse:
    """Take a file away from a material."""
    file_id = request.POST.get("file_id", "")
    draft = drafts.remove_file(request.actor, key, code, file_id, now=clock.now())  # type: ignore[attr-defined]
    return _to(draft, "materials")


@require_POST
@page(permission="applicant")
def discard(request: HttpRequest, key: str) -> HttpResponse:
    """Throw the draft away."""
    drafts.discard(request.actor, key)  # type: ignore[attr-defined]
    return HttpResponseRedirect(reverse("portal:my"))


def _who(request: HttpRequest, draft: Writing, item: ItemDefinition) -> HttpResponse:
    actor, now = request.actor, clock.now()  # type: ignore[attr-defined]
    known = applying.subjects(actor, on=now.date())
    if request.method != "POST":
        return _page(request, draft, item, "who", who.context(item, known, draft.content))
    read = who.read(request.POST, known, item, today=now.date())
    changes = read.changes
    mandates = request.FILES.getlist("mandate")[:1]
    if read.is_agent and (mandates or request.POST.get("upload.mandate")) and not read.problems:
        taken, problem = _store(
            request, mandates, purpose=f"draft/{draft.key}/mandate", name="upload.mandate"
        )
        if problem:
            read.problems["mandate"] = problem
        else:
            changes["agent"] = changes["agent"] | {"mandate_file_id": taken[0].file_id}
    elif read.is_agent and draft.content.agent.get("mandate_file_id"):
        changes["agent"] = changes["agent"] | {"mandate_file_id": draft.content.agent["mandate_file_id"]}
    elif read.is_agent and not read.problems:
        read.problems["mandate"] = _("请上传委托书")
    goes_on = not read.problems
    # Where nothing is asked, nothing is shown: the step can still be reached by its name.
    following = "situation" if item.questions else "form" if item.form_schema else "materials"
    draft = drafts.save(actor, draft.key, step=following if goes_on else "who", now=now, **changes)
    if goes_on:
        return _to(draft, following)
    context = who.context(item, known, draft.content, problems=read.problems)
    return _page(request, draft, item, "who", context, status=422)


def _situation(request: HttpRequest, draft: Writing, item: ItemDefinition) -> HttpResponse:
    actor, now = request.actor, clock.now()  # type: ignore[attr-defined]
    errors: list[dict[str, str]] = []
    if request.method == "POST":
        answers = read_answers(item, request.POST)
        way = applying.material_list(item, answers)
        is_done = way.complete and not way.rejected
        before = applying.scenario(item, draft.content)
        draft = drafts.save(
            actor, draft.key, step="form" if is_done else "situation", now=now, answers=answers
        )
        if is_done:
            return _to(draft, "form")
        # A new question came up: it is asked, not held against anybody. Only the same one twice is an error.
        if not way.rejected and len(way.path) <= len(before.path):
            open_one = questions_so_far(item, answers)[-1]
            errors = [{"target": f"q-{open_one['code']}", "message": _("请选择一项")}]
    context: dict[str, Any] = {
        "list": applying.scenario(item, draft.content),
        "questions": questions_so_far(item, draft.content.answers),
        "errors": errors,
    }
    if errors:
        context["questions"][-1]["error"] = errors[0]["message"]
    return _page(request, draft, item, "situation", context, status=422 if errors else 200)


def _form(request: HttpRequest, draft: Writing, item: ItemDefinition) -> HttpResponse:
    actor, now = request.actor, clock.now()  # type: ignore[attr-defined]
    errors: dict[str, str] = {}
    if request.method == "POST":
        known, ask = form_fields.fields_of(item.form_schema), request.POST.get("line", "")
        form, typed = form_fields.read(known, request.POST, ask=ask)
        if ask:
            draft = drafts.save(actor, draft.key, step="form", now=now, form=form, typed=typed)
            return _to(draft, "form", query={"more": form_fields.more(ask)})
        errors = applying.form_errors(item, form)
        next_step = "form" if errors else "materials"
        draft = drafts.save(actor, draft.key, step=next_step, now=now, form=form, typed=typed)
        if not errors:
            return _to(draft, "materials")
    content, told = applying.prefilled(actor, item, draft.content)
    rows = filling.rows(item.form_schema, content.typed, errors, more=request.GET.get("more", ""), known=told)
    listed = [{"target": row["field"].html_id, "message": row["error"]} for row in rows if row["error"]]
    if errors and not listed:
        listed = [{"target": "main", "message": message} for message in errors.values()]
    return _page(
        request, draft, item, "form", {"rows": rows, "errors": listed}, status=422 if errors else 200
    )


def _materials(request: HttpRequest, draft: Writing, item: ItemDefinition) -> HttpResponse:
    actor, now = request.actor, clock.now()  # type: ignore[attr-defined]
    if request.method == "POST":
        if "way" in request.POST:
            chosen = pledging.chosen(request.POST, item, draft.content)
            return _to(
                drafts.save(actor, draft.key, step="materials", now=now, is_pledged=chosen), "materials"
            )
        return _to(drafts.save(actor, draft.key, step="confirm", now=now, problems={}), "confirm")
    rows = applying.lines(item, draft.content)
    lacking = applying.missing(rows)
    if lacking:
        headline = ngettext("还差 %(n)s 份", "还差 %(n)s 份", len(lacking)) % {"n": len(lacking)}
    else:
        headline = _("材料齐了") if rows else _("不用交材料")
    errors = [{"target": f"m-{row.material.code}", "message": row.error} for row in rows if row.error]
    context = {"rows": rows, "missing_rows": lacking, "headline": headline, "errors": errors}
    context |= pledging.offer(item, draft.content)
    return _page(request, draft, item, "materials", context)


def _confirm(request: HttpRequest, draft: Writing, item: ItemDefinition) -> HttpResponse:
    actor, now = request.actor, clock.now()  # type: ignore[attr-defined]
    errors: list[dict[str, str]] = []
    if request.method == "POST":
        draft, errors = _keep_choices(request, draft)
        errors += pledging.problems(request.POST, item, draft.content)
        if not errors and not applying.blocked(draft, item, _urls(draft)):
            try:
                pledge = pledging.signed(request.POST, item, draft.content)
                body = applying.body(draft, item, pledge=pledge)
                case_no = drafts.submit(actor, draft.key, body, now=now)
                return HttpResponseRedirect(reverse("portal:receipt", args=[case_no]))
            except (Invalid, RuleBroken) as refusal:
                errors = _errors(refusal)
    told = {error["target"]: error["message"] for error in errors}
    context = _confirm_context(draft, item) | {
        "electronic_service": applying.is_electronic(actor, draft.content),
        "errors": errors,
        "address_error": told.get("address", ""),
        "promise_error": told.get("promise", ""),
        **pledging.form(request.POST, item, draft.content, told),
    }
    return _page(request, draft, item, "confirm", context, status=422 if errors else 200)


def _keep_choices(request: HttpRequest, draft: Writing) -> tuple[Writing, list[dict[str, str]]]:
    method = request.POST.get("method", "")
    delivery = {"method": method if method in METHODS else "window"}
    address = request.POST.get("address", "").strip()[:200]
    errors = []
    if delivery["method"] == "courier":
        delivery["address"] = address
        if not address:
            errors.append({"target": "address", "message": _("选邮寄的，请填写邮寄地址")})
    if "promise" not in request.POST:
        errors.append({"target": "promise", "message": _("请确认对内容的真实性负责")})
    draft = drafts.save(
        request.actor,  # type: ignore[attr-defined]
        draft.key,
        step="confirm",
        now=clock.now(),
        delivery=delivery,
        electronic_service="electronic_service" in request.POST,
    )
    return draft, errors


def _confirm_context(draft: Writing, item: ItemDefinition) -> dict[str, Any]:
    content = draft.content
    rows = applying.lines(item, content)
    texts = {question.code: question for question in item.questions}
    names = {(q.code, option.code): option.text for q in item.questions for option in q.options}
    urls = _urls(draft)
    return {
        "applicant": who.told(content),
        "path": [
            (texts[code].text, "、".join(names[code, one] for one in chosen))
            for code, chosen in applying.scenario(item, content).path
        ],
        "answers": form_fields.shown(form_fields.fields_of(item.form_schema), content.form),
        "rows": rows,
        "missing_rows": applying.missing(rows),
        "blocked": applying.blocked(draft, item, urls),
        "methods": [
            ("window", _("到窗口领取"), _("带身份证件")),
            ("electronic", _("电子送达"), _("结果放进“我的办件”")),
            ("courier", _("邮寄"), _("写明地址")),
            ("locker", _("取件柜"), _("凭取件码")),
        ],
        "method": content.delivery.get("method", "window"),
        "address": content.delivery.get("address", ""),
        "urls": urls,
    }


def _page(
    request: HttpRequest,
    draft: Writing,
    item: ItemDefinition,
    name: str,
    context: dict[str, Any],
    *,
    status: int = 200,
) -> HttpResponse:
    titles = {
        "who": _("谁来办"),
        "situation": _("情形"),
        "form": _("填表"),
        "materials": _("交材料"),
        "confirm": _("确认提交"),
    }
    place, urls = drafts.STEPS.index(name), _urls(draft)
    reached = max(place, drafts.STEPS.index(draft.step) if draft.step in drafts.STEPS else 0)
    steps = [
        {
            "title": titles[one],
            "css": "on" if n == place else "done" if n <= reached else "",
            "href": urls[one] if n != place and n <= reached else "",
        }
        for n, one in enumerate(drafts.STEPS)
    ]
    shared = {
        "nav": "items",
        "item": item,
        "draft": draft,
        "steps": steps,
        "step_title": titles[name],
        "who": draft.content.applicant.get("name", ""),
        "due": due.expected(item, clock.today()),
        "back_url": _back(item, name, urls),
    }
    return render(request, f"portal/apply_{name}.html", shared | context, status=status)


def _back(item: ItemDefinition, name: str, urls: dict[str, str]) -> str:
    """The step before; one that asks nothing is passed over."""
    before = [one for one in drafts.STEPS[: drafts.STEPS.index(name)] if one != "situation" or item.questions]
    return urls[before[-1]] if before else reverse("portal:guide", args=[item.task_code])


def _urls(draft: Writing) -> dict[str, str]:
    return {one: reverse("portal:step", args=[draft.key, one]) for one in drafts.STEPS}


def _to(draft: Writing, name: str, *, query: dict[str, str] | None = None) -> HttpResponse:
    known = name if name in drafts.STEPS else "who"
    address = reverse("portal:step", args=[draft.key, known])
    return HttpResponseRedirect(address + (f"?{urlencode(query)}" if query else ""), status=303)


def _store(
    request: HttpRequest, files: list[UploadedFile], *, purpose: str, name: str = "upload"
) -> tuple[list[Upload], str]:
    """Store what can be taken; the first refusal is told with the file's name.

    What came in pieces before (``name``), for this ``purpose``, is looked at already.
    """
    whole = [
        documents.uploads.take(request.actor, one, purpose=purpose)  # type: ignore[attr-defined]
        for one in (request.POST.getlist(name))
    ]
    taken = [Upload(one["file_id"], one["name"], one["size"]) for one in whole]
    problem = "" if files or taken else _("请先选择文件")
    for file in files:
        try:
            kept = documents.store_upload(request.actor, file.name or "", file, now=clock.now())  # type: ignore[attr-defined, arg-type]
            taken.append(Upload(kept["file_id"], kept["name"], kept["size"]))
        except (Invalid, TooLarge, WrongMedia) as refusal:
            problem = problem or f"{file.name}：{refusals.said(refusal)}"
    return taken, problem


def _errors(refusal: Refusal) -> list[dict[str, str]]:
    """A refusal of the deed itself: each field's sentence, else the one sentence."""
    fields = [refusals.field_error(error) for error in refusal.fields]
    return [{"target": "main", "message": error["message"]} for error in fields] or [
        {"target": "main", "message": refusals.said(refusal)}
    ]


_PAGES = {"who": _who, "situation": _situation, "form": _form, "materials": _materials, "confirm": _confirm}
