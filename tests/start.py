"""Loaded before Django: gives the tests a data directory and a running PostgreSQL of their own.

`ONEWINDOW_DATA_DIR` chooses another directory, `ONEWINDOW_DATABASE_URL` an outside server.
"""

import atexit
import contextlib
import os
from pathlib import Path

from onewindow.site import embedded

ROOT = Path(__file__).resolve().parent.parent

os.environ.setdefault("ONEWINDOW_DATA_DIR", str(ROOT / "build" / "tests"))
os.environ.setdefault("ONEWINDOW_SANDBOX", "1")
# Long time limits and no pool: tests stop in debuggers and recreate databases under their feet.
os.environ["ONEWINDOW_DATABASE_ROLE"] = "job"

_stack = contextlib.ExitStack()
if not os.environ.get("ONEWINDOW_DATABASE_URL"):
    _stack.enter_context(embedded.session(os.environ["ONEWINDOW_DATA_DIR"]))
atexit.register(_stack.close)
