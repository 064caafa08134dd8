"""Commands for accounts of staff, given at the machine itself: create, grant, revoke, reset, clear."""

import argparse
import getpass
import sys
from datetime import datetime
from typing import Any

from onewindow.site.cli import Failure, group


def register(commands: Any) -> None:
    """`user create|list|grant|revoke|reset|clear-factors|end-sessions`."""
    users = group(commands, "user", help="accounts of staff")
    _register_create(users)

    shown = users.add_parser("list", help="list the staff with their roles")
    shown.set_defaults(run=_list)

    for name, help_text, run in (
        ("grant", "give a member of staff a role", _grant),
        ("revoke", "take a role away at once", _revoke),
    ):
        one = users.add_parser(name, help=help_text)
        one.add_argument("username")
        one.add_argument("role")
        one.add_argument("--organ", help="organ by name or code (examiner, approver and head need one)")
        one.set_defaults(run=run)

    for name, help_text, run in (
        ("reset", "print a temporary password that must be changed at login", _reset),
        ("clear-factors", "take away all second factors of somebody who has lost them", _clear_factors),
        ("end-sessions", "end all log-ins of somebody at once", _end_sessions),
    ):
        one = users.add_parser(name, help=help_text)
        one.add_argument("username")
        one.set_defaults(run=run)


def _register_create(users: Any) -> None:
    create = users.add_parser("create", help="open an account for a member of staff")
    create.add_argument("username", help="2 to 64 small letters, digits or . _ @ -")
    create.add_argument("--name", help="the person's name (default: the user name)")
    create.add_argument("--organ", help="organ by name, code or credit code (default: the first one)")
    create.add_argument("--role", action="append", default=[], help="a role for that organ; may be repeated")
    create.add_argument(
        "--administrator",
        choices=("sysadmin", "secadmin", "auditor"),
        help="the first of the three administrators; makes the organ of --organ (default: that of the others)",
    )
    create.add_argument("--everywhere", action="store_true", help="the roles hold for all organs")
    create.add_argument("--title", default="", help="post or rank")
    create.add_argument("--id-number", help="id number: one person then has one account only")
    create.add_argument(
        "--password-stdin",
        action="store_true",
        help="read the password from standard input (else: asked for)",
    )
    create.set_defaults(run=_create)


def _create(options: argparse.Namespace) -> None:
    from django.db import transaction

    from onewindow.base import clock
    from onewindow.kernel.actor import SYSTEM
    from onewindow.org import services

    now = clock.now()
    if options.administrator:
        _require_first(options.administrator)
        options.role.append(options.administrator)
    password = _password(options)
    with transaction.atomic():
        organ = _first_organ(options.organ, now=now) if options.administrator else _organ(options.organ)
        staff_id = services.hire(
            SYSTEM,
            username=options.username,
            name=options.name or options.username,
            organ_id=organ,
            title=options.title,
            id_number=options.id_number,
            password=password,
            now=now,
        )
        for role in options.role:
            services.appoint(SYSTEM, staff_id, role=role, organ_id=_scope(role, organ, options), now=now)
    print(f"created {options.username}: {', '.join(options.role) or 'no roles yet'}")


def _require_first(role: str) -> None:
    """The command makes the first one; those after are appointed by two administrators in the console."""
    from onewindow.base import clock
    from onewindow.org import queries, rules

    today = clock.today()
    staff = [one for one in queries.staff() if one.is_active]
    if any(role in rules.roles_on(today, duties=one.duties, authorities=one.authorities) for one in staff):
        raise Failure(f"there is a {role} already: further ones are appointed in the console")


def _first_organ(name: str | None, *, now: datetime) -> int:
    """The organ of that name, made where there is none; without a name that of the other administrators."""
    from onewindow.kernel.actor import ADMINISTRATORS
    from onewindow.org import queries, rules, services

    if name:
        found = queries.find_organ(name=name, code=name, uscc=name)
        return (
            found.id
            if found
            else services.ensure_organ(code="", name=name, uscc=None, region=None, now=now).id
        )
    for one in queries.staff():
        if set(ADMINISTRATORS) & rules.roles_on(now.date(), duties=one.duties, authorities=one.authorities):
            return one.organ_id
    raise Failure("name the office of the administrators with --organ")


def _scope(role: str, organ: int, options: argparse.Namespace) -> int | None:
    """Roles that name no organ hold everywhere: administrators, leaders, supervision."""
    from onewindow.org import rules

    return organ if role in rules.ORGAN_ROLES or (role == "clerk" and not options.everywhere) else None


def _list(options: argparse.Namespace) -> None:
    from onewindow.base import clock
    from onewindow.org import queries, rules

    today = clock.today()
    for one in queries.staff():
        roles = rules.roles_on(today, duties=one.duties, authorities=one.authorities)
        organ = queries.organ(one.organ_id).name
        state = "" if one.is_active else "\tclosed"
        print(f"{one.username}\t{one.name}\t{organ}\t{','.join(sorted(roles))}{state}")


def _grant(options: argparse.Namespace) -> None:
    from onewindow.base import clock
    from onewindow.kernel.actor import SYSTEM
    from onewindow.org import services

    organ = _organ(options.organ) if options.organ else None
    services.appoint(SYSTEM, _staff(options.username), role=options.role, organ_id=organ, now=clock.now())
    print(f"{options.username} is {options.role}")


def _revoke(options: argparse.Namespace) -> None:
    from onewindow.base import clock
    from onewindow.kernel.actor import SYSTEM
    from onewindow.org import services

    organ = _organ(options.organ) if options.organ else None
    staff_id = _staff(options.username)
    if not services.revoke(SYSTEM, staff_id, role=options.role, organ_id=organ, now=clock.now()):
        raise Failure(f"{options.username} is not {options.role}")
    print(f"{options.username} is no longer {options.role}")


def _reset(options: argparse.Namespace) -> None:
    from onewindow.base import accounts, clock
    from onewindow.kernel.actor import SYSTEM

    print(accounts.reset_password(SYSTEM, options.username, now=clock.now()))


def _clear_factors(options: argparse.Namespace) -> None:
    from onewindow.base import clock
    from onewindow.base.factors import store
    from onewindow.kernel.actor import SYSTEM

    print(f"{store.clear(SYSTEM, options.username, now=clock.now())} factors cleared")


def _end_sessions(options: argparse.Namespace) -> None:
    from onewindow.base import clock, sessions
    from onewindow.kernel.actor import SYSTEM

    print(f"{sessions.end_of(SYSTEM, options.username, now=clock.now())} log-ins ended")


def _organ(text: str | None) -> int:
    from onewindow.org import queries

    if text is None:
        known = queries.organs()
        if not known:
            raise Failure("there is no organ yet: load the demonstration or import items first")
        return known[0].id
    found = queries.find_organ(name=text, code=text, uscc=text)
    if found is None:
        raise Failure(f"no organ is called {text!r}")
    return found.id


def _staff(username: str) -> int:
    from onewindow.org import queries

    found = queries.staff_by_username(username)
    if found is None:
        raise Failure(f"no member of staff has the user name {username!r}")
    return found.id


def _password(options: argparse.Namespace) -> str:
    if options.password_stdin or not sys.stdin.isatty():
        password = sys.stdin.readline().rstrip("\r\n")
        if not password:
            raise Failure("no password on standard input")
        return password
    password = getpass.getpass("password: ")
    if getpass.getpass("again: ") != password:
        raise Failure("the two passwords differ")
    return password
