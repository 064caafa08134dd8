"""Tests side by side (`pytest -n 2`): what stays together, what begins first, and what may be tried twice.

A file stays in one process, and so does a folder whose tests share a world that is dear to build. The
longest begin first, so that no process is left alone with one of them at the end.
"""

from __future__ import annotations

from typing import Any

import pytest

TOGETHER = ("tests/faces/workbench/",)
LONGEST_FIRST = (
    "tests/browser/test_pages.py",
    "tests/faces/workbench/",
    "tests/site/test_faults.py",
    "tests/base/test_bending.py",
    "tests/site/test_simulate.py",
    "tests/browser/",
    "tests/site/",
    "tests/catalog/",
    "tests/base/",
    "tests/cases/",
    "tests/documents/",
    "tests/notices/",
    "tests/faces/",
)


def group(nodeid: str) -> str:
    """The name of the tests that stay together with this one."""
    path = nodeid.partition("::")[0]
    return next((folder for folder in TOGETHER if path.startswith(folder)), path)


def place(nodeid: str) -> int:
    """When a test's turn comes; equal places keep their order."""
    starts = (order for order, start in enumerate(LONGEST_FIRST) if nodeid.startswith(start))
    return next(starts, len(LONGEST_FIRST))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    from xdist.scheduler import LoadScopeScheduling

    class Scheduling(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return group(nodeid)

    config.option.loadscopereorder = False
    return Scheduling(config, log)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    # A browser on a busy machine may miss a moment: such a test gets a second chance, and the summary says so.
    for item in items:
        if {"browser", "chromium"} & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.flaky(reruns=1))
    if hasattr(config, "workerinput"):
        items.sort(key=lambda item: place(item.nodeid))
