"""Mandates (授权委托): a firm names its operator, anyone an agent; each has an end date."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction

from onewindow.base import crypto, facts, generations
from onewindow.kernel.actor import Actor
from onewindow.kernel.errors import N_, FieldError, Invalid, NotAllowed, NotFound, RuleBroken
from onewindow.kernel.identifiers import uscc as codes
from onewindow.kernel.identifiers.problem import Problem
from onewindow.people import queries, rules
from onewindow.people.adapters import identity
from onewindow.people.models import LegalPerson, Mandate, NaturalPerson
from onewindow.people.services.registering import Applicant, check, named


def bind_firm(
    actor: Actor,
    *,
    name: str,
    uscc: str,
    until_on: date,
    now: datetime,
    file_sha256: bytes | None = None,
    from_on: date | None = None,
) -> int:
    """The registered person ``actor`` becomes operator of a firm until a day; returns the mandate's id.

    The identity service must confirm that the firm has named this person; from then on the firm's matters
    are open to the operator, up to and on ``until_on``. Binding again replaces the end date.
    """
    code, title = _firm(name, uscc)
    starts_on = from_on or now.date()
    _check_dates(starts_on, until_on, today=now.date())
    person = _self(actor)
    own = queries.personal(person)
    verdict = identity.service().verify_operator(title, code, own.name, own.id_number)
    if not verdict.is_match:
        raise Invalid("operator-mismatch", N_("身份核验未通过：该企业未授权您为经办人"))
    with transaction.atomic():
        firm = _keep_firm(title, code, now=now)
        _replace(firm=firm, principal=None, agent=person, kind="operator", now=now)
        return _give(
            actor, firm=firm, principal=None, agent=person, kind="operator", scope=[], from_on=starts_on,
            until_on=until_on, file_sha256=file_sha256, state="active", now=now,
        )  # fmt: skip


def give_mandate(
    actor: Actor,
    *,
    agent: Applicant,
    until_on: date,
    now: datetime,
    scope: Iterable[str] = (),
    uscc: str | None = None,
    file_sha256: bytes | None = None,
) -> int:
    """``actor`` lets somebody apply in his own name, or with ``uscc`` in that of the firm he operates.

    ``scope`` limits it to task codes. An agent who is not registered yet gains it on registering.
    """
    check(agent, now=now)
    _check_dates(now.date(), until_on, today=now.date())
    person = _self(actor)
    with transaction.atomic():
        helper = named(agent, now=now)
        firm = _operated(actor, uscc, on=now.date()) if uscc else None
        principal = None if firm else person
        if helper.pk == person.pk:
            raise RuleBroken("own-agent", N_("不能委托自己"))
        _replace(firm=firm, principal=principal, agent=helper, kind="agent", now=now)
        return _give(
            actor, firm=firm, principal=principal, agent=helper, kind="agent", scope=sorted(set(scope)),
            from_on=now.date(), until_on=until_on, file_sha256=file_sha256, state="active", now=now,
        )  # fmt: skip


def confirm_mandate(
    actor: Actor,
    *,
    principal: Applicant,
    agent: Applicant,
    until_on: date,
    file_sha256: bytes,
    now: datetime,
    scope: Iterable[str] = (),
) -> int:
    """A clerk who has seen the paper mandate and both documents at the window records it; returns its id."""
    if not actor.has("clerk", "system"):
        raise NotAllowed("not-clerk", N_("只有窗口人员可以登记纸质授权委托书"))
    check(agent, now=now)
    _check_dates(now.date(), until_on, today=now.date())
    if principal.id_type != "uscc":
        check(principal, now=now)
    with transaction.atomic():
        helper = named(agent, now=now)
        firm = giver = None
        if principal.id_type == "uscc":
            code, title = _firm(principal.name, principal.id_number)
            firm = _keep_firm(title, code, now=now)
        else:
            giver = named(principal, now=now)
        if giver is not None and giver.pk == helper.pk:
            raise RuleBroken("own-agent", N_("不能委托自己"))
        _replace(firm=firm, principal=giver, agent=helper, kind="agent", now=now)
        return _give(
            actor, firm=firm, principal=giver, agent=helper, kind="agent", scope=sorted(set(scope)),
            from_on=now.date(), until_on=until_on, file_sha256=file_sha256, state="active", now=now,
        )  # fmt: skip


def end_mandate(actor: Actor, mandate_id: int, *, now: datetime) -> None:
    """The principal, the agent himself, the firm's operator or a clerk ends a mandate at once."""
    with transaction.atomic():
        row = Mandate.objects.select_for_update().filter(pk=mandate_id).exclude(state="ended").first()
        if row is None or not _may_end(actor, row, on=now.date()):
            raise NotFound("no-mandate", N_("没有这项授权"))
        _end(row, now=now)
        facts.record("mandate", row.id, "ended", at=now, actor=actor, data={})


def _firm(name: str, uscc: str) -> tuple[str, str]:
    found = codes.accept(uscc)
    title = " ".join(name.split())
    fields = []
    if isinstance(found, Problem):
        fields.append(FieldError("uscc", found.code, found.message))
    if not title or len(title) > 200 or not title.isprintable():
        fields.append(FieldError("name", "format", N_("单位名称不能为空，最多 200 个字符")))
    if fields or isinstance(found, Problem):
        raise Invalid("bad-firm", fields[0].message, fields=fields)
    return found.code, title


def _keep_firm(title: str, code: str, *, now: datetime) -> LegalPerson:
    row, _ = LegalPerson.objects.get_or_create(
        uscc=code,
        defaults={"name": title, "subject_hash": crypto.subject_hash("uscc", code), "created_at": now},
    )
    return LegalPerson.objects.select_for_update().get(pk=row.pk)


def _check_dates(from_on: date, until_on: date, *, today: date) -> None:
    problem = rules.mandate_problem(from_on, until_on, today=today)
    if problem:
        raise Invalid("bad-mandate-dates", problem.message, fields=[problem])


def _self(actor: Actor) -> NaturalPerson:
    person = NaturalPerson.objects.filter(account=actor.account_id, assurance="verified").first()
    if person is None:
        raise NotAllowed("not-registered", N_("请先完成实名注册"))
    return person


def _operated(actor: Actor, uscc: str, *, on: date) -> LegalPerson:
    firm = LegalPerson.objects.filter(uscc=codes.normal(uscc)).first()
    held = firm and Mandate.objects.filter(
        firm=firm,
        kind="operator",
        agent__account=actor.account_id,
        state="active",
        from_on__lte=on,
        until_on__gte=on,
    )
    if firm is None or not held or not held.exists():
        raise NotFound("no-firm", N_("没有这家企业，或您不是它的经办人"))
    return firm


def _give(actor: Actor, *, now: datetime, **values: object) -> int:
    row = Mandate.objects.create(created_by=actor.username, created_at=now, **values)
    data = {"kind": row.kind, "from": str(row.from_on), "until": str(row.until_on), "scope": row.scope}
    facts.record("mandate", row.id, "given", at=now, actor=actor, data=data)
    generations.touch("tokens")
    return row.id


def _replace(
    *,
    firm: LegalPerson | None,
    principal: NaturalPerson | None,
    agent: NaturalPerson,
    kind: str,
    now: datetime,
) -> None:
    same = Mandate.objects.filter(firm=firm, principal=principal, agent=agent, kind=kind, state="active")
    for row in same.select_for_update():
        _end(row, now=now)


def _end(row: Mandate, *, now: datetime) -> None:
    Mandate.objects.filter(pk=row.pk).update(state="ended", ended_on=now.date())
    generations.touch("tokens")


def _may_end(actor: Actor, row: Mandate, *, on: date) -> bool:
    if actor.has("clerk", "system"):
        return True
    parties = {row.agent.account_id, row.principal.account_id if row.principal else None}
    if actor.account_id in parties:
        return True
    operated = Mandate.objects.filter(firm=row.firm, kind="operator", state="active", until_on__gte=on)
    return row.firm is not None and operated.filter(agent__account=actor.account_id).exists()
