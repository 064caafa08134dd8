"""The platform's settings with two addresses: a page and a call that each ask the database."""

from onewindow.site.settings import *  # noqa: F403

ROOT_URLCONF = "tests.site.away.urls"
