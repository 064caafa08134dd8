"""The demonstration: a fictional city with its people, items and history, loaded through the rooms' own deeds."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from onewindow.site.demo import cast, city


def load_people(*, password: str, now: datetime) -> tuple[city.City, int]:
    """The city and its cast, made or found again in one transaction; (city, how many accounts are new)."""
    with transaction.atomic():
        place = city.load(now=now)
        return place, cast.load(place, password=password, now=now)
