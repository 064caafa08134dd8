"""The statements that the product really sends for a piece of work, caught in the act."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection

Statement = tuple[str, list[Any]]


@contextmanager
def _listening() -> Iterator[list[Statement]]:
    caught: list[Statement] = []

    def listen(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        caught.append((sql, list(params or [])))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(listen):
        yield caught


def statements(work: Callable[[], Any]) -> list[Statement]:
    """Every statement of one run of ``work``, the second one: caches are warm as in a running server."""
    work()
    with _listening() as caught:
        work()
    return [one for one in caught if "nextval" not in one[0]]
