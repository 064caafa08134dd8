"""A new instance gets its three administrators from the command line, once each."""

from __future__ import annotations

import io

import pytest

from onewindow.base import clock
from onewindow.org import queries, rules
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
    assert [one.name for one in queries.organs()] == [OFFICE]
