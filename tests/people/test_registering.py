"""Registering: checked, vouched for, encrypted, once per person."""

from datetime import datetime, timedelta

import pytest
from django.db import connection

from onewindow.base import accounts, clock, crypto, facts
from onewindow.kernel.errors import Away, Invalid, Unidentified
from onewindow.people import queries, rules, services
from onewindow.people.adapters import identity
from onewindow.people.adapters.identity import Client, StandIn, Verdict
from onewindow.people.models import NaturalPerson
from onewindow.people.services import Applicant

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 9, 7, 9, 0, tzinfo=clock.SHANGHAI)
TODAY = NOW.date()
PASSWORD = "correct horse 42"
LIN = Applicant(name="林一诺", id_number="511602190505050019", phone="12000000001")


def register(applicant: Applicant = LIN, username: str = "lin") -> int:
    return services.register(username, password=PASSWORD, applicant=applicant, now=NOW)


def test_a_citizen_registers_and_logs_in() -> None:
    account_id = register()
    token = accounts.login("lin", PASSWORD, address="192.0.2.1").token
    actor = accounts.actor_of(token)
    assert actor and actor.account_id == account_id and actor.roles == {"citizen"}
    assert actor.subject_hashes == (crypto.subject_hash("id_card", LIN.id_number),)
    person = queries.person_of(account_id)
    assert person and (person.name, person.id_number, person.phone) == (LIN.name, LIN.id_number, LIN.phone)
    assert person.assurance == "verified" and person.verified_at == NOW


def test_personal_values_stand_in_no_row_and_no_fact() -> None:
    account_id = register()
    person = queries.person_of(account_id)
    assert person
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT p::text FROM people_naturalperson p UNION ALL SELECT data::text FROM base_fact"
        )
        text = " ".join(row[0] for row in cursor.fetchall())
    for value in (LIN.name, LIN.id_number, LIN.phone):
        assert value not in text and value.encode().hex() not in text
    told = facts.of_subject("person", person.id)
    assert [(type, data) for _, type, *_, data in told] == [("registered", {"notice": rules.NOTICE_EDITION})]


def test_a_sealed_value_cannot_be_moved_to_another_row() -> None:
    register()
    other = Applicant(name="江子川", id_number=number(1), phone="12000000002")
    account_id = register(other, "jiang")
    stolen = NaturalPerson.objects.exclude(account=account_id).get().id_number_sealed
    NaturalPerson.objects.filter(account=account_id).update(id_number_sealed=stolen)
    with pytest.raises(Exception) as error:
        queries.person_of(account_id)
    assert type(error.value).__name__ == "InvalidTag"


def number(order: int) -> str:
    from onewindow.kernel.identifiers import id_card

    body = f"51160219050505{order + 100:03d}"
    return body + id_card.check_digit(body)


def test_one_person_has_one_account() -> None:
    register()
    with pytest.raises(Invalid) as refusal:
        register(username="lin2")
    assert refusal.value.code == "already-registered"
    with pytest.raises(Unidentified):
        accounts.login("lin2", PASSWORD, address="192.0.2.1")


@pytest.mark.parametrize(
    "name, id_number, phone, field",
    [
        ("", LIN.id_number, "", "name"),
        ("1", LIN.id_number, "", "name"),
        ("林\0", LIN.id_number, "", "name"),
        ("林一诺", "511602190505050018", "", "id_number"),
        ("林一诺", "51160219050505001", "", "id_number"),
        ("林一诺", "", "", "id_number"),
        ("林一诺", LIN.id_number, "12345", "phone"),
        ("林一诺", LIN.id_number, "1" * 40, "phone"),
    ],
)
def test_each_wrong_field_is_named(name: str, id_number: str, phone: str, field: str) -> None:
    with pytest.raises(Invalid) as refusal:
        register(Applicant(name=name, id_number=id_number, phone=phone))
    assert [one.field for one in refusal.value.fields] == [field]
    assert NaturalPerson.objects.count() == 0


def test_a_weak_password_leaves_nobody_behind() -> None:
    with pytest.raises(Invalid):
        services.register("lin", password="short", applicant=LIN, now=NOW)
    assert NaturalPerson.objects.count() == 0


def test_the_stand_in_vouches_for_nobody_who_could_live() -> None:
    with pytest.raises(Invalid) as refusal:
        register(Applicant(name="某人", id_number="11010519491231002X"))
    assert refusal.value.code == "identity-mismatch"
    assert StandIn().verify_person("某人", LIN.id_number).is_match
    assert not StandIn().verify_person("某人", "x").is_match
    assert StandIn().check()


def test_a_mismatch_and_an_absent_service_register_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    class No(StandIn):
        def verify_person(self, name: str, id_number: str) -> Verdict:
            return Verdict(False, "1")

    monkeypatch.setattr(identity, "service", No)
    with pytest.raises(Invalid):
        register()
    monkeypatch.setattr(identity, "service", lambda: Client("https://127.0.0.1:1", app_id="a", secret="s"))
    with pytest.raises(Away):
        register()
    assert NaturalPerson.objects.count() == 0


def test_fifteen_digits_and_eighteen_are_one_person() -> None:
    assert services.registering.keep(Applicant(name="甲", id_number="511602491231002"), now=NOW).pk == (
        services.registering.keep(
            Applicant(name="甲", id_number=_eighteen("511602491231002")), now=NOW + timedelta(days=1)
        ).pk
    )


def _eighteen(short: str) -> str:
    from onewindow.kernel.identifiers import id_card

    return id_card.upgrade(short)
