"""Makes ready, behind the first requests, what a web process would otherwise build in one of them."""

import logging
import threading

from django.conf import settings
from django.db import DatabaseError, connection

from onewindow.catalog import queries as catalog
from onewindow.catalog.editorial import missed
from onewindow.faces.portal import doors
from onewindow.ui import place

_log = logging.getLogger(__name__)


def start() -> None:
    """Begin in the background; only web processes serve pages that wait for it."""
    if settings.ONEWINDOW_DATABASE_ROLE == "web":
        threading.Thread(target=_run, name="warming", daemon=True).start()
        missed.start()


def _run() -> None:
    try:
        catalog.search("开店", limit=1)  # builds the index of the search
        doors.contents()
        place.city_name()
        _look_at_limits()
    except DatabaseError as error:  # the first request that needs it will try again
        _log.warning("could not warm up: %s", type(error).__name__)
    finally:
        connection.close()


def _look_at_limits() -> None:
    """A pooler that sets no limit would let a statement run on after its page was given up."""
    if not settings.ONEWINDOW_POOLER_URL:
        return
    with connection.cursor() as cursor:
        cursor.execute("SHOW statement_timeout")
        if cursor.fetchone() == ("0",):
            _log.warning("the pooler sets no statement_timeout; see deploy/pgbouncer.ini")
