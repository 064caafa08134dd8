"""The national identity service: are name and number one person's, who runs this firm?

``service()`` gives what the settings name: the real service (``ONEWINDOW_IDENTITY_URL``), else the stand-in
of the demonstration, which knows fictional people only.
"""

from __future__ import annotations

from django.conf import settings

from onewindow.people.adapters.identity.client import Client
from onewindow.people.adapters.identity.question import Service, Verdict
from onewindow.people.adapters.identity.standin import StandIn


def service() -> Service:
    """The service in use."""
    url = settings.ONEWINDOW_IDENTITY_URL
    if not url:
        return StandIn()
    return Client(
        url,
        app_id=settings.ONEWINDOW_IDENTITY_APP_ID,
        secret=settings.ONEWINDOW_IDENTITY_SECRET,
    )


__all__ = ["Client", "Service", "StandIn", "Verdict", "service"]
