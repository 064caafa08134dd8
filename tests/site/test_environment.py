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
