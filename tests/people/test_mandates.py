"""Mandates: who may apply for whom, from when until when, and for which items."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from onewindow.base import accounts, crypto
from onewindow.kernel.actor import Actor
from onewindow.kernel.errors import Invalid, NotAllowed, NotFound, RuleBroken
from onewindow.people import queries, services
from onewindow.people.models import Mandate
from onewindow.people.services import Applicant
from onewindow.site.demo import people
from tests.people.test_registering import NOW, PASSWORD, TODAY

pytestmark = pytest.mark.django_db
YEAR = TODAY + timedelta(days=365)
FIRM, USCC = people.firm(1)
CLERK = Actor(account_id=-5, username="clerk", name="员", roles=frozenset({"clerk"}))


def citizen(order: int, on: int = 0) -> Actor:
    username = f"person{order}"
    services.register(username, password=PASSWORD, applicant=people.person(order), now=NOW)
    return again(username, on)


def again(username: str, days: int = 0) -> Actor:
    account = accounts._account(username)
    return queries.actor_for(
        account.id, username=username, name=account.name, on=TODAY + timedelta(days=days)
    )


def bind(actor: Actor, **values: object) -> int:
    return services.bind_firm(actor, **{"name": FIRM, "uscc": USCC, "until_on": YEAR, "now": NOW, **values})  # type: ignore[arg-type]


def test_an_operator_acts_for_the_firm_until_the_last_day() -> None:
    actor = citizen(1)
    bind(actor)
    firm = crypto.subject_hash("uscc", USCC)
    assert again("person1").roles == {"citizen", "enterprise"}
    assert firm in again("person1", 365).subject_hashes
    assert again("person1", 366).roles == {"citizen"} and firm not in again("person1", 366).subject_hashes
    own, its = queries.subjects_of(actor.account_id, on=TODAY)
    assert (own["type"], own["id_number"], own["mandate"]) == ("person", people.id_number(1), None)
    assert (its["type"], its["name"], its["id_type"], its["id_number"]) == (
        "organisation",
        FIRM,
        "uscc",
        USCC,
    )
    assert its["until"] == YEAR and firm in its["hashes"]


def test_a_token_learns_of_a_mandate_at_once() -> None:
    actor = citizen(1)
    token = accounts.login("person1", PASSWORD, address="192.0.2.1").token
    before = accounts.actor_of(token)
    assert before and not before.has("enterprise")
    mandate = bind(actor)
    after = accounts.actor_of(token)
    assert after and after.has("enterprise")
    services.end_mandate(actor, mandate, now=NOW)
    ended = accounts.actor_of(token)
    assert ended and not ended.has("enterprise")


def test_binding_again_replaces_the_end() -> None:
    actor = citizen(1)
    first, second = bind(actor), bind(actor, until_on=TODAY + timedelta(days=9))
    assert [(row.id, row.state) for row in Mandate.objects.order_by("id")] == [
        (first, "ended"),
        (second, "active"),
    ]
    assert not again("person1", 10).has("enterprise")


@pytest.mark.parametrize("days", [-1, 5 * 366 + 1])
def test_a_mandate_ends_and_not_too_late(days: int) -> None:
    with pytest.raises(Invalid) as refusal:
        bind(citizen(1), until_on=TODAY + timedelta(days=days))
    assert refusal.value.fields[0].field == "until"


@pytest.mark.parametrize(
    "name, uscc", [("", USCC), (FIRM, "91511602XN00000000"), (FIRM, ""), ("x" * 201, USCC)]
)
def test_a_firm_needs_name_and_code(name: str, uscc: str) -> None:
    with pytest.raises(Invalid):
        bind(citizen(1), name=name, uscc=uscc)


def test_only_the_registered_bind_firms() -> None:
    with pytest.raises(NotAllowed):
        bind(CLERK)


def test_an_agent_applies_for_the_items_of_the_mandate_only() -> None:
    giver, helper = citizen(1), citizen(2)
    services.give_mandate(giver, agent=people.person(2), scope=["x"], until_on=YEAR, now=NOW)
    principal = crypto.subject_hash("id_card", people.id_number(1))
    assert queries.may_apply_for(helper.account_id, principal, task_code="x", on=TODAY)
    assert not queries.may_apply_for(helper.account_id, principal, task_code="y", on=TODAY)
    assert not queries.may_apply_for(helper.account_id, principal, task_code="x", on=YEAR + timedelta(days=1))
    assert principal not in again("person2").subject_hashes
    assert not queries.may_apply_for(giver.account_id, helper.subject_hashes[0], task_code="x", on=TODAY)


def test_an_agent_for_everything_sees_the_principals_matters() -> None:
    giver = citizen(1)
    citizen(2)
    mandate = services.give_mandate(giver, agent=people.person(2), until_on=YEAR, now=NOW)
    assert giver.subject_hashes[0] in again("person2").subject_hashes
    services.end_mandate(giver, mandate, now=NOW)
    assert giver.subject_hashes[0] not in again("person2").subject_hashes


def test_an_agent_named_before_registering_gains_it_on_registering() -> None:
    giver = citizen(1)
    services.give_mandate(giver, agent=people.person(2), until_on=YEAR, now=NOW)
    assert giver.subject_hashes[0] in citizen(2).subject_hashes


def test_only_an_operator_names_agents_of_a_firm() -> None:
    operator, stranger = citizen(1), citizen(2)
    bind(operator)
    with pytest.raises(NotFound):
        services.give_mandate(stranger, agent=people.person(3), uscc=USCC, until_on=YEAR, now=NOW)
    services.give_mandate(operator, agent=people.person(2), uscc=USCC, scope=["x"], until_on=YEAR, now=NOW)
    firm = crypto.subject_hash("uscc", USCC)
    assert queries.may_apply_for(stranger.account_id, firm, task_code="x", on=TODAY)
    assert not again("person2").has("enterprise")


def test_nobody_is_his_own_agent() -> None:
    with pytest.raises(RuleBroken):
        services.give_mandate(citizen(1), agent=people.person(1), until_on=YEAR, now=NOW)


def test_a_stranger_ends_no_mandate() -> None:
    mandate = bind(citizen(1))
    with pytest.raises(NotFound):
        services.end_mandate(citizen(2), mandate, now=NOW)
    services.end_mandate(CLERK, mandate, now=NOW)
    with pytest.raises(NotFound):
        services.end_mandate(CLERK, mandate, now=NOW)


@pytest.mark.parametrize("is_firm", [True, False])
def test_a_clerk_records_a_mandate_on_paper(is_firm: bool) -> None:
    principal = Applicant(FIRM, USCC, id_type="uscc") if is_firm else people.person(1)
    values = {"principal": principal, "agent": people.person(2), "until_on": YEAR, "file_sha256": b"x" * 32}
    with pytest.raises(NotAllowed):
        services.confirm_mandate(citizen(9), now=NOW, **values)  # type: ignore[arg-type]
    services.confirm_mandate(CLERK, now=NOW, scope=["x"], **values)  # type: ignore[arg-type]
    helper = citizen(2)
    subject = crypto.subject_hash(principal.id_type, principal.id_number)
    assert queries.may_apply_for(helper.account_id, subject, task_code="x", on=TODAY)
    (line,) = queries.mandates_of(helper.account_id)
    assert (line["name"], line["role"], line["state"]) == (principal.name, "agent", "active")


def test_the_database_asks_for_an_end_and_one_principal() -> None:
    bind(citizen(1))
    for change in ({"until_on": None}, {"firm": None}, {"state": "ended"}, {"kind": "x"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Mandate.objects.update(**change)


def test_staff_and_strangers_apply_for_nobody() -> None:
    assert queries.subjects_of(-1, on=TODAY) == [] and queries.person_of(-1) is None
    assert queries.actor_for(-1, username="x", name="x", on=TODAY).roles == frozenset()


def test_a_mandate_outlives_the_correction_of_a_number() -> None:
    """It is between persons: the agent sees matters under the former and the present number, and applies for these."""
    giver, helper = citizen(1), citizen(2)
    services.give_mandate(giver, agent=people.person(2), until_on=YEAR, now=NOW)
    before = giver.subject_hashes[0]
    right = people.person(3)
    with transaction.atomic():
        services.correct_identity(
            giver.account_id, name=right.name, id_number=right.id_number, actor=CLERK, role="clerk", now=NOW
        )
    after = crypto.subject_hash("id_card", right.id_number)
    assert {before, after} <= set(again("person2").subject_hashes)
    assert queries.may_apply_for(helper.account_id, after, task_code="x", on=TODAY)
    assert not queries.may_apply_for(helper.account_id, before, task_code="x", on=TODAY)
    (line,) = queries.mandates_of(helper.account_id)
    assert (line["name"], line["state"]) == (right.name, "active")


def test_a_corrected_agent_keeps_the_mandate_and_the_former_number_names_nobody() -> None:
    giver, helper = citizen(1), citizen(2)
    services.give_mandate(giver, agent=people.person(2), until_on=YEAR, now=NOW)
    right = people.person(3)
    with transaction.atomic():
        services.correct_identity(
            helper.account_id, name=right.name, id_number=right.id_number, actor=CLERK, role="clerk", now=NOW
        )
    assert giver.subject_hashes[0] in again("person2").subject_hashes
    third = citizen(4)
    with pytest.raises(Invalid, match="former-number"):
        services.give_mandate(third, agent=people.person(2), until_on=YEAR, now=NOW)
    with pytest.raises(Invalid, match="former-number"):
        services.confirm_mandate(
            CLERK, principal=people.person(2), agent=people.person(4), until_on=YEAR,
            file_sha256=b"1" * 32, now=NOW,
        )  # fmt: skip
    services.give_mandate(third, agent=right, until_on=YEAR, now=NOW)
    assert third.subject_hashes[0] in again("person2").subject_hashes
