"""A new instance gets its three administrators from the command line, once each."""

from __future__ import annotations

import io

import pytest

from onewindow.base import clock
from onewindow.kernel.errors import Invalid
from onewindow.org import queries, rules, services
from onewindow.site import cli
from onewindow.site.cli import Failure

pytestmark = pytest.mark.django_db
OFFICE = "市政务服务管理办公室"


def create(monkeypatch: pytest.MonkeyPatch, *words: str) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("Adm1n-pass-2026x\n"))
    options = cli.build().parse_args(["user", "create", *words, "--password-stdin"])
    options.run(options)


def test_each_administrator_once(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Failure, match="--organ"):
        create(monkeypatch, "wang", "--administrator", "sysadmin")
    services.ensure_organ(
        code="", name="区住建局", uscc=None, region=None, now=clock.now()
    )  # a list of items made it
    with pytest.raises(Failure, match="--organ"):
        create(monkeypatch, "wang", "--administrator", "sysadmin")
    with pytest.raises(Invalid):  # a password with the user name in it: nothing stays behind
        create(monkeypatch, "Adm1n".lower(), "--administrator", "sysadmin", "--organ", OFFICE)
    assert [one.name for one in queries.organs()] == ["区住建局"]
    create(monkeypatch, "wang", "--administrator", "sysadmin", "--organ", OFFICE)
    create(monkeypatch, "li", "--administrator", "secadmin")
    with pytest.raises(Failure, match="already"):
        create(monkeypatch, "qian", "--administrator", "sysadmin")
    today = clock.today()
    found = {
        one.username: rules.roles_on(today, duties=one.duties, authorities=one.authorities)
        for one in queries.staff()
    }
    assert found == {"wang": {"sysadmin"}, "li": {"secadmin"}}
    assert {one.name for one in queries.organs()} == {OFFICE, "区住建局"}
    assert {queries.organ(one.organ_id).name for one in queries.staff()} == {OFFICE}
