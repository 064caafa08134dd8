"""What an operator writes into the environment is read exactly or refused loudly."""

import json

import pytest
from django.core.exceptions import ImproperlyConfigured

from onewindow.catalog.rules.types import type_rules
from onewindow.site import environment

NAME = "ONEWINDOW_TYPE_RULES"


def test_unset_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(NAME, raising=False)
    assert environment.type_rules(NAME) == {}


def test_rules_reach_the_type(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(NAME, json.dumps({"07": {"extension_days": 15, "delivery_days": None}}))
    rules = type_rules("07", environment.type_rules(NAME))
    assert (rules.extension_days, rules.delivery_days, rules.correction_days) == (15, None, 5)


@pytest.mark.parametrize(
    "text, told",
    [
        ("{", "JSON"),
        ("[]", "object"),
        ('{"7": {}}', "two digits"),
        ('{"01": {"correction_days": 9}}', "Licensing Law"),
        ('{"07": {"extension": 1}}', "extension"),
        ('{"07": {"extension_days": "15"}}', "int"),
        ('{"07": {"extension_days": null}}', "null"),
        ('{"07": {"delivery_days": -1}}', "below 0"),
    ],
)
def test_what_is_wrong_is_told(monkeypatch: pytest.MonkeyPatch, text: str, told: str) -> None:
    monkeypatch.setenv(NAME, text)
    with pytest.raises(ImproperlyConfigured, match=told):
        environment.type_rules(NAME)


@pytest.mark.parametrize(
    "given",
    [
        {"URL": "s3://host/bucket"},
        {"URL": "https://host"},
        {"URL": "https://key:secret@host/bucket"},
        {"URL": "https://host/bucket", "SECRET_KEY": ""},
        {"URL": "https://host/bucket", "ENCRYPTION": "ROT13"},
        {"URL": "https://host/bucket", "CA": "/nowhere.pem"},
    ],
)
def test_a_bucket_that_cannot_be_meant_is_told(
    given: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in ({"ACCESS_KEY": "a", "SECRET_KEY": "s"} | given).items():
        monkeypatch.setenv(f"ONEWINDOW_S3_{name}", value)
    with pytest.raises(ImproperlyConfigured) as caught:
        environment.bucket("ONEWINDOW_S3")
    assert "secret@" not in str(caught.value)


def test_a_bucket_with_and_without_prefix(monkeypatch: pytest.MonkeyPatch) -> None:
    assert environment.bucket("ONEWINDOW_S3") == {}
    for name, value in (("ACCESS_KEY", "a"), ("SECRET_KEY", "s")):
        monkeypatch.setenv(f"ONEWINDOW_S3_{name}", value)
    for url, told in (
        ("https://host:9000/bucket/a/b/", ("host:9000", True, "bucket", "a/b/")),
        ("http://host/bucket", ("host", False, "bucket", "")),
    ):
        monkeypatch.setenv("ONEWINDOW_S3_URL", url)
        found = environment.bucket("ONEWINDOW_S3")
        assert tuple(found[name] for name in ("host", "is_https", "bucket", "prefix")) == told


@pytest.mark.parametrize(
    "url, key", [("http://courier", "k" * 16), ("https://courier", "short"), ("https://courier", "")]
)
def test_a_carrier_is_reached_safely_or_not_at_all(
    url: str, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert environment.carrier("ONEWINDOW_COURIER", "courier", "s", standins=0) == ("", "")
    assert (
        environment.carrier("ONEWINDOW_COURIER", "courier", "s", standins=9)[0]
        == "http://127.0.0.1:9/courier"
    )
    monkeypatch.setenv("ONEWINDOW_COURIER_URL", url)
    monkeypatch.setenv("ONEWINDOW_COURIER_KEY", key)
    with pytest.raises(ImproperlyConfigured):
        environment.carrier("ONEWINDOW_COURIER", "courier", "s", standins=9)


@pytest.mark.parametrize(
    "text",
    [
        "{",
        '{"types": {"01": {"decided": -1}}}',
        '{"kinds": {}}',
        '{"complaints": 101}',
        '{"types": {"01": {"decided": "x"}}}',
    ],
)
def test_terms_of_retention_that_cannot_be_meant_are_told(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ONEWINDOW_RETENTION", text)
    with pytest.raises(ImproperlyConfigured):
        environment.retention("ONEWINDOW_RETENTION")


def test_terms_of_retention_may_be_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    assert environment.retention("ONEWINDOW_RETENTION") == {}
    monkeypatch.setenv("ONEWINDOW_RETENTION", '{"types": {"01": {"decided": null}}}')
    assert environment.retention("ONEWINDOW_RETENTION")["types"]["01"].decided is None
    monkeypatch.setenv("ONEWINDOW_RETENTION", '{"complaints": 5}')
    assert environment.retention("ONEWINDOW_RETENTION")["complaints"] == 5
