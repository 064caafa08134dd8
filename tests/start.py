"""Loaded before Django: gives the tests a data directory and a running PostgreSQL of their own.

`ONEWINDOW_DATA_DIR` chooses another directory, `ONEWINDOW_DATABASE_URL` an outside server. Processes that
run tests side by side (`pytest -n 2`) share server, keys and files; each has a database, a clock and caches
of its own.
"""

import atexit
import contextlib
import os
from pathlib import Path

import psycopg

from onewindow.site import embedded

ROOT = Path(__file__).resolve().parent.parent
_SHARED = ("keys", "files", "postgres", "postgres.json", "postgres.lock", "postgres.users")

os.environ.setdefault("ONEWINDOW_DATA_DIR", str(ROOT / "build" / "tests"))
os.environ.setdefault("ONEWINDOW_SANDBOX", "1")
# Long time limits and no pool: tests stop in debuggers and recreate databases under their feet.
os.environ["ONEWINDOW_DATABASE_ROLE"] = "job"


def _hurry(urls: embedded.Urls) -> None:
    """Spare this server the disk: databases of tests are thrown away, a power cut costs nothing.

    Servers whose death is the subject of a test are started by that test and keep their settings.
    """
    with psycopg.connect(urls.owner, autocommit=True) as connection:
        for name in ("fsync", "full_page_writes"):
            connection.execute(f"ALTER SYSTEM SET {name} = off")
        connection.execute("SELECT pg_reload_conf()")


def _is_ours(place: Path) -> bool:
    """False for a directory in which a platform worked before tests did: its data must stay safe."""
    mark = place / "of-tests"
    if not (place / "postgres.json").exists():
        place.mkdir(parents=True, exist_ok=True)
        mark.touch()
    return mark.exists() or place == ROOT / "build" / "tests"


def _place_beside(common: Path, name: str) -> Path:
    """The data directory of one of several processes."""
    place = common / "beside" / name
    place.mkdir(parents=True, exist_ok=True)
    for shared in _SHARED:
        link = place / shared
        if not link.is_symlink():
            link.symlink_to(Path("../..") / shared)
    return place


_is_one_of_several = "PYTEST_XDIST_WORKER" in os.environ
_common = Path(os.environ["ONEWINDOW_DATA_DIR"]).absolute()
_stack = contextlib.ExitStack()
atexit.register(_stack.close)
_is_guest = False
if not os.environ.get("ONEWINDOW_DATABASE_URL"):
    _is_guest = not _is_ours(_common)
    _urls = _stack.enter_context(embedded.session(_common))
    if not _is_guest and not _is_one_of_several:
        _hurry(_urls)
for _one in ("keys", "files"):
    (_common / _one).mkdir(parents=True, exist_ok=True, mode=0o700)
if _is_one_of_several or _is_guest:  # a platform that lives here keeps its clock
    os.environ["ONEWINDOW_DATA_DIR"] = str(
        _place_beside(_common, os.environ.get("PYTEST_XDIST_WORKER", "tests"))
    )
