"""Where staff sat and when, read from the facts of hiring and moving."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from datetime import datetime

from django.db import connection

_POSTINGS = """
SELECT a.username, f.at, (f.data->>'window')::bigint
FROM base_fact f JOIN base_account a ON a.id = f.subject
WHERE f.stream = 'staff' AND f.type IN ('hired', 'moved') ORDER BY f.subject, f.seq"""


class Postings:
    """The windows of all staff over time, loaded whole: some thousand rows in a city."""

    def __init__(self) -> None:
        """Read them now, in one statement."""
        self._since: dict[str, list[datetime]] = defaultdict(list)
        self._windows: dict[str, list[int | None]] = defaultdict(list)
        with connection.cursor() as cursor:
            cursor.execute(_POSTINGS)
            for username, at, window_id in cursor.fetchall():
                self._since[username].append(at)
                self._windows[username].append(window_id)

    def window_at(self, username: str, at: datetime) -> int | None:
        """The id of the window where somebody sat at an instant; None for no window or no staff."""
        place = bisect_right(self._since.get(username, ()), at) - 1
        return self._windows[username][place] if place >= 0 else None
