"""The authorisation matrix as a table, from the operations and the pages' own permissions.

tools/authorisation.py --write    write docs/authorisation.md
tools/authorisation.py --check    fail when the file is not what the code says
"""

import argparse
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PAPER = ROOT / "docs" / "authorisation.md"

HEAD = """# Who may do what

Made by `tools/authorisation.py --write` from the table of operations and the permissions that the pages name
themselves; `tests/site/test_authorisation.py` fails when it is not current, and `tests/faces/api/test_matrix.py`
calls every operation as every role. What stands here is the door: behind it a room looks at the matter itself
(own case, own organ, state, four eyes) and answers 404 for what is not the caller's to see.

- **●** passes the door. **·** is refused there (403).
- **all** everybody, without logging in; **in** whoever is logged in; **before** whoever is logged in, also while
  the password must be changed or a second factor set up (see *Before anything else*).
- The three administrators (`sysadmin`, `secadmin`, `auditor`) exclude each other and every other role.
"""
# Asked by machines that watch over the platform: whether it lives; figures only with their own token or from the
# machine itself, to everybody else they do not exist (`faces/api/health.py`).
SIGNS_OF_LIFE = ("/healthz", "/readyz", "/metrics")
BEFORE = """
## Before anything else
`logged-in` (change the password) and `enrolling` (set up a second factor, see where one is logged in) open only
these pages to a log-in that acts for nobody yet. Everything else sends it there.
"""


def rows_of_api() -> list[tuple[str, Any]]:
    """(name, permission) of each operation, in the order of the paths."""
    from onewindow.faces.api.openapi import OPERATIONS

    found = [(f"{one.method} {one.path}", one.permission) for one in OPERATIONS]
    return sorted(found, key=lambda row: (row[0].split()[1], row[0]))


def rows_of_pages() -> list[tuple[str, Any]]:
    """(address, permission) of each page; None where a view names none."""
    from django.urls import get_resolver

    return sorted(set(_pages(get_resolver().url_patterns, "/")), key=lambda row: row[0])


def _pages(patterns: list[Any], before: str) -> Iterator[tuple[str, Any]]:
    from django.urls import URLResolver

    for one in patterns:
        path = before + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from _pages(one.url_patterns, path)
        else:
            told = getattr(one.callback, "permission", "public" if path in SIGNS_OF_LIFE else None)
            yield path, told if told is None or isinstance(told, str) else tuple(told)


def roles_of(permission: Any) -> frozenset[str] | str:
    """The roles that pass, or the word for a group that is no list of roles."""
    from onewindow.ui import session

    if permission is None:
        raise SystemExit("a page names no permission")
    if permission == "public":
        return "all"
    if permission in ("identified", "signed-in"):
        return "in"
    if permission in session.BEFORE:
        return "before"
    if isinstance(permission, str):
        return session.GROUPS.get(permission) or frozenset({permission})
    return frozenset(permission)


def table(rows: list[tuple[str, Any]], what: str) -> list[str]:
    """One line a row, one column a role; a cell that nothing explains ends the run."""
    from onewindow.kernel.actor import ROLES

    lines = [f"| {what} | " + " | ".join(ROLES) + " |", "|---|" + "---|" * len(ROLES)]
    for name, permission in rows:
        passes = roles_of(permission)
        if not isinstance(passes, str) and (unknown := passes - set(ROLES)):
            raise SystemExit(f"{name}: unknown roles {', '.join(sorted(unknown))}")
        cells = [passes if isinstance(passes, str) else "●" if role in passes else "·" for role in ROLES]
        lines.append(f"| `{name}` | " + " | ".join(cells) + " |")
    return lines


def paper() -> str:
    """The whole document."""
    actions = _actions()
    parts = [
        HEAD,
        "## API\n",
        *table(rows_of_api(), "operation"),
        "\n## Actions on a case\n",
        "`POST /cases/{case_no}/actions/{action}`: the roles that know the action. Whose case, which organ, which",
        "state and which law are decided by `cases/rules` for each case; *confirms*: a second person carries it out.\n",
        *table(actions, "action"),
        "\n## Pages\n",
        *table(rows_of_pages(), "address"),
        BEFORE,
    ]
    return "\n".join(parts)


def _actions() -> list[tuple[str, Any]]:
    """(action, roles); ``applicant`` stands for both kinds of applicants."""
    from onewindow.cases.rules.decide import ACTS
    from onewindow.kernel.actor import APPLICANT_ROLES

    def spelt(roles: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(one for role in roles for one in (APPLICANT_ROLES if role == "applicant" else (role,)))

    return [
        (name + (" (confirms)" if is_second else ""), spelt(roles))
        for name, act in sorted(ACTS.items())
        for is_second, roles in ((False, act.roles), (True, act.confirmers))
        if roles
    ]


def main() -> int:
    """Write or check."""
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "onewindow.site.settings")
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--write", action="store_true")
    options.add_argument("--check", action="store_true")
    asked = options.parse_args()
    import django

    django.setup()
    text = paper()
    if asked.write:
        PAPER.write_text(text, encoding="utf-8")
    if asked.check and PAPER.read_text(encoding="utf-8") != text:
        print("docs/authorisation.md is not current: tools/authorisation.py --write", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
